"""An integration is worked on by one run at a time, whoever asks and whoever dies."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from store import claims, due
from store.connection import connect
from store.results import ErrorFields, RunClose

from .conftest import DATASETS, VENDOR


async def test_a_claim_opens_a_run_that_knows_its_datasets(house):
    """Their rows are written when they are decided, or when the run is closed."""
    (fleet,) = await house.fleets(1)

    (claim,) = await house.claim(force=False)

    assert (claim.integration_id, claim.tenant_slug) == (fleet.integration_id, "fleet1")
    assert await house.row("SELECT status, vendor FROM ops.sync_run") == ("running", VENDOR)
    assert await house.row("SELECT datasets FROM ops.sync_run") == (list(DATASETS),)
    assert await house.rows("SELECT FROM ops.sync_run_dataset") == []
    assert await claims.running(house.conn, VENDOR, "fleet1") == claim.run_id


async def test_two_flow_runs_started_together_sync_each_once(house, database):
    """Both claim until nothing is left; no integration is claimed twice, none is left out."""
    fleets = await house.fleets(100)
    start = (await house.row("SELECT now()"))[0]

    async def flow(name: str) -> list:
        mine = []
        async with connect(database) as conn:
            while batch := await claims.claim(
                conn, vendor=VENDOR, flow_run_id=name, batch="1", limit=7, poll_seconds=300,
                datasets=DATASETS, started_before=start,
            ):  # fmt: skip
                mine += batch
                await claims.give_back(conn, [each.run_id for each in batch])
        return mine

    first, second = await asyncio.gather(flow("one"), flow("two"))

    claimed = [each.integration_id for each in first + second]
    assert sorted(claimed) == sorted(fleet.integration_id for fleet in fleets)
    assert first
    assert second


async def test_forced_flows_sync_each_once_too(house):
    """A forced flow loops until nothing is left, though nothing is ever due or not due."""
    await house.fleets(3)
    await house.claim(limit=3, force=False)
    await house.conn.execute(
        "UPDATE ops.integration SET lease_run_id = NULL, lease_expires_at = NULL"
    )
    (start,) = await house.row("SELECT now()")

    due = await house.claim(limit=9, force=False)
    forced = await house.claim(limit=2, started_before=start)
    rest = await house.claim(limit=9, started_before=start)
    again = await house.claim(limit=9, started_before=start)

    assert [len(each) for each in (due, forced, rest, again)] == [0, 2, 1, 0]


async def test_what_is_longest_overdue_comes_first(house):
    fleets = await house.fleets(3)
    await house.conn.execute(
        "UPDATE ops.integration SET next_sync_at = now() - interval '1 h' WHERE id = %s",
        [fleets[2].integration_id],
    )

    (claim,) = await house.claim(force=False)

    assert claim.integration_id == fleets[2].integration_id


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE ops.integration SET status = 'disabled'", id="disabled"),
        pytest.param("UPDATE ops.tenant SET is_active = false", id="tenant is not active"),
        pytest.param(
            "UPDATE ops.integration SET lease_run_id = gen_random_uuid(),"
            " lease_expires_at = now() + interval '1 min'",
            id="another run has it",
        ),
    ],
)
async def test_what_may_not_be_synced_is_not_claimed(house, change):
    await house.fleets(1)
    await house.conn.execute(change)

    assert await house.claim(force=True) == []
    assert await due.count(house.conn, VENDOR, force=True) == 0


async def test_a_run_that_died_is_closed_and_taken_over(house):
    await house.fleets(1)
    (dead,) = await house.claim(lease_s=-1)

    (claim,) = await house.claim(force=False)

    assert claim.integration_id == dead.integration_id
    assert await house.row(
        "SELECT status, error_kind, completed_at IS NOT NULL FROM ops.sync_run WHERE id = %s",
        dead.run_id,
    ) == ("crashed", "crashed", True)
    assert await house.rows(
        "SELECT dataset, position, status FROM ops.sync_run_dataset WHERE run_id = %s ORDER BY 2",
        dead.run_id,
    ) == [("drivers", 0, "failed"), ("loads", 1, "failed")]
    assert await claims.running(house.conn, VENDOR, "fleet1") == claim.run_id


async def test_leases_that_ran_out_are_closed_by_maintenance(house):
    await house.fleets(2)
    await house.claim(limit=2, lease_s=-1)

    assert await claims.close_expired(house.conn) == 2
    assert await claims.close_expired(house.conn) == 0
    assert await house.row("SELECT count(*), min(status) FROM ops.sync_run") == (2, "crashed")
    assert await due.count(house.conn, VENDOR) == 2


async def test_a_lease_is_renewed_only_by_its_run(house):
    await house.fleets(1)
    (dead,) = await house.claim(lease_s=-1)
    (claim,) = await house.claim()

    assert await claims.renew(house.conn, [dead.run_id, claim.run_id], 600) == {claim.run_id}


async def test_what_is_given_back_is_due_at_once(house):
    await house.fleets(1)
    (claim,) = await house.claim()

    assert await claims.give_back(house.conn, [claim.run_id]) == 1
    assert await claims.give_back(house.conn, [claim.run_id]) == 0
    assert await due.count(house.conn, VENDOR) == 1
    assert await house.row("SELECT status, not_before IS NOT NULL FROM ops.sync_run") == (
        "deferred", True
    )  # fmt: skip


async def test_the_next_slot_keeps_the_phase(house):
    """A thousand integrations stay spread over the interval however long their syncs take."""
    await house.fleets(1)
    await house.conn.execute("UPDATE ops.integration SET phase_s = 17")

    await house.claim()

    due, now = await house.row("SELECT next_sync_at, now() FROM ops.integration")
    assert due.timestamp() % 300 == 17
    assert timedelta(0) < due - now <= timedelta(seconds=300)


async def test_an_integration_that_needs_attention_is_probed(house):
    await house.fleets(1)
    await house.conn.execute("UPDATE ops.integration SET status = 'needs_attention'")

    (claim,) = await house.claim()

    assert claim.is_probe


async def test_what_is_put_off_is_closed_as_it_is_claimed(house):
    """A vendor that is down: a true run for each that was due, and nobody holds a lease."""
    await house.fleets(3)
    (until,) = await house.row("SELECT now() + interval '90 s'")
    error = ErrorFields("deferred", "Acme does not answer.", "Who must act: nobody.", "Wait.")
    close = RunClose("deferred", error, not_before=until, attempts=0)

    assert len(await house.claim(limit=None, force=False, batch=None, close=close)) == 3

    assert await house.rows(
        "SELECT DISTINCT status, not_before, attempts, completed_at IS NOT NULL, error_happened,"
        " lease_expires_at FROM ops.sync_run"
    ) == [("deferred", until, 0, True, "Acme does not answer.", None)]
    assert await house.rows(
        "SELECT dataset, status, count(*) FROM ops.sync_run_dataset GROUP BY 1, 2 ORDER BY 1"
    ) == [("drivers", "deferred", 3), ("loads", "deferred", 3)]
    free = "lease_run_id IS NULL AND consecutive_failures = 0 AND last_error_kind IS NULL"
    due, last, are_free = await house.row(
        f"SELECT min(next_sync_at), max(next_sync_at), bool_and({free}) FROM ops.integration"
    )
    assert are_free
    assert until <= due
    assert last <= until + timedelta(seconds=10)


async def test_live_tenants_and_those_of_the_sandbox_are_claimed_apart(house):
    await house.fleets(2)
    await house.conn.execute("UPDATE ops.tenant SET is_sandbox = slug = 'fleet2'")

    (claim,) = await house.claim(limit=None, is_sandbox=True)
    (other,) = await house.claim(limit=None, is_sandbox=False)

    assert (claim.tenant_slug, other.tenant_slug) == ("fleet2", "fleet1")


async def test_what_another_run_works_on_is_not_put_off(house):
    await house.fleets(1)
    (claim,) = await house.claim()

    put_off = await house.claim(close=RunClose("deferred", attempts=0))

    assert put_off == []
    assert await claims.running(house.conn, VENDOR, "fleet1") == claim.run_id
