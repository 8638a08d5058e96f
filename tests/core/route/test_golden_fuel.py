"""Fuel computed by hand. 50 mph, 5 mpg, 10 gal in reserve; away on Monday at 06:00 UTC."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.hours import Which
from core.route.fuel import Tank
from core.route.planner import plan
from core.route.request import Truck
from tests.support.routes import at, kinds, request, station, stop, visit

FUELS = (station("a", 100, "4.000"), station("b", 140, "3.000"), station("c", 400, "3.500"))


def truck(start: float, capacity: float = 200, **more) -> Truck:
    return Truck(Tank(start, capacity, reserve_gallons=10, mpg=5), **more)


def test_fuel_is_bought_where_it_is_cheapest_within_reach():
    """5 mpg, 40 gal, 10 in reserve: 150 miles of reach, so a or b. 600 miles burn 120 gal; with
    the reserve 130, less the 40: 90 gal, all at b for 3.00: 270.00, with 12 gal left on arrival."""
    found = plan(request(visit(mile=600), truck=truck(40), stations=FUELS))

    bought = stop(found, "fuel")
    assert bought.place_id == "b"
    assert float(bought.gallons) == pytest.approx(90, abs=0.3)
    assert float(found.fuel_cost) == pytest.approx(270, abs=1)
    assert "12 gal here" in bought.why


def test_a_small_tank_needs_two_stops():
    """70 gal: full at b (12 + 58), 260 miles burn 52: 18 left at c. 200 miles more and the
    reserve are 50: 32 gal at 3.50. 58 × 3.00 + 32 × 3.50 = 286.00."""
    found = plan(request(visit(mile=600), truck=truck(40, 70), stations=FUELS))

    bought = [each for each in found.stops if each.kind == "fuel"]
    assert [each.place_id for each in bought] == ["b", "c"]
    assert [float(each.gallons) for each in bought] == pytest.approx([58, 32], abs=0.5)
    assert float(found.fuel_cost) == pytest.approx(286, abs=2)


@pytest.mark.parametrize(
    ("minutes", "pauses", "arrives"),
    [
        # 13:00 to 13:30, then 3 h.
        pytest.param(30, ["fuel"], "16:30", id="30 minutes are a break"),
        # 13:00 to 13:29, 1 h to the 8th: break 14:29 to 14:59, then 2 h.
        pytest.param(29, ["fuel", "break"], "16:59", id="29 are not"),
    ],
)
def test_a_fuel_stop_is_the_break_if_it_is_long_enough(minutes, pauses, arrives):
    """90 gal reach 400 miles, the only station is at 350, 7 h on: 13:00."""
    found = plan(
        request(
            visit(mile=500),
            truck=truck(90, fuel_stop_s=minutes * 60),
            stations=[station("s", 350, "3.000")],
        )
    )

    assert kinds(found)[1:-1] == pauses
    assert abs(found.arrives_at - at(arrives)) < timedelta(minutes=3)  # the station's nearest point
    assert ("30-minute break" in stop(found, "fuel").why) is (minutes == 30)


def test_a_price_older_than_72_hours_is_no_price():
    """The only station sells, at a price nobody knows: the stop stays, its cost does not."""
    old = station("s", 100, "2.000", age=timedelta(hours=73))

    found = plan(request(visit(mile=600), truck=truck(40), stations=[old]))

    assert stop(found, "fuel").price is None
    assert found.fuel_cost is None
    assert any("no fresh price" in said for said in found.degraded)


def test_a_station_without_a_price_is_used_only_where_nothing_else_reaches():
    found = plan(
        request(
            visit(mile=600),
            truck=truck(40),
            stations=[station("free", 140), station("dear", 130, "9.000")],
        )
    )

    assert stop(found, "fuel").place_id == "dear"


def test_a_road_without_fuel_says_where_it_runs_dry():
    """40 gal less 10, at 5 mpg: mile 150."""
    found = plan(request(visit(mile=600), truck=truck(40)))

    assert found.fuel_cost is None
    assert any("beyond mile 150" in said for said in found.degraded)


def test_a_detour_costs_its_miles():
    """Two miles off and back are 4 miles: 5 min of driving."""
    far = station("s", 100, "3.000", off=2)

    found = plan(request(visit(mile=200), truck=truck(32), stations=[far]))

    assert abs(found.arrives_at - at("10:35")) < timedelta(minutes=1)
    assert kinds(found) == ["start", "fuel", "delivery"]


def test_the_worked_example_of_the_documentation():
    """docs/plans.md, “A worked example”, computes it."""
    found = plan(
        request(
            visit(mile=650),
            truck=truck(40, 70),
            stations=[station("b", 140, "3.000"), station("c", 400, "3.500")],
        )
    )

    assert kinds(found) == ["start", "fuel", "fuel", "rest", "delivery"]
    assert float(found.fuel_cost) == pytest.approx(321, abs=2)
    assert stop(found, "rest").clock is Which.DRIVE
    assert abs(found.arrives_at - at("06:00", 1)) < timedelta(minutes=2)
