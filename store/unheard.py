"""Trouble that the database knows of and no incident is open for; and incidents that are over.

Events tell of trouble at once, but are not kept for ever: a Prefect server that is away, or killed
with some of them in its memory, loses them. This is what such a loss looks like afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

# Time for the event to take the usual way.
USUAL_WAY = timedelta(seconds=45)

FOUND = """
WITH failed AS (
    SELECT r.integration_id, count(*) AS times, max(r.completed_at) AS last_at
    FROM ops.sync_run r JOIN ops.integration i ON i.id = r.integration_id
    WHERE i.consecutive_failures >= %(failures)s AND r.status IN ('failed', 'crashed')
        AND r.started_at > now() - %(window)s::interval
        AND r.started_at > coalesce(i.last_success_at, '-infinity')
    GROUP BY r.integration_id
), live AS (
    SELECT i.*, t.is_sandbox FROM ops.integration i
    JOIN ops.tenant t ON t.id = i.tenant_id AND t.is_active WHERE i.status <> 'disabled'
)
SELECT 'key_rejected' AS signal, l.id AS integration_id, l.tenant_id, l.vendor, l.is_sandbox,
    NULL AS detail, NULL AS level, NULL::uuid AS plan_id
FROM live l WHERE l.status = 'needs_attention' AND l.last_error_kind = 'auth_rejected'
    AND l.last_started_at < now() - %(usual)s::interval AND l.lease_run_id IS NULL
    AND NOT EXISTS (SELECT FROM ops.incident o WHERE o.closed_at IS NULL
        AND o.integration_id = l.id AND o.kind = 'key_rejected')
UNION ALL
SELECT 'failing', l.id, l.tenant_id, l.vendor, l.is_sandbox, NULL, NULL, NULL
FROM live l JOIN failed f ON f.integration_id = l.id
WHERE f.times >= %(failures)s AND f.last_at < now() - %(usual)s::interval
    AND NOT EXISTS (SELECT FROM ops.incident o WHERE o.closed_at IS NULL
        AND o.integration_id = l.id AND o.kind IN ('failing', 'key_rejected'))
UNION ALL
SELECT 'vendor_down', NULL, NULL, b.vendor, b.is_sandbox, NULL, NULL, NULL
FROM ops.breaker b WHERE b.integration_id IS NULL AND b.state <> 'CLOSED'
    AND b.changed_at < now() - %(usual)s::interval
    AND NOT EXISTS (SELECT FROM ops.incident o WHERE o.closed_at IS NULL
        AND o.kind = 'vendor_down' AND o.vendor = b.vendor AND o.is_sandbox = b.is_sandbox)
UNION ALL
SELECT 'stale', f.integration_id, f.tenant_id, i.vendor, t.is_sandbox, f.said, f.level, NULL
FROM ops.freshness f JOIN ops.integration i ON i.id = f.integration_id
JOIN ops.tenant t ON t.id = f.tenant_id AND t.is_active
WHERE f.level <> 'fresh' AND f.told_level = f.level
    AND f.changed_at < now() - %(usual)s::interval
    AND NOT EXISTS (SELECT FROM ops.incident o WHERE o.closed_at IS NULL
        AND o.integration_id = f.integration_id AND o.kind = 'stale')
UNION ALL
SELECT 'route_at_risk', NULL, p.tenant_id, NULL, t.is_sandbox, NULL, NULL, p.id
FROM fleet.route_plan p JOIN ops.tenant t ON t.id = p.tenant_id AND t.is_active
WHERE p.status IN ('draft', 'accepted') AND p.verdict = 'late' AND p.is_risk_told
    AND p.updated_at < now() - %(usual)s::interval
    AND NOT EXISTS (SELECT FROM ops.incident o WHERE o.tenant_id = p.tenant_id
        AND o.kind = 'route_at_risk' AND o.last_seen_at >= p.created_at
        AND o.key = 'plan:' || p.load_integration_id || ':' || p.load_id)
UNION ALL
-- What has ended since an incident was last seen, and is told as its end.
SELECT DISTINCT 'recovered', l.id, l.tenant_id, l.vendor, l.is_sandbox, NULL, NULL, NULL::uuid
FROM live l JOIN ops.incident o ON o.integration_id = l.id AND o.closed_at IS NULL
    AND o.kind IN ('failing', 'key_rejected')
WHERE l.last_run_status = 'success' AND l.last_success_at > o.last_seen_at
    AND o.last_seen_at < now() - %(usual)s::interval
UNION ALL
SELECT DISTINCT 'vendor_back', NULL::uuid, NULL::uuid, b.vendor, b.is_sandbox, NULL, NULL,
    NULL::uuid
FROM ops.breaker b JOIN ops.incident o ON o.closed_at IS NULL AND o.kind = 'vendor_down'
    AND o.vendor = b.vendor AND o.is_sandbox = b.is_sandbox
WHERE b.integration_id IS NULL AND b.state = 'CLOSED'
    AND b.changed_at < now() - %(usual)s::interval
UNION ALL
SELECT 'fresh', l.id, l.tenant_id, l.vendor, l.is_sandbox, NULL, NULL, NULL
FROM live l JOIN ops.freshness f ON f.integration_id = l.id AND f.level = 'fresh'
    AND f.told_level = 'fresh' AND f.changed_at < now() - %(usual)s::interval
WHERE EXISTS (SELECT FROM ops.incident o WHERE o.closed_at IS NULL
    AND o.integration_id = l.id AND o.kind = 'stale')
"""


@dataclass(frozen=True, slots=True)
class Unheard:
    """Trouble without an incident, or the end of one that is open, in the words of a signal."""

    signal: str
    integration_id: UUID | None
    tenant_id: UUID | None
    vendor: str | None
    is_sandbox: bool
    detail: str | None
    level: str | None
    plan_id: UUID | None = None


async def find(conn: AsyncConnection[Any], failures: int, window: timedelta) -> list[Unheard]:
    """What should have been heard of by now. `failures` within `window` are trouble."""
    told = {"failures": failures, "window": window, "usual": USUAL_WAY}
    async with conn.cursor(row_factory=class_row(Unheard)) as cursor:
        await cursor.execute(FOUND, told)
        return await cursor.fetchall()
