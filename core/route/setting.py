"""Where a plan takes place: the road, the truck stops beside it, and what is to be done on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.route.facts import age_s
from core.route.fuel import Fuelling, Pump, choose, thinned
from core.route.request import Request, Station
from core.route.roads import Beside, Path, joined
from core.route.trip import Berth, Call, Kind

PRICE_USABLE_S = 72 * 3600


@dataclass(frozen=True, slots=True)
class Setting:
    """The road with what lies beside it. ``stations``: by the keys of pumps and berths.

    A truck stop that is passed twice, on the way there and back, has two keys.
    """

    path: Path
    calls: tuple[Call, ...]
    berths: tuple[Berth, ...]
    stations: dict[str, Station]
    fuelling: Fuelling


def setting_of(request: Request) -> Setting:
    """Lay the road, find what is beside it, and choose where to buy fuel."""
    path = joined(request.start, request.legs)
    pumps: list[Pump] = []
    berths: list[Berth] = []
    stations: dict[str, Station] = {}
    for key, station, beside in _passed(request, path):
        stations[key] = station
        price = usable_price(station, request.now)
        pumps.append(Pump(key, beside.mile, beside.off_miles, price))
        if station.has_parking:
            berths.append(Berth(key, beside.mile))
    fuelling = choose(
        thinned(pumps, request.truck.tank),
        request.truck.tank,
        path.miles,
        request.truck.stop_cost_usd,
    )
    return Setting(path, calls_of(request, path, fuelling), tuple(berths), stations, fuelling)


def _passed(request: Request, path: Path) -> Iterator[tuple[str, Station, Beside]]:
    """Every truck stop near the road, once for each leg that passes it."""
    begins = (0.0, *path.ends)
    for station in request.stations:
        if not path.may_pass(station.point):
            continue
        before: Beside | None = None
        for leg, end in enumerate(path.ends):
            found = path.beside(station.point, request.truck.near_miles, begins[leg], end)
            if found is None:
                continue
            # Where one leg ends and the next begins a station is near both: that is one pass.
            if before is None or found.mile - before.mile > 2 * request.truck.near_miles:
                yield f"{leg}:{station.key}", station, found
                before = found


def calls_of(request: Request, path: Path, fuelling: Fuelling) -> tuple[Call, ...]:
    """Everything to be done on the way, by mile mark."""
    visits = [
        Call(v.key, v.kind, mile, request.truck.service_s, v.opens_at, v.closes_at)
        for v, mile in zip(request.visits, path.ends, strict=True)
    ]
    fills = [
        Call(fill.pump.key, Kind.FUEL, fill.pump.mile, request.truck.fuel_stop_s,
             detour_miles=2 * fill.pump.off_miles)
        for fill in fuelling.fills
    ]  # fmt: skip
    # Of what stands at one mile mark fuel comes first; visits keep their order.
    return tuple(sorted([*fills, *visits], key=lambda call: call.mile))


def usable_price(station: Station, now: datetime) -> Decimal | None:
    """Its price, unless that is older than 72 hours or nobody knows how old."""
    age = age_s(station.price_as_of, now)
    return None if age is None or age > PRICE_USABLE_S else station.price
