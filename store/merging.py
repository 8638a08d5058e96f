"""From the staging tables to ``fleet``: only what differs is written.

Every statement serves one kind of record for all runs of a batch at once. Whose rows they are
comes as arrays, side by side: the staging number, the run, the tenant, the integration.
"""

# ruff: noqa: S608 - names of tables and columns come from the models, values are parameters.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from psycopg import AsyncConnection

from models.records import Record
from store.results import DatasetResult, Held
from store.shapes import AnyRecord, Shape, shape
from store.staging import OpenRun

ANALYZE_FROM = 5000
HELD_SHARE = 0.2
HELD_FROM = 2  # one row that goes is never suspicious, however few there are

BATCH = """unnest(%(numbers)s::int[], %(runs)s::uuid[], %(tenants)s::uuid[],
    %(integrations)s::uuid[]) AS b(run_no, run_id, tenant_id, integration_id)"""


@dataclass(slots=True)
class Work:
    """One dataset of one run of the batch, and what merging it found."""

    run: OpenRun
    told: DatasetResult
    number: int
    staged: int
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    held: Held | None = None


@dataclass(slots=True)
class Batch:
    """All work on one kind of record, and the arrays that name it."""

    shape: Shape
    works: Sequence[Work]
    arrays: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.arrays = named(self.works)


def named(works: Sequence[Work]) -> dict[str, Any]:
    """The four arrays of `BATCH`."""
    return {
        "numbers": [work.number for work in works],
        "runs": [work.run.run_id for work in works],
        "tenants": [work.run.tenant_id for work in works],
        "integrations": [work.run.integration_id for work in works],
    }


async def land(conn: AsyncConnection[Any], record: type[Record], works: Sequence[Work]) -> None:
    """Bring the staged rows of one kind, and of their children, to rest; fills in `works`."""
    batch = Batch(shape(record), works)
    staged = [work for work in works if work.staged]
    if staged:
        await _merge(conn, batch.shape, staged)
    await _mark_missing(conn, batch)
    await _vanish(conn, batch)
    if batch.shape.children is not None:
        await _land_children(conn, batch, staged)


async def _merge(conn: AsyncConnection[Any], shaped: Shape, works: Sequence[Work]) -> None:
    found = await conn.execute(_merge_sql(shaped), named(works))
    by_number = {work.number: work for work in works}
    for number, inserted, updated in await found.fetchall():
        by_number[number].inserted, by_number[number].updated = inserted, updated


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


async def _mark_missing(conn: AsyncConnection[Any], batch: Batch) -> None:
    """Count absences from complete fetches; what is absent twice in a row is gone."""
    works = await _with_surplus(conn, batch)
    if not works:
        return
    shaped = batch.shape
    pairs = [
        (work.number, row.vendor_id)
        for work in works
        for row in work.told.quarantined
        if row.vendor_id is not None
    ]
    arguments = named(works) | {
        "spared_numbers": [number for number, _ in pairs],
        "spared_ids": [vendor_id for _, vendor_id in pairs],
    }
    tallied = await conn.execute(_tally_sql(shaped), arguments)
    tallies = {number: (live, gone) for number, live, gone in await tallied.fetchall()}
    for work in works:
        live, gone = tallies[work.number]
        live -= work.inserted
        if gone >= HELD_FROM and gone > live * HELD_SHARE:
            work.held = Held(live, gone)
    arguments["counts"] = [_may_count(work) for work in works]
    marked = await conn.execute(_mark_sql(shaped), arguments)
    by_number = {work.number: work for work in works}
    for number, deleted in await marked.fetchall():
        by_number[number].deleted = deleted


async def _with_surplus(conn: AsyncConnection[Any], batch: Batch) -> list[Work]:
    """The complete fetches that lack some live row.

    What was staged is live now and each row of it is there once, so counting says enough: mostly
    nothing is missing, and then nothing has to be compared.
    """
    works = [work for work in batch.works if work.told.is_complete and work.told.is_snapshot]
    if not works:
        return []
    counted = await conn.execute(_live_sql(batch.shape), named(works))
    live = dict(await counted.fetchall())
    return [work for work in works if live.get(work.number, 0) > work.staged]


def _may_count(work: Work) -> bool:
    """Whether an absence is evidence: not if too many are absent, nor if a row had no name."""
    return work.held is None and all(row.vendor_id is not None for row in work.told.quarantined)


async def _vanish(conn: AsyncConnection[Any], batch: Batch) -> None:
    """Rows that the vendor itself said are gone."""
    pairs = [(work, vendor_id) for work in batch.works for vendor_id in work.told.vanished]
    if not pairs:
        return
    arguments = named([work for work, _ in pairs]) | {"ids": [each for _, each in pairs]}
    gone = await conn.execute(_vanish_sql(batch.shape), arguments)
    by_number = {work.number: work for work, _ in pairs}
    for number, deleted in await gone.fetchall():
        by_number[number].deleted += deleted


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
    head = ("tenant_id", "integration_id", "run_id", "row_hash")
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
        VALUES ({", ".join(f"s.{name}" for name in (*head, *names))})
    RETURNING s.run_no, merge_action() AS action
)
SELECT run_no, count(*) FILTER (WHERE action = 'INSERT'), count(*) FILTER (WHERE action = 'UPDATE')
FROM merged GROUP BY run_no
"""


@cache
def _live_sql(shaped: Shape) -> str:
    return f"""
SELECT b.run_no, (SELECT count(*) FROM {shaped.name} t
    WHERE t.integration_id = b.integration_id AND t.deleted_at IS NULL)
FROM {BATCH}
"""


@cache
def _tally_sql(shaped: Shape) -> str:
    """Per run: live rows, and those that are absent from both the stage and quarantine.

    "Is live" stands in the filters on purpose: as a join's condition it would look rare to a
    planner without statistics, and get a plan that is ten times slower.
    """
    live = "t.deleted_at IS NULL"
    return f"""
SELECT b.run_no, count(*) FILTER (WHERE {live}),
    count(*) FILTER (WHERE {live} AND s.vendor_id IS NULL AND q.vendor_id IS NULL)
FROM {BATCH}
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
        missing_runs = CASE WHEN gone.named THEN 0 WHEN gone.counts THEN t.missing_runs + 1
            ELSE t.missing_runs END,
        deleted_at = CASE WHEN gone.counts AND NOT gone.named AND t.missing_runs > 0 THEN now() END
    FROM (
        SELECT b.run_no, b.run_id, k.vendor_id, k.integration_id, c.counts,
            q.vendor_id IS NOT NULL AS named
        FROM {BATCH}
        JOIN unnest(%(numbers)s::int[], %(counts)s::boolean[]) AS c(run_no, counts)
            ON c.run_no = b.run_no
        JOIN {shaped.name} k ON k.integration_id = b.integration_id AND k.deleted_at IS NULL
        LEFT JOIN (SELECT DISTINCT * FROM unnest(%(spared_numbers)s::int[], %(spared_ids)s::text[])
            AS u(run_no, vendor_id)) q ON q.run_no = b.run_no AND q.vendor_id = k.vendor_id
        WHERE NOT EXISTS (SELECT FROM {shaped.stage} s
            WHERE s.run_no = b.run_no AND s.vendor_id = k.vendor_id)
    ) gone
    WHERE t.integration_id = gone.integration_id AND t.vendor_id = gone.vendor_id
        AND (t.missing_since IS NULL OR (gone.counts AND NOT gone.named)
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
