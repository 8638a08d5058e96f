"""Rate gates shared by every process: how fast, and from when, a credential may be used.

`core.gate` decides; this stores its decisions under row locks that are never held across a wait
or a call. A scope is a vendor's limit and a credential's fingerprint, so two integrations with
one key share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from core import gate
from core.gate import Backoff, Gate, Limit
from store import breaker_rows, signals


class Want(NamedTuple):
    """Tokens that somebody asks for; ``calls``: at the most."""

    scope: str
    limit: Limit
    calls: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What was taken: ``calls`` that may go from ``ready_at`` on; 0 when that is too late.

    ``gate``: as it is now.
    """

    calls: int
    ready_at: datetime
    gate: Gate


LOCK = """
SELECT scope, tokens, refilled_at, not_before, strikes FROM ops.rate_gate
WHERE scope = ANY(%s::text[]) ORDER BY scope FOR NO KEY UPDATE
"""
MAKE = """
INSERT INTO ops.rate_gate (scope, tokens, refilled_at)
SELECT scope, tokens, clock_timestamp() FROM unnest(%s::text[], %s::float8[]) AS n(scope, tokens)
ORDER BY scope ON CONFLICT (scope) DO NOTHING
"""
SAVE = """
UPDATE ops.rate_gate g SET tokens = n.tokens, refilled_at = n.refilled_at,
    not_before = n.not_before, strikes = n.strikes
FROM unnest(%s::text[], %s::float8[], %s::timestamptz[], %s::timestamptz[], %s::int[])
    AS n(scope, tokens, refilled_at, not_before, strikes)
WHERE g.scope = n.scope
"""


def scope_of(vendor: str, is_sandbox: bool, fingerprint: str, limit: str) -> str:
    """The name of a gate: says nothing of the credential but its fingerprint."""
    return f"{vendor}{'@sandbox' if is_sandbox else ''}:{fingerprint}:{limit}"


def limit_of(scope: str) -> str:
    """The name of the vendor's limit that the gate of this name keeps."""
    return scope.rpartition(":")[2]


async def take(
    conn: AsyncConnection[Any], wants: Sequence[Want], patience: timedelta = gate.PATIENCE
) -> dict[str, Turn]:
    """Take tokens at several gates at once, those to come within the patience included."""
    limits = {want.scope: want.limit for want in wants}
    async with conn.pipeline(), conn.transaction():
        gates, now = await _locked(conn, limits)
        turns = {want.scope: _turn(gates[want.scope], want, now, patience) for want in wants}
        await _save(
            conn, {scope: turn.gate for scope, turn in turns.items() if turn.gate != gates[scope]}
        )
    return turns


async def give_back(conn: AsyncConnection[Any], unused: Sequence[Want]) -> None:
    """Return tokens for calls that were taken and not made."""
    async with conn.pipeline(), conn.transaction():
        gates, now = await _locked(conn, {one.scope: one.limit for one in unused})
        await _save(
            conn,
            {
                one.scope: gate.given_back(gates[one.scope], one.limit, now, one.calls)
                for one in unused
            },
        )


async def refused(
    conn: AsyncConnection[Any],
    scope: str,
    limit: Limit,
    backoff: Backoff,
    retry_after_s: float | None,
) -> Gate:
    """Pause a scope after a 429; every process hears of it."""
    async with conn.pipeline(), conn.transaction():
        gates, now = await _locked(conn, {scope: limit})
        after = gate.refused(gates[scope], limit, backoff, now, retry_after_s)
        await _save(conn, {scope: after})
        await signals.tell(conn, signals.gate(scope))
    return after


async def answered(conn: AsyncConnection[Any], scope: str, limit: Limit) -> Gate:
    """A call was answered: the next refusal is the first again."""
    async with conn.pipeline(), conn.transaction():
        gates, now = await _locked(conn, {scope: limit})
        before = gates[scope]
        after = gate.answered(before, now)
        if after != before:
            await _save(conn, {scope: after})
            await signals.tell(conn, signals.gate(scope))
    return after


async def read(conn: AsyncConnection[Any], scopes: Sequence[str]) -> dict[str, Gate]:
    """The gates that were ever used among these; nothing is locked."""
    statement = LOCK.removesuffix("FOR NO KEY UPDATE\n")
    found = await conn.execute(statement, [list(scopes)])
    return {row[0]: Gate(*row[1:]) for row in await found.fetchall()}


def _turn(before: Gate, want: Want, now: datetime, patience: timedelta) -> Turn:
    """As many as are ready, up to those wanted; one to wait for when none is."""
    calls = min(max(gate.ready(before, want.limit, now), 1), want.calls)
    taken = gate.take(before, want.limit, now, calls, patience=patience)
    return Turn(0 if gate.defers(taken.wait, patience) else calls, now + taken.wait, taken.gate)


async def _locked(
    conn: AsyncConnection[Any], limits: Mapping[str, Limit]
) -> tuple[dict[str, Gate], datetime]:
    """The gates, locked in the order that everybody keeps, made where missing; and the time."""
    scopes = sorted(limits)
    gates, now = await _lock(conn, scopes)
    if missing := [scope for scope in scopes if scope not in gates]:
        await conn.execute(MAKE, [missing, [limits[scope].burst for scope in missing]])
        gates, now = await _lock(conn, scopes)
    return gates, now


async def _lock(
    conn: AsyncConnection[Any], scopes: Sequence[str]
) -> tuple[dict[str, Gate], datetime]:
    """Those that are there, and the time when they were had: one round trip of a pipeline."""
    found = await conn.execute(LOCK, [scopes])
    clock = await conn.execute(breaker_rows.NOW)
    gates = {row[0]: Gate(*row[1:]) for row in await found.fetchall()}
    return gates, await breaker_rows.instant(clock)


async def _save(conn: AsyncConnection[Any], gates: Mapping[str, Gate]) -> None:
    if not gates:
        return
    columns = [
        [one.tokens for one in gates.values()],
        [one.refilled_at for one in gates.values()],
        [one.not_before for one in gates.values()],
        [one.strikes for one in gates.values()],
    ]
    await conn.execute(SAVE, [list(gates), *columns])
