"""Incidents: opened, seen again, explained by one another, closed. One open at a time per key.

Everything here runs inside the caller's transaction. Times are the database's.
"""

# ruff: noqa: S608 - what is put into SQL here are constants of this file.

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg.rows import class_row

from core.alerts import Kind, Severity, Standing
from models.ops import new_id

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Opening:
    """Trouble that was seen. ``hold_s``: nobody is told before it has lasted this long."""

    key: str
    kind: Kind
    severity: Severity
    happened: str
    who: str
    next_step: str
    tenant_id: UUID | None = None
    integration_id: UUID | None = None
    vendor: str | None = None
    is_sandbox: bool = False
    error_kind: str | None = None
    run_id: UUID | None = None
    times: int = 1
    hold_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Due:
    """An open incident about which somebody may have to be told now, locked.

    ``others``: open incidents that may explain it, as (id, kind). ``explained_until``: when what
    explained it before ended. ``over``: how what it is about has ended, though nobody said so.
    """

    id: UUID
    kind: str
    error_kind: str | None
    severity: str
    tenant_id: UUID | None
    tenant_slug: str | None
    told_at: datetime | None
    reminders: int
    is_escalated: bool
    is_acknowledged: bool
    muted_until: datetime | None
    others: Sequence[tuple[str, str]]
    explained_until: datetime | None
    over: str | None
    now: datetime

    @property
    def standing(self) -> Standing:
        """What was told of it so far."""
        return Standing(
            self.told_at, self.reminders, self.is_escalated, self.is_acknowledged, self.muted_until
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a due incident. ``step``: what was told of it now, if anything."""

    id: UUID
    step: str | None
    look_again_at: datetime | None
    explained_by: UUID | None = None
    note: str | None = None


SEEN = """
INSERT INTO ops.alert_event (id, signal) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""
RANK = "array_position(ARRAY['INFO', 'WARNING', 'ERROR', 'CRITICAL'], {})"
# Seen again, an incident keeps what was told of it; its words are those of the last time.
OPEN = f"""
INSERT INTO ops.incident AS i (id, key, kind, severity, tenant_id, integration_id, vendor,
    is_sandbox, error_kind, happened, who, next_step, run_id, times, tell_at)
SELECT x.id, x.key, x.kind, x.severity, x.tenant_id, x.integration_id, x.vendor, x.is_sandbox,
    x.error_kind, x.happened, x.who, x.next_step, x.run_id, x.times,
    now() + make_interval(secs => x.hold_s)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS x(
    id uuid, key text, kind text, severity text, tenant_id uuid, integration_id uuid, vendor text,
    is_sandbox boolean, error_kind text, happened text, who text, next_step text, run_id uuid,
    times int, hold_s float8)
ORDER BY x.key
ON CONFLICT (key) WHERE closed_at IS NULL DO UPDATE SET
    last_seen_at = now(), times = greatest(i.times + 1, excluded.times),
    happened = excluded.happened, who = excluded.who, next_step = excluded.next_step,
    run_id = coalesce(excluded.run_id, i.run_id),
    error_kind = coalesce(excluded.error_kind, i.error_kind),
    severity = CASE WHEN {RANK.format("excluded.severity")} > {RANK.format("i.severity")}
        THEN excluded.severity ELSE i.severity END,
    is_escalated = i.is_escalated OR (i.told_at IS NOT NULL
        AND {RANK.format("excluded.severity")} > {RANK.format("i.severity")}),
    tell_at = CASE WHEN {RANK.format("excluded.severity")} > {RANK.format("i.severity")}
        AND i.told_at IS NOT NULL THEN now() ELSE i.tell_at END
RETURNING i.id
"""
# Of a load, no plan in force misses an appointment any more; the key is that of `alert_words.late`.
IN_TIME = """NOT EXISTS (SELECT FROM fleet.route_plan p
            WHERE p.tenant_id = i.tenant_id AND p.status IN ('draft', 'accepted')
                AND p.verdict = 'late'
                AND i.key = 'plan:' || p.load_integration_id || ':' || p.load_id)"""
# Every dataset that was late has come since it was last seen late. Freshness itself is judged every
# few minutes, which is too rarely for somebody who is told after one.
CAME = """EXISTS (SELECT FROM ops.freshness f
            WHERE f.integration_id = i.integration_id AND f.stale <> '{}'
                AND NOT EXISTS (SELECT FROM jsonb_object_keys(f.stale) AS late(dataset)
                    LEFT JOIN ops.dataset_state s ON s.integration_id = f.integration_id
                        AND s.dataset = late.dataset
                    WHERE (s.last_success_at > i.last_seen_at) IS NOT TRUE))"""
# What may explain it is of the same tenant, or of nobody's; `core.alerts.explains` decides.
# A sync that works again and a vendor that answers are over, even if the word of it was lost.
DUE = f"""
SELECT i.id, i.kind, i.error_kind, i.severity, i.tenant_id, t.slug AS tenant_slug, i.told_at,
    i.reminders, i.is_escalated, i.acknowledged_at IS NOT NULL AS is_acknowledged, i.muted_until,
    coalesce(o.others, '[]') AS others, e.closed_at AS explained_until, now() AS now,
    CASE WHEN t.is_active = false THEN 'The tenant is not synced any more.'
        WHEN g.status = 'disabled' AND i.kind IN ('failing', 'key_rejected', 'quality')
            THEN 'The integration was switched off.'
        WHEN i.kind IN ('failing', 'key_rejected') AND g.last_success_at > i.last_seen_at
            AND g.last_run_status = 'success' THEN 'It syncs again.'
        WHEN i.kind = 'stale' AND {CAME} THEN 'Its data is fresh again.'
        WHEN i.kind = 'vendor_down' AND b.state = 'CLOSED' THEN 'The vendor answers again.'
        WHEN i.kind = 'scheduler_silent' AND EXISTS (SELECT FROM ops.integration s
            WHERE s.last_started_at > i.last_seen_at) THEN 'Syncs start again.'
        WHEN i.kind = 'route_at_risk' AND {IN_TIME} THEN 'Its plan is in time again, or it is over.'
        WHEN i.kind = 'flow_crashed'
            AND i.last_seen_at < now() - make_interval(secs => %(forgotten_s)s)
            THEN 'It did not happen again.'
    END AS over
FROM ops.incident i
LEFT JOIN ops.tenant t ON t.id = i.tenant_id
LEFT JOIN ops.integration g ON g.id = i.integration_id
LEFT JOIN ops.incident e ON e.id = i.explained_by
LEFT JOIN ops.breaker b ON i.kind = 'vendor_down' AND b.vendor = i.vendor
    AND b.is_sandbox = i.is_sandbox AND b.integration_id IS NULL
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(o.id, o.kind)) AS others FROM (
        SELECT o.id, o.kind FROM ops.incident o
        WHERE o.closed_at IS NULL AND o.tenant_id = i.tenant_id AND o.id <> i.id
            AND ((o.kind = 'vendor_down' AND o.vendor = i.vendor)
                OR o.integration_id = i.integration_id)
        UNION ALL
        SELECT o.id, o.kind FROM ops.incident o
        WHERE o.closed_at IS NULL AND o.tenant_id IS NULL AND o.kind = 'scheduler_silent'
    ) o WHERE i.kind IN ('failing', 'stale')
) o ON true
WHERE i.closed_at IS NULL AND i.tell_at <= now()
ORDER BY i.key LIMIT %(limit)s FOR NO KEY UPDATE OF i SKIP LOCKED
"""
TOLD = """
UPDATE ops.incident i SET tell_at = x.look_again_at,
    told_at = CASE WHEN x.step IS NULL THEN i.told_at ELSE now() END,
    reminders = i.reminders + coalesce(x.step LIKE 'reminder%%', false)::int,
    is_escalated = i.is_escalated AND x.step IS NULL,
    explained_by = coalesce(x.explained_by, i.explained_by),
    note = coalesce(x.note, CASE WHEN x.step IS NULL THEN i.note END)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS x(
    id uuid, step text, look_again_at timestamptz, explained_by uuid, note text)
WHERE i.id = x.id
"""
CLOSE = """
UPDATE ops.incident SET closed_at = now(), closed_because = %(because)s, tell_at = NULL
WHERE closed_at IS NULL AND id IN (
    SELECT id FROM ops.incident WHERE closed_at IS NULL AND {} ORDER BY key FOR NO KEY UPDATE)
RETURNING id
"""


async def is_new(conn: AsyncConnection[Any], event_id: UUID, signal: str) -> bool:
    """Note that this event is acted on; False when it was before."""
    return (await conn.execute(SEEN, [event_id, signal])).rowcount == 1


async def see(conn: AsyncConnection[Any], openings: Iterable[Opening]) -> list[UUID]:
    """Open these incidents, or count them where they are open already."""
    rows = [asdict(each) | {"id": new_id()} for each in openings]
    if not rows:
        return []
    found = await conn.execute(OPEN, {"rows": orjson.dumps(rows).decode()})
    return [row[0] for row in await found.fetchall()]


async def due(conn: AsyncConnection[Any], forgotten_s: float, limit: int = CHUNK) -> list[Due]:
    """Open incidents whose time has come, locked; those that another tells now are left out."""
    async with conn.cursor(row_factory=class_row(Due)) as cursor:
        await cursor.execute(DUE, {"limit": limit, "forgotten_s": forgotten_s})
        return await cursor.fetchall()


async def note_told(conn: AsyncConnection[Any], told: Sequence[Told]) -> None:
    """Keep what was told of these incidents, and when they are looked at again."""
    if told:
        rows = [asdict(each) for each in told]
        await conn.execute(TOLD, {"rows": orjson.dumps(rows).decode()})


async def close_of_integration(
    conn: AsyncConnection[Any], integration_id: UUID, kinds: Sequence[Kind], because: str
) -> list[UUID]:
    """Close an integration's open incidents of these kinds; returns which."""
    return await _close(
        conn, "integration_id = %(integration_id)s AND kind = ANY(%(kinds)s)",
        {"integration_id": integration_id, "kinds": list(kinds), "because": because},
    )  # fmt: skip


async def close_of_vendor(
    conn: AsyncConnection[Any], vendor: str, is_sandbox: bool, because: str
) -> list[UUID]:
    """Close the open outages of a vendor, every tenant's; returns which."""
    return await _close(
        conn, "kind = 'vendor_down' AND vendor = %(vendor)s AND is_sandbox = %(is_sandbox)s",
        {"vendor": vendor, "is_sandbox": is_sandbox, "because": because},
    )  # fmt: skip


async def close_of_operator(
    conn: AsyncConnection[Any], vendor: str | None, because: str
) -> list[UUID]:
    """Close the operator's open incidents; with a vendor, that one's and those about all."""
    return await _close(
        conn,
        "tenant_id IS NULL AND (%(vendor)s::text IS NULL OR vendor IS NULL OR vendor = %(vendor)s)",
        {"vendor": vendor, "because": because},
    )


async def close_these(conn: AsyncConnection[Any], ids: Sequence[UUID], because: str) -> list[UUID]:
    """Close these incidents; returns those that were open."""
    return await _close(conn, "id = ANY(%(ids)s::uuid[])", {"ids": list(ids), "because": because})


async def close_keys(conn: AsyncConnection[Any], keys: Sequence[str], because: str) -> list[UUID]:
    """Close the open incidents of these keys; returns which."""
    return await _close(conn, "key = ANY(%(keys)s)", {"keys": list(keys), "because": because})


async def close_routes(conn: AsyncConnection[Any]) -> list[UUID]:
    """Close the open incidents of loads that are in time again, or over; returns which."""
    found = await conn.execute(
        f"SELECT i.id FROM ops.incident i WHERE i.closed_at IS NULL AND i.kind = 'route_at_risk'"
        f" AND {IN_TIME}".encode()
    )
    ids = [row[0] for row in await found.fetchall()]
    return await close_these(conn, ids, "Its plan is in time again, or it is over.")


async def add_note(conn: AsyncConnection[Any], incident_id: UUID, note: str) -> None:
    """Say on the incident what went wrong with its messages."""
    await conn.execute("UPDATE ops.incident SET note = %s WHERE id = %s", [note, incident_id])


async def _close(conn: AsyncConnection[Any], which: str, told: Mapping[str, Any]) -> list[UUID]:
    found = await conn.execute(CLOSE.format(which), told)
    return [row[0] for row in await found.fetchall()]
