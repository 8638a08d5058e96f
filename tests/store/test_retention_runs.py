"""Old runs leave with their datasets; what a person or the next sync may ask for stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg

from store.retention import SYNC_RUNS, Pruned, Rule, prune

from .conftest import driver


async def pruned(house) -> Pruned:
    return await prune(house.conn, Rule("ops.sync_run", SYNC_RUNS), seconds=5)


def id_at(instant: datetime) -> UUID:
    """An id as the product would have given it then."""
    low = uuid4().int & ((1 << 80) - 1)
    return UUID(int=(int(instant.timestamp() * 1000) << 80) | low)


async def old_run(house, fleet, days: float, status: str = "success") -> UUID:
    """A run of so many days ago, with one dataset."""
    at = datetime.now(UTC) - timedelta(days=days)
    run = id_at(at)
    await house.conn.execute(
        "INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, sync_type, started_at,"
        " status, completed_at) VALUES (%s, %s, %s, 'acme', 'scheduled', %s, %s, %s)",
        [run, fleet.tenant_id, fleet.integration_id, at, status,
         None if status == "running" else at],
    )  # fmt: skip
    await house.conn.execute(
        "INSERT INTO ops.sync_run_dataset (run_id, dataset, tenant_id, position, status)"
        " VALUES (%s, 'drivers', %s, 0, 'success')",
        [run, fleet.tenant_id],
    )
    await house.conn.execute(
        "UPDATE ops.integration SET last_started_at = greatest(last_started_at, %s) WHERE id = %s",
        [at, fleet.integration_id],
    )
    return run


async def runs_left(house) -> set[UUID]:
    return {row[0] for row in await house.rows("SELECT id FROM ops.sync_run")}


async def test_old_runs_go_with_their_datasets_and_the_newest_of_each_stays(house):
    """Who is disabled for a year still sees how the last sync went."""
    busy, idle = await house.fleets(2)
    await old_run(house, busy, 300)
    kept = {
        await old_run(house, busy, 179),
        await old_run(house, busy, 1),
        await old_run(house, idle, 400),
    }

    done = await pruned(house)

    assert (done.rows, done.is_done) == (1, True)
    assert await runs_left(house) == kept
    assert {row[0] for row in await house.rows("SELECT run_id FROM ops.sync_run_dataset")} == kept


async def test_the_run_that_last_tried_a_dataset_stays(house):
    """`ops.dataset_state` names it."""
    (fleet,) = await house.fleets(1)
    tried = await old_run(house, fleet, 300)
    await old_run(house, fleet, 299)
    newest = await old_run(house, fleet, 200)
    await house.conn.execute(
        "INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, last_run_id)"
        " VALUES (%s, 'loads', %s, %s)",
        [fleet.integration_id, fleet.tenant_id, tried],
    )

    await pruned(house)

    assert await runs_left(house) == {tried, newest}


async def test_a_claim_makes_the_run_that_pruning_spares(house):
    """Its start is the integration's `last_started_at`, to the microsecond."""
    await house.fleets(1)
    claim = await house.start()

    assert await house.row(
        "SELECT r.id, r.started_at = i.last_started_at FROM ops.sync_run r"
        " JOIN ops.integration i ON i.id = r.integration_id"
    ) == (claim.run_id, True)


async def test_a_running_run_is_not_pruned(house):
    """However old: it is closed first, and that is another step's work."""
    (fleet,) = await house.fleets(1)
    running = await old_run(house, fleet, 300, "running")
    newest = await old_run(house, fleet, 1)

    await pruned(house)

    assert await runs_left(house) == {running, newest}


def age(database: str, days: int) -> None:
    """Make the one run that there is, and all that names it, so many days older."""
    then = datetime.now(UTC) - timedelta(days=days)
    with psycopg.connect(database) as admin:
        admin.execute("SET session_replication_role = replica")
        told = {"old": id_at(then), "at": then}
        admin.execute("UPDATE ops.sync_run SET id = %(old)s, started_at = %(at)s", told)
        admin.execute("UPDATE ops.sync_run_dataset SET run_id = %(old)s", told)
        admin.execute("UPDATE fleet.driver SET run_id = %(old)s", told)


async def test_rows_that_landed_outlive_the_run_that_brought_them(house, database):
    """A driver who did not change for a year is still there, and unchanged to the next sync."""
    await house.fleets(1)
    await house.sync([driver(1)])
    age(database, 300)
    await house.sync([driver(1)])
    (brought_by,) = await house.row("SELECT run_id FROM fleet.driver")

    done = await pruned(house)
    landed = await house.sync([driver(1), driver(2)])

    assert done.rows == 1
    assert brought_by not in await runs_left(house)
    assert (landed.counts["drivers"].unchanged, landed.counts["drivers"].inserted) == (1, 1)
    assert await house.row("SELECT run_id FROM fleet.driver WHERE vendor_id = 'd1'") == (
        brought_by,
    )
