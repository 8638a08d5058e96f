"""A tenant's connections to vendors as its people see them: no secret, but how each fares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from store.connection import Connection


@dataclass(frozen=True, slots=True)
class Connected:
    """One integration.

    ``running``: the run that works on it now. ``age_level``, ``age_said``: how old its data is;
    fresh where nobody judged otherwise. ``now``: the database's clock.
    """

    id: UUID
    vendor: str
    status: str
    fingerprint: str
    key_changed_at: datetime
    settings: dict[str, Any]
    poll_seconds: int | None
    next_sync_at: datetime
    last_started_at: datetime | None
    last_success_at: datetime | None
    last_run_status: str | None
    consecutive_failures: int
    error_kind: str | None
    error_happened: str | None
    error_who: str | None
    error_next_step: str | None
    created_at: datetime
    updated_at: datetime
    running: UUID | None
    age_level: str
    age_said: str | None
    breaker_state: str
    breaker_retry_at: datetime | None
    now: datetime


_ONE = """
SELECT i.id, i.vendor, i.status, i.credentials_fingerprint AS fingerprint,
    i.credentials_changed_at AS key_changed_at, i.settings, i.poll_seconds, i.next_sync_at,
    i.last_started_at, i.last_success_at, i.last_run_status, i.consecutive_failures,
    i.last_error_kind AS error_kind, i.last_error_happened AS error_happened,
    i.last_error_who AS error_who, i.last_error_next_step AS error_next_step,
    i.created_at, i.updated_at,
    CASE WHEN i.lease_expires_at >= now() THEN i.lease_run_id END AS running,
    coalesce(f.level, 'fresh') AS age_level, f.said AS age_said,
    coalesce(b.state, 'CLOSED') AS breaker_state, b.retry_at AS breaker_retry_at, now() AS now
FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id
LEFT JOIN ops.freshness f ON f.integration_id = i.id
LEFT JOIN LATERAL (
    SELECT k.state, k.retry_at FROM ops.breaker k
    WHERE k.vendor = i.vendor AND k.is_sandbox = t.is_sandbox
        AND (k.integration_id = i.id OR k.integration_id IS NULL)
    ORDER BY array_position(ARRAY['OPEN', 'HALF_OPEN', 'CLOSED'], k.state), k.retry_at DESC LIMIT 1
) b ON true
WHERE i.removed_at IS NULL
"""
LIST = f"{_ONE} ORDER BY i.vendor"
ONE = f"{_ONE} AND i.id = %s"


async def listed(conn: Connection) -> list[Connected]:
    """Every integration of the tenant that the connection sees, by vendor."""
    async with conn.cursor(row_factory=class_row(Connected)) as cursor:
        await cursor.execute(LIST)
        return await cursor.fetchall()


async def one(conn: Connection, integration_id: UUID) -> Connected | None:
    """One of them; None when there is none, or it is a stranger's."""
    async with conn.cursor(row_factory=class_row(Connected)) as cursor:
        await cursor.execute(ONE, [integration_id])
        return await cursor.fetchone()
