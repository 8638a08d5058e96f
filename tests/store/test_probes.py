"""Probes that nobody answers for are freed, as the breaker's own decisions say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core import breaker
from core.breaker import Outcome, Phase, Policy, State, Window
from store.connection import connect
from store.retention import free_probes


async def half_open(house, owner: str, ends: timedelta) -> None:
    await house.conn.execute(
        "INSERT INTO ops.breaker (vendor, scope, state, version, openings, probe_owner,"
        " probe_expires_at) VALUES ('acme', 'vendor', 'HALF_OPEN', 7, 2, %s, now() + %s)",
        [owner, ends],
    )


async def test_a_probe_that_never_ended_is_freed_and_the_next_caller_gets_one(house):
    """As `core.breaker` decides about a call that was given up: its late outcome is void."""
    await half_open(house, "dead", timedelta(minutes=-6))

    assert await free_probes(house.conn) == 1

    told = await house.row("SELECT state, version, openings, probe_owner, probe_expires_at FROM"
                           " ops.breaker")  # fmt: skip
    state = State(Phase(told[0]), told[1], openings=told[2], probe_owner=told[3],
                  probe_expires_at=told[4])  # fmt: skip
    now = datetime.now(UTC)
    held = State(Phase.HALF_OPEN, 7, openings=2, probe_owner="dead", probe_expires_at=now)
    facts = {"version": 7, "owner": "dead", "window": Window(), "jitter": 0.5}
    assert state == breaker.record(Policy(), held, Outcome.CANCELLED, now, **facts).state
    assert breaker.record(Policy(), state, Outcome.FAILURE, now, **facts).state is state
    assert breaker.admit(Policy(), state, now, "next").is_probe


@pytest.mark.parametrize("ends", [timedelta(minutes=1), timedelta(minutes=-4)])
async def test_a_probe_that_may_still_tell_its_outcome_is_left_alone(house, ends):
    """Within its lease, and a while after: as long as nobody took the probe, it counts."""
    await half_open(house, "slow", ends)

    assert await free_probes(house.conn) == 0
    assert await house.row("SELECT probe_owner FROM ops.breaker") == ("slow",)


async def test_a_breaker_that_is_being_decided_on_is_passed_by(house, database):
    """Its row is locked; whoever holds the lock decides."""
    await half_open(house, "dead", timedelta(minutes=-6))
    async with connect(database) as other, other.transaction():
        await other.execute("SELECT FROM ops.breaker FOR UPDATE")

        assert await free_probes(house.conn) == 0
