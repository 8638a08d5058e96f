"""The choice of fuel against an oracle that tries every amount at every station."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.route.fuel import Pump, Tank, choose

INFINITE = float("inf")


@st.composite
def trips(draw):
    """Small whole numbers, one mile a gallon: so the best amounts are whole too."""
    miles = draw(st.integers(4, 30))
    places = draw(st.lists(st.integers(0, miles), max_size=5, unique=True))
    pumps = [
        Pump(
            f"s{mile}",
            mile,
            draw(st.integers(0, 2)),
            Decimal(draw(st.integers(1, 9))),
        )
        for mile in sorted(places)
    ]
    capacity = draw(st.integers(5, 20))
    reserve = draw(st.integers(0, 3))
    start = draw(st.integers(reserve, capacity))
    return pumps, Tank(start, capacity, reserve, 1.0), miles, draw(st.integers(0, 6))


def cheapest(pumps, tank, miles, stop_cost):
    """By trying all: at each station pass by, or stop and buy any whole amount."""

    @cache
    def after(index: int, left: int) -> float:
        """The least cost from having left station `index` with so much (-1: from the start)."""
        here = pumps[index] if index >= 0 else Pump("start", 0, 0, Decimal(0))
        best = INFINITE
        if left - (miles - here.mile + here.off_miles) >= tank.reserve_gallons:
            best = 0.0
        for other in range(index + 1, len(pumps)):
            there = pumps[other]
            arrives = left - (there.mile - here.mile + here.off_miles + there.off_miles)
            if arrives < tank.reserve_gallons:
                continue
            for bought in range(1, int(tank.capacity_gallons) - arrives + 1):
                cost = float(there.price) * bought + stop_cost
                best = min(best, cost + after(other, arrives + bought))
        return best

    return after(-1, int(tank.start_gallons))


@settings(deadline=None)  # a busy machine is slow
@given(trips())
def test_no_other_way_is_cheaper(trip):
    pumps, tank, miles, stop_cost = trip

    found = choose(pumps, tank, miles, stop_cost)

    best = cheapest(pumps, tank, miles, stop_cost)
    if found.dry_mile is not None:
        assert best == INFINITE
        return
    paid = sum(float(fill.pump.price) * fill.gallons + stop_cost for fill in found.fills)
    assert paid == pytest.approx(best)


def test_nobody_leaves_the_road_for_a_station_where_nothing_is_bought():
    """The second of two that cost the same was reached by way of the first, with no fuel for it."""
    pumps = [Pump(f"s{mile}", mile, off, Decimal(1)) for mile, off in ((0, 1), (1, 1), (6, 0))]
    tank = Tank(5, 5, 1, 1.0)

    found = choose(pumps, tank, 6, 0)

    assert all(fill.gallons > 0 for fill in found.fills)
    first = found.fills[0]
    assert first.arrive_gallons == 5 - first.pump.mile - first.pump.off_miles


@settings(deadline=None)  # a busy machine is slow
@given(trips())
def test_the_tank_is_never_below_the_reserve_nor_above_its_rim(trip):
    pumps, tank, miles, stop_cost = trip

    found = choose(pumps, tank, miles, stop_cost)

    left, mile = tank.start_gallons, 0.0
    for fill in found.fills:
        left -= fill.pump.mile - mile + fill.pump.off_miles
        assert left == pytest.approx(fill.arrive_gallons)
        assert left >= tank.reserve_gallons - 1e-6
        left += fill.gallons
        assert left <= tank.capacity_gallons + 1e-6
        left -= fill.pump.off_miles
        mile = fill.pump.mile
    if found.dry_mile is None:
        assert left - (miles - mile) >= tank.reserve_gallons - 1e-6
