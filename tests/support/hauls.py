"""Loads with route plans of every verdict, made by the planner itself and kept as it keeps them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from core.route.facts import Topic, assumed, measured, missing
from core.route.fuel import Tank
from core.route.plan import Plan
from core.route.planner import impossible, plan
from core.route.request import Hours, HoursBasis, Request, Station, Truck, Visit
from core.route.roads import Leg, Point
from core.route.trip import Kind
from core.route.weather import Observation
from store import plans
from store.connection import connect
from store.plan_rows import Subject
from tests.support.routes import PROPERTY, clocks

WICHITA, EMPORIA = Point(37.6872, -97.3301), Point(38.4039, -96.1817)
TANK = Tank(start_gallons=100, capacity_gallons=200, reserve_gallons=30, mpg=6.5)
ZONE = "America/Chicago"
DALLAS, OKLAHOMA, KANSAS_CITY = (
    Point(32.7767, -96.7970), Point(35.4676, -97.5164), Point(39.0997, -94.5786),
)  # fmt: skip
LOAD = """
INSERT INTO fleet.load (tenant_id, integration_id, run_id, row_hash, vendor_id, load_number, status,
    is_open, driver_id, driver_name, "references")
SELECT tenant_id, id, gen_random_uuid(), 1, %(id)s, %(number)s, 'in_transit', true, %(driver)s,
    %(name)s, '[]' FROM ops.integration WHERE id = %(integration)s
"""
STOP = """
INSERT INTO fleet.load_stop (tenant_id, integration_id, run_id, row_hash, parent_id, vendor_id,
    sequence, stop_type, status, name, city, state, latitude, longitude, timezone,
    appointment_start_at, appointment_end_at, "references")
SELECT tenant_id, id, gen_random_uuid(), 1, %(id)s, %(id)s || '#1', 1, 'delivery', 'pending',
    'Dock', %(city)s, 'MO', 39.0997, -94.5786, 'America/Chicago', %(opens)s, %(closes)s, '[]'
FROM ops.integration WHERE id = %(integration)s
"""
LINK = """
INSERT INTO fleet.driver_link (tenant_id, load_integration_id, driver_id, driver_name,
    hours_integration_id, hours_driver_id, basis)
SELECT i.tenant_id, i.id, %(driver)s, %(name)s, h.id, %(hours)s, %(basis)s
FROM ops.integration i JOIN ops.integration h ON h.tenant_id = i.tenant_id AND h.vendor = 'samsara'
WHERE i.id = %(integration)s
"""


@dataclass(frozen=True)
class Haul:
    """A load; ``verdict``: of the plan it has, if any; ``link``: whose hours, and on what basis."""

    id: str
    number: str
    driver: str | None
    name: str | None
    verdict: str | None
    link: tuple[str, str] | None = None
    city: str = "Kansas City"


def haul(url: str, integration: UUID, *hauls: Haul) -> None:
    """Put them into the database, with their plans."""
    now = datetime.now(UTC).replace(microsecond=0)
    with psycopg.connect(url) as conn:
        ((tenant,),) = conn.execute(
            "SELECT tenant_id FROM ops.integration WHERE id = %s", [integration]
        ).fetchall()
        for each in hauls:
            closes = now + timedelta(hours=1 if each.verdict == "late" else 40)
            told = {"integration": integration, "id": each.id, "number": each.number,
                    "driver": each.driver, "name": each.name, "city": each.city,
                    "opens": closes - timedelta(hours=4), "closes": closes}  # fmt: skip
            conn.execute(LOAD, told)
            conn.execute(STOP, told)
            if each.link is not None:
                conn.execute(LINK, told | {"hours": each.link[0], "basis": each.link[1]})
    elsewhere(_keep(url, tenant, integration, hauls, now))


def elsewhere(what: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: the caller's may have a loop already."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(what)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


async def _keep(
    url: str, tenant: UUID, integration: UUID, hauls: tuple[Haul, ...], now: datetime
) -> None:
    async with connect(url) as conn:
        for each in hauls:
            if each.verdict is not None:
                subject = Subject(tenant, integration, each.id, each.number, each.driver,
                                  each.link[0] if each.link else None, "v1")  # fmt: skip
                made = plan_of(each, now - timedelta(minutes=4))
                assert made.verdict == each.verdict
                await plans.keep(conn, subject, made, after=None, is_risk=False, by="a test")


def plan_of(of: Haul, now: datetime) -> Plan:
    """A trip from Dallas through Oklahoma City, as the planner makes it of such inputs."""
    if of.verdict == "impossible":
        return impossible(_request(of, now), "no stop of it is left that could be located")
    return plan(_request(of, now))


def _request(of: Haul, now: datetime) -> Request:
    is_silent = of.verdict in ("unverified", "impossible")
    closes = now + timedelta(hours=1 if of.verdict == "late" else 40)
    visits = (
        Visit("p", Kind.PICKUP, "Red River Dock", OKLAHOMA, None, None, ZONE),
        Visit("d", Kind.DELIVERY, f"Dock of {of.number}", KANSAS_CITY,
              closes - timedelta(hours=4), closes, ZONE),
    )  # fmt: skip
    first, second = Point(33.95, -97.12), Point(36.12, -97.32)
    road = (OKLAHOMA, second, WICHITA, EMPORIA, KANSAS_CITY)
    legs = (Leg((DALLAS, first, OKLAHOMA), 206.0, is_estimated=False),
            Leg(road, 347.0, is_estimated=is_silent))  # fmt: skip
    known = Hours(HoursBasis.KNOWN, clocks(drive=9.0), PROPERTY, home_timezone=ZONE)
    unknown = Hours(
        HoursBasis.UNKNOWN,
        None,
        PROPERTY,
        home_timezone=ZONE,
        why="nobody knows this driver's hours",
    )
    stations = () if is_silent else (
        Station("s1", "Love's & Sons <Perry>", Point(36.29, -97.33), Decimal("3.459"),
                now - timedelta(hours=2), 80, True),
        Station("s2", "Pilot Emporia", EMPORIA, Decimal("3.899"),
                now - timedelta(hours=3), 12, True),
    )  # fmt: skip
    storm = Observation(WICHITA, "Wichita", 211, "thunderstorm", "severe",
                        now - timedelta(minutes=20))  # fmt: skip
    return Request(
        now=now, load_id=of.id, start=DALLAS, start_name="I-35E, Dallas, TX", visits=visits,
        legs=legs, hours=unknown if is_silent else known, truck=Truck(TANK), stations=stations,
        observations=() if is_silent else (storm,), facts=_silent(now) if is_silent else _told(now),
    )  # fmt: skip


def _told(now: datetime) -> tuple[Any, ...]:
    five = now - timedelta(minutes=5)
    return (
        measured(Topic.LOAD, "Truckbase", five, now), measured(Topic.HOURS, "Samsara", five, now),
        measured(Topic.POSITION, "Samsara", five, now), measured(Topic.FUEL, "Fuel Finder", five,
        now), measured(Topic.WEATHER, "OpenWeather", five, now),
        assumed(Topic.TANK, "settings: half of 200 gal, 6.5 mpg"),
    )  # fmt: skip


def _silent(now: datetime) -> tuple[Any, ...]:
    old = now - timedelta(hours=9)
    return (
        measured(Topic.LOAD, "Truckbase", old, now,
                 f"Truckbase's load data is as of {old:%a %H:%M} UTC. Appointments may have "
                 "changed since."),
        missing(Topic.HOURS, "hours of service", "Hours: nobody knows this driver's hours. A full "
                "rest is reckoned before the start, and the cycle is unknown."),
        measured(Topic.POSITION, "Samsara", old, now, f"The truck's position is of {old:%a %H:%M} "
                 "UTC: it may have moved on since."),
        missing(Topic.FUEL, "Fuel Finder", "Fuel Finder has told nothing yet: there is no fuel "
                "data."),
        missing(Topic.WEATHER, "OpenWeather", "OpenWeather is not connected: the plan does "
                "without weather."),
    )  # fmt: skip
