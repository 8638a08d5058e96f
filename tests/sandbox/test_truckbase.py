"""Truckbase's answers: loads that progress, a truthful `updated_at`, loud errors."""

from __future__ import annotations

from datetime import datetime

import pytest

ACTIVE = {"booked", "assigned", "dispatched", "at_pickup", "in_transit", "at_delivery"}


async def test_the_company(acme):
    answer = (await acme.get("truckbase", "/company")).json()

    assert answer["name"] == "Acme Freight LLC"
    assert set(answer) == {"id", "name", "mc_number", "dot_number", "timezone", "created_at"}


async def test_pages_hold_every_load_once(bluemesa):
    paged = await bluemesa.loads(status="active", per_page=3)
    whole = (await bluemesa.get("truckbase", "/loads", status="active", per_page=100)).json()

    assert paged == whole["loads"]
    assert whole["pagination"]["total_count"] == len(paged)
    assert {load["status"] for load in paged} <= ACTIVE


async def test_a_load_has_everything_the_contract_names(acme):
    loads = await acme.loads()

    assert {key for load in loads for key in load} == {
        "id",
        "load_number",
        "status",
        "pickup_location",
        "pickup_time",
        "delivery_location",
        "delivery_time",
        "customer",
        "references",
        "stops",
        "driver_id",
        "driver",
        "co_driver_id",
        "truck",
        "trailer",
        "equipment_type",
        "commodity",
        "weight",
        "miles",
        "rate",
        "notes",
        "created_at",
        "updated_at",
    }
    assert all(len(load["stops"]) >= 2 for load in loads)
    assert any(len(load["stops"]) == 3 for load in loads)
    assert any(load["driver"] is None and load["status"] in ACTIVE for load in loads)
    assert any(load["stops"][0]["location"]["lat"] is None for load in loads)
    assert any(
        "+00:00" not in (stop["appointment"] or {}).get("start", "Z")
        and not (stop["appointment"] or {}).get("start", "Z").endswith("Z")
        for load in loads
        for stop in load["stops"]
    )


async def test_a_load_changes_exactly_when_updated_at_says_so(box, acme):
    """The watermark can be trusted: nothing moves without it, and it moves only with something."""
    known: dict[str, dict] = {}
    left = 0
    for _ in range(30):
        since = datetime.fromtimestamp(box.now).astimezone().isoformat()
        box.advance(2700)
        now = {load["id"]: load for load in await acme.loads(per_page=100)}
        changed = {load["id"] for load in await acme.loads(updated_since=since, per_page=100)}
        for load_id, load in now.items():
            if load_id in known and load_id not in changed:
                assert load == known[load_id]
            if load_id in known and load != known[load_id]:
                assert load["updated_at"] > known[load_id]["updated_at"]
                left += load["status"] not in ACTIVE and known[load_id]["status"] in ACTIVE
        known = now
        box.limits.forget()

    assert left


async def test_a_load_that_left_the_list_is_still_there(box, acme):
    before = {load["id"] for load in await acme.loads(status="active")}
    box.advance(2 * 86_400)
    gone = before - {load["id"] for load in await acme.loads(status="active")}

    load = (await acme.get("truckbase", f"/loads/{min(gone)}")).json()

    assert load["status"] not in ACTIVE


async def test_a_truck_is_where_its_stop_is(box, bluemesa):
    """Loads and positions tell the same story."""
    seen = 0
    for _ in range(12):
        box.advance(7200)
        box.limits.forget()
        trucks = {row["vehicle_id"]: row for row in box.truth("bluemesa")["positions"]}
        for load in await bluemesa.loads(status="active", per_page=100):
            at = [stop for stop in load["stops"] if stop["status"] == "arrived"]
            if at and load["status"] in ("at_pickup", "at_delivery"):
                truck = trucks[load["truck"]["id"].removeprefix("trk_")]
                assert truck["latitude"] == pytest.approx(at[0]["location"]["lat"], abs=0.001)
                assert truck["longitude"] == pytest.approx(at[0]["location"]["lon"], abs=0.001)
                seen += 1

    assert seen


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"per_page": 101}, "per_page"),
        ({"per_page": 0}, "per_page"),
        ({"page": "x"}, "page"),
        ({"status": "nearly"}, "status"),
        ({"updated_since": "lately"}, "updated_since"),
    ],
)
async def test_bad_parameters_are_422(acme, query, field):
    answer = await acme.get("truckbase", "/loads", **query)

    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == field


async def test_errors_in_truckbases_words(box, acme, client):
    url = f"{box.base('truckbase')}/company"
    key = box.keys("acme")["truckbase"]["api_key"]

    half = await client.get(url, headers={"X-API-Key": key})
    missing = await acme.get("truckbase", "/loads/ld_0")
    box.keyring.remove_scope("acme", "truckbase", "api")
    disabled = await acme.get("truckbase", "/company")

    unauthorized = {"code": "unauthorized", "message": "Invalid API key or secret"}
    assert (half.status_code, half.json()) == (401, {"error": unauthorized})
    assert (missing.status_code, missing.json()["error"]) == (
        404,
        {"code": "not_found", "message": "Load ld_0 not found"},
    )
    assert disabled.json()["error"]["message"] == "API access is not enabled for this account"
