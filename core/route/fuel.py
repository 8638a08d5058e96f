"""Where to buy how much fuel: range first, then price. An optimal choice, not a rule of thumb.

Fuel is counted in miles of driving. A station lies at a mile mark, some miles off the road: to
stop there costs those miles twice, and the time of a stop. For a given row of stops the best is:
where the next one is dearer leave full, else with just enough to reach it (what else is bought is
bought cheaper at the other, or makes one of the two stops needless). So a dynamic programme over
(station, what is left on arrival) finds the cheapest way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

DUST = 1e-9


@dataclass(frozen=True, slots=True)
class Tank:
    """A truck's fuel, in US gallons. ``reserve``: what is to be left at any stop and at the end."""

    start_gallons: float
    capacity_gallons: float
    reserve_gallons: float
    mpg: float

    def miles(self, gallons: float) -> float:
        """How far so much takes it."""
        return gallons * self.mpg


@dataclass(frozen=True, slots=True)
class Pump:
    """A station on the way. ``price``: USD a gallon; None when no fresh price is known."""

    key: str
    mile: float
    off_miles: float
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Fill:
    """Fuel to buy at one station."""

    pump: Pump
    gallons: float
    arrive_gallons: float


@dataclass(frozen=True, slots=True)
class Fuelling:
    """What to buy on the way. ``cost_usd``: None when a price is not known; 0 when none is needed.

    ``dry_mile``: where the known stations can no longer keep the reserve; None: it is kept.
    """

    fills: tuple[Fill, ...]
    cost_usd: Decimal | None
    dry_mile: float | None = None


@dataclass(frozen=True, slots=True)
class _Label:
    """One way to have come to a station: with what left, at what cost; the stop before."""

    left: float
    unpriced: int
    cost: float
    at: int
    before: _Label | None
    bought: float = 0.0  # at the stop before

    @property
    def rank(self) -> tuple[int, float]:
        """The smaller the better."""
        return self.unpriced, self.cost


def choose(pumps: Sequence[Pump], tank: Tank, miles: float, stop_cost_usd: float) -> Fuelling:
    """The cheapest way to the end; stops without a price only where nothing else reaches.

    ``stop_cost_usd``: what the time of a stop is worth.
    """
    start, reserve = tank.miles(tank.start_gallons), tank.miles(tank.reserve_gallons)
    if start - miles >= reserve - DUST:
        return Fuelling((), Decimal(0))
    row = [pump for pump in sorted(pumps, key=_place) if 0 <= pump.mile <= miles]
    labels: list[list[_Label]] = [[] for _ in row]
    floor = 0.0 if start < reserve else reserve  # who starts below the reserve must get on somehow
    for index, pump in enumerate(row):
        if (left := start - pump.mile - pump.off_miles) >= floor - DUST:
            labels[index].append(_Label(left, 0, 0.0, -1, None))
    best: _Label | None = None
    for index, pump in enumerate(row):
        if not labels[index]:
            continue
        leaving = _Leaving(pump, index, labels[index], tank, stop_cost_usd)
        for target in range(index + 1, len(row)):
            if row[target].mile - pump.mile > leaving.full:
                break
            if (onward := leaving.to(row[target])) is not None:
                labels[target].append(onward)
        end = leaving.to_end(miles)
        if end is not None and (best is None or end.rank < best.rank):
            best = end
    if best is None:
        return _dry(row, labels, tank, start)
    fills = _fills(best, row, tank)
    return Fuelling(fills, total_usd(fills))


def thinned(pumps: Sequence[Pump], tank: Tank, every_miles: float = 10.0) -> list[Pump]:
    """Of the stations in each stretch of so many miles, the one whose fuel costs the least.

    The detour counted in; one without a price only where no other is. It bounds the work, and
    costs at most what a neighbour within the stretch could save.
    """

    def dear(pump: Pump) -> tuple[bool, float]:
        price = 0.0 if pump.price is None else float(pump.price)
        # As if a hundred gallons were bought: the detour's fuel makes each of them dearer.
        detour = 2 * pump.off_miles / tank.mpg / 100
        return pump.price is None, price * (1 + detour) if price else pump.off_miles

    kept: dict[int, Pump] = {}
    for pump in pumps:
        stretch = int(pump.mile // every_miles)
        if stretch not in kept or dear(pump) < dear(kept[stretch]):
            kept[stretch] = pump
    return list(kept.values())


def _place(pump: Pump) -> tuple[float, str]:
    return pump.mile, pump.key


def total_usd(fills: Sequence[Fill]) -> Decimal | None:
    """What the fuel costs; None when a price is not known."""
    total = Decimal(0)
    for fill in fills:
        if fill.pump.price is None:
            return None
        total += fill.pump.price * Decimal(str(round(fill.gallons, 1)))
    return total.quantize(Decimal("0.01"))


class _Leaving:
    """All ways to have come to a station, and how to go on from it."""

    def __init__(
        self, pump: Pump, index: int, labels: list[_Label], tank: Tank, stop_cost: float
    ) -> None:
        self.pump, self.index, self.stop_cost = pump, index, stop_cost
        self.full, self.reserve = (
            tank.miles(tank.capacity_gallons),
            tank.miles(tank.reserve_gallons),
        )
        self.price = 0.0 if pump.price is None else float(pump.price) / tank.mpg
        labels.sort(key=lambda label: label.left)
        self.lefts = [label.left for label in labels]
        # Up to each: which one is the cheapest once the tank is filled to the same level.
        self.cheapest: list[_Label] = []
        for label in labels:
            last = self.cheapest[-1] if self.cheapest else label
            self.cheapest.append(label if self._worth(label) <= self._worth(last) else last)

    def to(self, other: Pump) -> _Label | None:
        """On to another station: full where that one is dearer, else with just enough."""
        way = other.mile - self.pump.mile + self.pump.off_miles + other.off_miles
        if way + self.reserve > self.full + DUST:
            return None
        mine, others = self.pump.price, other.price
        if mine is not None and others is not None and mine < others:
            return self._filled_to(self.full, way)
        return self._filled_to(way + self.reserve, way)

    def to_end(self, miles: float) -> _Label | None:
        """On to the end, with just enough."""
        way = miles - self.pump.mile + self.pump.off_miles
        needed = way + self.reserve
        return None if needed > self.full + DUST else self._filled_to(needed, way)

    def _filled_to(self, level: float, way: float) -> _Label | None:
        """None when every way comes with as much: where nothing is bought, nobody stops."""
        held = bisect_left(self.lefts, level - DUST) - 1
        if held < 0:
            return None
        label = self.cheapest[held]
        bought = level - label.left
        return _Label(
            left=level - way,
            unpriced=label.unpriced + (self.pump.price is None),
            cost=label.cost + self.price * bought + self.stop_cost,
            at=self.index,
            before=label,
            bought=bought,
        )

    def _worth(self, label: _Label) -> tuple[int, float]:
        return label.unpriced, label.cost - self.price * label.left


def _fills(end: _Label, row: Sequence[Pump], tank: Tank) -> tuple[Fill, ...]:
    found: list[Fill] = []
    label: _Label | None = end
    while label is not None and label.before is not None:
        gallons, arrive = label.bought / tank.mpg, label.before.left / tank.mpg
        found.append(Fill(row[label.at], gallons, arrive))
        label = label.before
    return tuple(reversed(found))


def _dry(
    row: Sequence[Pump], labels: Sequence[Sequence[_Label]], tank: Tank, start: float
) -> Fuelling:
    """As far as the known stations reach: filled at the last one, and dry after that."""
    reserve, full = tank.miles(tank.reserve_gallons), tank.miles(tank.capacity_gallons)
    reached = [index for index, found in enumerate(labels) if found]
    if not reached:
        return Fuelling((), None, max(0.0, start - reserve))
    last = row[reached[-1]]
    label = min(labels[reached[-1]], key=lambda one: one.rank)
    fills = _fills(label, row, tank)
    if full - label.left > DUST:
        here = Fill(last, (full - label.left) / tank.mpg, label.left / tank.mpg)
        fills = (*fills, here)
    return Fuelling(fills, total_usd(fills), last.mile - last.off_miles + full - reserve)
