"""Roads as lines with mile marks: where a truck is after so many miles, and what lies beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import asin, ceil, cos, floor, inf, radians, sin, sqrt
from typing import NamedTuple

EARTH_MILES = 3958.8
# Streets between two points are longer than the straight line: by this factor off the freeway and
# where no road is known. 1.2 to 1.4 is what studies of US roads find; see docs/plans.md.
OFF_FREEWAY = 1.3
STEP_MILES = 2.0  # so close lie the points of a road, so that its nearest one is near enough
CELL_DEGREES = 0.5


class Point(NamedTuple):
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


def straight_miles(a: Point, b: Point) -> float:
    """Along the great circle."""
    phi1, phi2 = radians(a.latitude), radians(b.latitude)
    half = sin((phi2 - phi1) / 2) ** 2
    half += cos(phi1) * cos(phi2) * sin(radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(half)))


@dataclass(frozen=True, slots=True)
class Leg:
    """A way between two places. ``is_estimated``: no road is known, only the straight line."""

    points: tuple[Point, ...]
    miles: float
    is_estimated: bool


def estimated(a: Point, b: Point, factor: float = OFF_FREEWAY) -> Leg:
    """The straight line, longer by the factor."""
    return Leg((a, b), straight_miles(a, b) * factor, is_estimated=True)


class Beside(NamedTuple):
    """Where something lies beside a road: the nearest mile mark, and how far off."""

    mile: float
    off_miles: float


@dataclass(frozen=True)
class Path:
    """All legs of a trip as one line: points and, side by side, their mile marks."""

    points: tuple[Point, ...]
    marks: tuple[float, ...]
    ends: tuple[float, ...]  # the mile at which each leg ends
    is_estimated: bool
    cells: dict[tuple[int, int], list[int]] = field(repr=False, compare=False, default_factory=dict)

    @property
    def miles(self) -> float:
        """From end to end."""
        return self.marks[-1]

    def at(self, mile: float) -> Point:
        """The point at a mile mark; beyond the ends, the end."""
        last = len(self.points) - 1
        index = min(max(bisect_right(self.marks, mile) - 1, 0), last)
        here = self.points[index]
        if index == last or mile <= self.marks[index]:
            return here
        there, gap = self.points[index + 1], self.marks[index + 1] - self.marks[index]
        part = (mile - self.marks[index]) / gap
        return _between(here, there, part)

    def beside(
        self, point: Point, within_miles: float, first: float = 0.0, last: float = inf
    ) -> Beside | None:
        """Where that point lies beside the road between two mile marks; None when farther off.

        Of two passes at the same distance the earlier one counts.
        """
        reach = ceil(within_miles / (69.0 * CELL_DEGREES * 0.6))
        row, column = _cell(point)
        best: tuple[float, int] | None = None
        for r in range(row - reach, row + reach + 1):
            for c in range(column - reach, column + reach + 1):
                for index in self.cells.get((r, c), ()):
                    if not first <= self.marks[index] <= last:
                        continue
                    off = straight_miles(point, self.points[index])
                    if off <= within_miles and (best is None or (off, index) < best):
                        best = (off, index)
        return None if best is None else Beside(self.marks[best[1]], best[0])


def joined(start: Point, legs: Sequence[Leg]) -> Path:
    """One path of several legs, with points at most two miles apart."""
    points, marks, ends = [start], [0.0], list[float]()
    for leg in legs:
        drawn = sum(straight_miles(a, b) for a, b in pairwise(leg.points))
        scale = leg.miles / drawn if drawn > 0 else 0.0
        for a, b in pairwise(leg.points):
            miles = straight_miles(a, b) * scale
            steps = max(1, ceil(miles / STEP_MILES))
            mark = marks[-1]
            points.extend(_between(a, b, step / steps) for step in range(1, steps + 1))
            marks.extend(mark + miles * step / steps for step in range(1, steps + 1))
        ends.append(marks[-1])
    cells: dict[tuple[int, int], list[int]] = {}
    for index, point in enumerate(points):
        cells.setdefault(_cell(point), []).append(index)
    is_estimated = any(leg.is_estimated for leg in legs)
    return Path(tuple(points), tuple(marks), tuple(ends), is_estimated, cells)


def drawn(path: Path, most: int = 120) -> tuple[Point, ...]:
    """The path with fewer points, for a drawing; both ends stay."""
    if len(path.points) <= most:
        return path.points
    step = (len(path.points) - 1) / (most - 1)
    return tuple(path.points[round(step * n)] for n in range(most))


def bounds(points: Iterable[Point], margin: float) -> tuple[float, float, float, float]:
    """South, west, north and east of all points, with a margin in degrees."""
    listed = list(points)
    lats, lons = [p.latitude for p in listed], [p.longitude for p in listed]
    return min(lats) - margin, min(lons) - margin, max(lats) + margin, max(lons) + margin


def _between(a: Point, b: Point, part: float) -> Point:
    return Point(
        a.latitude + (b.latitude - a.latitude) * part,
        a.longitude + (b.longitude - a.longitude) * part,
    )


def _cell(point: Point) -> tuple[int, int]:
    return floor(point.latitude / CELL_DEGREES), floor(point.longitude / CELL_DEGREES)
