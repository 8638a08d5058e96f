"""How a tenant's vendors fare: breakers, gates, and what is held of each dataset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from store.connection import Connection


@dataclass(frozen=True, slots=True)
class Standing:
    """A breaker: the vendor's own, or one of the tenant's integrations'."""

    vendor: str
    integration_id: UUID | None
    state: str
    reason: str | None
    changed_at: datetime
    opened_at: datetime | None
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class Gate:
    """How a vendor's pace stands for one of the tenant's credentials."""

    integration_id: UUID
    tier: str
    not_before: datetime | None
    strikes: int


BREAKERS = """
SELECT b.vendor, b.integration_id, b.state, b.reason, b.changed_at, b.opened_at, b.retry_at
FROM ops.breaker b JOIN ops.tenant t ON t.id = %(tenant)s AND t.is_sandbox = b.is_sandbox
LEFT JOIN ops.integration i ON i.id = b.integration_id
WHERE (b.tenant_id IS NULL OR b.tenant_id = t.id)
    AND (b.integration_id IS NULL OR i.removed_at IS NULL)
ORDER BY b.vendor, b.integration_id NULLS FIRST
"""


async def breakers(conn: Connection, tenant_id: UUID) -> list[Standing]:
    """The vendors' breakers that were ever used, live or sandbox as the tenant is, and its own."""
    async with conn.cursor(row_factory=class_row(Standing)) as cursor:
        await cursor.execute(BREAKERS, {"tenant": tenant_id})
        return await cursor.fetchall()


async def gates(conn: Connection) -> list[Gate]:
    """The gates of the tenant's own credentials."""
    async with conn.cursor(row_factory=class_row(Gate)) as cursor:
        await cursor.execute("SELECT * FROM ops.console_gates() ORDER BY 1, 2")
        return await cursor.fetchall()
