"""YEAR: what a year at the real pace leaves behind, and what `maintain` makes of it.

The year is laid down at once, in the months in which it would have come. Then a month is removed
row by row, to compare with, and the rest as the product does it.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from benchmarks import fleets
from benchmarks.ground import temporary_folder
from benchmarks.report import Section
from core.retention import TABLES
from deployments.postgres import Postgres
from store import migrate, retention
from store.connection import connect

TENANTS, QUICK = 10, 2
DAYS, QUICK_DAYS = 365, 280
DRIVERS = 10
MOST_MB = 200  # for each tenant: docs/operations/capacity.md
MONTHS = 15
RUNS = ("ops.sync_run", "ops.sync_run_dataset")
HISTORIES = ("fleet.hos_status_period", "fleet.fuel_price_period", "fleet.load_period")
SIZES: LiteralString = """
SELECT CASE WHEN n.nspname = 'parts' OR c.relname LIKE 'sync_run%' THEN 'runs and their datasets'
        WHEN c.relname LIKE '%period' THEN 'histories' ELSE 'everything else' END AS what,
    sum(pg_total_relation_size(c.oid)) / 1e6
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('ops', 'fleet', 'parts') GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a removal took: seconds, and megabytes of write-ahead log."""

    seconds: float
    log_mb: float


def run(*, quick: bool) -> Section:
    """On a PostgreSQL of its own."""
    tenants, days = (QUICK, QUICK_DAYS) if quick else (TENANTS, DAYS)
    section = Section(
        f"YEAR: {tenants} tenants × {DRIVERS} drivers × {days} days at the real pace",
        ("", "runs", "datasets", "histories", "MB: runs", "histories", "everything else"),
    )
    with temporary_folder() as folder:
        postgres = Postgres(folder)
        try:
            postgres.start()
            url = postgres.url("sally")
            migrate.upgrade(url)
            with psycopg.connect(url, autocommit=True) as conn:
                lay_months(conn)
                fleets.fill(conn, tenants=tenants, drivers=DRIVERS, days=days, others_every=None,
                            is_checked=False)  # fmt: skip
                conn.execute("UPDATE ops.integration SET last_started_at = now()")
                conn.execute("VACUUM ANALYZE")
                section.rows.append(_row("kept for ever", conn))
                asyncio.run(_compare(section, url, conn, days))
                conn.execute("VACUUM ANALYZE")
                section.rows.append(_row("after maintain", conn))
                mb = sum(_sizes(conn).values()) / tenants
        finally:
            postgres.stop()
    section.verdict("MB a tenant after a year", mb, MOST_MB, " MB", least=False)
    return section


def lay_months(conn: psycopg.Connection[Any]) -> None:
    """Cut the past into months, as it would be if the database had been there."""
    now = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    starts = [_months_before(now, count) for count in range(MONTHS, -2, -1)]
    conn.execute("SET ROLE sally_owner")
    for whole in ("sync_run", "sync_run_dataset"):
        table, before = sql.Identifier("ops", whole), sql.Identifier("parts", f"{whole}_before")
        conn.execute(sql.SQL("ALTER TABLE {} DETACH PARTITION {}").format(table, before))
        attach = "ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM (MINVALUE) TO ({})"
        conn.execute(sql.SQL(attach).format(table, before, _first_id(conn, starts[0])))
        for start, end in itertools.pairwise(starts):
            part = sql.Identifier("parts", f"{whole}_{start:%Y_%m}")
            make = "CREATE TABLE {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})"
            bounds = _first_id(conn, start), _first_id(conn, end)
            conn.execute(sql.SQL(make).format(part, table, *bounds))
    conn.execute("RESET ROLE")


def _months_before(month: datetime, count: int) -> datetime:
    number = month.year * 12 + month.month - 1 - count
    return month.replace(year=number // 12, month=number % 12 + 1)


def _first_id(conn: psycopg.Connection[Any], at: datetime) -> sql.Literal:
    found = conn.execute("SELECT ops.first_id(%s)::text", [at]).fetchone()
    assert found is not None  # it answers one row
    return sql.Literal(found[0])


async def _compare(section: Section, url: str, conn: psycopg.Connection[Any], days: int) -> None:
    """The oldest month row by row, then the others as `maintain` does it."""
    async with connect(url) as worker:
        first = datetime.now(UTC) - timedelta(days=days)
        ends = _months_before(first.replace(day=1, hour=0, minute=0, second=0), -1)
        old = retention.Rule("ops.sync_run", retention.SYNC_RUNS, "", datetime.now(UTC) - ends)
        rows, cost = await _timed(conn, retention.prune(worker, old, seconds=3600))
        section.notes.append(
            f"a part of a month, row by row: {rows.rows:,} runs with their datasets in "
            f"{cost.seconds:.1f} s, {cost.log_mb:.0f} MB of log, space not given back"
        )
        before = _count(conn, "ops.sync_run")
        months, cost = await _timed(conn, retention.drop_months(worker))
        section.notes.append(
            f"{len(months or [])} months dropped: {before - _count(conn, 'ops.sync_run'):,} runs "
            f"with their datasets in {cost.seconds:.2f} s, {cost.log_mb:.1f} MB of log"
        )
        for rule in retention.RULES:
            await retention.prune(worker, rule, seconds=3600)
    section.notes.append(f"runs are kept {TABLES['ops.sync_run'].days} days, then by whole months")


async def _timed(conn: psycopg.Connection[Any], work: Any) -> tuple[Any, Cost]:
    log, started = _log(conn), time.perf_counter()
    done = await work
    return done, Cost(time.perf_counter() - started, (_log(conn) - log) / 1e6)


def _log(conn: psycopg.Connection[Any]) -> int:
    found = conn.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone()
    assert found is not None  # it answers one row
    return int(found[0])


def _count(conn: psycopg.Connection[Any], table: str) -> int:
    count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table.split(".")))
    found = conn.execute(count).fetchone()
    assert found is not None  # a count is one row
    return int(found[0])


def _sizes(conn: psycopg.Connection[Any]) -> dict[str, float]:
    return {what: float(mb) for what, mb in conn.execute(SIZES).fetchall()}


def _row(name: str, conn: psycopg.Connection[Any]) -> tuple[str, ...]:
    sizes = _sizes(conn)
    return (
        name,
        *(f"{_count(conn, table):,}" for table in RUNS),
        f"{sum(_count(conn, table) for table in HISTORIES):,}",
        f"{sizes['runs and their datasets']:,.0f}",
        f"{sizes['histories']:,.0f}",
        f"{sizes['everything else']:,.0f}",
    )
