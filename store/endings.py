"""Whose runs these are: what is needed to tell how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

CRASHED = "crashed"
OF_RUNS = """
SELECT r.id AS run_id, r.integration_id, r.tenant_id, t.slug AS tenant_slug, r.vendor, t.is_sandbox,
    r.status, r.error_kind
FROM ops.sync_run r JOIN ops.tenant t ON t.id = r.tenant_id
WHERE r.id = ANY(%s::uuid[]) AND r.sync_type <> 'replay' ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that is over, and whose it was."""

    run_id: UUID
    integration_id: UUID
    tenant_id: UUID
    tenant_slug: str
    vendor: str
    is_sandbox: bool
    status: str = ""
    error_kind: str | None = None


async def of_runs(conn: AsyncConnection[Any], run_ids: Sequence[UUID]) -> list[Ended]:
    """These syncs, the oldest first; what does not exist, or asked no vendor, is left out."""
    if not run_ids:
        return []
    async with conn.cursor(row_factory=class_row(Ended)) as cursor:
        await cursor.execute(OF_RUNS, [list(run_ids)])
        return await cursor.fetchall()
