"""Rows of circuit breakers: read, locked, stored; their outcomes and their transitions.

`store.breakers` decides what to store. A breaker without a row is closed and was never anything
else. Times are the database's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import dict_row

from core import breaker
from core.breaker import Event, Policy, State, Window
from models.ops import new_id
from store import signals

NEVER = State()


class Vendor(NamedTuple):
    """Whose breakers: the real vendor's, or its stand-in's."""

    name: str
    is_sandbox: bool


class Target(NamedTuple):
    """One breaker: the vendor's own when ``integration_id`` is None."""

    vendor: Vendor
    integration_id: UUID | None = None
    tenant_id: UUID | None = None

    @property
    def signal(self) -> str:
        """What processes call it among themselves."""
        return signals.breaker(*self.vendor, self.integration_id)


class Kept(NamedTuple):
    """A breaker as it is stored, and why it is in its state."""

    state: State = NEVER
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A transition that was stored, and that Prefect is to hear of."""

    id: UUID
    target: Target
    event: Event


class Row(NamedTuple):
    """A breaker's row: its id and what it holds."""

    id: UUID
    kept: Kept


Held = Mapping[Target, Row]

READ = """
SELECT id, integration_id, tenant_id, state, version, consecutive_failures, consecutive_successes,
    openings, opened_at, retry_at, probe_owner, probe_expires_at, changed_at, reason
FROM ops.breaker
WHERE vendor = %(vendor)s AND is_sandbox = %(is_sandbox)s
    AND (integration_id IS NULL OR integration_id = ANY(%(integrations)s::uuid[]))
"""
# The vendor's first, then by id: everybody locks in this order.
LOCK = f"{READ} ORDER BY integration_id NULLS FIRST FOR NO KEY UPDATE"
NOW = "SELECT clock_timestamp()"
MAKE = """
INSERT INTO ops.breaker (id, vendor, is_sandbox, scope, tenant_id, integration_id)
VALUES (%(id)s, %(vendor)s, %(is_sandbox)s,
    CASE WHEN %(integration_id)s::uuid IS NULL THEN 'vendor' ELSE 'integration' END,
    %(tenant_id)s, %(integration_id)s)
ON CONFLICT (vendor, is_sandbox, integration_id) DO NOTHING
"""
SAVE = """
UPDATE ops.breaker SET state = %(state)s, version = %(version)s,
    consecutive_failures = %(consecutive_failures)s,
    consecutive_successes = %(consecutive_successes)s, openings = %(openings)s,
    opened_at = %(opened_at)s, retry_at = %(retry_at)s, probe_owner = %(probe_owner)s,
    probe_expires_at = %(probe_expires_at)s, changed_at = coalesce(%(changed_at)s, changed_at),
    reason = %(reason)s
WHERE id = %(id)s
"""
EVENT = """
INSERT INTO ops.breaker_event (id, breaker_id, vendor, is_sandbox, tenant_id, integration_id,
    happened_at, actor, from_state, to_state, reason)
VALUES (%(id)s, %(breaker_id)s, %(vendor)s, %(is_sandbox)s, %(tenant_id)s, %(integration_id)s,
    %(happened_at)s, %(actor)s, %(from_state)s, %(to_state)s, %(reason)s)
"""
UNTOLD = """
SELECT id, vendor, is_sandbox, integration_id, tenant_id, happened_at, actor, from_state, to_state,
    reason
FROM ops.breaker_event WHERE told_at IS NULL AND happened_at < now() - interval '1 minute'
ORDER BY id LIMIT %s
"""
OUTCOMES = """
INSERT INTO ops.vendor_outcome (id, vendor, is_sandbox, happened_at, tenants, integrations,
    successes, failures)
VALUES (%(id)s, %(vendor)s, %(is_sandbox)s, clock_timestamp(), %(tenants)s::uuid[],
    %(integrations)s::uuid[], %(successes)s::int[], %(failures)s::int[])
"""
# Later than the change: what opened a breaker is no evidence against a vendor that recovered.
WINDOW = """
SELECT coalesce(sum(u.successes + u.failures), 0)::int, coalesce(sum(u.failures), 0)::int,
    count(DISTINCT u.tenant) FILTER (WHERE u.failures > 0)
FROM ops.vendor_outcome o,
    unnest(o.tenants, o.integrations, o.successes, o.failures)
        AS u(tenant, integration, successes, failures)
WHERE o.vendor = %(vendor)s AND o.is_sandbox = %(is_sandbox)s AND o.happened_at > %(since)s
    AND (%(integration_id)s::uuid IS NULL OR u.integration = %(integration_id)s::uuid)
"""


async def untold(conn: AsyncConnection[Any], most: int) -> list[Told]:
    """Transitions that were stored by who could not tell Prefect."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(UNTOLD, [most])
        rows = await cursor.fetchall()
    return [
        Told(
            row["id"],
            Target(
                Vendor(row["vendor"], row["is_sandbox"]), row["integration_id"], row["tenant_id"]
            ),
            Event(
                row["happened_at"],
                row["actor"],
                breaker.Phase(row["from_state"]),
                breaker.Phase(row["to_state"]),
                row["reason"],
            ),
        )
        for row in rows
    ]


async def read(
    conn: AsyncConnection[Any], vendor: Vendor, integrations: Sequence[UUID]
) -> dict[Target, Kept]:
    """The breakers of the vendor and of these integrations that have a row; nothing is locked."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(READ, _asked(vendor, integrations))
        rows = await cursor.fetchall()
    return {target: row.kept for target, row in _held(vendor, rows).items()}


async def lock(
    conn: AsyncConnection[Any], vendor: Vendor, integrations: Sequence[UUID]
) -> tuple[dict[Target, Row], datetime]:
    """The same, locked until the transaction ends, and the time when they were had.

    One round trip, if the caller is in a pipeline.
    """
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(LOCK, _asked(vendor, integrations))
        clock = await conn.execute(NOW)
        rows = await cursor.fetchall()
    return _held(vendor, rows), await instant(clock)


async def make(conn: AsyncConnection[Any], target: Target) -> None:
    """A row to lock, unless there is one."""
    await conn.execute(MAKE, _named(target) | {"id": new_id()})


async def save(
    conn: AsyncConnection[Any], target: Target, row: Row, kept: Kept, event: Event | None
) -> list[Told]:
    """Store a state, tell the other processes, and note the transition if it was one."""
    state = kept.state
    stored = {
        "id": row.id,
        "state": state.phase,
        "version": state.version,
        "consecutive_failures": state.consecutive_failures,
        "consecutive_successes": state.consecutive_successes,
        "openings": state.openings,
        "opened_at": state.opened_at,
        "retry_at": state.next_probe_at,
        "probe_owner": state.probe_owner,
        "probe_expires_at": state.probe_expires_at,
        "changed_at": state.changed_at,
        "reason": kept.reason,
    }
    await conn.execute(SAVE, stored)
    await signals.tell(conn, target.signal)
    if event is None:
        return []
    told = Told(new_id(), target, event)
    noted = {
        "id": told.id,
        "breaker_id": row.id,
        "happened_at": event.happened_at,
        "actor": event.actor or "sally",
        "from_state": event.from_phase,
        "to_state": event.to_phase,
        "reason": event.reason,
    }
    await conn.execute(EVENT, _named(target) | noted)
    return [told]


async def note_outcomes(
    conn: AsyncConnection[Any], vendor: Vendor, counts: Mapping[Target, Sequence[int]]
) -> None:
    """Add to the window: (good answers, failures) by integration."""
    if not counts:
        return
    noted = {
        "id": new_id(),
        "vendor": vendor.name,
        "is_sandbox": vendor.is_sandbox,
        "tenants": [target.tenant_id for target in counts],
        "integrations": [target.integration_id for target in counts],
        "successes": [good for good, _ in counts.values()],
        "failures": [bad for _, bad in counts.values()],
    }
    await conn.execute(OUTCOMES, noted)


async def window(
    conn: AsyncConnection[Any], policy: Policy, target: Target, state: State, now: datetime
) -> Window:
    """The evidence about this breaker."""
    asked = _named(target) | {"since": breaker.window_start(policy, state, now)}
    row = await (await conn.execute(WINDOW, asked)).fetchone()
    assert row is not None
    return Window(*row)


async def now(conn: AsyncConnection[Any]) -> datetime:
    """The database's time, not when its transaction began."""
    return await instant(await conn.execute(NOW))


async def instant(cursor: AsyncCursor[Any]) -> datetime:
    """What a cursor of `NOW` read."""
    row = await cursor.fetchone()
    assert row is not None
    read: datetime = row[0]
    return read


def _asked(vendor: Vendor, integrations: Sequence[UUID]) -> dict[str, Any]:
    return {
        "vendor": vendor.name,
        "is_sandbox": vendor.is_sandbox,
        "integrations": list(integrations),
    }


def _held(vendor: Vendor, rows: Sequence[Mapping[str, Any]]) -> dict[Target, Row]:
    return {
        Target(vendor, row["integration_id"], row["tenant_id"]): Row(
            row["id"], Kept(_state(row), row["reason"])
        )
        for row in rows
    }


def _state(row: Mapping[str, Any]) -> State:
    return State(
        phase=breaker.Phase(row["state"]),
        version=row["version"],
        consecutive_failures=row["consecutive_failures"],
        consecutive_successes=row["consecutive_successes"],
        openings=row["openings"],
        opened_at=row["opened_at"],
        next_probe_at=row["retry_at"],
        probe_owner=row["probe_owner"],
        probe_expires_at=row["probe_expires_at"],
        changed_at=row["changed_at"],
    )


def _named(target: Target) -> dict[str, Any]:
    return {
        "vendor": target.vendor.name,
        "is_sandbox": target.vendor.is_sandbox,
        "integration_id": target.integration_id,
        "tenant_id": target.tenant_id,
    }
