"""What is held of each integration and how old it was judged to be, with what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

from core.freshness import Held, Judgement

# Recurring works whose pulse is kept.
CYCLE, LOOK = "cycle", "freshness"

# Sandbox tenants are judged like others: it is with them that people learn what an alert is.
HELD = """
SELECT i.id AS integration_id, i.tenant_id, t.slug AS tenant_slug, i.vendor, t.is_sandbox,
    i.status = 'disabled' AS is_disabled, i.created_at, w.dataset,
    coalesce(i.poll_seconds, w.seconds) AS every_s, s.last_success_at AS good_at, now() AS now
FROM ops.integration i
JOIN ops.tenant t ON t.id = i.tenant_id AND t.is_active
JOIN unnest(%(vendors)s::text[], %(datasets)s::text[], %(seconds)s::int[])
    AS w(vendor, dataset, seconds) ON w.vendor = i.vendor
LEFT JOIN ops.dataset_state s ON s.integration_id = i.id AND s.dataset = w.dataset
WHERE i.removed_at IS NULL
ORDER BY i.id, w.dataset
"""
KEEP = """
WITH told AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb)
        AS x(integration_id uuid, tenant_id uuid, level text, stale jsonb, said text)
)
INSERT INTO ops.freshness AS f (integration_id, tenant_id, level, stale, said, told_level)
SELECT t.integration_id, t.tenant_id, t.level, t.stale, t.said, 'fresh' FROM told t
WHERE t.level <> 'fresh'
    OR EXISTS (SELECT FROM ops.freshness k WHERE k.integration_id = t.integration_id)
ON CONFLICT (integration_id) DO UPDATE SET level = excluded.level, stale = excluded.stale,
    said = excluded.said,
    changed_at = CASE WHEN f.level = excluded.level THEN f.changed_at ELSE now() END
WHERE (f.level, f.stale, f.said) IS DISTINCT FROM (excluded.level, excluded.stale, excluded.said)
"""
UNTOLD = """
SELECT f.integration_id, f.tenant_id, t.slug AS tenant_slug, i.vendor, t.is_sandbox,
    i.status = 'disabled' AS is_disabled, f.level, f.stale, f.said, f.changed_at
FROM ops.freshness f
JOIN ops.integration i ON i.id = f.integration_id
JOIN ops.tenant t ON t.id = f.tenant_id
WHERE f.level IS DISTINCT FROM f.told_level ORDER BY f.changed_at, f.integration_id
"""
TOLD = """
UPDATE ops.freshness f SET told_level = x.level
FROM unnest(%s::uuid[], %s::text[]) AS x(integration_id, level)
WHERE f.integration_id = x.integration_id
"""
BEAT = """
WITH before AS (SELECT at FROM ops.pulse WHERE name = %(name)s), beat AS (
    INSERT INTO ops.pulse (name) VALUES (%(name)s) ON CONFLICT (name) DO UPDATE SET at = now()
)
SELECT now() - (SELECT at FROM before)
"""


@dataclass(frozen=True, slots=True)
class Integration:
    """An integration and what is held of it, as of ``now`` (the database's clock)."""

    integration_id: UUID
    tenant_id: UUID
    held: tuple[Held, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A level that Prefect has yet to hear of."""

    integration_id: UUID
    tenant_id: UUID
    tenant_slug: str
    vendor: str
    is_sandbox: bool
    is_disabled: bool
    level: str
    stale: dict[str, str]
    said: str | None
    changed_at: datetime


async def held(
    conn: AsyncConnection[Any], datasets: Sequence[tuple[str, str, timedelta]]
) -> list[Integration]:
    """What is held of every integration of an active tenant.

    ``datasets``: vendor, dataset and how often it comes where the integration does not say.
    """
    told = {
        "vendors": [vendor for vendor, _, _ in datasets],
        "datasets": [name for _, name, _ in datasets],
        "seconds": [int(every.total_seconds()) for _, _, every in datasets],
    }
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(HELD, told)
        rows = await cursor.fetchall()
    return [
        _integration(list(group)) for _, group in groupby(rows, key=lambda r: r["integration_id"])
    ]


async def keep(conn: AsyncConnection[Any], judged: Sequence[tuple[Integration, Judgement]]) -> None:
    """Write down what was judged, in one statement; what is as it was is not touched."""
    rows = [
        {
            "integration_id": one.integration_id,
            "tenant_id": one.tenant_id,
            "level": judgement.level,
            "stale": dict(judgement.stale),
            "said": judgement.said,
        }
        for one, judgement in judged
    ]
    await conn.execute(KEEP, {"rows": orjson.dumps(rows).decode()})


async def untold(conn: AsyncConnection[Any]) -> list[Change]:
    """The integrations whose level is another than the one that Prefect was last told."""
    async with conn.cursor(row_factory=class_row(Change)) as cursor:
        await cursor.execute(UNTOLD)
        return await cursor.fetchall()


async def mark_told(conn: AsyncConnection[Any], changes: Sequence[Change]) -> None:
    """Note what was told; a level that changed meanwhile will be told next."""
    if changes:
        ids = [change.integration_id for change in changes]
        await conn.execute(TOLD, [ids, [change.level for change in changes]])


async def beat(conn: AsyncConnection[Any], name: str) -> timedelta | None:
    """Note that this work was done now; returns how long ago it was before, if ever."""
    row = await (await conn.execute(BEAT, {"name": name})).fetchone()
    found: timedelta | None = row[0] if row else None
    return found


async def since_beat(conn: AsyncConnection[Any], name: str) -> timedelta | None:
    """How long ago this work was last done, if ever."""
    found = await conn.execute("SELECT now() - at FROM ops.pulse WHERE name = %s", [name])
    row = await found.fetchone()
    return row[0] if row else None


def _integration(rows: Sequence[Mapping[str, Any]]) -> Integration:
    first = rows[0]
    return Integration(
        first["integration_id"],
        first["tenant_id"],
        tuple(
            Held(
                dataset=row["dataset"],
                every=timedelta(seconds=row["every_s"]),
                good_at=row["good_at"],
                since=row["created_at"],
                is_disabled=row["is_disabled"],
            )
            for row in rows
        ),
        first["now"],
    )
