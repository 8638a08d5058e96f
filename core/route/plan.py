"""A route plan as it comes out: whether it can be done, stop by stop, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.hours import Which
from core.route.facts import Fact
from core.route.request import HoursBasis
from core.route.roads import Point
from core.route.trip import Kind


class Verdict(StrEnum):
    """Whether the load can be delivered on time and legally."""

    ON_TIME = "on_time"
    LATE = "late"  # an appointment is missed, whatever is done by the rules
    UNVERIFIED = "unverified"  # nobody can say: the driver's hours are not known
    IMPOSSIBLE = "impossible"  # no plan can be made; the reason is said


@dataclass(frozen=True, slots=True)
class PlanStop:
    """One stop. ``why``: in a sentence. ``clock``: which one forced it. ``facts``: its inputs.

    ``mile``: from the start. ``late_s``: after the appointment closed.
    """

    kind: Kind
    name: str
    place_id: str | None
    point: Point | None
    mile: float
    arrives_at: datetime
    departs_at: datetime
    why: str
    timezone: str | None = None
    clock: Which | None = None
    drive_s: int = 0
    wait_s: int = 0
    late_s: int = 0
    is_break: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    gallons: Decimal | None = None
    price: Decimal | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class WeatherWarning:
    """High or severe weather on a stretch of the road."""

    from_mile: float
    to_mile: float
    passes_at: datetime
    severity: str
    point: Point
    said: str


@dataclass(frozen=True, slots=True)
class Missed:
    """The first appointment that is missed, and by how much."""

    place_id: str
    name: str
    late_s: int
    said: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. ``said``: its verdict in a sentence. ``changes``: the smallest that would help.

    ``is_legal``: None when nobody can say. ``fuel_cost``: None when a price is not known.
    """

    load_id: str
    made_at: datetime
    verdict: Verdict
    said: str
    hours: HoursBasis
    facts: tuple[Fact, ...]
    degraded: tuple[str, ...] = ()
    is_legal: bool | None = None
    departs_at: datetime | None = None
    arrives_at: datetime | None = None
    miles: float | None = None
    drive_s: int | None = None
    fuel_cost: Decimal | None = None
    stops: tuple[PlanStop, ...] = ()
    warnings: tuple[WeatherWarning, ...] = ()
    missed: Missed | None = None
    changes: tuple[str, ...] = ()
    road: tuple[Point, ...] = ()
