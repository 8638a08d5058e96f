"""A fleet of one truck on its way from Dallas to Houston, in the rows of all four vendors."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import AsyncConnection

from adapters import registry
from store.plan_rows import Kept
from tasks.config import database_url
from tasks.planning import plan_load

DALLAS, HOUSTON = (32.7767, -96.7970), (29.7604, -95.3698)
KANSAS_CITY, OKLAHOMA_CITY = (39.0997, -94.5786), (35.4676, -97.5164)
CORSICANA = (32.0954, -96.4689)
VIN = "1FUJGLDR1CSBN1122"
RULESETS = [{"shift": "US Interstate Property", "cycle": "USA 70 hour / 8 day"}]
HOUR = timedelta(hours=1)

BY = "a test"


@dataclass
class Depot:
    """One tenant; ``now``: the database's clock when it was made."""

    conn: AsyncConnection[Any]
    slug: str = "acme"
    tenant: UUID = field(default_factory=uuid4)
    integrations: dict[str, UUID] = field(default_factory=dict)
    now: datetime = field(init=False)

    async def open(self) -> Depot:
        """The tenant with its four connections, all of which told everything two minutes ago."""
        self.now = (await self.row("SELECT now()"))[0]
        await self.conn.execute(
            "INSERT INTO ops.tenant (id, slug, name, is_sandbox) VALUES (%s, %s, %s, true)",
            [self.tenant, self.slug, self.slug.title()],
        )
        for vendor in registry.VENDORS:
            id_ = uuid4()
            self.integrations[vendor.name] = id_
            await self.conn.execute(
                "INSERT INTO ops.integration (id, tenant_id, vendor, credentials_ciphertext,"
                " credentials_key_id, credentials_fingerprint) VALUES (%s, %s, %s, 'x', 'k', %s)",
                [id_, self.tenant, vendor.name, f"{self.slug} {vendor.name}"],
            )
            for dataset in vendor.datasets:
                await self.conn.execute(
                    "INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id,"
                    " confirmed_at) VALUES (%s, %s, %s, now() - interval '2 min')",
                    [id_, dataset.name, self.tenant],
                )
        return self

    async def fill(self) -> Depot:
        """Ann drives load l1 in truck v1: 240 miles, due in five to nine hours."""
        await self.driver("e1", "Ann Lee", {"tms": "d1"})
        await self.clocks("e1")
        await self.truck("v1", DALLAS, VIN)
        await self.load("l1", "BM-1", driver=("d1", "Ann Lee"))
        await self.stop("l1", 1, DALLAS, "pickup", status="completed")
        await self.stop("l1", 2, HOUSTON, opens=4, closes=9)
        await self.station("s1", CORSICANA, "3.599")
        await self.station("s2", OKLAHOMA_CITY, "3.499")
        await self.weather(HOUSTON, "severe", 202, "thunderstorm with heavy rain")
        return self

    async def add(self, table: str, vendor: str, **columns: Any) -> None:
        """One landed row."""
        landed = {"tenant_id": self.tenant, "integration_id": self.integrations[vendor],
                  "run_id": uuid4(), "row_hash": 1} | columns  # fmt: skip
        values = [json.dumps(v) if isinstance(v, (list, dict)) else v for v in landed.values()]
        names, marks = ", ".join(f'"{n}"' for n in landed), ", ".join(["%s"] * len(landed))
        await self.conn.execute(f"INSERT INTO fleet.{table} ({names}) VALUES ({marks})", values)

    async def driver(self, id_: str, name: str, external: dict[str, str], **more: Any) -> None:
        """A driver of the ELD."""
        told = {"rulesets": RULESETS, "tags": [], "is_active": True, "eld_day_start_hour": 0,
                "home_timezone": "America/Chicago"} | more  # fmt: skip
        await self.add("driver", "samsara", vendor_id=id_, name=name, external_ids=external, **told)

    async def clocks(self, driver: str, vehicle: str = "v1", **more: Any) -> None:
        """His clocks: full, and off duty."""
        full = {
            "duty_status": "off_duty",
            "drive_remaining_s": 39_600,
            "shift_remaining_s": 50_400,
            "break_remaining_s": 28_800,
            "cycle_remaining_s": 252_000,
            "vehicle_id": vehicle,
        }
        await self.add("hos_clock", "samsara", vendor_id=driver, **full | more)

    async def truck(self, id_: str, where: tuple[float, float], vin: str) -> None:
        """A truck, seen five minutes ago."""
        more = {"vendor_id": id_, "vin": vin, "name": f"Truck {id_}"}
        await self.add("vehicle", "samsara", external_ids={}, tags=[], **more)
        await self.add("vehicle_position", "samsara", latitude=where[0], longitude=where[1],
                       source_updated_at=self.now - timedelta(minutes=5), **more)  # fmt: skip

    async def load(
        self, id_: str, number: str, driver: tuple[str, str] | None, **more: Any
    ) -> None:
        """An open load."""
        told = {"status": "in_transit", "is_open": True, "references": [], "truck_vin": VIN} | more
        who = {} if driver is None else {"driver_id": driver[0], "driver_name": driver[1]}
        await self.add("load", "truckbase", vendor_id=id_, load_number=number, **told | who)

    async def stop(
        self, load: str, place: int, where: tuple[float, float] | None, kind: str = "delivery",
        status: str = "pending", opens: float | None = None, closes: float | None = None,
        **more: Any,
    ) -> None:  # fmt: skip
        """A stop; it opens and closes in so many hours."""

        def due(hours: float | None) -> datetime | None:
            return None if hours is None else self.now + hours * HOUR

        await self.add(
            "load_stop", "truckbase", parent_id=load, vendor_id=f"{load}#{place}", sequence=place,
            stop_type=kind, status=status, name=f"Dock {place} of {load}", references=[],
            latitude=where and where[0], longitude=where and where[1], timezone="America/Chicago",
            appointment_start_at=due(opens), appointment_end_at=due(closes), **more,
        )  # fmt: skip

    async def station(self, id_: str, where: tuple[float, float], price: str | None) -> None:
        """A truck stop with parking, and a posted price an hour old."""
        at = self.now - HOUR
        await self.add("fuel_station", "fuelfinder", vendor_id=id_, name=f"Pilot {id_}",
                       latitude=where[0], longitude=where[1], status="open", diesel_price=price,
                       amenities=["truck_parking"], truck_parking_spaces=90,
                       source_updated_at=at)  # fmt: skip
        if price is not None:
            await self.add("fuel_price", "fuelfinder", parent_id=id_, vendor_id=f"{id_}:diesel",
                           product="diesel", price_type="posted", amount=price, currency="USD",
                           unit="gal", source_updated_at=at)  # fmt: skip

    async def weather(
        self, where: tuple[float, float], severity: str, condition: int, words: str
    ) -> None:
        """An observation, ten minutes old."""
        await self.add("weather_observation", "openweather", vendor_id=f"{where[0]},{where[1]}",
                       latitude=where[0], longitude=where[1], condition_id=condition,
                       condition="x", description=words, conditions=[], road_severity=severity,
                       rain_1h_mm=0, snow_1h_mm=0,
                       source_updated_at=self.now - timedelta(minutes=10))  # fmt: skip

    async def move(self, where: tuple[float, float]) -> None:
        """All trucks stand there."""
        await self.conn.execute("UPDATE fleet.vehicle_position SET latitude = %s, longitude = %s",
                                where)  # fmt: skip

    async def silence(self, vendor: str, hours: float = 8) -> None:
        """The vendor has told nothing for so long; what it told before is that old."""
        by = {"by": hours * HOUR, "id": self.integrations[vendor]}
        await self.conn.execute(
            "UPDATE ops.dataset_state SET confirmed_at = confirmed_at - %(by)s"
            " WHERE integration_id = %(id)s", by)  # fmt: skip
        for table in ("vehicle_position", "fuel_price", "fuel_station", "weather_observation"):
            await self.conn.execute(
                f"UPDATE fleet.{table} SET source_updated_at = source_updated_at - %(by)s"
                " WHERE integration_id = %(id)s", by)  # fmt: skip

    async def rows(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return await (await self.conn.execute(statement, arguments)).fetchall()

    async def row(self, statement: str, *arguments: object) -> tuple[Any, ...]:
        """The one row that a query finds."""
        (found,) = await self.rows(statement, *arguments)
        return found


async def planned(depot: Depot, load: str = "l1") -> Kept:
    """A plan of one of its loads, made now."""
    return await plan_load(database(depot), depot.slug, load, by=BY)


def database(_: Depot) -> str:
    """The URL as the settings have it."""
    return database_url()
