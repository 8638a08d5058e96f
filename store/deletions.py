"""Held mass deletions, as people see and approve them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from core.errors import ConfigurationError, NotFoundError
from store import breaker_log
from store.lookup import code_of

LIST = """
SELECT h.id, h.tenant_id, t.slug AS tenant_slug, i.vendor, h.dataset, h.status, h.live, h.gone,
    h.first_seen_at, h.last_seen_at, h.decided_by, h.decided_at, h.deleted, h.ended_at,
    now() AS now
FROM ops.held_deletion h
JOIN ops.tenant t ON t.id = h.tenant_id
JOIN ops.integration i ON i.id = h.integration_id
WHERE (%(tenant)s::text IS NULL OR t.slug = %(tenant)s) AND (%(ended)s OR h.ended_at IS NULL)
    AND (%(code)s::text IS NULL OR right(replace(h.id::text, '-', ''), length(%(code)s)) = %(code)s)
ORDER BY h.ended_at IS NOT NULL, h.last_seen_at DESC, h.id DESC LIMIT %(limit)s
"""
APPROVE = """
UPDATE ops.held_deletion SET status = 'approved', decided_by = %s, decided_at = now()
WHERE id = %s AND status = 'held'
"""


@dataclass(frozen=True, slots=True)
class Held:
    """Rows that were absent, too many at once, and what was decided about them."""

    id: UUID
    tenant_id: UUID
    tenant_slug: str
    vendor: str
    dataset: str
    status: str
    live: int
    gone: int
    first_seen_at: datetime
    last_seen_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    deleted: int | None
    ended_at: datetime | None
    now: datetime

    @property
    def code(self) -> str:
        """What people call it: the end of its id."""
        return self.id.hex[-8:]


async def listing(
    conn: AsyncConnection[Any],
    *,
    tenant_slug: str | None = None,
    with_ended: bool = False,
    limit: int = 50,
) -> list[Held]:
    """Those that wait, the newest first; then those that are over if asked for."""
    return await _listed(conn, tenant_slug, None, limit, with_ended=with_ended)


async def find(conn: AsyncConnection[Any], code: str, tenant_slug: str | None = None) -> Held:
    """The open one whose id is this or ends like this."""
    found = await _listed(conn, tenant_slug, code_of(code, "sally deletions list"), 2)
    if not found:
        raise NotFoundError(f"No deletion {code} is held. See: sally deletions list")
    if len(found) > 1:
        raise ConfigurationError(f"Several held deletions end in {code}: give more of the id.")
    return found[0]


async def approve(conn: AsyncConnection[Any], held: Held, who: str) -> None:
    """Let the next complete fetch that still lacks the rows delete them."""
    async with conn.transaction():
        done = await conn.execute(APPROVE, [who, held.id])
        if not done.rowcount:
            raise ConfigurationError(
                f"{held.code} waits no more: it was approved already, or the rows came back. "
                "See: sally deletions list"
            )
        details = {"vendor": held.vendor, "dataset": held.dataset, "gone": held.gone,
                   "live": held.live}  # fmt: skip
        await breaker_log.note(conn, who, "deletion.approve", str(held.id), details, held.tenant_id)


async def _listed(
    conn: AsyncConnection[Any], tenant: str | None, code: str | None, limit: int, *,
    with_ended: bool = False,
) -> list[Held]:  # fmt: skip
    told = {"tenant": tenant, "ended": with_ended, "code": code, "limit": limit}
    async with conn.cursor(row_factory=class_row(Held)) as cursor:
        await cursor.execute(LIST, told)
        return await cursor.fetchall()
