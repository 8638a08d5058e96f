"""From the staging tables to ``fleet``: only what differs is written.

Every statement serves one kind of record for all runs of a batch at once. Whose rows they are
comes as arrays, side by side: the staging number, the run, the tenant, the integration. Histories
(``fleet.*_history``) follow by triggers, in the same transaction (migration 0019).
"""

# ruff: noqa: S608 - names of tables and columns come from the models, values are parameters.

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from psycopg import AsyncConnection

from models.records import Record
from store import absence
from store.shapes import AnyRecord, Shape, shape
from store.work import BATCH, Batch, Work, named

ANALYZE_FROM = 5000


async def land(conn: AsyncConnection[Any], record: type[Record], works: Sequence[Work]) -> None:
    """Bring the staged rows of one kind, and of their children, to rest; fills in `works`."""
    batch = Batch(shape(record), works)
    staged = [work for work in works if work.staged]
    if staged:
        await merge(conn, batch.shape, staged)
        await _unconfirm(conn, batch.shape, staged)
    await absence.mark(conn, batch)
    await absence.vanish(conn, batch)
    if batch.shape.children is not None:
        await _land_children(conn, batch, staged)


async def merge(conn: AsyncConnection[Any], shaped: Shape, works: Sequence[Work]) -> None:
    """Write the staged rows that differ, and nothing about those that are absent."""
    found = await conn.execute(_merge_sql(shaped), named(works))
    by_number = {work.number: work for work in works}
    for number, inserted, updated in await found.fetchall():
        by_number[number].inserted, by_number[number].updated = inserted, updated


async def _unconfirm(conn: AsyncConnection[Any], shaped: Shape, works: Sequence[Work]) -> None:
    """What a replay wrote is as old as the fetch that brought it, and not confirmed since."""
    for work in works:
        if work.told.replayed is not None:
            seen = work.told.replayed.seen
            where = [work.run.integration_id, work.run.run_id]
            await conn.execute(_unconfirm_sql(shaped), [list(seen), list(seen.values()), *where])


async def _land_children(conn: AsyncConnection[Any], batch: Batch, staged: list[Work]) -> None:
    children = batch.shape.children
    assert children is not None
    parent, child = batch.shape, shape(children)
    if any(work.run.staged[children] for work in staged):
        await conn.execute(_merge_sql(child), named(staged))
    # A load without stops stages none, yet says that the ones we hold are gone.
    if staged:
        await conn.execute(_drop_children_sql(parent, child), named(staged))
    if any(work.deleted for work in batch.works):
        await conn.execute(_orphan_sql(parent, child), batch.arrays)


async def analyze(conn: AsyncConnection[Any], records: Sequence[type[AnyRecord]]) -> None:
    """Tell the planner about large stages; it cannot see into temporary tables by itself."""
    for record in records:
        columns = ", ".join(("run_no", *shape(record).key))
        await conn.execute(f"ANALYZE {shape(record).stage} ({columns})")


@cache
def _merge_sql(shaped: Shape) -> str:
    """MERGE that writes rows that differ or come back; answers (number, inserted, updated).

    `hash_record_extended` hashes a whole row at once, every type included, so "differs" costs one
    comparison and says the same whatever a column's text looked like.
    """
    names = [f'"{name}"' for name in shaped.columns]
    hashed = [f"s.{name}" for name in names]
    if shaped.children is not None:
        hashed.append("s.children_hash")
    same = " AND ".join(f"t.{name} = s.{name}" for name in ("integration_id", *shaped.key))
    changed = ", ".join(f"{name} = s.{name}" for name in names if name.strip('"') not in shaped.key)
    head = {name: f"s.{name}" for name in ("tenant_id", "integration_id", "run_id", "row_hash")}
    if shaped.has_history:
        head["first_run_id"] = "s.run_id"
    return f"""
WITH merged AS (
    MERGE INTO {shaped.name} t
    USING (
        SELECT b.tenant_id, b.integration_id, b.run_id,
            hash_record_extended(ROW({", ".join(hashed)}), 0) AS row_hash, s.*
        FROM {shaped.stage} s JOIN {BATCH} ON b.run_no = s.run_no
    ) s ON {same}
    WHEN MATCHED AND (t.row_hash <> s.row_hash
        OR t.deleted_at IS NOT NULL OR t.missing_since IS NOT NULL)
        THEN UPDATE SET {changed}, row_hash = s.row_hash, run_id = s.run_id, synced_at = now(),
            missing_since = NULL, missing_runs = 0, deleted_at = NULL
    WHEN NOT MATCHED
        THEN INSERT ({", ".join((*head, *names))})
        VALUES ({", ".join((*head.values(), *(f"s.{name}" for name in names)))})
    RETURNING s.run_no, merge_action() AS action
)
SELECT run_no, count(*) FILTER (WHERE action = 'INSERT'), count(*) FILTER (WHERE action = 'UPDATE')
FROM merged GROUP BY run_no
"""


@cache
def _unconfirm_sql(shaped: Shape) -> str:
    """The fetch that brought the row ended at that instant: it comes before what is missing."""
    return f"""
UPDATE {shaped.name} t SET missing_since = b.seen_at + interval '1 microsecond', missing_runs = 0
FROM unnest(%s::text[], %s::timestamptz[]) AS b(vendor_id, seen_at)
WHERE t.integration_id = %s AND t.run_id = %s AND t.vendor_id = b.vendor_id
"""


@cache
def _drop_children_sql(parent: Shape, child: Shape) -> str:
    """Children that their staged parent no longer has."""
    return f"""
UPDATE {child.name} t
SET deleted_at = now(), missing_since = coalesce(t.missing_since, now()), run_id = b.run_id,
    synced_at = now()
FROM {BATCH} JOIN {parent.stage} p ON p.run_no = b.run_no
WHERE t.integration_id = b.integration_id AND t.parent_id = p.vendor_id AND t.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM {child.stage} s WHERE s.run_no = b.run_no
        AND s.parent_id = t.parent_id AND s.vendor_id = t.vendor_id)
"""


@cache
def _orphan_sql(parent: Shape, child: Shape) -> str:
    """Children of parents that are gone."""
    return f"""
UPDATE {child.name} t
SET deleted_at = p.deleted_at, missing_since = coalesce(t.missing_since, p.deleted_at),
    run_id = b.run_id, synced_at = now()
FROM {BATCH} JOIN {parent.name} p ON p.integration_id = b.integration_id
WHERE t.integration_id = p.integration_id AND t.parent_id = p.vendor_id
    AND p.deleted_at IS NOT NULL AND t.deleted_at IS NULL
"""
