"""How the breakers stand and what they did, for the people who look after them; a reset by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.breaker import Phase
from store import breakers

_STANDING = """
SELECT b.id, b.vendor, b.is_sandbox, b.tenant_id, b.integration_id, t.slug AS tenant_slug,
    b.state, b.changed_at, b.opened_at, b.retry_at, b.probe_expires_at, b.reason
FROM ops.breaker b LEFT JOIN ops.tenant t ON t.id = b.tenant_id
"""
# A vendor's own breaker always, an integration's unless it is closed.
STANDINGS = f"""{_STANDING}
WHERE b.scope = 'vendor' OR b.state <> 'CLOSED'
ORDER BY b.vendor, b.is_sandbox, t.slug NULLS FIRST
"""
TO_RESET = f"""{_STANDING}
WHERE b.vendor = %(vendor)s AND (CASE WHEN %(tenant)s::text IS NULL
    THEN b.scope = 'vendor' OR %(every_tenant)s ELSE t.slug = %(tenant)s END)
ORDER BY b.is_sandbox, t.slug NULLS FIRST
"""
# One row holds a whole batch's outcomes, side by side in arrays.
TOTALS = """
SELECT o.vendor, o.is_sandbox,
    coalesce(sum(s.good) FILTER (WHERE o.happened_at > now() - w.span), 0)::int AS window_good,
    coalesce(sum(s.bad) FILTER (WHERE o.happened_at > now() - w.span), 0)::int AS window_bad,
    sum(s.good)::bigint AS good, sum(s.bad)::bigint AS bad, min(o.happened_at) AS since,
    max(o.happened_at) FILTER (WHERE s.bad > 0) AS last_failure_at
FROM ops.vendor_outcome o
LEFT JOIN unnest(%(vendors)s::text[], %(spans)s::interval[]) AS w(vendor, span)
    ON w.vendor = o.vendor
CROSS JOIN LATERAL (
    SELECT coalesce(sum(u.good), 0) AS good, coalesce(sum(u.bad), 0) AS bad
    FROM unnest(o.successes, o.failures) AS u(good, bad)) s
GROUP BY o.vendor, o.is_sandbox
"""
EVENTS = """
SELECT e.happened_at, e.vendor, e.is_sandbox, t.slug AS tenant_slug, e.actor, e.from_state,
    e.to_state, e.reason
FROM ops.breaker_event e LEFT JOIN ops.tenant t ON t.id = e.tenant_id
WHERE (%(vendor)s::text IS NULL OR e.vendor = %(vendor)s)
    AND (%(tenant)s::text IS NULL OR t.slug = %(tenant)s)
ORDER BY e.happened_at DESC, e.id DESC LIMIT %(limit)s
"""
KINDS = "SELECT DISTINCT is_sandbox FROM ops.tenant ORDER BY is_sandbox"
NOTE = """
INSERT INTO ops.audit_log (actor, action, subject, subject_id, tenant_id, details)
VALUES (%(actor)s, %(action)s, split_part(%(action)s, '.', 1), %(subject_id)s, %(tenant_id)s,
    %(details)s)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One breaker as it is: a tenant's, or the vendor's own when ``tenant_slug`` is None."""

    id: UUID
    vendor: str
    is_sandbox: bool
    tenant_id: UUID | None
    integration_id: UUID | None
    tenant_slug: str | None
    state: str
    changed_at: datetime
    opened_at: datetime | None
    retry_at: datetime | None
    probe_expires_at: datetime | None
    reason: str | None

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        return Phase(self.state)


@dataclass(frozen=True, slots=True)
class Totals:
    """Calls that count: in the policy's window, and since ``since``, as far back as is kept."""

    vendor: str
    is_sandbox: bool
    window_good: int
    window_bad: int
    good: int
    bad: int
    since: datetime
    last_failure_at: datetime | None


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of one breaker."""

    happened_at: datetime
    vendor: str
    is_sandbox: bool
    tenant_slug: str | None
    actor: str
    from_state: str
    to_state: str
    reason: str


async def standings(conn: AsyncConnection[Any]) -> list[Standing]:
    """Every vendor's own breaker that was ever used, and the integrations' that are not closed."""
    async with conn.cursor(row_factory=class_row(Standing)) as cursor:
        return await (await cursor.execute(STANDINGS)).fetchall()


async def totals(conn: AsyncConnection[Any], windows: Mapping[str, timedelta]) -> list[Totals]:
    """Calls by vendor, live and sandbox apart. ``windows``: each vendor's."""
    told = {"vendors": list(windows), "spans": list(windows.values())}
    async with conn.cursor(row_factory=class_row(Totals)) as cursor:
        return await (await cursor.execute(TOTALS, told)).fetchall()


async def transitions(
    conn: AsyncConnection[Any], *, vendor: str | None, tenant_slug: str | None, limit: int
) -> list[Transition]:
    """What changed, the newest first."""
    told = {"vendor": vendor, "tenant": tenant_slug, "limit": limit}
    async with conn.cursor(row_factory=class_row(Transition)) as cursor:
        return await (await cursor.execute(EVENTS, told)).fetchall()


async def kinds(conn: AsyncConnection[Any]) -> list[bool]:
    """Whether there are live tenants (False) and ones on the sandbox (True)."""
    return [row[0] for row in await (await conn.execute(KINDS)).fetchall()]


async def reset(
    conn: AsyncConnection[Any],
    vendor: str,
    *,
    tenant_slug: str | None,
    every_tenant: bool,
    who: str,
    why: str,
) -> list[Standing]:
    """Close the vendor's own breaker, or a tenant's, or all; how those stood that have one.

    Each by itself, so that no two locks are held at once.
    """
    told = {"vendor": vendor, "tenant": tenant_slug, "every_tenant": every_tenant}
    async with conn.cursor(row_factory=class_row(Standing)) as cursor:
        found = await (await cursor.execute(TO_RESET, told)).fetchall()
    for standing in found:
        await _close(conn, standing, who, why)
    return found


async def note(
    conn: AsyncConnection[Any],
    actor: str,
    action: str,
    subject_id: str,
    details: Mapping[str, object],
    tenant_id: UUID | None = None,
) -> None:
    """Add an entry to the audit log."""
    told = {"actor": actor, "action": action, "subject_id": subject_id, "tenant_id": tenant_id}
    await conn.execute(NOTE, told | {"details": Jsonb(dict(details))})


async def _close(conn: AsyncConnection[Any], standing: Standing, who: str, why: str) -> None:
    vendor = breakers.Vendor(standing.vendor, standing.is_sandbox)
    target = breakers.Target(vendor, standing.integration_id, standing.tenant_id)
    details = {"vendor": standing.vendor, "was": standing.state, "why": why}
    async with conn.transaction():
        await breakers.reset(conn, target, who, why)
        await note(conn, who, "breaker.reset", str(standing.id), details, standing.tenant_id)
