"""Vendors that are silent, and rows that are not there: a plan comes all the same, and says so."""

from __future__ import annotations

import pytest

from core.errors import NotFoundError
from core.route.plan import Verdict
from core.route.request import HoursBasis
from tasks.planning import plan_all
from tests.support.depot import BY, KANSAS_CITY, database, planned


@pytest.mark.parametrize(
    ("vendor", "named"),
    [
        ("truckbase", "Truckbase's load data is as of"),
        ("samsara", "The truck's position is of"),
        ("openweather", "OpenWeather's weather data is as of"),
    ],
)
async def test_a_vendor_that_is_silent_for_hours_is_named(depot, vendor, named):
    await depot.silence(vendor)

    plan = (await planned(depot)).plan

    assert any(named in said for said in plan.degraded)
    assert plan.stops


async def test_prices_older_than_three_days_are_left_out(depot):
    await depot.silence("fuelfinder", hours=73)
    await depot.move(KANSAS_CITY)

    plan = (await planned(depot)).plan

    assert any("Fuel Finder's fuel data is as of" in said for said in plan.degraded)
    assert plan.fuel_cost is None


async def test_hours_that_are_hours_old_are_never_verified(depot):
    await depot.silence("samsara")

    plan = (await planned(depot)).plan

    assert (plan.verdict, plan.hours) == (Verdict.UNVERIFIED, HoursBasis.STALE)


@pytest.mark.parametrize("vendor", ["samsara", "fuelfinder", "openweather"])
async def test_a_vendor_that_never_told_anything_is_named(depot, vendor):
    await forget(depot, vendor)

    plan = (await planned(depot)).plan

    assert plan.stops
    title = {"samsara": "linked to nobody", "fuelfinder": "Fuel Finder has told nothing",
             "openweather": "OpenWeather has told nothing"}[vendor]  # fmt: skip
    assert any(title in said for said in plan.degraded)


async def test_with_all_four_silent_there_is_still_a_plan(depot):
    for vendor in depot.integrations:
        await depot.silence(vendor, hours=80)

    plan = (await planned(depot)).plan

    assert plan.verdict is Verdict.UNVERIFIED
    said = " ".join(plan.degraded)
    for name in ("Truckbase", "Fuel Finder", "OpenWeather", "Hours", "position"):
        assert name in said


async def test_without_three_of_them_there_is_still_a_plan(depot):
    for vendor in ("samsara", "fuelfinder", "openweather"):
        await forget(depot, vendor)

    plan = (await planned(depot)).plan

    assert plan.verdict is Verdict.UNVERIFIED
    assert plan.stops[-1].kind == "delivery"


async def test_without_the_loads_there_is_nothing_to_plan(depot):
    await forget(depot, "truckbase")

    done = await plan_all(database(depot), by=BY)

    assert done.said.startswith("0 loads planned")
    with pytest.raises(NotFoundError, match="There is no load “l1”"):
        await planned(depot)


async def forget(depot, vendor):
    id_ = depot.integrations[vendor]
    for table in ("load_stop", "load", "hos_clock", "vehicle_position", "vehicle", "driver",
                  "fuel_price", "fuel_station", "weather_observation"):  # fmt: skip
        await depot.conn.execute(f"DELETE FROM fleet.{table} WHERE integration_id = %s", [id_])
    await depot.conn.execute("DELETE FROM ops.dataset_state WHERE integration_id = %s", [id_])


async def test_a_stop_without_coordinates_is_located_by_its_city(depot):
    await depot.conn.execute("UPDATE fleet.load_stop SET latitude = NULL, longitude = NULL,"
                             " city = 'Houston', state = 'TX', country = 'US'")  # fmt: skip

    plan = (await planned(depot)).plan

    assert plan.miles == pytest.approx(241, abs=15)
    assert any("located by the city" in said for said in plan.degraded)


async def test_a_stop_that_is_nowhere_is_named_and_nothing_is_verified(depot):
    await depot.stop("l1", 3, None)

    plan = (await planned(depot)).plan

    assert plan.verdict is Verdict.UNVERIFIED
    assert "Dock 3 of l1 could not be located" in plan.said


async def test_a_truck_that_is_nowhere_begins_at_the_stop_it_left(depot):
    await depot.conn.execute("UPDATE fleet.vehicle_position SET latitude = NULL")

    plan = (await planned(depot)).plan

    assert plan.stops[0].name == "Dock 1 of l1"
    assert any("Where the truck is, is not known" in said for said in plan.degraded)


async def test_a_truck_that_is_nowhere_and_left_nothing_is_never_verified(depot):
    await depot.conn.execute("UPDATE fleet.vehicle_position SET latitude = NULL")
    await depot.conn.execute("UPDATE fleet.load_stop SET status = 'pending'")

    plan = (await planned(depot)).plan

    assert plan.verdict is Verdict.UNVERIFIED
    assert "nobody knows where the truck is" in plan.said
