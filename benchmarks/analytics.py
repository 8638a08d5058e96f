"""ANALYTICS: how long an analyst waits for the five worked queries, and what else is asked."""

from __future__ import annotations

import itertools
import statistics
import time
from pathlib import Path

import psycopg

from benchmarks import fleets
from benchmarks.ground import temporary_folder
from benchmarks.report import Section
from deployments.postgres import Postgres
from store import analysts, migrate

PAGE = Path(__file__).parent.parent / "docs/data/queries.md"
TARGET_MS = 200.0
DRIVERS, DAYS = 10, 30
OTHERS_EVERY = 120  # minutes between the syncs of the tenants that nobody asks about
MORE = {
    "every run of a day by dataset": """
SELECT * FROM analytics.run_audit WHERE started_at > now() - interval '1 day'
""",
    "how far vendors are relied on": "SELECT * FROM analytics.vendor_reliability",
    "health of all thirty days": "SELECT * FROM analytics.integration_daily",
    "changes of a load": """
SELECT valid_from, key, value FROM fleet.load_history, jsonb_each(changes)
WHERE load_number = 'L-1001' ORDER BY valid_from
""",
    "who was driving at an instant": """
SELECT vendor_id FROM fleet.hos_status_history WHERE duty_status = 'driving'
    AND tstzrange(valid_from, valid_to) @> now() - interval '9 days 1 hour'
""",
}


def run(*, quick: bool) -> Section:
    """Each query as an analyst of the fleet that syncs most, and the five over all fleets."""
    tenants = 20 if quick else 1_000
    times = 3 if quick else 9
    section = Section(
        f"ANALYTICS: {tenants:,} tenants × {DRIVERS} drivers × {DAYS} days",
        ("", "rows", "median ms", "worst ms"),
    )
    with temporary_folder() as folder:
        rows = folder / "rows"
        rows.mkdir(mode=0o711)
        postgres = Postgres(rows)
        try:
            postgres.start()
            url = postgres.url("sally")
            migrate.upgrade(url)
            _fill(section, url, tenants)
            _measure(section, url, times)
        finally:
            postgres.stop()
    return section


def _fill(section: Section, url: str, tenants: int) -> None:
    begun = time.perf_counter()
    with psycopg.connect(url) as conn:
        fleets.fill(
            conn,
            tenants=tenants,
            drivers=DRIVERS,
            days=DAYS,
            others_every=OTHERS_EVERY,
            is_checked=False,
        )
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE")
        size, runs, parts = conn.execute(
            "SELECT pg_size_pretty(pg_database_size(current_database())),"
            " (SELECT count(*) FROM ops.sync_run), (SELECT count(*) FROM ops.sync_run_dataset)"
        ).fetchone() or ("", 0, 0)
    took = time.perf_counter() - begun
    section.notes.append(f"{size}, {runs:,} runs, {parts:,} datasets of runs; made in {took:.0f} s")


def _measure(section: Section, url: str, times: int) -> None:
    page = PAGE.read_text()
    five = {
        line.removeprefix("## "): block.partition("```")[0]
        for line, block in _blocks(page)
    }  # fmt: skip
    granted = analysts.grant(url, fleets.NAMES[0])
    worst = 0.0
    with psycopg.connect(granted.url, autocommit=True) as conn:
        for name, query in five.items():
            worst = max(worst, _row(section, name, conn, query, times))
        for name, query in MORE.items():
            _row(section, name, conn, query, times)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SET ROLE sally_pipeline")
        for name, query in five.items():
            _row(section, f"all fleets: {name}", conn, query, max(times // 3, 1))
    analysts.revoke(url, granted.login)
    section.verdict("slowest of the five, each at its worst", worst, TARGET_MS, " ms", least=False)


def _blocks(page: str) -> list[tuple[str, str]]:
    """The heading above each query of the page, and what follows the mark that begins it."""
    parts = page.split("```sql\n")
    return [
        (before.strip().rpartition("\n## ")[2].partition("\n")[0], after)
        for before, after in itertools.pairwise(parts)
    ]


def _row(
    section: Section, name: str, conn: psycopg.Connection[object], query: str, times: int
) -> float:
    """One line; the first answer is counted as well: it reads what nobody has read before."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        found = len(conn.execute(query.encode()).fetchall())
        took.append((time.perf_counter() - begun) * 1000)
    section.rows.append(
        (name, f"{found:,}", f"{statistics.median(took):.1f}", f"{max(took):.1f}")
    )  # fmt: skip
    return max(took)
