"""Rows that the vendor no longer names: missed once, gone the second time, held when too many."""

# ruff: noqa: S608 - names of tables and columns come from the models, values are parameters.

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from psycopg import AsyncConnection

from store import holding
from store.results import Held
from store.shapes import Shape
from store.work import BATCH, Batch, Work, named

HELD_SHARE = 0.2
HELD_FROM = 2  # one row that goes is never suspicious, however few there are


async def mark(conn: AsyncConnection[Any], batch: Batch) -> None:
    """Count absences from complete fetches; what is absent twice in a row is gone.

    Too many at once are held until they are back, or until a person approves: then those that were
    absent by then and still are go at once.
    """
    complete = [work for work in batch.works if work.told.is_complete and work.told.is_snapshot]
    if not complete:
        return
    holds = await holding.open_of(conn, complete)
    works = await _with_surplus(conn, batch.shape, complete)
    if works:
        await _mark(conn, batch.shape, works, holds)
    await holding.settle(conn, complete, holds)


async def _mark(
    conn: AsyncConnection[Any], shaped: Shape, works: Sequence[Work], holds: holding.Holds
) -> None:
    pairs = [
        (work.number, row.vendor_id)
        for work in works
        for row in work.told.quarantined
        if row.vendor_id is not None
    ]
    for work in works:
        # Any absent row may be the one in quarantine that has no name.
        work.counts = all(row.vendor_id is not None for row in work.told.quarantined)
    approvals = [holding.of(holds, work) if work.counts else None for work in works]
    arguments = named(works) | {
        "spared_numbers": [number for number, _ in pairs],
        "spared_ids": [vendor_id for _, vendor_id in pairs],
        "datasets": [work.told.dataset for work in works],
        "approvals": [hold and hold.approved_at for hold in approvals],
    }
    tallied = await conn.execute(_tally_sql(shaped), arguments)
    tallies = {number: counted for number, *counted in await tallied.fetchall()}
    for work in works:
        live, gone, work.covered = tallies[work.number]
        work.held = _held(live - work.inserted - work.covered, gone - work.covered)
    arguments["counts"] = [work.counts and work.held is None for work in works]
    marked = await conn.execute(_mark_sql(shaped), arguments)
    by_number = {work.number: work for work in works}
    for number, deleted in await marked.fetchall():
        by_number[number].deleted = deleted


def _held(live: int, gone: int) -> Held | None:
    """Whether so many are too many to be taken as gone."""
    return Held(live, gone) if gone >= HELD_FROM and gone > live * HELD_SHARE else None


async def _with_surplus(conn: AsyncConnection[Any], shaped: Shape, works: list[Work]) -> list[Work]:
    """The complete fetches that lack some live row.

    What was staged is live now and each row of it is there once, so counting says enough: mostly
    nothing is missing, and then nothing has to be compared.
    """
    counted = await conn.execute(_live_sql(shaped), named(works))
    live = dict(await counted.fetchall())
    return [work for work in works if live.get(work.number, 0) > work.staged]


async def vanish(conn: AsyncConnection[Any], batch: Batch) -> None:
    """Rows that the vendor itself said are gone."""
    pairs = [(work, vendor_id) for work in batch.works for vendor_id in work.told.vanished]
    if not pairs:
        return
    arguments = named([work for work, _ in pairs]) | {"ids": [each for _, each in pairs]}
    gone = await conn.execute(_vanish_sql(batch.shape), arguments)
    by_number = {work.number: work for work, _ in pairs}
    for number, deleted in await gone.fetchall():
        by_number[number].deleted += deleted


def _covered(row: str, approval: str) -> str:
    """The row was absent by the time of the approval: neither in quarantine, where it has been
    sent, nor landed since by a replay, whose rows are as old as the fetch that brought them.
    """
    return f"""coalesce({row}.missing_since <= {approval}.approved_at, false)
        AND ({row}.missing_runs > 0 OR {row}.synced_at <= {approval}.approved_at)
        AND NOT EXISTS (SELECT FROM ops.quarantine e WHERE e.resolved_at IS NULL
            AND e.integration_id = {row}.integration_id AND e.dataset = {approval}.dataset
            AND e.vendor_id = {row}.vendor_id)"""


@cache
def _live_sql(shaped: Shape) -> str:
    return f"""
SELECT b.run_no, (SELECT count(*) FROM {shaped.name} t
    WHERE t.integration_id = b.integration_id AND t.deleted_at IS NULL)
FROM {BATCH}
"""


@cache
def _tally_sql(shaped: Shape) -> str:
    """Per run: live rows, those that are absent from both the stage and quarantine, and those of
    them that an approval covers.

    "Is live" stands in the filters on purpose: as a join's condition it would look rare to a
    planner without statistics, and get a plan that is ten times slower.
    """
    live = "t.deleted_at IS NULL"
    gone = f"{live} AND s.vendor_id IS NULL AND q.vendor_id IS NULL"
    return f"""
SELECT b.run_no, count(*) FILTER (WHERE {live}), count(*) FILTER (WHERE {gone}),
    count(*) FILTER (WHERE {gone} AND {_covered("t", "a")})
FROM {BATCH}
JOIN unnest(%(numbers)s::int[], %(approvals)s::timestamptz[], %(datasets)s::text[])
    AS a(run_no, approved_at, dataset) ON a.run_no = b.run_no
JOIN {shaped.name} t ON t.integration_id = b.integration_id
LEFT JOIN {shaped.stage} s ON s.run_no = b.run_no AND s.vendor_id = t.vendor_id
LEFT JOIN (SELECT DISTINCT * FROM unnest(%(spared_numbers)s::int[], %(spared_ids)s::text[])
    AS u(run_no, vendor_id)) q ON q.run_no = b.run_no AND q.vendor_id = t.vendor_id
GROUP BY b.run_no
"""


@cache
def _mark_sql(shaped: Shape) -> str:
    """A row that was set aside was there: it is unconfirmed, but its absences start anew."""
    return f"""
WITH marked AS (
    UPDATE {shaped.name} t
    SET missing_since = coalesce(t.missing_since, now()), run_id = gone.run_id, synced_at = now(),
        missing_runs = CASE WHEN gone.named THEN 0
            WHEN gone.counts OR gone.covered THEN t.missing_runs + 1 ELSE t.missing_runs END,
        deleted_at = CASE WHEN gone.covered OR (gone.counts AND NOT gone.named
            AND t.missing_runs > 0) THEN now() END
    FROM (
        SELECT b.run_no, b.run_id, k.vendor_id, k.integration_id, c.counts,
            q.vendor_id IS NOT NULL AS named,
            q.vendor_id IS NULL AND {_covered("k", "c")} AS covered
        FROM {BATCH}
        JOIN unnest(%(numbers)s::int[], %(counts)s::boolean[], %(approvals)s::timestamptz[],
            %(datasets)s::text[]) AS c(run_no, counts, approved_at, dataset)
            ON c.run_no = b.run_no
        JOIN {shaped.name} k ON k.integration_id = b.integration_id AND k.deleted_at IS NULL
        LEFT JOIN (SELECT DISTINCT * FROM unnest(%(spared_numbers)s::int[], %(spared_ids)s::text[])
            AS u(run_no, vendor_id)) q ON q.run_no = b.run_no AND q.vendor_id = k.vendor_id
        WHERE NOT EXISTS (SELECT FROM {shaped.stage} s
            WHERE s.run_no = b.run_no AND s.vendor_id = k.vendor_id)
    ) gone
    WHERE t.integration_id = gone.integration_id AND t.vendor_id = gone.vendor_id
        AND (t.missing_since IS NULL OR (gone.counts AND NOT gone.named) OR gone.covered
            OR (gone.named AND t.missing_runs > 0))
    RETURNING gone.run_no, t.deleted_at
)
SELECT run_no, count(deleted_at) FROM marked GROUP BY run_no
"""


@cache
def _vanish_sql(shaped: Shape) -> str:
    return f"""
WITH gone AS (
    UPDATE {shaped.name} t
    SET deleted_at = now(), missing_since = coalesce(t.missing_since, now()), run_id = b.run_id,
        synced_at = now()
    FROM unnest(%(numbers)s::int[], %(runs)s::uuid[], %(integrations)s::uuid[], %(ids)s::text[])
        AS b(run_no, run_id, integration_id, vendor_id)
    WHERE t.integration_id = b.integration_id AND t.vendor_id = b.vendor_id
        AND t.deleted_at IS NULL
    RETURNING b.run_no
)
SELECT run_no, count(*) FROM gone GROUP BY run_no
"""
