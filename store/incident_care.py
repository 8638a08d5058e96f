"""What people see of incidents and make of them: lists, the log of messages, taking on, muting.

Every change is noted in ``ops.audit_log``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from core.errors import ConfigurationError, NotFoundError
from store.breaker_log import note

SHORTEST = 4  # characters of an id that may name an incident


@dataclass(frozen=True, slots=True)
class Listed:
    """An incident, and how its messages fared."""

    id: UUID
    tenant_slug: str | None
    tenant_id: UUID | None
    vendor: str | None
    kind: str
    severity: str
    happened: str
    opened_at: datetime
    last_seen_at: datetime
    times: int
    told_at: datetime | None
    tell_at: datetime | None
    explained_by: UUID | None
    acknowledged_by: str | None
    muted_until: datetime | None
    closed_at: datetime | None
    note: str | None
    sent: int
    pending: int
    failed: int
    now: datetime

    @property
    def code(self) -> str:
        """Its id in short: the end, for ids that were made together begin alike."""
        return self.id.hex[-8:]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message of the outbox."""

    incident_id: UUID
    tenant_slug: str | None
    channel: str
    recipient: str
    step: str
    status: str
    attempts: int
    error: str | None
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None


LIST = """
SELECT i.id, t.slug AS tenant_slug, i.tenant_id, i.vendor, i.kind, i.severity, i.happened,
    i.opened_at, i.last_seen_at, i.times, i.told_at, i.tell_at, i.explained_by, i.acknowledged_by,
    i.muted_until, i.closed_at, i.note, d.sent, d.pending, d.failed, now() AS now
FROM ops.incident i LEFT JOIN ops.tenant t ON t.id = i.tenant_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status = 'sent') AS sent,
        count(*) FILTER (WHERE status = 'pending') AS pending,
        count(*) FILTER (WHERE status = 'failed') AS failed
    FROM ops.alert_delivery WHERE incident_id = i.id
) d
WHERE (%(tenant)s::text IS NULL OR t.slug = %(tenant)s) AND (%(closed)s OR i.closed_at IS NULL)
    AND (%(code)s::text IS NULL OR right(replace(i.id::text, '-', ''), length(%(code)s)) = %(code)s)
ORDER BY i.closed_at IS NOT NULL, i.opened_at DESC, i.id DESC LIMIT %(limit)s
"""
DELIVERIES = """
SELECT d.incident_id, t.slug AS tenant_slug, d.channel, d.recipient, d.step, d.status, d.attempts,
    d.error, d.created_at, d.due_at, d.sent_at
FROM ops.alert_delivery d LEFT JOIN ops.tenant t ON t.id = d.tenant_id
WHERE (%(tenant)s::text IS NULL OR t.slug = %(tenant)s)
    AND (%(key)s::text IS NULL OR d.incident_id IN (
        SELECT id FROM ops.incident WHERE key = %(key)s))
ORDER BY d.created_at DESC, d.id DESC LIMIT %(limit)s
"""
TAKE_ON = """
UPDATE ops.incident SET acknowledged_at = now(), acknowledged_by = %s WHERE id = %s
"""
# Whoever mutes it hears of it again then, if it is still open.
MUTE = """
UPDATE ops.incident SET muted_until = now() + %(span)s,
    tell_at = CASE WHEN tell_at IS NULL THEN NULL ELSE greatest(tell_at, now() + %(span)s) END
WHERE id = %(id)s RETURNING muted_until
"""


async def listing(
    conn: AsyncConnection[Any],
    *,
    tenant_slug: str | None = None,
    with_closed: bool = False,
    limit: int = 50,
) -> list[Listed]:
    """Open incidents, the newest first; then closed ones if asked for."""
    return await _listed(conn, tenant_slug, None, limit, with_closed=with_closed)


async def deliveries(
    conn: AsyncConnection[Any],
    *,
    tenant_slug: str | None = None,
    key: str | None = None,
    limit: int = 50,
) -> list[Delivery]:
    """Messages of the outbox, the newest first. ``key``: of the incidents with that key."""
    told = {"tenant": tenant_slug, "key": key, "limit": limit}
    async with conn.cursor(row_factory=class_row(Delivery)) as cursor:
        await cursor.execute(DELIVERIES, told)
        return await cursor.fetchall()


async def note_of(conn: AsyncConnection[Any], key: str) -> str | None:
    """What went wrong with the messages of the newest incident of that key."""
    found = await conn.execute(
        "SELECT note FROM ops.incident WHERE key = %s ORDER BY opened_at DESC LIMIT 1", [key]
    )
    row = await found.fetchone()
    return row[0] if row else None


async def find(conn: AsyncConnection[Any], code: str) -> Listed:
    """The open incident whose id is this or ends like this."""
    wanted = code.strip().lower().replace("-", "")
    if len(wanted) < SHORTEST or not all(each in "0123456789abcdef" for each in wanted):
        raise ConfigurationError(
            f"“{code}” is no incident's id: take one from the list of sally alerts list."
        )
    found = await _listed(conn, None, wanted, 2, with_closed=False)
    if not found:
        raise NotFoundError(f"There is no open incident {code}. See: sally alerts list")
    if len(found) > 1:
        raise ConfigurationError(f"Several incidents end in {code}: give more of the id.")
    return found[0]


async def take_on(
    conn: AsyncConnection[Any], incident_id: UUID, tenant_id: UUID | None, who: str
) -> None:
    """Somebody takes it on: nobody is reminded of it any more."""
    async with conn.transaction():
        await conn.execute(TAKE_ON, [who, incident_id])
        await note(conn, who, "incident.acknowledge", str(incident_id), {}, tenant_id)


async def mute(
    conn: AsyncConnection[Any], incident_id: UUID, tenant_id: UUID | None, span: timedelta, who: str
) -> datetime:
    """Nobody is told anything of it before this has passed; returns until when."""
    async with conn.transaction():
        found = await conn.execute(MUTE, {"span": span, "id": incident_id})
        row = await found.fetchone()
        assert row is not None  # incidents are never deleted while open
        until: datetime = row[0]
        told = {"until": until.isoformat()}
        await note(conn, who, "incident.mute", str(incident_id), told, tenant_id)
    return until


async def _listed(
    conn: AsyncConnection[Any], tenant: str | None, code: str | None, limit: int, *,
    with_closed: bool,
) -> list[Listed]:  # fmt: skip
    told = {"tenant": tenant, "closed": with_closed, "code": code, "limit": limit}
    async with conn.cursor(row_factory=class_row(Listed)) as cursor:
        await cursor.execute(LIST, told)
        return await cursor.fetchall()
