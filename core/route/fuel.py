"""Where to buy how much fuel: range first, then price. An optimal choice, not a rule of thumb.

Fuel is counted in miles of driving. A station lies at a mile mark, some miles off the road: to
stop there costs those miles twice, and the time of a stop. For a given row of stops it is never
worse to leave one either full or with just enough to reach the next; so a dynamic programme over
(station, what is left on arrival) finds the cheapest way.
"""

from __future__ import annotations

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


def choose(pumps: Sequence[Pump], tank: Tank, miles: float, stop_cost_usd: float) -> Fuelling:
    """The cheapest way to the end; stops without a price only where nothing else reaches.

    ``stop_cost_usd``: what the time of a stop is worth.
    """
    start, reserve = tank.miles(tank.start_gallons), tank.miles(tank.reserve_gallons)
    if start - miles >= reserve - DUST:
        return Fuelling((), Decimal(0))
    row = sorted(pumps, key=lambda pump: (pump.mile, pump.key))
    row = [pump for pump in row if 0 <= pump.mile <= miles]
    labels: list[list[_Label]] = [[] for _ in row]
    for index, pump in enumerate(row):
        left = start - pump.mile - pump.off_miles
        if left >= min(reserve, max(0.0, start)) - DUST or (start < reserve and left >= 0):
            _keep(labels[index], _Label(left, 0, 0.0, -1, None))
    ends: list[_Label] = []
    for index in range(len(row)):
        for label in labels[index]:
            for target in range(index + 1, len(row)):
                for onward in _onward(label, row, index, target, tank, miles, stop_cost_usd):
                    _keep(labels[target], onward)
            ends.extend(_onward(label, row, index, None, tank, miles, stop_cost_usd))
    if not ends:
        return _dry(row, labels, tank, start)
    best = min(ends, key=lambda label: (label.unpriced, label.cost, -label.left))
    fills = _fills(best, row, tank)
    return Fuelling(fills, total_usd(fills))


def total_usd(fills: Sequence[Fill]) -> Decimal | None:
    """What the fuel costs; None when a price is not known."""
    total = Decimal(0)
    for fill in fills:
        if fill.pump.price is None:
            return None
        total += fill.pump.price * Decimal(str(round(fill.gallons, 1)))
    return total.quantize(Decimal("0.01"))


def _onward(
    label: _Label, row: Sequence[Pump], index: int, target: int | None, tank: Tank,
    miles: float, stop_cost: float,
) -> list[_Label]:  # fmt: skip
    """From a station to another, or to the end: with just enough, or full."""
    pump, reserve = row[index], tank.miles(tank.reserve_gallons)
    full = tank.miles(tank.capacity_gallons)
    if target is None:
        way = miles - pump.mile + pump.off_miles
    else:
        way = row[target].mile - pump.mile + pump.off_miles + row[target].off_miles
    needed = way + reserve
    if needed > full + DUST:
        return []
    levels = {max(needed, label.left)}
    if target is not None and pump.price is not None:
        levels.add(max(full, label.left))
    price = 0.0 if pump.price is None else float(pump.price) / tank.mpg
    unpriced = label.unpriced + (pump.price is None)
    return [
        _Label(
            left=level - way,
            unpriced=unpriced,
            cost=label.cost + price * (level - label.left) + stop_cost,
            at=index,
            before=label,
            bought=level - label.left,
        )
        for level in levels
    ]


def _keep(kept: list[_Label], new: _Label) -> None:
    """Keep what no other way beats in fuel left and in cost."""
    rank = (new.unpriced, new.cost)
    if any(old.left >= new.left and (old.unpriced, old.cost) <= rank for old in kept):
        return
    kept[:] = [old for old in kept if old.left > new.left or (old.unpriced, old.cost) < rank]
    kept.append(new)


def _fills(end: _Label, row: Sequence[Pump], tank: Tank) -> tuple[Fill, ...]:
    found: list[Fill] = []
    label: _Label | None = end
    while label is not None and label.before is not None:
        if label.bought > DUST:
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
    label = min(labels[reached[-1]], key=lambda one: (one.unpriced, one.cost))
    fills = _fills(label, row, tank)
    if full - label.left > DUST:
        here = Fill(last, (full - label.left) / tank.mpg, label.left / tank.mpg)
        fills = (*fills, here)
    return Fuelling(fills, total_usd(fills), last.mile - last.off_miles + full - reserve)
