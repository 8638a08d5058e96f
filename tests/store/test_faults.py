"""What cannot land costs its own run only, and every run ends in a true status."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from models.records import Driver, Load, LoadStop
from store import claims, closing
from store.connection import DatabaseLost
from store.loading import DatasetResult, ErrorFields, RunClose, RunResult

from .conftest import driver, load

ATTENTION = ErrorFields("auth_rejected", "The key was refused.", "admin", "Replace it.", 401)
POISON = [
    pytest.param(driver(1, name="nul\x00"), id="a NUL character"),
    pytest.param(driver(1, name="\ud800"), id="half a surrogate"),
    pytest.param(driver(1, tags_json="{"), id="broken JSON"),
    pytest.param(driver(1, eld_day_start_hour=2**40), id="too large a number"),
    pytest.param(driver(1, eld_day_start_hour="x"), id="no number"),
    pytest.param(driver(1, vendor_id=None), id="no id"),
]


@pytest.mark.parametrize("poison", POISON)
async def test_a_row_that_cannot_be_stored_costs_its_own_run_only(house, poison):
    await house.fleets(5)
    batch = await house.claim(limit=5)
    results = []
    for place, claim in enumerate(batch):
        await house.staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
        rows = [driver(2), poison if place == 3 else driver(3)]
        await house.staging.add(claim.run_id, Driver, rows)
        told = DatasetResult("drivers", Driver, "success", fetched=2)
        results.append(RunResult(claim.run_id, claim.integration_id, RunClose("success"), [told]))

    landed = await house.staging.land(results)

    failed = [each for each in landed.values() if each.error is not None]
    assert [each.error.kind for each in failed] == ["unstorable"]
    assert await house.rows(
        "SELECT status, count(*), sum(inserted) FROM ops.sync_run GROUP BY 1 ORDER BY 1"
    ) == [("failed", 1, 0), ("success", 4, 8)]
    assert await house.row("SELECT count(*) FROM fleet.driver") == (8,)
    assert (await house.sync([driver(2)])).error is None


async def test_a_run_that_lost_its_lease_writes_nothing(house):
    """A slow run's rows may be older than those of the run that took over."""
    await house.fleets(1)
    slow = await house.start(lease_s=-1)
    await house.staging.add(slow.run_id, Driver, [driver(1, "old")])
    await house.sync([driver(1, "new")])
    told = DatasetResult("drivers", Driver, "success", fetched=1)

    landed = await house.staging.land(
        [RunResult(slow.run_id, slow.integration_id, RunClose("success"), [told])]
    )

    assert landed[slow.run_id].lost_lease
    assert await house.rows("SELECT name FROM fleet.driver") == [("new",)]
    assert await house.row("SELECT status FROM ops.sync_run WHERE id = %s", slow.run_id) == (
        "crashed",
    )


async def test_a_run_that_does_not_add_up_fails(house):
    await house.fleets(1)

    landed = await house.sync([driver(1)], fetched=2)

    assert landed.error.kind == "accounting"
    assert await house.rows("SELECT vendor_id FROM fleet.driver") == []
    assert await house.row("SELECT status, fetched, error_kind FROM ops.sync_run") == (
        "failed", 0, "accounting"
    )  # fmt: skip


async def test_a_dataset_that_failed_counts_nothing_and_the_other_lands(house):
    """The run's error is the vendor's, not one about counts."""
    await house.fleets(1)
    claim = await house.start()
    await house.staging.add(claim.run_id, Driver, [driver(1)])
    await house.staging.add(claim.run_id, Load, [load(1)], [0])
    await house.staging.discard(claim.run_id, Load)
    error = ErrorFields("vendor_unavailable", "It did not answer.", "wait", "wait", 503, "req-1")
    datasets = [
        DatasetResult("drivers", Driver, "success", fetched=1),
        DatasetResult("loads", Load, "failed", LoadStop, fetched=1, error=error),
    ]

    await house.staging.land(
        [RunResult(claim.run_id, claim.integration_id, RunClose("partial", error), datasets)]
    )

    assert await house.row(
        "SELECT status, fetched, inserted, http_status, error_kind FROM ops.sync_run"
    ) == ("partial", 1, 1, 503, "vendor_unavailable")
    assert await house.rows("SELECT vendor_id FROM fleet.load") == []


async def test_a_dataset_that_broke_off_lands_nothing(house):
    """Its staged rows are dropped though nobody discarded them, and its own error is kept."""
    await house.fleets(1)
    claim = await house.start()
    await house.staging.add(claim.run_id, Driver, [driver(1)])
    told = [DatasetResult("drivers", Driver, "failed", error=ATTENTION)]

    landed = await house.staging.land(
        [RunResult(claim.run_id, claim.integration_id, RunClose("failed", ATTENTION), told)]
    )

    assert landed[claim.run_id].error is None
    assert await house.row("SELECT status, error_kind FROM ops.sync_run") == (
        "failed", "auth_rejected"
    )  # fmt: skip
    assert await house.rows("SELECT vendor_id FROM fleet.driver") == []


async def test_a_lost_connection_is_a_sentence(house, database):
    """The run stays open; its lease runs out, and the next sync takes over."""
    await house.fleets(1)
    claim = await house.start()
    await house.staging.add(claim.run_id, Driver, [driver(1)])
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'sally staging' AND datname = current_database()"
        )
    told = [DatasetResult("drivers", Driver, "success", fetched=1)]
    result = RunResult(claim.run_id, claim.integration_id, RunClose("success"), told)

    with pytest.raises(DatabaseLost, match="fetched again by the next sync"):
        await house.staging.land([result])

    assert await house.row("SELECT status FROM ops.sync_run") == ("running",)


async def test_a_run_may_land_in_parts(house):
    """What landed before a crash stays, and stays counted."""
    await house.fleets(1)
    claim = await house.start(lease_s=-1)
    await house.staging.add(claim.run_id, Driver, [driver(1)])
    part = [DatasetResult("drivers", Driver, "success", fetched=1)]
    await house.staging.land([RunResult(claim.run_id, claim.integration_id, None, part)])

    await claims.close_expired(house.conn)

    assert await house.row("SELECT status, fetched, inserted FROM ops.sync_run") == (
        "crashed", 1, 1
    )  # fmt: skip


async def close(house, claim, end: RunClose) -> None:
    await house.staging.land([RunResult(claim.run_id, claim.integration_id, end)])


async def test_a_rejected_key_is_probed_slowly_until_it_works(house):
    await house.fleets(1)
    state = "SELECT status, next_sync_at > now() + interval '59 min' FROM ops.integration"

    refused = RunClose("failed", ATTENTION, integration_status="needs_attention")
    await close(house, await house.start(), refused)
    after_refusal = await house.row(state)
    await house.sync([driver(1)])

    assert after_refusal == ("needs_attention", True)
    assert await house.row(state) == ("active", False)


async def test_a_key_replaced_meanwhile_is_not_blamed(house):
    await house.fleets(1)
    claim = await house.start()
    await house.conn.execute(
        "UPDATE ops.integration SET credentials_changed_at = clock_timestamp(),"
        " next_sync_at = now()"
    )

    await close(house, claim, RunClose("failed", ATTENTION, integration_status="needs_attention"))

    assert await house.row("SELECT status, next_sync_at <= now() FROM ops.integration") == (
        "active", True
    )  # fmt: skip


async def test_a_deferred_run_is_due_when_the_vendor_says(house):
    await house.fleets(1)
    (later,) = await house.row("SELECT now() + interval '90 s'")

    await close(house, await house.start(), RunClose("deferred", not_before=later))

    due, failures = await house.row(
        "SELECT next_sync_at, consecutive_failures FROM ops.integration"
    )
    assert later <= due <= later + timedelta(seconds=closing.JITTER_S)
    assert failures == 0
