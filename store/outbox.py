"""The outbox: messages about incidents, put down with the incident, then sent by whoever is free.

A message is put down once: incident, channel, recipient and step name it. Whoever sends one holds
a lease on it, and notes that it left; a lease that runs out lets another send it, under the same
message id. Nothing here waits for a mail server.
"""

# ruff: noqa: S608 - what is put into SQL here are constants of this file.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg.rows import class_row

from core.alerts import ROLES_OF_LOADS, Person, message_id
from models.ops import new_id

LEASE_S = 120.0


@dataclass(frozen=True, slots=True)
class Message:
    """A message to put down."""

    incident_id: UUID
    tenant_id: UUID | None
    channel: str
    recipient: str
    step: str


@dataclass(frozen=True, slots=True)
class Leased:
    """A message to send now, its incident, and who would get it as things are now.

    ``role``: of the tenant's user with this address; None when there is none any more.
    ``first_id``: the message id of what was told first, for mail programs to keep together.
    """

    id: UUID
    message_id: str
    first_id: str
    channel: str
    recipient: str
    step: str
    attempts: int
    created_at: datetime
    now: datetime
    incident_id: UUID
    kind: str
    severity: str
    error_kind: str | None
    happened: str
    who: str | None
    next_step: str | None
    times: int
    opened_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    closed_because: str | None
    run_id: UUID | None
    vendor: str | None
    is_sandbox: bool
    integration_id: UUID | None
    last_success_at: datetime | None
    http_status: int | None
    vendor_request_id: str | None
    tenant_id: UUID | None
    tenant_slug: str | None
    tenant_name: str | None
    key: str
    is_tenant_active: bool | None
    role: str | None
    is_active: bool | None
    secret_ciphertext: bytes | None
    secret_key_id: str | None

    @property
    def person(self) -> Person | None:
        """The user with this address, as stored now."""
        if self.tenant_id is None or self.role is None:
            return None
        return Person(
            self.tenant_id, self.recipient, self.role, bool(self.is_active),
            bool(self.is_tenant_active),
        )  # fmt: skip


# Said so, and not as status = 'pending', it is looked up by incident: the index of what is pending
# looks like the better one for as long as the database thinks that the outbox is empty.
WAITS = "{}.status NOT IN ('sent', 'failed', 'suppressed')"
# Nobody needs a reminder who has yet to get what comes before it.
PUT = f"""
INSERT INTO ops.alert_delivery (id, incident_id, tenant_id, channel, recipient, step, message_id)
SELECT x.id, x.incident_id, x.tenant_id, x.channel, x.recipient, x.step, x.message_id
FROM jsonb_to_recordset(%(rows)s::jsonb) AS x(id uuid, incident_id uuid, tenant_id uuid,
    channel text, recipient text, step text, message_id text)
WHERE x.step = 'closed' OR NOT EXISTS (SELECT FROM ops.alert_delivery w
    WHERE w.incident_id = x.incident_id AND w.channel = x.channel AND w.recipient = x.recipient
        AND {WAITS.format("w")})
ON CONFLICT DO NOTHING
"""
PEOPLE = """
SELECT u.tenant_id, u.email, u.role, u.is_active, t.is_active AS is_tenant_active
FROM ops.app_user u JOIN ops.tenant t ON t.id = u.tenant_id
WHERE u.tenant_id = ANY(%s::uuid[]) AND u.role = ANY(%s) ORDER BY u.tenant_id, u.email
"""
# Those who were told of these incidents. One that has several incidents closed at once hears of
# the newest: it is one recovery.
TO_TELL = """
SELECT DISTINCT ON (coalesce(i.integration_id, i.id), d.channel, d.recipient)
    i.id AS incident_id, i.tenant_id, d.channel, d.recipient, 'closed' AS step
FROM ops.incident i JOIN ops.alert_delivery d ON d.incident_id = i.id
WHERE i.id = ANY(%s::uuid[]) AND d.status IN ('sent', 'pending') AND d.step <> 'closed'
    AND (i.muted_until IS NULL OR i.muted_until <= now())
ORDER BY coalesce(i.integration_id, i.id), d.channel, d.recipient, i.opened_at DESC
"""
# A later message about an incident waits for the earlier one to the same recipient.
LEASE = f"""
WITH next AS (
    SELECT d.id FROM ops.alert_delivery d
    WHERE d.status = 'pending' AND d.channel = %(channel)s AND d.due_at <= now()
        AND (d.lease_expires_at IS NULL OR d.lease_expires_at < now())
        AND NOT EXISTS (SELECT FROM ops.alert_delivery e
            WHERE e.incident_id = d.incident_id AND e.channel = d.channel
                AND e.recipient = d.recipient AND {WAITS.format("e")}
                AND e.created_at < d.created_at)
    ORDER BY d.due_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
), d AS (
    UPDATE ops.alert_delivery d SET attempts = d.attempts + 1, lease_owner = %(owner)s,
        lease_expires_at = now() + make_interval(secs => %(lease_s)s)
    FROM next WHERE d.id = next.id RETURNING d.*
)
SELECT d.id, d.message_id, f.message_id AS first_id, d.channel, d.recipient, d.step, d.attempts,
    d.created_at, now() AS now, i.id AS incident_id, i.kind, i.severity, i.error_kind, i.happened,
    i.who, i.next_step, i.times, i.opened_at, i.last_seen_at, i.closed_at, i.closed_because,
    i.run_id, i.vendor, i.is_sandbox, i.integration_id, g.last_success_at, r.http_status,
    r.vendor_request_id, i.tenant_id, t.slug AS tenant_slug, t.name AS tenant_name, i.key,
    t.is_active AS is_tenant_active, u.role, u.is_active, c.secret_ciphertext, c.secret_key_id
FROM d JOIN ops.incident i ON i.id = d.incident_id
LEFT JOIN ops.tenant t ON t.id = i.tenant_id
LEFT JOIN ops.integration g ON g.id = i.integration_id
LEFT JOIN ops.sync_run r ON r.id = i.run_id
LEFT JOIN ops.app_user u ON u.tenant_id = i.tenant_id AND lower(u.email) = lower(d.recipient)
LEFT JOIN ops.tenant_channel c ON c.tenant_id = i.tenant_id AND c.channel = d.channel
CROSS JOIN LATERAL (
    SELECT e.message_id FROM ops.alert_delivery e
    WHERE e.incident_id = d.incident_id AND e.channel = d.channel AND e.recipient = d.recipient
    ORDER BY e.created_at, e.id LIMIT 1
) f
"""
# Only who holds the lease may say how it went: the others were too slow, and another took over.
SETTLE = """
UPDATE ops.alert_delivery SET status = %(status)s, error = %(error)s,
    due_at = coalesce(%(due_at)s, due_at), lease_owner = NULL, lease_expires_at = NULL,
    sent_at = CASE WHEN %(status)s = 'sent' THEN now() END,
    attempts = attempts - (NOT %(counts)s)::int
WHERE id = %(id)s AND lease_owner = %(owner)s
"""
REASON = """
UPDATE ops.alert_delivery SET error = %s
WHERE status = 'pending' AND channel = %s AND error IS DISTINCT FROM %s
"""
# Over for long, and never sent because nothing was set up to send it.
DROP_OLD = """
UPDATE ops.alert_delivery d
SET status = 'suppressed', error = 'It was over for long when it could have been sent.'
FROM ops.incident i
WHERE i.id = d.incident_id AND d.status = 'pending' AND d.attempts = 0
    AND d.lease_owner IS NULL AND i.closed_at < now() - make_interval(secs => %s)
"""
NEXT = """
SELECT least(
    (SELECT min(greatest(due_at, coalesce(lease_expires_at, due_at)))
        FROM ops.alert_delivery WHERE status = 'pending' AND channel <> ALL(%s)),
    (SELECT min(tell_at) FROM ops.incident WHERE closed_at IS NULL)), now()
"""


async def put(conn: AsyncConnection[Any], messages: Sequence[Message]) -> int:
    """Put messages down; returns how many.

    What is down already stays as it is, and is put down once, whoever tries again.
    """
    if not messages:
        return 0
    rows = [
        asdict(each)
        | {
            "id": new_id(),
            "message_id": message_id(each.incident_id, each.channel, each.recipient, each.step),
        }
        for each in messages
    ]
    return (await conn.execute(PUT, {"rows": orjson.dumps(rows).decode()})).rowcount


async def people(conn: AsyncConnection[Any], tenants: Sequence[UUID]) -> list[Person]:
    """Admins and dispatchers of these tenants; `core.alerts.may_hear` says who of them is told."""
    async with conn.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(PEOPLE, [list(tenants), list(ROLES_OF_LOADS)])
        return await cursor.fetchall()


async def to_tell_of_end(conn: AsyncConnection[Any], closed: Sequence[UUID]) -> list[Message]:
    """Who heard of these incidents, and so hears that they are over."""
    async with conn.cursor(row_factory=class_row(Message)) as cursor:
        await cursor.execute(TO_TELL, [list(closed)])
        return await cursor.fetchall()


async def lease(
    conn: AsyncConnection[Any], channel: str, owner: UUID, lease_s: float = LEASE_S
) -> Leased | None:
    """The next message that is due on this channel, for this owner alone; None: nothing is due."""
    told = {"channel": channel, "owner": owner, "lease_s": lease_s}
    async with conn.cursor(row_factory=class_row(Leased)) as cursor:
        await cursor.execute(LEASE, told)
        return await cursor.fetchone()


async def settle(
    conn: AsyncConnection[Any],
    leased: Leased,
    owner: UUID,
    status: str,
    error: str | None = None,
    due_at: datetime | None = None,
    *,
    counts: bool = True,
) -> bool:
    """Note how sending went; False when the lease had run out and another has it.

    ``counts``: False for what was no attempt, because nothing is set up to send it.
    """
    told: Mapping[str, Any] = {
        "id": leased.id,
        "owner": owner,
        "status": status,
        "error": error,
        "due_at": due_at,
        "counts": counts,
    }
    return (await conn.execute(SETTLE, told)).rowcount == 1


async def wait_for_setup(conn: AsyncConnection[Any], channel: str, reason: str) -> None:
    """Say on every message that waits on this channel why it does."""
    await conn.execute(REASON, [reason, channel, reason])


async def drop_old(conn: AsyncConnection[Any], old_s: float) -> None:
    """Drop messages that were never tried, about what has been over for long."""
    await conn.execute(DROP_OLD, [old_s])


async def next_due(
    conn: AsyncConnection[Any], blocked: Sequence[str]
) -> tuple[datetime | None, datetime]:
    """When there is something to do again but on blocked channels, or None; and the time now."""
    row = await (await conn.execute(NEXT, [list(blocked)])).fetchone()
    assert row is not None  # a SELECT without FROM always has one row
    return row[0], row[1]
