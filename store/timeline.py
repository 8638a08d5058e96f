"""What happened around an integration beside its syncs: changes, its breaker, messages sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from store.connection import Connection


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing. ``kind``: such as credential_changed, breaker_opened, alert_sent."""

    happened_at: datetime
    kind: str
    actor: str | None
    said: str


TIMELINE = """
WITH i AS (
    SELECT g.id, g.vendor, t.is_sandbox FROM ops.integration g
    JOIN ops.tenant t ON t.id = g.tenant_id WHERE g.id = %(integration)s
), events AS (
    SELECT a.happened_at, CASE a.action
            WHEN 'integration.add' THEN 'connected'
            WHEN 'integration.replace_credentials' THEN 'credential_changed'
            WHEN 'integration.configure' THEN 'settings_changed'
            WHEN 'integration.enable' THEN 'enabled'
            WHEN 'integration.disable' THEN 'disabled'
            WHEN 'integration.remove' THEN 'disconnected'
            WHEN 'integration.sync' THEN 'sync_asked'
            WHEN 'integration.test' THEN 'tested' END AS kind,
        a.actor, coalesce(a.details ->> 'after', a.details ->> 'fingerprint', '') AS said
    FROM ops.audit_log a JOIN i ON a.subject_id = i.id::text
    WHERE a.subject = 'integration' AND a.action <> 'integration.rotate_key'
    UNION ALL
    SELECT e.happened_at, 'breaker_' || lower(e.to_state), e.actor, e.reason
    FROM ops.breaker_event e JOIN i ON e.vendor = i.vendor AND e.is_sandbox = i.is_sandbox
        AND (e.integration_id = i.id OR e.integration_id IS NULL)
    UNION ALL
    SELECT d.sent_at, 'alert_sent', NULL, c.happened
    FROM ops.incident c JOIN i ON c.integration_id = i.id
    JOIN ops.alert_delivery d ON d.incident_id = c.id WHERE d.status = 'sent'
)
SELECT happened_at, kind, actor, said FROM events
WHERE kind IS NOT NULL AND (%(before)s::timestamptz IS NULL OR happened_at < %(before)s)
ORDER BY happened_at DESC LIMIT %(limit)s
"""


async def of(
    conn: Connection, integration_id: UUID, *, limit: int, before: datetime | None = None
) -> list[Happening]:
    """The newest first; behind the tenant's wall."""
    told = {"integration": integration_id, "limit": limit, "before": before}
    async with conn.cursor(row_factory=class_row(Happening)) as cursor:
        await cursor.execute(TIMELINE, told)
        return await cursor.fetchall()
