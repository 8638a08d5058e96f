"""Who syncs what: due integrations are claimed with a lease, so that one run works on each.

The database's clock decides. A claim moves ``next_sync_at`` to the integration's next slot, so a
due integration is due once; a lease that runs out makes it due again at once, and its run crashed.
"""

# ruff: noqa: S608 - what is put into SQL here are constants and names from the models.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from core.secrets import Sealed
from models.ops import new_id
from store import closing
from store.results import ErrorFields, RunClose

CRASHED = ErrorFields(
    kind="crashed",
    happened="The run stopped without saying how; its time ran out.",
    who="Who must act: nobody.",
    next_step="Nothing to do: the next sync takes over.",
)
STOPPED = ErrorFields(
    kind="stopped",
    happened="The flow run ended before this integration was finished.",
    who="Who must act: nobody.",
    next_step="Nothing to do: the next sync takes over.",
)

CLAIMABLE = """
    i.vendor = %(vendor)s AND i.status <> 'disabled' AND t.is_active
    AND (%(tenants)s::text[] IS NULL OR t.slug = ANY(%(tenants)s::text[]))
    AND (%(is_sandbox)s::boolean IS NULL OR t.is_sandbox = %(is_sandbox)s)
    AND (i.lease_run_id IS NULL OR i.lease_expires_at < now())
    AND (%(force)s OR i.next_sync_at <= now() OR i.lease_run_id IS NOT NULL)
    AND (%(started_before)s::timestamptz IS NULL OR i.last_started_at IS NULL
        OR i.last_started_at < %(started_before)s::timestamptz)
"""
FIND = f"""
SELECT i.id, i.tenant_id, t.slug, i.vendor, i.credentials_key_id, i.credentials_ciphertext,
    i.credentials_fingerprint, i.settings, t.is_sandbox, i.status, i.lease_run_id
FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id
WHERE {CLAIMABLE}
ORDER BY i.next_sync_at, i.id LIMIT %(limit)s
FOR NO KEY UPDATE OF i SKIP LOCKED
"""
RUNS = """
INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, flow_run_id, batch, sync_type,
    datasets, lease_expires_at)
SELECT c.run_id, c.tenant_id, c.integration_id, %(vendor)s, %(flow_run_id)s, %(batch)s,
    %(sync_type)s, %(datasets)s::text[], now() + make_interval(secs => %(lease_s)s)
FROM unnest(%(runs)s::uuid[], %(tenant_ids)s::uuid[], %(integrations)s::uuid[])
    AS c(run_id, tenant_id, integration_id)
"""
LEASE = """
UPDATE ops.integration i
SET lease_run_id = c.run_id, lease_expires_at = now() + make_interval(secs => %(lease_s)s),
    last_started_at = now(),
    next_sync_at = to_timestamp(i.phase_s + p.every
        * (floor((extract(epoch FROM now()) - i.phase_s) / p.every) + 1))
FROM unnest(%(runs)s::uuid[], %(integrations)s::uuid[]) AS c(run_id, integration_id)
JOIN ops.integration j ON j.id = c.integration_id
CROSS JOIN LATERAL (SELECT coalesce(j.poll_seconds, %(poll_seconds)s) AS every) p
WHERE i.id = c.integration_id
"""
# For a replay, which takes the place of no sync.
LEASE_ONLY = """
UPDATE ops.integration i
SET lease_run_id = c.run_id, lease_expires_at = now() + make_interval(secs => %(lease_s)s)
FROM unnest(%(runs)s::uuid[], %(integrations)s::uuid[]) AS c(run_id, integration_id)
WHERE i.id = c.integration_id
"""
# An integration that is locked is landing, and a landing that has begun keeps its lease. Waiting
# for it while others are held here could end in a deadlock.
RENEW = """
WITH free AS (
    SELECT i.id FROM ops.integration i WHERE i.lease_run_id = ANY(%(runs)s::uuid[])
    FOR NO KEY UPDATE OF i SKIP LOCKED
), renewed AS (
    UPDATE ops.integration i SET lease_expires_at = now() + make_interval(secs => %(lease_s)s)
    FROM free WHERE i.id = free.id RETURNING i.lease_run_id
)
UPDATE ops.sync_run r SET lease_expires_at = now() + make_interval(secs => %(lease_s)s)
FROM renewed WHERE r.id = renewed.lease_run_id RETURNING r.id
"""
RUNNING = """
SELECT i.lease_run_id FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id
WHERE i.vendor = %s AND t.slug = %s AND i.lease_expires_at >= now()
"""
UNFINISHED = """
SELECT i.lease_run_id FROM ops.integration i
WHERE i.lease_run_id = ANY(%s::uuid[]) ORDER BY i.id FOR NO KEY UPDATE OF i
"""
EXPIRED = """
SELECT i.lease_run_id FROM ops.integration i
WHERE i.lease_expires_at < now() ORDER BY i.id FOR NO KEY UPDATE OF i SKIP LOCKED
"""
# Runs that no integration points at any more cannot come back. A week bounds the search.
ORPHANS = """
SELECT r.id FROM ops.sync_run r WHERE r.started_at > now() - interval '7 days'
    AND r.status = 'running' AND r.lease_expires_at < now()
    AND NOT EXISTS (SELECT FROM ops.integration i WHERE i.lease_run_id = r.id)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One integration that this flow run now works on, under ``run_id``.

    ``is_probe``: it needed attention, so ask the vendor for little before asking for all.
    """

    run_id: UUID
    integration_id: UUID
    tenant_id: UUID
    tenant_slug: str
    vendor: str
    datasets: tuple[str, ...]
    sealed: Sealed
    fingerprint: str
    settings: dict[str, Any]
    is_sandbox: bool
    is_probe: bool


async def claim(
    conn: AsyncConnection[Any],
    *,
    vendor: str,
    flow_run_id: str | None,
    batch: str | None,
    limit: int | None,
    poll_seconds: int,
    tenant_slugs: Sequence[str] | None = None,
    datasets: Sequence[str],
    sync_type: str = "scheduled",
    force: bool = False,
    started_before: datetime | None = None,
    lease_s: float = 120,
    is_sandbox: bool | None = None,
    close: RunClose | None = None,
    keeps_schedule: bool = False,
) -> list[Claim]:
    """Claim up to `limit` integrations, the longest overdue first; [] when none is left.

    ``limit``: None for all. ``is_sandbox``: only those whose vendor is the sandbox, or is not.
    ``close``: their runs are over at once, as it says: nothing will be asked for them.
    ``force``: also those that are not due. ``started_before``: leave out what was claimed at or
    after this instant (the flow's start), so that a flow that claims until nothing is left syncs
    each once. ``keeps_schedule``: when the next sync is due stays.

    A lease that ran out is taken over, and its run is closed as crashed.
    """
    told = condition(vendor, tenant_slugs, force, started_before, is_sandbox) | {
        "limit": limit,
        "flow_run_id": flow_run_id,
        "batch": batch,
        "sync_type": sync_type,
        "lease_s": lease_s,
        "poll_seconds": poll_seconds,
        "datasets": list(datasets),
    }
    async with conn.transaction():
        async with conn.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(FIND, told)
            rows = await cursor.fetchall()
        if not rows:
            return []
        await _crash(conn, [row["lease_run_id"] for row in rows if row["lease_run_id"]])
        claims = [_claim(row, tuple(datasets)) for row in rows]
        told["runs"] = [each.run_id for each in claims]
        told["tenant_ids"] = [each.tenant_id for each in claims]
        told["integrations"] = [each.integration_id for each in claims]
        async with conn.pipeline():
            for statement in (RUNS, LEASE_ONLY if keeps_schedule else LEASE):
                await conn.execute(statement, told)
        if close is not None:
            await _close(conn, [each.run_id for each in claims], close)
    return claims


async def running(conn: AsyncConnection[Any], vendor: str, tenant_slug: str) -> UUID | None:
    """The run that works on this integration now, if any."""
    row = await (await conn.execute(RUNNING, [vendor, tenant_slug])).fetchone()
    return row[0] if row else None


async def renew(conn: AsyncConnection[Any], run_ids: Sequence[UUID], lease_s: float) -> set[UUID]:
    """Prolong leases; returns the runs whose lease was prolonged: not those that are landing."""
    found = await conn.execute(RENEW, {"runs": list(run_ids), "lease_s": lease_s})
    return {row[0] for row in await found.fetchall()}


REPLAYS = "SELECT id FROM ops.sync_run WHERE id = ANY(%s::uuid[]) AND sync_type = 'replay'"


async def give_back(
    conn: AsyncConnection[Any],
    run_ids: Sequence[UUID],
    status: str = "deferred",
    *,
    is_replay: bool = False,
) -> int:
    """End the unfinished ones of these runs early, and make their integrations due at once.

    ``status``: ``deferred`` for a flow that stops in good order, ``crashed`` for one that broke.
    What had landed stays counted; replays leave the schedule as it is. Runs that are over are left
    alone; returns how many were not.
    """
    async with conn.transaction():
        found = await conn.execute(UNFINISHED, [list(run_ids)])
        held = [row[0] for row in await found.fetchall()]
        close = RunClose(status, STOPPED, next_sync_in_s=0, attempts=0, is_replay=is_replay)
        await _close(conn, held, close)
    return len(held)


async def close_expired(conn: AsyncConnection[Any]) -> int:
    """Close every run whose lease ran out as crashed; returns how many there were."""
    return len(await close_expired_runs(conn))


async def close_expired_runs(conn: AsyncConnection[Any]) -> list[UUID]:
    """The same; returns which they were."""
    async with conn.transaction():
        held = [row[0] for row in await (await conn.execute(EXPIRED)).fetchall()]
        orphans = [row[0] for row in await (await conn.execute(ORPHANS)).fetchall()]
        await _crash(conn, [*held, *orphans])
    return [*held, *orphans]


async def _crash(conn: AsyncConnection[Any], run_ids: Sequence[UUID]) -> None:
    if not run_ids:
        return
    close = RunClose(status="crashed", error=CRASHED, next_sync_in_s=0, attempts=0)
    found = await conn.execute(REPLAYS, [list(run_ids)])
    replays = [row[0] for row in await found.fetchall()]
    await _close(conn, [each for each in run_ids if each not in replays], close)
    # A replay asked no vendor: that its process died says nothing about the integration.
    await _close(conn, replays, replace(close, is_replay=True))


async def _close(conn: AsyncConnection[Any], run_ids: Sequence[UUID], close: RunClose) -> None:
    closes = [(run_id, close) for run_id in run_ids]
    await closing.integrations(conn, closes)
    await closing.runs(conn, closes)


def condition(
    vendor: str,
    tenant_slugs: Sequence[str] | None,
    force: bool,
    started_before: datetime | None,
    is_sandbox: bool | None = None,
) -> dict[str, Any]:
    """What ``CLAIMABLE`` is told."""
    return {
        "vendor": vendor,
        "tenants": None if tenant_slugs is None else list(tenant_slugs),
        "force": force,
        "started_before": started_before,
        "is_sandbox": is_sandbox,
    }


def _claim(row: dict[str, Any], datasets: tuple[str, ...]) -> Claim:
    return Claim(
        run_id=new_id(),
        integration_id=row["id"],
        tenant_id=row["tenant_id"],
        tenant_slug=row["slug"],
        vendor=row["vendor"],
        datasets=datasets,
        sealed=Sealed(row["credentials_key_id"], bytes(row["credentials_ciphertext"])),
        fingerprint=row["credentials_fingerprint"],
        settings=row["settings"],
        is_sandbox=row["is_sandbox"],
        is_probe=row["status"] == "needs_attention",
    )
