"""Roads as lines with mile marks: where a truck is after so many miles, and what lies beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import asin, ceil, cos, floor, hypot, inf, radians, sin, sqrt
from typing import NamedTuple

EARTH_MILES = 3958.8
# Streets between two points are longer than the straight line: by this factor off the freeway and
# where no road is known. 1.2 to 1.4 is what studies of US roads find; see docs/plans.md.
OFF_FREEWAY = 1.3
STEP_MILES = 2.0  # so close lie the points of a road, so that its nearest one is near enough
CELL_DEGREES = 0.25
DEGREE_MILES = radians(1) * EARTH_MILES  # of latitude
Cell = tuple[int, int]


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
    cells: dict[Cell, list[int]] = field(repr=False, compare=False)
    near: frozenset[Cell] = field(repr=False, compare=False)  # the cells, and those around them

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
        wide = cos(radians(point.latitude)) * DEGREE_MILES
        nearest, found = within_miles**2, -1
        for cell in _around(_cell(point), ceil(within_miles / (DEGREE_MILES * CELL_DEGREES * 0.6))):
            for index in self.cells.get(cell, ()):
                if not first <= self.marks[index] <= last:
                    continue
                # So near the earth is flat: a third of the time of the great circle.
                here = self.points[index]
                north = (here.latitude - point.latitude) * DEGREE_MILES
                east = (here.longitude - point.longitude) * wide
                off = north * north + east * east
                if off < nearest or (off == nearest and index < found):
                    nearest, found = off, index
        if found < 0:
            return None
        node = Beside(self.marks[found], sqrt(nearest))
        return self._foot(found, node, point, wide, first, last)

    def _foot(
        self, index: int, best: Beside, point: Point, wide: float, first: float, last: float
    ) -> Beside:
        """The nearest place on the two pieces of road that meet at a point of it."""
        for a, b in ((max(index - 1, 0), index), (index, min(index + 1, len(self.points) - 1))):
            here, there = self.points[a], self.points[b]
            y, x = (point.latitude - here.latitude) * DEGREE_MILES, point.longitude - here.longitude
            north = (there.latitude - here.latitude) * DEGREE_MILES
            east, x = (there.longitude - here.longitude) * wide, x * wide
            length = north * north + east * east
            part = 0.0 if length == 0 else min(1.0, max(0.0, (north * y + east * x) / length))
            mile = self.marks[a] + part * (self.marks[b] - self.marks[a])
            off = hypot(y - part * north, x - part * east)
            if off < best.off_miles and first <= mile <= last:
                best = Beside(mile, off)
        return best

    def may_pass(self, point: Point) -> bool:
        """Can it lie beside the road, within some ten miles? Quick, for what mostly cannot."""
        return _cell(point) in self.near


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
    cells: dict[Cell, list[int]] = {}
    for index, point in enumerate(points):
        cells.setdefault(_cell(point), []).append(index)
    is_estimated = any(leg.is_estimated for leg in legs)
    near = frozenset(one for cell in cells for one in _around(cell, 1))
    return Path(tuple(points), tuple(marks), tuple(ends), is_estimated, cells, near)


def drawn(path: Path, most: int = 120) -> tuple[Point, ...]:
    """The path with fewer points, for a drawing; both ends stay."""
    if len(path.points) <= most:
        return path.points
    step = (len(path.points) - 1) / (most - 1)
    return tuple(path.points[round(step * n)] for n in range(most))


def _between(a: Point, b: Point, part: float) -> Point:
    return Point(
        a.latitude + (b.latitude - a.latitude) * part,
        a.longitude + (b.longitude - a.longitude) * part,
    )


def _around(cell: Cell, reach: int) -> Iterator[Cell]:
    for row in range(cell[0] - reach, cell[0] + reach + 1):
        for column in range(cell[1] - reach, cell[1] + reach + 1):
            yield row, column


def _cell(point: Point) -> Cell:
    return floor(point.latitude / CELL_DEGREES), floor(point.longitude / CELL_DEGREES)
