"""The weather at the predicted time of passing, from observations near the road, with their age."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians

from core.route.roads import Path, Point, straight_miles

NEAR_MILES = 30.0  # the vendor's grid is about that wide
EVERY_MILES = 25.0
WARNED = ("high", "severe")
# Beyond that an observation says little of the time of passing.
DISTANT_S = 3 * 3600


@dataclass(frozen=True, slots=True)
class Observation:
    """The weather at a place, as the vendor last calculated it. ``severity``: by condition id."""

    point: Point
    place: str | None
    condition_id: int
    description: str
    severity: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Passing:
    """The weather that a truck is to pass through, on a stretch of the road.

    ``ahead_s``: from the observation to the passing; a long time says that it may have changed.
    """

    from_mile: float
    to_mile: float
    passes_at: datetime
    observation: Observation
    ahead_s: int

    @property
    def is_warning(self) -> bool:
        """Is it to be warned of?"""
        return self.observation.severity in WARNED

    @property
    def is_distant(self) -> bool:
        """Is the observation too old by then to be relied on?"""
        return self.ahead_s > DISTANT_S


def along(
    path: Path, observations: Sequence[Observation], at: Callable[[float], datetime]
) -> tuple[tuple[Passing, ...], float]:
    """What is passed through, in order; and the share of the road with an observation near.

    ``at``: when the truck passes a mile mark. Neighbouring stretches under one observation are one.
    """
    marks = _marks(path.miles)
    found: list[Passing] = []
    covered = 0
    for mile in marks:
        near = _nearest(path.at(mile), observations)
        if near is None:
            continue
        covered += 1
        if found and found[-1].observation is near and mile - found[-1].to_mile <= EVERY_MILES:
            last = found.pop()
            found.append(Passing(last.from_mile, mile, last.passes_at, near, last.ahead_s))
            continue
        passes = at(mile)
        ahead = max(0, int((passes - near.observed_at).total_seconds()))
        found.append(Passing(mile, mile, passes, near, ahead))
    return tuple(found), covered / len(marks)


def _marks(miles: float) -> list[float]:
    count = int(miles // EVERY_MILES)
    marks = [EVERY_MILES * n for n in range(count + 1)]
    return marks if miles - marks[-1] < 1 else [*marks, miles]


def _nearest(point: Point, observations: Sequence[Observation]) -> Observation | None:
    # A degree of latitude is 69 miles, one of longitude less: what is farther is not measured.
    north, best = NEAR_MILES / 69.0, NEAR_MILES
    east = north / cos(radians(point.latitude))
    found: Observation | None = None
    for one in observations:
        if abs(one.point.latitude - point.latitude) > north:
            continue
        if abs(one.point.longitude - point.longitude) > east:
            continue
        miles = straight_miles(point, one.point)
        if miles <= best:
            best, found = miles, one
    return found
