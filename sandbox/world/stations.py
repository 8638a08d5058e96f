"""Truck stops near the interstates, the same for every tenant; prices change a few times a day."""

from __future__ import annotations

from collections import defaultdict
from math import cos, floor, radians
from typing import NamedTuple

from sandbox.world.bumps import Bumps
from sandbox.world.dice import Dice, number
from sandbox.world.instants import DAY, HOUR
from sandbox.world.places import ROADS, City, miles_between
from sandbox.world.roads import whole_road

_BRANDS = (
    ("Pilot", "Pilot Travel Center"),
    ("Love's", "Love's Travel Stop"),
    ("TA", "TravelCenters of America"),
    ("Flying J", "Flying J Travel Center"),
    (None, "Fuel Stop"),
)
_AMENITIES = (
    "truck_parking", "showers", "def_lanes", "cat_scale", "restaurant", "repair", "laundry", "wifi"
)  # fmt: skip
_DEAR = {"CA": 1150, "WA": 620, "OR": 480, "NV": 400, "ON": 700, "PA": 350, "NJ": 120, "IL": 150}


class Station(NamedTuple):
    """What never changes about a truck stop."""

    place: int
    id: str
    name: str
    brand: str | None
    address: str
    city: City
    lat: float
    lon: float
    phone: str | None
    priced: bool
    sells_regular: bool
    estimated: bool
    status: str
    amenities: tuple[str, ...]
    truck_accessible: bool
    parking_spaces: int | None
    every: int
    phase: int


class Price(NamedTuple):
    """Thousandths of a dollar for a US gallon."""

    product: str
    kind: str
    mills: int

    @property
    def amount(self) -> str:
        """`3.599`."""
        return f"{self.mills // 1000}.{self.mills % 1000:03d}"


class Stations:
    """All truck stops of a world."""

    def __init__(self, seed: int, count: int, bumps: Bumps) -> None:
        self._seed = seed
        self._bumps = bumps
        self.all: list[Station] = []
        total = sum(whole_road(road).length for road in ROADS)
        for place in range(count):
            self.all.append(self._station(place, (place + 0.5) * total / count))
        self.by_id = {station.id: station for station in self.all}
        self._cells: dict[tuple[int, int], list[Station]] = defaultdict(list)
        for station in self.all:
            self._cells[floor(station.lat), floor(station.lon)].append(station)

    def _station(self, index: int, mile: float) -> Station:
        road = ""
        for road in ROADS:
            if mile <= whole_road(road).length:
                break
            mile -= whole_road(road).length
        spot = whole_road(road).spot(mile)
        dice = Dice(self._seed, "station", index)
        brand, name = dice.pick(_BRANDS)
        # The eighth has no price at all, so that every world with a few stops has one.
        priced = index % 13 != 7 and not dice.chance(0.02)
        big = brand is not None
        return Station(
            place=index,
            id=f"ff_{spot.city.state.lower()}_{index:05d}",
            name=f"{name} #{dice.spread(100, 999)}",
            brand=brand,
            address=f"{road} Exit {int(mile) + 1}",
            city=spot.city,
            lat=round(spot.lat + (dice.unit() - 0.5) * 0.03, 4),
            lon=round(spot.lon + (dice.unit() - 0.5) * 0.03, 4),
            phone=f"+1{dice.spread(201, 989)}5550{dice.spread(100, 199)}" if big else None,
            priced=priced,
            sells_regular=dice.chance(0.7),
            estimated=dice.chance(0.1),
            status=_status(dice, priced=priced),
            amenities=tuple(word for word in _AMENITIES if big and dice.chance(0.6)),
            truck_accessible=big,
            parking_spaces=dice.spread(20, 180) if big else None,
            every=dice.pick((4, 6, 8)) * HOUR,
            phase=dice.below(8 * HOUR),
        )

    def near(self, lat: float, lon: float, radius: float) -> list[tuple[float, Station]]:
        """(miles, station) within so many miles, nearest first."""
        tall = radius / 69.0
        wide = radius / max(1.0, 69.17 * cos(radians(min(89.0, abs(lat) + tall))))
        found = []
        for row in range(floor(lat - tall), floor(lat + tall) + 1):
            for column in range(floor(lon - wide), floor(lon + wide) + 1):
                for station in self._cells.get((row, column), ()):
                    away = miles_between(lat, lon, station.lat, station.lon)
                    if away <= radius:
                        found.append((away, station))
        return sorted(found, key=lambda pair: (pair[0], pair[1].id))

    def priced_at(self, station: Station, now: int) -> int | None:
        """When the prices of now were set."""
        if not station.priced:
            return None
        slot = now - (now - station.phase) % station.every
        return max(slot, self._bumps.at("stations", station.place) or 0)

    def prices(self, station: Station, now: int) -> list[Price]:
        """The prices of now; empty if nobody knows them."""
        if not station.priced:
            return []
        slot = (now - station.phase) // station.every
        # The market of the moment the price was set: it must not move between changes.
        market = (station.phase + slot * station.every) // (7 * DAY)
        week = number(self._seed, "market", market) % 300
        swing = number(self._seed, "price", station.place, slot) % 120
        local = number(self._seed, "local", station.place) % 250
        mills = 3200 + _DEAR.get(station.city.state, 0) + week + swing + local
        mills = mills // 10 * 10 + 9 + 10 * self._bumps.of("stations", station.place)
        found = [Price("diesel", "posted", mills)]
        if station.brand:
            found.append(Price("diesel", "cash", mills - 50))
        if "def_lanes" in station.amenities:
            found.append(Price("def", "posted", 3500 + local * 2))
        if station.sells_regular:
            found.append(Price("regular", "posted", mills - 700))
        return found


def _status(dice: Dice, *, priced: bool) -> str:
    if not priced:
        return "unknown"
    return "temporarily_closed" if dice.chance(0.02) else "open"
