"""Roads drawn on one meridian, where a mile mark is a latitude; and drivers with given clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from core.hours import AgedClocks
from core.hours_limits import Ruleset
from core.route.fuel import Tank
from core.route.request import Hours, HoursBasis, Request, Station, Truck, Visit
from core.route.roads import EARTH_MILES, Leg, Point
from core.route.trip import Kind

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # a Monday
HOUR = 3600
DEGREE = EARTH_MILES * 3.141592653589793 / 180
PROPERTY = (Ruleset("US Interstate Property", "USA 70 hour / 8 day"),)
PLENTY = Tank(start_gallons=1000, capacity_gallons=1000, reserve_gallons=10, mpg=5)


def at(clock: str, day: int = 0) -> datetime:
    """That time of the first day, or of so many days later."""
    hour, minute = map(int, clock.split(":"))
    return START.replace(hour=hour, minute=minute) + timedelta(days=day)


def mark(mile: float) -> Point:
    """The point at that mile of the road."""
    return Point(30 + mile / DEGREE, -100.0)


def clocks(drive=11.0, shift=14.0, break_=8.0, cycle=70.0, **more) -> AgedClocks:
    """Clocks with so many hours left."""
    seconds = {
        name: None if hours is None else round(hours * HOUR)
        for name, hours in (
            ("drive_s", drive), ("shift_s", shift), ("break_s", break_), ("cycle_s", cycle),
        )
    }  # fmt: skip
    told = {"age_s": 60, "is_status_known": True, "is_exempt": False,
            "shift_driving_violation_s": None, "cycle_violation_s": None}  # fmt: skip
    return AgedClocks(**{**told, **seconds, **more})


def hours(held: AgedClocks | None = None, basis=HoursBasis.KNOWN, **more) -> Hours:
    """A driver of property under 70 hours in 8 days."""
    told = {"rulesets": PROPERTY, "home_timezone": "UTC"} | more
    return Hours(basis, held or clocks(), **told)


def visit(key="d1", mile=0.0, opens=None, closes=None, kind=Kind.DELIVERY) -> Visit:
    """A stop at that mile."""
    return Visit(key, kind, f"Stop {key}", mark(mile), opens, closes, "UTC")


def station(key, mile, price=None, *, parking=False, off=0.0, age=timedelta(hours=1)) -> Station:
    """A truck stop at that mile, some miles off the road, with a price that old."""
    point = Point(mark(mile).latitude, mark(mile).longitude + off / DEGREE / 0.85)
    return Station(key, f"Station {key}", point, None if price is None else Decimal(price),
                   START - age, 50 if parking else None, parking)  # fmt: skip


def request(*visits: Visit, driver: Hours | None = None, truck=None, **more) -> Request:
    """A trip from mile 0 at six in the morning, through stops along the meridian."""
    points = [mark(0.0), *(v.point for v in visits)]
    legs = tuple(
        Leg((a, b), abs(b.latitude - a.latitude) * DEGREE, is_estimated=False)
        for a, b in pairwise(points)
    )
    told = {"now": START, "load_id": "l1", "start": mark(0.0), "start_name": "The start",
            "visits": visits, "legs": legs, "hours": driver or hours(),
            "truck": truck or Truck(PLENTY)}  # fmt: skip
    return Request(**{**told, **more})


def kinds(plan) -> list[str]:
    """What happens, stop by stop."""
    return [str(stop.kind) for stop in plan.stops]


def stop(plan, kind: str):
    """The one stop of that kind."""
    (found,) = [each for each in plan.stops if each.kind == kind]
    return found
