"""Too many rows gone at once wait for a person, and for the rows."""

from __future__ import annotations

import pytest

from core.errors import ConfigurationError, NotFoundError
from store import deletions
from store.results import Held, QuarantineRow

from .conftest import driver

EVERYONE = [driver(n) for n in range(10)]
LEFT = EVERYONE[:5]
HELD = (
    "SELECT status, live, gone, decided_by, deleted FROM ops.held_deletion ORDER BY first_seen_at"
)
LIVE = "SELECT count(*) FROM fleet.driver WHERE deleted_at IS NULL"


async def held(house) -> deletions.Held:
    await house.fleets(1)
    await house.sync(EVERYONE)
    await house.sync(LEFT)
    (found,) = await deletions.listing(house.conn)
    return found


async def test_a_mass_deletion_is_held_once_however_often_it_is_seen(house):
    found = await held(house)

    await house.sync(EVERYONE[:4])

    assert (found.dataset, found.status, found.live, found.gone) == ("drivers", "held", 10, 5)
    assert await house.rows(HELD) == [("held", 10, 6, None, None)]
    assert await house.row(LIVE) == (10,)


async def test_it_is_over_by_itself_when_the_rows_come_back(house):
    await held(house)

    await house.sync(EVERYONE)

    assert await house.rows(HELD) == [("released", 10, 5, None, None)]
    assert await deletions.listing(house.conn) == []
    (over,) = await deletions.listing(house.conn, with_ended=True)
    with pytest.raises(NotFoundError):
        await deletions.find(house.conn, over.code)


async def test_an_approved_one_is_deleted_by_the_next_complete_fetch_that_lacks_the_rows(house):
    """Not by the approval itself: a fetch that broke off says nothing either."""
    found = await held(house)

    await deletions.approve(house.conn, found, "Ann")
    approved = await house.row(LIVE)
    await house.sync(LEFT, is_complete=False)
    broken_off = await house.row(LIVE)
    landed = await house.sync(LEFT)

    assert (approved, broken_off, await house.row(LIVE)) == ((10,), (10,), (5,))
    assert (landed.deleted, landed.held) == ({"drivers": 5}, {})
    assert await house.rows(HELD) == [("deleted", 10, 5, "Ann", 5)]
    assert await house.row("SELECT actor, action FROM ops.audit_log") == ("Ann", "deletion.approve")


async def test_rows_that_are_back_before_the_next_fetch_stay_whatever_was_approved(house):
    found = await held(house)
    await deletions.approve(house.conn, found, "Ann")

    landed = await house.sync(EVERYONE)
    again = await house.sync(LEFT)

    assert landed.deleted == {}
    assert again.held["drivers"] == Held(10, 5)
    assert [row[0] for row in await house.rows(HELD)] == ["released", "held"]
    assert await house.row(LIVE) == (10,)


async def test_what_vanishes_after_the_approval_is_not_covered_by_it(house):
    """It was never looked at, and is too much again: it is held for itself."""
    found = await held(house)
    await deletions.approve(house.conn, found, "Ann")

    landed = await house.sync(EVERYONE[:2])

    assert (landed.deleted, landed.held["drivers"]) == ({"drivers": 5}, Held(5, 3))
    assert [row[:3] for row in await house.rows(HELD)] == [("deleted", 10, 5), ("held", 5, 3)]
    assert await house.row(LIVE) == (5,)


async def test_a_row_in_quarantine_at_the_approval_was_not_absent(house):
    """It was sent; one absence later it is no more gone than any other row."""
    await house.fleets(1)
    await house.sync(EVERYONE)
    bad = QuarantineRow("d4", "name", "is not text", {"id": "d4"})
    await house.sync(EVERYONE[:4], status="partial", quarantined=[bad])
    (found,) = await deletions.listing(house.conn)
    await deletions.approve(house.conn, found, "Ann")

    landed = await house.sync(EVERYONE[:4])

    assert (found.gone, landed.deleted) == (5, {"drivers": 5})
    assert await house.row(
        "SELECT missing_runs, deleted_at FROM fleet.driver WHERE vendor_id = 'd4'"
    ) == (1, None)


async def test_an_entry_of_another_dataset_keeps_no_row(house):
    """The driver is gone, though a row of his hours stands in quarantine."""
    found = await held(house)
    await house.conn.execute(
        "INSERT INTO ops.quarantine (tenant_id, integration_id, dataset, vendor_id, path, reason,"
        " payload, fingerprint, first_run_id, last_run_id)"
        " SELECT tenant_id, integration_id, 'hos_clocks', 'd7', 'p', 'r', '{}', 'f', id, id"
        " FROM ops.sync_run LIMIT 1"
    )
    await deletions.approve(house.conn, found, "Ann")

    landed = await house.sync(LEFT)

    assert landed.deleted == {"drivers": 5}


async def test_a_row_that_a_replay_brought_after_the_approval_is_not_covered(house):
    """Its fetch is older than the approval, and yet it was not absent then."""
    found = await held(house)
    await deletions.approve(house.conn, found, "Ann")
    await house.conn.execute(
        "UPDATE fleet.driver SET missing_since = now() - interval '1 day', missing_runs = 0,"
        " synced_at = now() WHERE vendor_id = 'd7'"
    )

    landed = await house.sync(LEFT)

    assert landed.deleted == {"drivers": 4}


async def test_a_fetch_with_a_nameless_row_decides_nothing(house):
    """Any absent row may be the one that could not be read."""
    found = await held(house)
    await deletions.approve(house.conn, found, "Ann")
    nameless = QuarantineRow(None, "id", "is missing", {})

    await house.sync(LEFT, status="partial", quarantined=[nameless])

    assert await house.row(LIVE) == (10,)
    assert [row[0] for row in await house.rows(HELD)] == ["approved"]


async def test_it_is_approved_once_and_only_while_it_waits(house):
    found = await held(house)
    await deletions.approve(house.conn, found, "Ann")

    with pytest.raises(ConfigurationError, match="waits no more"):
        await deletions.approve(house.conn, found, "Bob")

    assert await house.rows(HELD) == [("approved", 10, 5, "Ann", None)]


async def test_what_was_deleted_comes_back_when_it_is_sent_again(house):
    found = await held(house)
    await deletions.approve(house.conn, found, "Ann")
    await house.sync(LEFT)

    await house.sync(EVERYONE)

    assert await house.row(LIVE) == (10,)


async def test_one_that_is_deactivated_is_not_deleted(house):
    """A driver who left still has his hours."""
    await house.fleets(1)
    await house.sync([driver(1, is_active=True), driver(2, is_active=True)])

    for _ in range(3):
        await house.sync([driver(1, is_active=False), driver(2, is_active=True)])

    assert await house.rows(
        "SELECT vendor_id, is_active, deleted_at FROM fleet.driver ORDER BY 1"
    ) == [("d1", False, None), ("d2", True, None)]
