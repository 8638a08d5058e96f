"""Circuit breakers shared by every process: admission, outcomes, a reset by hand.

`core.breaker` decides; this stores its decisions, one at a time for each breaker: a row lock
around read, decide and write, never across a call to a vendor. The vendor's breaker is always
locked before an integration's.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from core import breaker
from core.breaker import Admission, Decision, Outcome, Policy, State, Window
from core.policies import Policies
from store import breaker_rows
from store.breaker_rows import Held, Kept, Target, Told, Vendor

__all__ = ["Kept", "Policies", "Target", "Told", "Vendor"]

Tallies = Mapping[Target, int]  # good answers, by integration


class Versions(NamedTuple):
    """The versions under which a call was admitted; None: its outcome shall not count there."""

    vendor: int | None = None
    integration: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call that ended: whose, how, and under which admission."""

    target: Target
    outcome: Outcome
    versions: Versions
    owner: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one call may go, by both of its breakers.

    ``states``: both as they are now. ``refused_by``: the breaker that said no, with its answer.
    """

    versions: Versions
    is_probe: bool
    states: Mapping[Target, Kept]
    refused_by: tuple[Target, Admission] | None = None
    told: Sequence[Told] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """The breakers that outcomes touched, as they are now, and the transitions made."""

    states: Mapping[Target, Kept] = field(default_factory=dict)
    told: Sequence[Told] = ()


async def admit(
    conn: AsyncConnection[Any], policies: Policies, target: Target, owner: str
) -> Verdict:
    """May a call of this integration go? Both breakers must allow it, or neither gives a probe.

    ``owner``: unique to the call.
    """
    assert target.integration_id is not None
    async with conn.pipeline(), conn.transaction():
        held, now = await breaker_rows.lock(conn, target.vendor, [target.integration_id])
        verdict, granted = decide(policies, _states(held), target, now, owner)
        told: list[Told] = []
        if verdict.refused_by is None:
            for one, answer in granted.items():
                told += await breaker_rows.save(
                    conn, one, held[one], verdict.states[one], answer.event
                )
    return Verdict(verdict.versions, verdict.is_probe, verdict.states, verdict.refused_by, told)


def decide(
    policies: Policies, states: Mapping[Target, Kept], target: Target, now: datetime, owner: str
) -> tuple[Verdict, dict[Target, Admission]]:
    """The same from what is known of both breakers, and the admissions that have to be stored."""
    whole = Target(target.vendor)
    answers: dict[Target, Admission] = {}
    known = {one: states.get(one, Kept()) for one in (whole, target)}
    for one in (whole, target):
        answers[one] = breaker.admit(policies.of(one), known[one].state, now, owner)
        if not answers[one].allowed:
            return Verdict(Versions(), False, known, (one, answers[one])), {}
    granted = {one: answer for one, answer in answers.items() if answer.state is not None}
    for one, answer in granted.items():
        assert answer.state is not None
        known[one] = Kept(answer.state, answer.event.reason if answer.event else known[one].reason)
    versions = Versions(answers[whole].version, answers[target].version)
    is_probe = any(answer.is_probe for answer in answers.values())
    return Verdict(versions, is_probe, known), granted


async def record(
    conn: AsyncConnection[Any],
    policies: Policies,
    vendor: Vendor,
    calls: Sequence[Call] = (),
    tallies: Tallies | None = None,
) -> Recorded:
    """Count these calls, in order, against their breakers; the states from now on.

    ``tallies``: further good answers, which count in the windows only.
    """
    states: dict[Target, Kept] = {}
    told: list[Told] = []
    async with conn.pipeline(), conn.transaction():
        for target in _failed(vendor, calls):
            await breaker_rows.make(conn, target)
        await breaker_rows.note_outcomes(conn, vendor, _counts(calls, tallies or {}))
        if not calls:
            return Recorded()
        ids = {one for call in calls if (one := call.target.integration_id) is not None}
        held, now = await breaker_rows.lock(conn, vendor, sorted(ids))
        # A breaker without a row is closed and counts nothing: a good answer changes nothing.
        for target in held:
            states[target], made = await _count(conn, policies.of(target), target, held, calls, now)
            told += made
    return Recorded(states, told)


async def give_back(
    conn: AsyncConnection[Any], policies: Policies, target: Target, owner: str
) -> Recorded:
    """Let another probe in place of this owner; nothing if the probe is not his any more."""
    held = await breaker_rows.read(
        conn, target.vendor, [] if target.integration_id is None else [target.integration_id]
    )
    versions = {
        one: kept.state.version for one, kept in held.items() if kept.state.probe_owner == owner
    }
    if not versions:
        return Recorded()
    of_both = Versions(versions.get(Target(target.vendor)), versions.get(target))
    call = Call(target, Outcome.CANCELLED, of_both, owner)
    return await record(conn, policies, target.vendor, [call])


async def reset(conn: AsyncConnection[Any], target: Target, who: str, why: str) -> Recorded:
    """Close a breaker by hand; outcomes of calls that are already out will be late."""
    ids = [] if target.integration_id is None else [target.integration_id]
    async with conn.transaction():
        held, now = await breaker_rows.lock(conn, target.vendor, ids)
        if target not in held:
            return Recorded({target: Kept()})
        state = held[target].kept.state
        decision = breaker.reset(state, now, who, why)
        kept = Kept(decision.state, why)
        told = await breaker_rows.save(conn, target, held[target], kept, decision.event)
    return Recorded({target: kept}, told)


async def untold(conn: AsyncConnection[Any], most: int = 200) -> list[Told]:
    """Transitions older than a minute that Prefect has not heard of, the oldest first."""
    return await breaker_rows.untold(conn, most)


async def mark_told(conn: AsyncConnection[Any], ids: Iterable[UUID]) -> None:
    """These transitions are known to Prefect now."""
    await conn.execute(
        "UPDATE ops.breaker_event SET told_at = now() WHERE id = ANY(%s::uuid[])", [list(ids)]
    )


async def _count(
    conn: AsyncConnection[Any],
    policy: Policy,
    target: Target,
    held: Held,
    calls: Sequence[Call],
    now: datetime,
) -> tuple[Kept, list[Told]]:
    """One breaker's state after its calls, stored if it differs."""
    kept = stored = held[target].kept
    told: list[Told] = []
    window: Window | None = None
    for call in calls:
        if target.integration_id not in (None, call.target.integration_id):
            continue
        if window is None and call.outcome is Outcome.FAILURE:
            window = await breaker_rows.window(conn, policy, target, kept.state, now)
        decision = _decision(policy, target, kept.state, call, now, window or Window())
        kept = Kept(decision.state, kept.reason)
        if decision.event is not None:
            kept = stored = Kept(decision.state, decision.event.reason)
            told += await breaker_rows.save(conn, target, held[target], kept, decision.event)
            window = None
    if kept != stored:
        await breaker_rows.save(conn, target, held[target], kept, None)
    return kept, told


def _decision(
    policy: Policy, target: Target, state: State, call: Call, now: datetime, window: Window
) -> Decision:
    is_vendor = target.integration_id is None
    return breaker.record(
        policy,
        state,
        call.outcome,
        now,
        version=call.versions.vendor if is_vendor else call.versions.integration,
        owner=call.owner,
        window=window,
        jitter=random.random(),  # noqa: S311 - spreads probes, keeps no secret
    )


def _failed(vendor: Vendor, calls: Sequence[Call]) -> list[Target]:
    """The breakers that have to count a failure: the vendor's first, then by id."""
    failed = {call.target for call in calls if call.outcome is Outcome.FAILURE}
    return [Target(vendor), *sorted(failed, key=lambda one: str(one.integration_id))] * bool(failed)


def _counts(calls: Sequence[Call], tallies: Tallies) -> dict[Target, list[int]]:
    counts: defaultdict[Target, list[int]] = defaultdict(lambda: [0, 0])
    for target, good in tallies.items():
        counts[target][0] += good
    for call in calls:
        if call.outcome in (Outcome.SUCCESS, Outcome.FAILURE):
            counts[call.target][call.outcome is Outcome.FAILURE] += 1
    return counts


def _states(held: Held) -> dict[Target, Kept]:
    return {target: row.kept for target, row in held.items()}
