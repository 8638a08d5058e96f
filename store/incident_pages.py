"""Incidents as a tenant's people see them: behind the wall, by id."""

# ruff: noqa: S608 - what is put into SQL here are constants of this file.

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from store.connection import Connection


@dataclass(frozen=True, slots=True)
class Shown:
    """An incident of the tenant."""

    id: UUID
    integration_id: UUID | None
    vendor: str | None
    kind: str
    severity: str
    happened: str
    who: str | None
    next_step: str | None
    opened_at: datetime
    last_seen_at: datetime
    times: int
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    muted_until: datetime | None
    closed_at: datetime | None
    closed_because: str | None
    note: str | None
    messages_sent: int
    messages_pending: int
    messages_failed: int


# What concerns all tenants has no tenant, and is not theirs to take on.
_LIST = """
SELECT i.id, i.integration_id, i.vendor, i.kind, i.severity, i.happened, i.who, i.next_step,
    i.opened_at, i.last_seen_at, i.times, i.acknowledged_at, i.acknowledged_by, i.muted_until,
    i.closed_at, i.closed_because, i.note, d.sent AS messages_sent,
    d.pending AS messages_pending, d.failed AS messages_failed
FROM ops.incident i CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status = 'sent') AS sent,
        count(*) FILTER (WHERE status = 'pending') AS pending,
        count(*) FILTER (WHERE status = 'failed') AS failed
    FROM ops.alert_delivery WHERE incident_id = i.id
) d
WHERE i.tenant_id = %(tenant)s
"""
PAGE = f"""{_LIST} AND (%(closed)s OR i.closed_at IS NULL)
    AND (%(before)s::uuid IS NULL OR (i.opened_at, i.id) < (
        SELECT l.opened_at, l.id FROM ops.incident l WHERE l.id = %(before)s))
ORDER BY i.opened_at DESC, i.id DESC LIMIT %(limit)s
"""
ONE = f"{_LIST} AND i.id = %(id)s"


async def page(
    conn: Connection,
    tenant_id: UUID,
    *,
    limit: int,
    before: UUID | None = None,
    with_closed: bool = False,
) -> list[Shown]:
    """The newest first."""
    told = {"tenant": tenant_id, "limit": limit, "before": before, "closed": with_closed}
    async with conn.cursor(row_factory=class_row(Shown)) as cursor:
        await cursor.execute(PAGE, told)
        return await cursor.fetchall()


async def one(conn: Connection, tenant_id: UUID, incident_id: UUID) -> Shown | None:
    """One of them; None when there is none, or it is a stranger's."""
    async with conn.cursor(row_factory=class_row(Shown)) as cursor:
        await cursor.execute(ONE, {"tenant": tenant_id, "id": incident_id})
        return await cursor.fetchone()
