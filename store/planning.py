"""What a route plan is made from: open loads, and what is known around a tenant's trucks.

Reading is the console's: under row-level security, in a transaction that can write nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from psycopg.rows import class_row, dict_row

from core.errors import ConfigurationError, NotFoundError
from store.connection import Connection, as_console

Row = TypeVar("Row")
LOADS = """
SELECT l.integration_id, l.vendor_id AS id, l.load_number AS number, l.status, l.driver_id,
    l.driver_name, l.truck_vin, l.truck_unit
FROM fleet.load l
WHERE l.tenant_id = %(tenant)s AND l.deleted_at IS NULL
    AND (l.is_open AND l.driver_id IS NOT NULL AND l.status IN ('assigned', 'in_transit')
        OR l.vendor_id = %(load)s OR l.load_number = %(load)s)
ORDER BY l.delivery_at NULLS LAST, l.vendor_id
"""
STOPS = """
SELECT s.integration_id, s.parent_id AS load_id, s.vendor_id AS id, s.sequence, s.stop_type,
    s.status, s.name, s.city, s.state, s.country, s.latitude, s.longitude, s.timezone,
    s.appointment_type, s.appointment_start_at AS opens_at, s.appointment_end_at AS closes_at,
    s.departed_at
FROM fleet.load_stop s
WHERE s.tenant_id = %(tenant)s AND s.parent_id = ANY(%(loads)s) AND s.deleted_at IS NULL
ORDER BY s.integration_id, s.parent_id, s.sequence
"""
POSITIONS = """
SELECT p.vendor_id AS vehicle_id, coalesce(v.vin, p.vin) AS vin, coalesce(v.name, p.name) AS name,
    p.latitude, p.longitude, p.formatted_location AS place, p.source_updated_at AS taken_at,
    c.vendor_id AS driver_id
FROM fleet.vehicle_position p
LEFT JOIN fleet.vehicle v ON v.integration_id = p.integration_id AND v.vendor_id = p.vendor_id
    AND v.deleted_at IS NULL
LEFT JOIN fleet.hos_clock c ON c.integration_id = p.integration_id AND c.vehicle_id = p.vendor_id
    AND c.deleted_at IS NULL
WHERE p.tenant_id = %(tenant)s AND p.deleted_at IS NULL AND p.latitude IS NOT NULL
    AND p.longitude IS NOT NULL
ORDER BY p.vendor_id, c.vendor_id
"""
# A price in another currency or unit, or of another kind, is none to compare.
STATIONS = """
SELECT s.vendor_id AS id, coalesce(s.name, s.brand, s.vendor_id) AS name, s.latitude, s.longitude,
    coalesce(p.amount, s.diesel_price) AS price,
    CASE WHEN p.amount IS NULL THEN s.source_updated_at ELSE p.source_updated_at END AS price_as_of,
    s.truck_parking_spaces AS parking_spaces,
    coalesce(s.truck_parking_spaces > 0, false) OR s.amenities ? 'truck_parking' AS has_parking
FROM fleet.fuel_station s
LEFT JOIN fleet.fuel_price p ON p.integration_id = s.integration_id AND p.parent_id = s.vendor_id
    AND p.product = 'diesel' AND p.price_type = 'posted' AND p.currency = 'USD' AND p.unit = 'gal'
    AND p.deleted_at IS NULL
WHERE s.tenant_id = %(tenant)s AND s.deleted_at IS NULL AND s.status IN ('open', 'unknown')
    AND s.truck_accessible IS NOT FALSE
ORDER BY s.vendor_id
"""
WEATHER = """
SELECT w.latitude, w.longitude, w.place_name AS place, w.condition_id,
    coalesce(w.description, w.condition) AS description, w.road_severity AS severity,
    w.source_updated_at AS observed_at
FROM fleet.weather_observation w
WHERE w.tenant_id = %(tenant)s AND w.deleted_at IS NULL ORDER BY w.vendor_id
"""
FEEDS = """
SELECT i.vendor, i.status, d.dataset, d.confirmed_at, i.last_error_happened AS error
FROM ops.integration i LEFT JOIN ops.dataset_state d ON d.integration_id = i.id
WHERE i.tenant_id = %(tenant)s
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a load, as the vendor has it."""

    integration_id: UUID
    load_id: str
    id: str
    sequence: int
    stop_type: str
    status: str
    name: str | None
    city: str | None
    state: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    timezone: str | None
    appointment_type: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    departed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Load:
    """A load to plan, with its stops in order."""

    integration_id: UUID
    id: str
    number: str | None
    status: str
    driver_id: str | None
    driver_name: str | None
    truck_vin: str | None
    truck_unit: str | None
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a truck was last, and who is in it by the ELD."""

    vehicle_id: str
    vin: str | None
    name: str | None
    latitude: float
    longitude: float
    place: str | None
    taken_at: datetime | None
    driver_id: str | None


@dataclass(frozen=True, slots=True)
class Station:
    """A truck stop that is not known to be closed or too small."""

    id: str
    name: str
    latitude: float
    longitude: float
    price: Decimal | None
    price_as_of: datetime | None
    parking_spaces: int | None
    has_parking: bool


@dataclass(frozen=True, slots=True)
class Weather:
    """An observation."""

    latitude: float
    longitude: float
    place: str | None
    condition_id: int
    description: str
    severity: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """One dataset of one connection: as of when its rows were all true, and what is wrong."""

    vendor: str
    status: str
    dataset: str | None
    confirmed_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known around a tenant's trucks, at one instant of the database's clock.

    ``wanted``: the loads to plan; ``loads``: and all other open ones with a driver.
    """

    now: datetime
    wanted: tuple[Load, ...]
    loads: tuple[Load, ...]
    positions: tuple[Position, ...]
    stations: tuple[Station, ...]
    weather: tuple[Weather, ...]
    feeds: tuple[Feed, ...]


async def read(conn: Connection, tenant: UUID, load: str | None = None) -> Ground:
    """All open loads with a driver, or the one of that id or number, and what is around them.

    NotFoundError when the tenant has no such load; ConfigurationError when it has several.
    """
    told: dict[str, Any] = {"tenant": tenant, "load": load}
    async with as_console(conn, tenant):
        found = await (await conn.execute("SELECT clock_timestamp()")).fetchone()
        assert found is not None  # a SELECT without FROM always has one row
        loads = await _loads(conn, told)
        return Ground(
            now=found[0],
            wanted=loads if load is None else (_one(loads, load),),
            loads=loads,
            positions=await _rows(conn, Position, POSITIONS, told),
            stations=await _rows(conn, Station, STATIONS, told),
            weather=await _rows(conn, Weather, WEATHER, told),
            feeds=await _rows(conn, Feed, FEEDS, told),
        )


async def tenants(conn: Connection, slug: str | None = None) -> list[tuple[UUID, str]]:
    """The tenants that are switched on, or the one of that short name."""
    found = await conn.execute(
        "SELECT id, slug FROM ops.tenant WHERE is_active AND (%(slug)s::text IS NULL"
        " OR slug = %(slug)s) ORDER BY slug",
        {"slug": slug},
    )
    rows = await found.fetchall()
    if slug is not None and not rows:
        raise NotFoundError(f"There is no tenant “{slug}” that is on. See: sally tenant list")
    return [(row[0], row[1]) for row in rows]


def _one(loads: Sequence[Load], named: str) -> Load:
    exact = [load for load in loads if load.id == named]
    exact = exact or [load for load in loads if load.number == named]
    if not exact:
        raise NotFoundError(
            f"There is no load “{named}”. Name it by its number or the TMS's id; a new one is "
            "known after the next sync."
        )
    if len(exact) > 1:
        ids = ", ".join(load.id for load in exact)
        raise ConfigurationError(
            f"{len(exact)} loads have the number {named}. Name one by id: {ids}."
        )
    return exact[0]


async def _loads(conn: Connection, told: Mapping[str, Any]) -> tuple[Load, ...]:
    async with conn.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(LOADS, told)).fetchall()
    stops: dict[tuple[UUID, str], list[Stop]] = {}
    named = {**told, "loads": [row["id"] for row in rows]}
    for stop in await _rows(conn, Stop, STOPS, named):
        stops.setdefault((stop.integration_id, stop.load_id), []).append(stop)
    return tuple(
        Load(**row, stops=tuple(stops.get((row["integration_id"], row["id"]), ()))) for row in rows
    )


async def _rows(
    conn: Connection, kind: type[Row], query: str, told: Mapping[str, Any]
) -> tuple[Row, ...]:
    async with conn.cursor(row_factory=class_row(kind)) as cursor:
        await cursor.execute(query.encode(), told)
        return tuple(await cursor.fetchall())
