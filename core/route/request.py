"""What a plan is asked for: the load's stops, the road, the driver's hours, what is beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.hours import AgedClocks
from core.hours_limits import Ruleset
from core.route.duty import Gain
from core.route.facts import Fact
from core.route.fuel import Tank
from core.route.roads import Leg, Point
from core.route.trip import Kind
from core.route.weather import Observation


class HoursBasis(StrEnum):
    """What is known of the driver's hours."""

    KNOWN = "known"
    STALE = "stale"  # aged figures: at least that much is left
    UNKNOWN = "unknown"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Hours:
    """A driver's hours. ``clocks``: what is at least left; None when nobody knows.

    ``gains``: cycle that comes back, in order of time. ``why``: of a basis that is not KNOWN.
    """

    basis: HoursBasis
    clocks: AgedClocks | None
    rulesets: tuple[Ruleset, ...] = ()
    gains: tuple[Gain, ...] = ()
    home_timezone: str | None = None
    driver_name: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop of the load that is still to be made.

    ``is_guessed``: located by its city. ``is_reached``: the truck stands there. ``before``: the
    number of another load, which the driver has first; its lateness is told by its own plan.
    """

    key: str
    kind: Kind
    name: str
    point: Point
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str | None = None
    is_guessed: bool = False
    is_reached: bool = False
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A truck stop. ``price``: diesel, USD a gallon, as posted; None when not known."""

    key: str
    name: str
    point: Point
    price: Decimal | None
    price_as_of: datetime | None
    parking_spaces: int | None
    has_parking: bool


@dataclass(frozen=True, slots=True)
class Truck:
    """What is assumed of a truck and its driver, by the settings."""

    tank: Tank
    mph: float = 50.0
    fuel_stop_s: int = 30 * 60
    service_s: int = 60 * 60
    stop_cost_usd: float = 15.0
    near_miles: float = 5.0


@dataclass(frozen=True, slots=True)
class Relief:
    """Another driver who could take the load: where his truck is, and his hours."""

    driver_id: str
    name: str
    hours: Hours
    start: Point
    to_first: Leg


@dataclass(frozen=True, slots=True)
class Request:
    """All that a plan is made from. ``legs``: from the start to each visit, in their order.

    ``doubts``: what is so far unknown that nobody can say whether the plan holds.
    """

    now: datetime
    load_id: str
    start: Point
    start_name: str
    visits: tuple[Visit, ...]
    legs: tuple[Leg, ...]
    hours: Hours
    truck: Truck
    stations: Sequence[Station] = ()
    observations: Sequence[Observation] = ()
    reliefs: Sequence[Relief] = ()
    facts: tuple[Fact, ...] = ()
    doubts: tuple[str, ...] = ()
