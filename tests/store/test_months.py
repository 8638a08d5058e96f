"""Runs lie in months: each where its id belongs, made before it comes, dropped when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from core.retention import MONTHS_AHEAD
from models.ops.columns import new_id
from store.connection import connect
from store.retention import drop_months, make_months

from .test_retention_runs import id_at, old_run, runs_left

PARTS = "SELECT relname FROM pg_class WHERE relnamespace = 'parts'::regnamespace AND relkind = 'r'"


async def parts(house) -> set[str]:
    return {row[0] for row in await house.rows(PARTS)}


def month(ahead: int) -> str:
    today = datetime.now(UTC)
    number = today.year * 12 + today.month - 1 + ahead
    return f"_{number // 12}_{number % 12 + 1:02}"


def make_past(database: str, starts: datetime, ends: datetime, name: str) -> None:
    """A month that is over, as it would stand there if the database were that old."""
    with psycopg.connect(database) as admin:
        admin.execute("SET ROLE sally_owner")
        for whole in ("sync_run", "sync_run_dataset"):
            before, bounds = f"parts.{whole}_before", (id_at_start(starts), id_at_start(ends))
            (bound,) = admin.execute(
                "SELECT substring(pg_get_expr(relpartbound, oid) FROM $$TO \\('(.*)'\\)$$)"
                " FROM pg_class WHERE oid = %s::regclass",
                [before],
            ).fetchone()
            admin.execute(f"ALTER TABLE ops.{whole} DETACH PARTITION {before}")
            admin.execute(
                f"ALTER TABLE ops.{whole} ATTACH PARTITION {before}"
                f" FOR VALUES FROM ('{bounds[1]}') TO ('{bound}')"
            )
            admin.execute(
                f"CREATE TABLE parts.{whole}_{name} PARTITION OF ops.{whole}"
                f" FOR VALUES FROM ('{bounds[0]}') TO ('{bounds[1]}')"
            )


def id_at_start(at: datetime) -> UUID:
    return UUID(int=int(at.timestamp() * 1000) << 80)


async def test_the_months_to_come_are_there_and_made_once(house):
    wanted = {
        f"{whole}{month(ahead)}"
        for whole in ("sync_run", "sync_run_dataset")
        for ahead in range(1, MONTHS_AHEAD + 1)
    }

    assert wanted <= await parts(house)
    assert await make_months(house.conn) == []


async def test_a_month_that_is_missing_is_made(house, database):
    with psycopg.connect(database) as admin:
        for whole in ("sync_run_dataset", "sync_run"):
            name = f"{whole}{month(3)}"
            admin.execute(f"DROP TABLE parts.{name}")

    assert await make_months(house.conn) == [f"sync_run{month(3)}"]
    assert {f"sync_run{month(3)}", f"sync_run_dataset{month(3)}"} <= await parts(house)


async def test_an_id_is_in_its_month_and_a_strange_one_is_kept(house, database):
    """A clock that is far ahead, or an id that somebody else made, loses nothing."""
    (fleet,) = await house.fleets(1)
    now, later = datetime.now(UTC), datetime.now(UTC) + timedelta(days=4000)
    await old_run(house, fleet, 0.001)
    strange = id_at(later)
    await house.conn.execute(
        "INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, sync_type, started_at)"
        " VALUES (%s, %s, %s, 'acme', 'scheduled', %s)",
        [strange, fleet.tenant_id, fleet.integration_id, now],
    )

    lies = await house.rows("SELECT tableoid::regclass::text FROM ops.sync_run ORDER BY id")

    assert lies == [("parts.sync_run_before",), ("parts.sync_run_other",)]


async def test_ids_of_now_are_in_the_range_of_now(house):
    """What Python makes and what the parts are cut by are the same thing."""
    assert await house.row(
        "SELECT %s BETWEEN ops.first_id(now() - interval '1 minute')"
        " AND ops.first_id(now() + interval '1 minute')",
        new_id(),
    ) == (True,)


async def test_a_dataset_belongs_to_a_run_of_its_tenant(house):
    """In every part, so that no month is without the key."""
    lonely = await house.rows(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'parts'::regnamespace"
        " AND c.relname LIKE 'sync_run_dataset%%' AND c.relkind = 'r' AND NOT EXISTS ("
        "   SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'"
        "   AND k.confrelid::regclass::text = replace("
        "     c.oid::regclass::text, 'sync_run_dataset', 'sync_run'))"
    )

    assert lonely == []


async def test_a_month_that_is_over_goes_as_a_whole(house, database):
    """And what is asked for is moved aside: the newest run of each, with its datasets."""
    busy, idle = await house.fleets(2)
    now = datetime.now(UTC)
    make_past(database, now - timedelta(days=300), now - timedelta(days=270), "old")
    for _ in range(3):
        await old_run(house, busy, 290)
    kept = {await old_run(house, busy, 1), await old_run(house, idle, 280)}

    assert await drop_months(house.conn) == ["sync_run_old"]

    assert await runs_left(house) == kept
    assert {row[0] for row in await house.rows("SELECT run_id FROM ops.sync_run_dataset")} == kept
    assert not {"sync_run_old", "sync_run_dataset_old"} & await parts(house)
    assert await drop_months(house.conn) == []


@pytest.mark.parametrize(
    ("starts", "ends"), [(200, 179), (170, 140)], ids=["in part", "not at all"]
)
async def test_a_month_that_is_not_over_stays(house, database, starts, ends):
    (fleet,) = await house.fleets(1)
    now = datetime.now(UTC)
    make_past(database, now - timedelta(days=starts), now - timedelta(days=ends), "old")
    kept = {await old_run(house, fleet, starts - 1), await old_run(house, fleet, 1)}

    assert await drop_months(house.conn) == []
    assert await runs_left(house) == kept


async def test_a_month_with_a_run_that_goes_on_stays(house, database):
    """It is closed first, and that is another step's work."""
    (fleet,) = await house.fleets(1)
    now = datetime.now(UTC)
    make_past(database, now - timedelta(days=300), now - timedelta(days=270), "old")
    running = await old_run(house, fleet, 290, "running")
    newest = await old_run(house, fleet, 1)

    assert await drop_months(house.conn) == []
    assert await runs_left(house) == {running, newest}


async def test_whoever_syncs_is_not_made_to_wait(house, database):
    """The table is in use for long: the month stays until the next time."""
    (fleet,) = await house.fleets(1)
    now = datetime.now(UTC)
    make_past(database, now - timedelta(days=300), now - timedelta(days=270), "old")
    await old_run(house, fleet, 290)
    newest = await old_run(house, fleet, 1)

    async with connect(database) as other, other.transaction():
        await other.execute("SELECT count(*) FROM ops.sync_run")
        assert await drop_months(house.conn) is None

    assert await drop_months(house.conn) == ["sync_run_old"]
    assert await runs_left(house) == {newest}


def test_nobody_may_ask_a_part_directly(database):
    """The wall stands before the whole table; a part has none, so it has no door either."""
    with psycopg.connect(database) as admin:
        found = admin.execute(
            "SELECT r.rolname, c.relname FROM pg_class c CROSS JOIN pg_roles r"
            " WHERE c.relnamespace = 'parts'::regnamespace AND c.relkind = 'r'"
            " AND r.rolname IN ('sally_pipeline', 'sally_console', 'sally_analyst')"
            " AND (has_schema_privilege(r.oid, 'parts', 'USAGE')"
            "   OR has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
            "   OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))"
        ).fetchall()

    assert found == []
