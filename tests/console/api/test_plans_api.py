"""Loads and their route plans over the API, planning one now, and whose hours are whose."""

from __future__ import annotations

from models.ops import Role
from tests.support.hauls import Haul, haul


async def test_open_loads_are_listed_with_their_verdicts_those_that_need_a_person_first(
    console, filled, fleets
):
    haul(fleets, filled["acme"].integrations["truckbase"],
         Haul("l2", "A-2", "h2", "Bo", "late"), Haul("l3", "A-3", "h3", "Cy", None),
         Haul("l4", "A-4", None, None, "unverified"))  # fmt: skip

    found = (await console.ask("GET", "/loads", by="DISPATCHER")).json()
    part = (await console.ask("GET", "/loads?limit=1&offset=1")).json()

    assert [each["verdict"] for each in found["items"]] == ["late", "unverified", None, "on_time"]
    assert (found["total"], part["total"]) == (4, 4)
    assert [each["load_id"] for each in part["items"]] == ["l4"]
    last = found["items"][-1]
    assert (last["hours_driver_id"], last["basis"]) == (filled["acme"].drivers[0], "name")
    assert last["arrives_at"] < last["closes_at"]


async def test_a_plan_is_told_whole_with_the_reason_of_every_stop_and_the_age_of_every_input(
    console, filled
):
    by_id = (await console.ask("GET", f"/loads/{filled['acme'].load}/route-plan")).json()
    by_number = (await console.ask("GET", "/loads/acme-1001/route-plan")).json()

    assert by_id == by_number
    assert (by_id["verdict"], by_id["is_legal"], by_id["version"]) == ("on_time", True, 1)
    assert all(stop["why"] for stop in by_id["stops"][1:])
    pause = next(stop for stop in by_id["stops"] if stop["clock"])
    assert (pause["clock"], pause["kind"]) == ("drive", "rest")
    assert "11 h of driving end before the next stop" in pause["why"]
    fuel = next(stop for stop in by_id["stops"] if stop["kind"] == "fuel")
    assert (fuel["price"], fuel["name"]) == (3.459, "Love's & Sons <Perry>")
    hours = next(one for one in by_id["inputs"] if one["topic"] == "hours")
    assert (hours["source"], hours["age_s"], hours["confidence"]) == ("Samsara", 300, "high")
    assert by_id["warnings"][0]["severity"] == "severe"
    assert len(by_id["road"]) >= 2


async def test_a_load_without_a_plan_says_that_there_is_none_yet(console, filled, fleets):
    haul(fleets, filled["acme"].integrations["truckbase"], Haul("l3", "A-3", "h3", "Cy", None))

    found = await console.ask("GET", "/loads/l3/route-plan")

    assert found.status_code == 404
    assert found.json()["happened"] == "There is no plan of this load yet."


async def test_planning_now_is_one_flow_run_however_often_it_is_asked(
    console, filled, scheduler, rows
):
    path = f"/loads/{filled['acme'].load}/plan"

    first = await console.ask("POST", path, by="DISPATCHER")
    again = await console.ask("POST", "/loads/acme-1001/plan")

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["flow_run_id"] == again.json()["flow_run_id"]
    assert len(scheduler.runs) == 1
    assert scheduler.asked[0]["parameters"] == {"tenant": "acme", "load": filled["acme"].load}
    noted = rows("SELECT actor, subject_id FROM ops.audit_log WHERE action = 'load.plan'")
    assert ("dispatcher@acme.example", filled["acme"].load) in noted


async def test_a_load_that_is_over_is_not_planned(console, filled, rows, fleets, scheduler):
    rows("UPDATE fleet.load SET is_open = false WHERE vendor_id = %s RETURNING 1",
         filled["acme"].load)  # fmt: skip

    found = await console.ask("POST", f"/loads/{filled['acme'].load}/plan")

    assert (found.status_code, scheduler.asked) == (409, [])


async def test_an_admin_links_a_driver_and_the_log_says_who(console, filled, rows, fleets):
    acme = filled["acme"]
    haul(fleets, acme.integrations["truckbase"], Haul("l3", "A-3", "h3", "Cy", None))
    before = (await console.ask("GET", "/driver-links", by="DISPATCHER")).json()["items"]
    assert [(each["driver_id"], each["is_guess"]) for each in before] == [
        ("h3", False), (acme.load_driver, True),
    ]  # fmt: skip

    told = {"hours_driver_id": acme.drivers[2]}
    found = await console.ask("PUT", "/driver-links/h3", by=Role.ADMIN, json=told)

    assert found.json()["basis"] == "confirmed"
    assert found.json()["confirmed_by"] == "admin@acme.example"
    noted = rows("SELECT actor, details FROM ops.audit_log WHERE action = 'driver_link.confirm'")
    assert noted == [("admin@acme.example", {"driver_id": "h3", **told})]


async def test_nobody_is_linked_to_hours_that_nobody_has_or_to_a_stranger(console, filled, rows):
    path = f"/driver-links/{filled['acme'].load_driver}"
    for strange in ("nobody", filled["bluemesa"].drivers[0]):
        found = await console.ask("PUT", path, json={"hours_driver_id": strange})
        assert (found.status_code, strange in found.text) == (422, False)
    assert rows("SELECT 1 FROM fleet.driver_link WHERE basis = 'confirmed'") == []
