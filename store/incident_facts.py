"""What is known, at the moment, of what an incident is about: an event only says where to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class Facts:
    """An integration as its admins would see it. ``is_vendor_open``: its vendor's breaker is."""

    integration_id: UUID
    tenant_id: UUID
    tenant_slug: str
    is_sandbox: bool
    vendor: str
    status: str
    consecutive_failures: int
    last_error_kind: str | None
    last_error_happened: str | None
    last_error_who: str | None
    last_error_next_step: str | None
    last_success_at: datetime | None
    run_id: UUID | None
    is_vendor_open: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A tenant."""

    id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class LatePlan:
    """A plan in force that misses an appointment. ``changes``: what would help, the least first."""

    tenant_id: UUID
    is_sandbox: bool
    integration_id: UUID
    load_id: str
    load_number: str | None
    said: str
    changes: list[str]


# The latest run is found by its id, for ids grow with time; a run that is going on says nothing.
FACTS = """
SELECT g.id AS integration_id, g.tenant_id, t.slug AS tenant_slug, t.is_sandbox, g.vendor,
    g.status, g.consecutive_failures, g.last_error_kind, g.last_error_happened, g.last_error_who,
    g.last_error_next_step, g.last_success_at, {run} AS run_id,
    coalesce(b.state <> 'CLOSED', false) AS is_vendor_open
FROM ops.integration g JOIN ops.tenant t ON t.id = g.tenant_id
LEFT JOIN ops.breaker b ON b.vendor = g.vendor AND b.is_sandbox = t.is_sandbox
    AND b.integration_id IS NULL
WHERE t.is_active AND g.status <> 'disabled' AND {which}
"""
LAST_RUN = """(SELECT r.id FROM ops.sync_run r
    WHERE r.integration_id = g.id AND r.status <> 'running' ORDER BY r.id DESC LIMIT 1)"""
ONE = FACTS.format(run=LAST_RUN, which="g.id = %s")
# Data may be old because somebody switched the integration off.
ONE_EVEN_OFF = ONE.replace("AND g.status <> 'disabled' ", "")
LATE_PLAN = """
SELECT p.tenant_id, t.is_sandbox, p.load_integration_id AS integration_id, p.load_id, p.load_number,
    p.said, p.changes
FROM fleet.route_plan p JOIN ops.tenant t ON t.id = p.tenant_id AND t.is_active
WHERE p.id = %s AND p.status IN ('draft', 'accepted') AND p.verdict = 'late'
"""
OF_VENDOR = FACTS.format(run="NULL::uuid", which="g.vendor = %s AND t.is_sandbox = %s")


async def integration(
    conn: AsyncConnection[Any], integration_id: UUID, *, even_off: bool = False
) -> Facts | None:
    """One that is synced; None when there is no such. ``even_off``: or that was switched off."""
    async with conn.cursor(row_factory=class_row(Facts)) as cursor:
        await cursor.execute(ONE_EVEN_OFF if even_off else ONE, [integration_id])
        return await cursor.fetchone()


async def of_vendor(conn: AsyncConnection[Any], vendor: str, is_sandbox: bool) -> list[Facts]:
    """Every integration that is synced with this vendor, or with its stand-in."""
    async with conn.cursor(row_factory=class_row(Facts)) as cursor:
        await cursor.execute(OF_VENDOR, [vendor, is_sandbox])
        return await cursor.fetchall()


async def late_plan(conn: AsyncConnection[Any], plan_id: UUID | None) -> LatePlan | None:
    """The plan, as long as it is the one in force and still late; None otherwise."""
    async with conn.cursor(row_factory=class_row(LatePlan)) as cursor:
        await cursor.execute(LATE_PLAN, [plan_id])
        return await cursor.fetchone()


async def tenant(conn: AsyncConnection[Any], tenant_id: UUID) -> Named | None:
    """A tenant that is synced; None when there is no such."""
    async with conn.cursor(row_factory=class_row(Named)) as cursor:
        await cursor.execute(
            "SELECT id, slug, name FROM ops.tenant WHERE id = %s AND is_active", [tenant_id]
        )
        return await cursor.fetchone()


async def tenant_named(conn: AsyncConnection[Any], slug: str) -> UUID | None:
    """The id of the tenant of that short name."""
    found = await conn.execute("SELECT id FROM ops.tenant WHERE slug = %s", [slug])
    row = await found.fetchone()
    return row[0] if row else None
