"""How vendors' payloads change: what every row has had, and each difference once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg.rows import class_row

from models.ops import new_id

ALWAYS = """
SELECT dataset, fields, rows FROM ops.schema_fields WHERE vendor = %s AND is_sandbox = %s
"""
LEARN = """
INSERT INTO ops.schema_fields (vendor, dataset, is_sandbox, fields, rows)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (vendor, dataset, is_sandbox) DO UPDATE SET
    fields = excluded.fields, rows = excluded.rows, changed_at = now()
"""
KEEP = """
INSERT INTO ops.schema_drift (id, tenant_id, integration_id, vendor, dataset, kind, field, value,
    example)
SELECT x.id, x.tenant_id, x.integration_id, x.vendor, x.dataset, x.kind, x.field, x.value, x.example
FROM jsonb_to_recordset(%s::jsonb) AS x(id uuid, tenant_id uuid, integration_id uuid, vendor text,
    dataset text, kind text, field text, value text, example text)
ON CONFLICT DO NOTHING RETURNING id
"""
LIST = """
SELECT d.day, t.slug AS tenant_slug, d.vendor, d.dataset, d.kind, d.field, d.value, d.example
FROM ops.schema_drift d JOIN ops.tenant t ON t.id = d.tenant_id
WHERE %(vendor)s::text IS NULL OR d.vendor = %(vendor)s
ORDER BY d.seen_at DESC, d.field LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference that is to be kept, its example redacted."""

    tenant_id: UUID
    integration_id: UUID
    vendor: str
    dataset: str
    kind: str
    field: str
    value: str
    example: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A difference as it is shown."""

    day: date
    tenant_slug: str
    vendor: str
    dataset: str
    kind: str
    field: str
    value: str
    example: str | None


async def always(
    conn: AsyncConnection[Any], vendor: str, *, is_sandbox: bool
) -> dict[str, tuple[frozenset[str], int]]:
    """By dataset, the fields that every row has had, and from how many rows that is known."""
    found = await conn.execute(ALWAYS, [vendor, is_sandbox])
    return {row[0]: (frozenset(row[1]), row[2]) for row in await found.fetchall()}


async def learn(
    conn: AsyncConnection[Any],
    vendor: str,
    dataset: str,
    fields: frozenset[str],
    rows: int,
    *,
    is_sandbox: bool,
) -> None:
    """Keep what every row has had."""
    await conn.execute(LEARN, [vendor, dataset, is_sandbox, sorted(fields), rows])


async def keep(conn: AsyncConnection[Any], found: Sequence[Drift]) -> list[Drift]:
    """Keep these differences; returns those that are new today."""
    if not found:
        return []
    by_id = {str(new_id()): one for one in found}
    rows = [asdict(one) | {"id": key} for key, one in by_id.items()]
    kept = await conn.execute(KEEP, [orjson.dumps(rows).decode()])
    return [by_id[str(row[0])] for row in await kept.fetchall()]


async def differences(
    conn: AsyncConnection[Any], *, vendor: str | None = None, limit: int = 50
) -> list[Listed]:
    """The differences, the newest first."""
    async with conn.cursor(row_factory=class_row(Listed)) as cursor:
        await cursor.execute(LIST, {"vendor": vendor, "limit": limit})
        return await cursor.fetchall()
