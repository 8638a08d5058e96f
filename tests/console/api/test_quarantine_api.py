"""`/quarantine`: a row that was set aside is read again, for its own tenant, once."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support import aside


@pytest.fixture
def put(console, filled):
    """Sets a row aside that today's mapping reads, or nonsense."""
    fleet = filled["acme"]
    told = console.house.url, fleet.integrations["samsara"], fleet.runs["samsara"][0]
    return partial(aside.put, *told)


async def test_a_row_that_can_be_read_now_lands_and_is_resolved(console, put, rows):
    entry = put(41)

    first = await console.ask("POST", f"/quarantine/{entry}/replay", by="DISPATCHER")
    again = await console.ask("POST", f"/quarantine/{entry}/replay", by="DISPATCHER")

    assert first.status_code == 200, first.text
    assert (first.json()["fate"], first.json()["entry"]["resolution"]) == ("landed", "replayed")
    assert again.status_code == 409
    assert rows("SELECT count(*) FROM fleet.vehicle_position WHERE vendor_id = 'v41'") == [(1,)]
    ((actor,),) = rows("SELECT actor FROM ops.audit_log WHERE action = 'quarantine.replay'")
    assert "dispatcher@acme.example" in actor


async def test_a_row_that_is_still_bad_stays_and_says_why(console, put):
    entry = put(42, "north")

    found = (await console.ask("POST", f"/quarantine/{entry}/replay", by="DISPATCHER")).json()

    assert found["fate"] == "still bad"
    assert "latitude" in found["why"]
    assert (found["entry"]["resolved_at"], found["entry"]["is_kept"]) == (None, True)


async def test_a_row_of_which_only_the_entry_is_left_says_so(console, filled):
    entry = filled["acme"].aside["truckbase"]

    found = await console.ask("POST", f"/quarantine/{entry}/replay", by="DISPATCHER")

    assert (found.status_code, found.json()["fate"]) == (200, "not kept")


async def test_a_stranger_replays_nothing(console, put, rows):
    entry = put(43)

    found = await console.ask("POST", f"/quarantine/{entry}/replay", by="ADMIN", of="bluemesa")

    assert found.status_code == 404
    assert rows("SELECT count(*) FROM fleet.vehicle_position WHERE vendor_id = 'v43'") == [(0,)]
