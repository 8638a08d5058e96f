"""Rows, counts and the runs' ends land together, and only what differs is written."""

from __future__ import annotations

import asyncio

import pytest

from models.records import Driver, Load, LoadStop
from store.loading import DatasetResult, Held, QuarantineRow, RunClose, RunResult

from .conftest import NOW, driver, load, stop

LIVE = "SELECT vendor_id FROM fleet.driver WHERE deleted_at IS NULL ORDER BY vendor_id"


def counted(landed, dataset: str = "drivers") -> tuple[int, ...]:
    found = landed.counts[dataset]
    return (found.fetched, found.inserted, found.updated, found.unchanged, found.quarantined,
            found.duplicate)  # fmt: skip


async def test_new_changed_and_unchanged_rows_are_told_apart(house):
    await house.fleets(1)
    first = await house.sync([driver(1), driver(2), driver(3)])

    second = await house.sync([driver(1), driver(2, "Bob"), driver(3), driver(4)])

    assert counted(first) == (3, 3, 0, 0, 0, 0)
    assert counted(second) == (4, 1, 1, 2, 0, 0)
    assert await house.rows("SELECT name FROM fleet.driver ORDER BY vendor_id") == [
        ("Ann",), ("Bob",), ("Ann",), ("Ann",)
    ]  # fmt: skip


async def test_an_unchanged_row_is_not_rewritten(house):
    """Keys of an object in another order are the same object."""
    await house.fleets(1)
    await house.sync([driver(1, external_ids_json='{"a": 2, "b": 1}')])
    before = await house.row("SELECT xmin::text, run_id FROM fleet.driver")

    await house.sync([driver(1, external_ids_json='{"b": 1, "a": 2}')])

    assert await house.row("SELECT xmin::text, run_id FROM fleet.driver") == before


async def test_the_run_is_closed_with_its_rows(house):
    await house.fleets(1)

    await house.sync([driver(1)], cursor_after="2026-01-01", pages=2, requests=3, seconds=1.5)

    assert await house.row(
        "SELECT status, fetched, inserted, completed_at IS NOT NULL FROM ops.sync_run"
    ) == ("success", 1, 1, True)
    assert await house.row(
        "SELECT status, pages, requests, seconds::float8, cursor_before, cursor_after"
        " FROM ops.sync_run_dataset WHERE dataset = 'drivers'"
    ) == ("success", 2, 3, 1.5, None, "2026-01-01")
    assert await house.row("SELECT cursor, confirmed_at FROM ops.dataset_state") == (
        "2026-01-01", NOW
    )  # fmt: skip
    assert await house.row(
        "SELECT lease_run_id, consecutive_failures, last_success_at IS NOT NULL,"
        " next_sync_at > now() FROM ops.integration"
    ) == (None, 0, True, True)


async def test_an_incomplete_fetch_keeps_the_cursor(house):
    await house.fleets(1)
    await house.sync([driver(1)], cursor_after="old")

    await house.sync([driver(1)], status="partial", cursor_after="new", is_complete=False)

    assert await house.row("SELECT cursor, confirmed_at FROM ops.dataset_state") == ("old", NOW)


async def test_duplicates_count_and_the_winner_lands(house):
    await house.fleets(1)
    claim = await house.start()
    await house.staging.add(claim.run_id, Driver, [driver(1, "loser"), driver(2)])
    assert await house.staging.replace(claim.run_id, Driver, [driver(1, "winner")]) == 1
    told = DatasetResult("drivers", Driver, "success", fetched=3, duplicate=1)

    landed = await house.staging.land(
        [RunResult(claim.run_id, claim.integration_id, RunClose("success"), [told])]
    )

    assert counted(landed[claim.run_id]) == (3, 2, 0, 0, 0, 1)
    assert await house.rows("SELECT name FROM fleet.driver ORDER BY vendor_id") == [
        ("winner",), ("Ann",)
    ]  # fmt: skip


async def sync_loads(house, pairs, **more):
    """Loads with their stops; ``pairs``: (load, stops, hash of the stops)."""
    claim = await house.start()
    loads = [each for each, _, _ in pairs]
    await house.staging.add(claim.run_id, Load, loads, [hashed for _, _, hashed in pairs])
    await house.staging.add(claim.run_id, LoadStop, [s for _, stops, _ in pairs for s in stops])
    told = DatasetResult("loads", Load, "success", LoadStop,
                         **{"fetched": len(loads), "is_complete": True} | more)  # fmt: skip
    result = RunResult(claim.run_id, claim.integration_id, RunClose("success"), [told])
    return (await house.staging.land([result]))[claim.run_id]


async def test_children_follow_their_parents(house):
    """A stop that its load no longer has is gone; the load counts as updated for it."""
    await house.fleets(1)
    await sync_loads(house, [(load(1), [stop(1, 1), stop(1, 2)], 7), (load(2), [stop(2, 1)], 7)])

    landed = await sync_loads(house, [(load(1), [stop(1, 2), stop(1, 3)], 8)])

    assert counted(landed, "loads") == (1, 0, 1, 0, 0, 0)
    assert await house.rows(
        "SELECT vendor_id FROM fleet.load_stop WHERE deleted_at IS NULL ORDER BY 1"
    ) == [("l1#2",), ("l1#3",), ("l2#1",)]


async def test_a_vanished_load_goes_with_its_stops(house):
    await house.fleets(1)
    await sync_loads(house, [(load(1), [stop(1, 1)], 7), (load(2), [stop(2, 1)], 7)])

    landed = await sync_loads(house, [], vanished=["l1", "unknown"])

    assert landed.deleted == {"loads": 1}
    live = "SELECT vendor_id FROM fleet.{} WHERE deleted_at IS NULL"
    assert await house.rows(live.format("load")) == [("l2",)]
    assert await house.rows(live.format("load_stop")) == [("l2#1",)]


async def test_a_row_is_gone_after_two_absences_and_comes_back(house):
    await house.fleets(1)
    everyone = [driver(n) for n in range(10)]
    await house.sync(everyone)

    once = await house.sync(everyone[1:])
    missing = await house.row("SELECT missing_runs FROM fleet.driver WHERE vendor_id = 'd0'")
    twice = await house.sync(everyone[1:])
    gone = await house.rows("SELECT vendor_id FROM fleet.driver WHERE deleted_at IS NOT NULL")
    back = await house.sync(everyone)

    assert (once.deleted, missing) == ({}, (1,))
    assert (twice.deleted, gone) == ({"drivers": 1}, [("d0",)])
    assert counted(back) == (10, 0, 1, 9, 0, 0)
    assert len(await house.rows(LIVE)) == 10


async def test_absences_must_follow_each_other(house):
    await house.fleets(1)
    everyone = [driver(n) for n in range(10)]
    for rows in (everyone, everyone[1:], everyone, everyone[1:]):
        await house.sync(rows)

    assert len(await house.rows(LIVE)) == 10


@pytest.mark.parametrize("told", [{"is_complete": False}, {"is_snapshot": False}])
async def test_only_a_complete_fetch_says_that_something_is_gone(house, told):
    await house.fleets(1)
    await house.sync([driver(n) for n in range(10)])

    for _ in range(3):
        await house.sync([driver(0)], **told)

    assert len(await house.rows(LIVE)) == 10


@pytest.mark.parametrize("left", [0, 7])
async def test_too_many_gone_at_once_are_held(house, left):
    await house.fleets(1)
    await house.sync([driver(n) for n in range(10)])

    landed = [await house.sync([driver(n) for n in range(left)]) for _ in range(3)]

    assert {each.held["drivers"] for each in landed} == {Held(10, 10 - left)}
    assert len(await house.rows(LIVE)) == 10


async def test_a_row_in_quarantine_is_not_gone(house):
    await house.fleets(1)
    await house.sync([driver(n) for n in range(10)])
    bad = QuarantineRow("d0", "name", "is not text", {"id": "d0", "name": "\x00"})

    for _ in range(3):
        await house.sync([driver(n) for n in range(1, 10)], status="partial", quarantined=[bad])

    assert await house.row(
        "SELECT missing_since IS NOT NULL, missing_runs, deleted_at FROM fleet.driver"
        " WHERE vendor_id = 'd0'"
    ) == (True, 0, None)


async def test_a_nameless_row_in_quarantine_spares_all(house):
    """Any absent row may be the one that could not be read."""
    await house.fleets(1)
    await house.sync([driver(n) for n in range(10)])
    bad = QuarantineRow(None, "id", "is absent", {})

    for _ in range(3):
        await house.sync([driver(n) for n in range(1, 10)], status="partial", quarantined=[bad])

    assert len(await house.rows(LIVE)) == 10


async def test_quarantine_counts_and_lets_go(house):
    """One entry per fault, however often it is seen, until the row lands or is not sent."""
    await house.fleets(1)
    bad = QuarantineRow("d1", "name", "is not text", {"id": "d1"})
    other = QuarantineRow(None, "id", "is absent", {"name": "x"})
    open_entries = "SELECT vendor_id, times FROM ops.quarantine WHERE resolved_at IS NULL"

    first = await house.sync([driver(2)], status="partial", quarantined=[bad, other])
    await house.sync([driver(2)], status="partial", quarantined=[bad])
    twice = await house.rows(open_entries)
    await house.sync([driver(1), driver(2)])

    assert counted(first) == (3, 1, 0, 0, 2, 0)
    assert twice == [("d1", 2)]
    assert await house.rows(open_entries) == []
    assert await house.rows("SELECT vendor_id, resolution FROM ops.quarantine ORDER BY 1") == [
        ("d1", "landed"), (None, "no longer sent")
    ]  # fmt: skip


async def test_several_coroutines_may_stage_at_once(house):
    fleets = await house.fleets(20)
    batch = await house.claim(limit=20)

    async def fetch(claim) -> RunResult:
        await house.staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
        for page in range(3):
            rows = [driver(page * 300 + n) for n in range(300)]
            await house.staging.add(claim.run_id, Driver, rows)
        told = DatasetResult("drivers", Driver, "success", fetched=900)
        return RunResult(claim.run_id, claim.integration_id, RunClose("success"), [told])

    landed = await house.staging.land(await asyncio.gather(*map(fetch, batch)))

    assert {counted(each) for each in landed.values()} == {(900, 900, 0, 0, 0, 0)}
    assert await house.row("SELECT count(*) FROM fleet.driver") == (900 * len(fleets),)


async def test_where_there_is_room_rows_are_taken_without_a_wait(house):
    """So that nobody is cut off between; what would be copied, or waits for a copy, has no room."""
    await house.fleets(1)
    claim = await house.start()
    rows = [driver(number) for number in range(4095)]
    assert house.staging.has_room(Driver, 4095)
    with pytest.raises(StopIteration):  # it came to its end at the first step
        house.staging.add(claim.run_id, Driver, rows).send(None)

    assert not house.staging.has_room(Driver, 1)
    copying = asyncio.create_task(house.staging.add(claim.run_id, Driver, [driver(5000)]))
    await asyncio.sleep(0)
    assert not house.staging.has_room(LoadStop, 1)
    await copying
    assert house.staging.has_room(Driver, 1)
