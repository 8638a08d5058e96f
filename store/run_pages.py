"""The runs of one integration as its tenant's people see them: pages, figures, one run whole.

All of it is asked behind the tenant's wall. Ids of runs grow with time, so that a page begins where
the one before it ended, and a span of time is a span of ids.
"""

# ruff: noqa: S608 - what is put into SQL here are constants of this file.

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from store.connection import Connection
from store.history import RunWithDatasets, run


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs: of which status, kind and flow run; ``before``: older than this run."""

    limit: int
    offset: int = 0
    before: UUID | None = None
    status: str | None = None
    sync_type: str | None = None
    flow_run_id: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One run of the list. ``duration_ms``: so far, while it runs."""

    id: UUID
    integration_id: UUID
    vendor: str
    sync_type: str
    status: str
    started_at: datetime
    completed_at: datetime | None
    duration_ms: int
    not_before: datetime | None
    attempts: int
    datasets: list[str]
    flow_run_id: str | None
    fetched: int
    inserted: int
    updated: int
    unchanged: int
    quarantined: int
    duplicate: int
    error_kind: str | None
    error_happened: str | None
    error_who: str | None
    error_next_step: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A span of time in figures. Deferred runs are neither good nor bad."""

    span: str
    total: int
    succeeded: int
    partial: int
    failed: int
    deferred: int
    running: int
    processed: int
    p50_ms: int | None
    p95_ms: int | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the chart, as the viewer's calendar has it."""

    day: str
    succeeded: int
    partial: int
    failed: int
    deferred: int
    median_ms: int | None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A vendor's row that could not be used. ``is_kept``: the whole of it can be read again."""

    id: UUID
    integration_id: UUID
    vendor: str
    dataset: str
    vendor_id: str | None
    rule: str
    path: str
    reason: str
    payload: Any
    times: int
    first_seen_at: datetime
    last_seen_at: datetime
    last_run_id: UUID
    resolved_at: datetime | None
    resolution: str | None
    is_kept: bool


_MS = "(extract(epoch FROM coalesce(r.completed_at, now()) - r.started_at) * 1000)"
_FROM = "ops.first_id({at})"
_WHICH = f"""
WHERE r.integration_id = %(integration)s
    AND (%(status)s::text IS NULL OR r.status = %(status)s)
    AND (%(sync_type)s::text IS NULL OR r.sync_type = %(sync_type)s)
    AND (%(flow_run_id)s::text IS NULL OR r.flow_run_id = %(flow_run_id)s)
    AND (%(since)s::timestamptz IS NULL
        OR r.id >= {_FROM.format(at="%(since)s::timestamptz")})
"""
PAGE = f"""
SELECT r.id, r.integration_id, r.vendor, r.sync_type, r.status, r.started_at, r.completed_at,
    {_MS}::bigint AS duration_ms, r.not_before, r.attempts, r.datasets, r.flow_run_id,
    r.fetched, r.inserted, r.updated, r.unchanged, r.quarantined, r.duplicate, r.error_kind,
    r.error_happened, r.error_who, r.error_next_step
FROM ops.sync_run r {_WHICH}
    AND (%(before)s::uuid IS NULL OR r.id < %(before)s)
ORDER BY r.id DESC LIMIT %(limit)s OFFSET %(offset)s
"""
COUNT = f"SELECT count(*) FROM ops.sync_run r {_WHICH}"
_GOOD = "r.status IN ('success', 'partial')"
FIGURES = f"""
SELECT s.span, count(r.id) AS total,
    count(r.id) FILTER (WHERE r.status = 'success') AS succeeded,
    count(r.id) FILTER (WHERE r.status = 'partial') AS partial,
    count(r.id) FILTER (WHERE r.status IN ('failed', 'crashed')) AS failed,
    count(r.id) FILTER (WHERE r.status = 'deferred') AS deferred,
    count(r.id) FILTER (WHERE r.status = 'running') AS running,
    coalesce(sum(r.fetched) FILTER (WHERE {_GOOD}), 0)::bigint AS processed,
    (percentile_cont(0.5) WITHIN GROUP (ORDER BY {_MS}) FILTER (WHERE {_GOOD}))::bigint AS p50_ms,
    (percentile_cont(0.95) WITHIN GROUP (ORDER BY {_MS}) FILTER (WHERE {_GOOD}))::bigint AS p95_ms
FROM unnest(%(spans)s::text[], %(lengths)s::interval[]) AS s(span, length)
LEFT JOIN ops.sync_run r ON r.integration_id = %(integration)s
    AND r.id >= {_FROM.format(at="now() - s.length")}
GROUP BY s.span, s.length ORDER BY s.length
"""
DAYS = f"""
SELECT to_char(d.day, 'YYYY-MM-DD') AS day,
    count(r.id) FILTER (WHERE r.status = 'success') AS succeeded,
    count(r.id) FILTER (WHERE r.status = 'partial') AS partial,
    count(r.id) FILTER (WHERE r.status IN ('failed', 'crashed')) AS failed,
    count(r.id) FILTER (WHERE r.status = 'deferred') AS deferred,
    (percentile_cont(0.5) WITHIN GROUP (ORDER BY {_MS}) FILTER (WHERE {_GOOD}))::bigint
        AS median_ms
FROM generate_series(date_trunc('day', now() AT TIME ZONE %(zone)s) - interval '6 days',
    date_trunc('day', now() AT TIME ZONE %(zone)s), interval '1 day') AS d(day)
LEFT JOIN ops.sync_run r ON r.integration_id = %(integration)s
    AND r.id >= {_FROM.format(at="d.day AT TIME ZONE %(zone)s")}
    AND r.id < {_FROM.format(at="(d.day + interval '1 day') AT TIME ZONE %(zone)s")}
GROUP BY d.day ORDER BY d.day
"""
ASIDE = """
SELECT q.id, q.integration_id, i.vendor, q.dataset, q.vendor_id, q.rule, q.path, q.reason,
    q.payload, q.times, q.first_seen_at, q.last_seen_at, q.last_run_id, q.resolved_at, q.resolution,
    q.sealed IS NOT NULL AS is_kept
FROM ops.quarantine q JOIN ops.integration i ON i.id = q.integration_id
"""
ASIDE_OF_RUN = f"{ASIDE} WHERE q.last_run_id = %s OR q.first_run_id = %s ORDER BY q.id LIMIT %s"
ASIDE_ONE = f"{ASIDE} WHERE q.id = %s"
ASIDE_PAGE = f"""{ASIDE}
WHERE (%(all)s OR q.resolved_at IS NULL)
    AND (%(integration)s::uuid IS NULL OR q.integration_id = %(integration)s)
    AND (%(dataset)s::text IS NULL OR q.dataset = %(dataset)s)
    AND (%(before)s::uuid IS NULL OR (q.first_seen_at, q.id) < (
        SELECT l.first_seen_at, l.id FROM ops.quarantine l WHERE l.id = %(before)s))
ORDER BY q.first_seen_at DESC, q.id DESC LIMIT %(limit)s
"""
SPANS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
MOST_ASIDE = 100  # of one run; the others are found in the quarantine's own list


async def page(conn: Connection, integration_id: UUID, wanted: Wanted) -> tuple[list[Row], int]:
    """Runs, the newest first, and how many there are in all."""
    told = {"integration": integration_id} | {
        name: getattr(wanted, name) for name in Wanted.__dataclass_fields__
    }
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        await cursor.execute(PAGE, told)
        rows = await cursor.fetchall()
    counted = await (await conn.execute(COUNT, told)).fetchone()
    assert counted is not None  # a count is one row
    return rows, counted[0]


async def figures(conn: Connection, integration_id: UUID) -> list[Figures]:
    """The last day, week and month."""
    told = {"integration": integration_id, "spans": list(SPANS), "lengths": list(SPANS.values())}
    async with conn.cursor(row_factory=class_row(Figures)) as cursor:
        await cursor.execute(FIGURES, told)
        return await cursor.fetchall()


async def days(conn: Connection, integration_id: UUID, zone: str) -> list[Day]:
    """The last seven days, today included, as the calendar of this time zone has them."""
    async with conn.cursor(row_factory=class_row(Day)) as cursor:
        await cursor.execute(DAYS, {"integration": integration_id, "zone": zone})
        return await cursor.fetchall()


async def whole(conn: Connection, run_id: UUID) -> tuple[RunWithDatasets, list[SetAside]]:
    """One run with its datasets and the rows it set aside; NotFoundError for a stranger's."""
    found = await run(conn, run_id)
    async with conn.cursor(row_factory=class_row(SetAside)) as cursor:
        await cursor.execute(ASIDE_OF_RUN, [run_id, run_id, MOST_ASIDE])
        return found, await cursor.fetchall()


async def set_aside(
    conn: Connection,
    *,
    limit: int,
    before: UUID | None = None,
    integration_id: UUID | None = None,
    dataset: str | None = None,
    with_resolved: bool = False,
) -> list[SetAside]:
    """Rows that could not be used, the newest first."""
    told = {"limit": limit, "before": before, "integration": integration_id, "dataset": dataset,
            "all": with_resolved}  # fmt: skip
    async with conn.cursor(row_factory=class_row(SetAside)) as cursor:
        await cursor.execute(ASIDE_PAGE, told)
        return await cursor.fetchall()


async def set_aside_one(conn: Connection, entry_id: UUID) -> SetAside | None:
    """One of them; None when there is no such row here."""
    async with conn.cursor(row_factory=class_row(SetAside)) as cursor:
        await cursor.execute(ASIDE_ONE, [entry_id])
        return await cursor.fetchone()
