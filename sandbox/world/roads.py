"""Where a truck is: a corridor is a stretch of interstate that a driver works, up and down."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from sandbox.world.dice import Dice
from sandbox.world.places import ROADS, City, bearing, miles_between, nearest_city


class Spot(NamedTuple):
    """A point on a road: degrees, compass heading, the road's name, the nearest city."""

    lat: float
    lon: float
    heading: int
    road: str
    city: City


class Corridor(NamedTuple):
    """Cities in order along one road, with the mile mark of each."""

    road: str
    cities: tuple[City, ...]
    marks: tuple[float, ...]

    @property
    def length(self) -> float:
        """Miles from one end to the other."""
        return self.marks[-1]

    def spot(self, travelled: float) -> Spot:
        """Where a truck is that has driven so many miles up and down from the first city."""
        lap = travelled % (2 * self.length)
        outward = lap <= self.length
        mark = lap if outward else 2 * self.length - lap
        leg = min(bisect_right(self.marks, mark), len(self.marks) - 1) - 1
        here, there = self.cities[leg], self.cities[leg + 1]
        part = (mark - self.marks[leg]) / (self.marks[leg + 1] - self.marks[leg])
        lat = round(here.lat + (there.lat - here.lat) * part, 6)
        lon = round(here.lon + (there.lon - here.lon) * part, 6)
        ends = (here, there) if outward else (there, here)
        heading = bearing(ends[0].lat, ends[0].lon, ends[1].lat, ends[1].lon)
        return Spot(lat, lon, heading, self.road, here if part < 0.5 else there)


@lru_cache(maxsize=4096)
def corridor(road: str, first: int, last: int) -> Corridor:
    """Part of a road, from its `first` to its `last` city."""
    cities = ROADS[road][first : last + 1]
    marks = [0.0]
    for here, there in pairwise(cities):
        marks.append(marks[-1] + miles_between(here.lat, here.lon, there.lat, there.lon))
    return Corridor(road, cities, tuple(marks))


_US_ROADS = tuple(road for road in ROADS if road != "ON-401")


def corridor_of(dice: Dice, *, canadian: bool = False) -> Corridor:
    """A corridor of three to six cities."""
    road = "ON-401" if canadian else dice.pick(_US_ROADS)
    count = len(ROADS[road])
    width = min(dice.spread(3, 6), count)
    first = dice.below(count - width + 1)
    return corridor(road, first, first + width - 1)


def whole_road(road: str) -> Corridor:
    """The road from end to end."""
    return corridor(road, 0, len(ROADS[road]) - 1)


def place_name(lat: float, lon: float, road: str) -> str:
    """`I-35, Waco, TX, 76706`."""
    city, _ = nearest_city(round(lat, 2), round(lon, 2))
    return f"{road}, {city.name}, {city.state}, {city.zip}"
