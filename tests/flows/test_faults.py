"""Whatever the vendors do, every run adds up, and one good sync later the tables are true."""

import random

import pytest

from sandbox import KINDS
from tests.support.truth import assert_fleet_is_true

COUNTS = ("inserted", "updated", "unchanged", "quarantined", "duplicate")
# These hold a request open until a client's patience ends, which tests do not have.
SLOW = {"hang", "slow_body", "latency"}
VENDORS = ("samsara", "truckbase", "fuelfinder", "openweather")


def some_rules(dice):
    """One to four faults of any kind, on any vendor, for a share of the requests."""
    kinds = sorted(set(KINDS) - SLOW)
    return [
        {
            "kind": dice.choice(kinds),
            "vendor": dice.choice(VENDORS),
            "share": dice.choice([0.1, 0.4, 0.8, 1.0]),
            "seed": dice.randrange(1000),
        }
        for _ in range(dice.randint(1, 4))
    ]


@pytest.mark.parametrize("seed", range(6))
async def test_random_faults_never_break_the_books_and_pass_without_a_trace(fleet, seed):
    dice = random.Random(seed)
    fleet.add("acme")
    fleet.add("bluemesa", "samsara", "truckbase")

    for _ in range(2):
        fleet.box.clear()
        fleet.box.faults(*some_rules(dice))
        await fleet.sync_all()
        fleet.box.advance(dice.choice([60, 3600, 6 * 3600]))
        await fleet.pass_time()
    fleet.box.clear()
    await fleet.sync_all()

    runs = await (
        await fleet.conn.execute(f"SELECT status, fetched, {', '.join(COUNTS)} FROM ops.sync_run")
    ).fetchall()
    assert all(fetched == sum(counts) for _, fetched, *counts in runs)
    assert "running" not in {run[0] for run in runs}
    await assert_fleet_is_true(fleet.conn, fleet.box, "acme")
    await assert_fleet_is_true(fleet.conn, fleet.box, "bluemesa")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - SLOW))
async def test_each_fault_once_leaves_true_tables(fleet, kind):
    """A fault on every vendor's first request costs nothing after the next sync."""
    fleet.add("acme")
    fleet.box.faults(*({"kind": kind, "vendor": vendor, "times": 1} for vendor in VENDORS))

    await fleet.sync_all()
    await fleet.pass_time()
    await fleet.sync_all()

    await assert_fleet_is_true(fleet.conn, fleet.box, "acme")


async def test_an_empty_page_that_is_not_the_last_loses_nothing(fleet):
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="empty_page", vendor="samsara")

    done = await fleet.sync("samsara")

    assert done.runs[0].status == "success"
    assert done.runs[0].duplicate == 0


async def test_a_repeated_cursor_is_a_broken_contract_not_a_loop(fleet):
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="repeated_cursor", vendor="samsara", path="/fleet/drivers")

    run = (await fleet.sync("samsara", datasets=["drivers"])).runs[0]

    assert (run.status, run.error_kind) == ("failed", "contract_broken")
    assert fleet.box.stats()["total"] <= 4


async def test_repeated_rows_are_counted_and_land_once(fleet):
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="duplicate_rows", vendor="samsara", share=1)

    run = (await fleet.sync("samsara", datasets=["hos_clocks"])).runs[0]

    assert run.duplicate > 0
    assert run.fetched == run.inserted + run.duplicate


async def test_rows_that_vanish_once_stay(fleet):
    fleet.add("bluemesa", "samsara")
    await fleet.sync("samsara")
    fleet.box.faults(kind="vanished_rows", vendor="samsara", share=1)
    await fleet.sync("samsara")
    fleet.box.clear()

    await fleet.sync("samsara")

    gone = await fleet.conn.execute(
        "SELECT count(*) FROM fleet.hos_clock"
        " WHERE deleted_at IS NOT NULL OR missing_since IS NOT NULL"
    )
    assert await gone.fetchone() == (0,)
