"""Breakers in the database: one decision at a time, shared, fenced, and told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.breaker import Outcome, Phase, Policy
from core.errors import ConfigurationError
from store import breaker_rows, breakers, signals
from store.breakers import Call, Policies, Target, Vendor, Versions
from store.connection import connect

ACME = Vendor("acme", is_sandbox=False)
SURE = {"jitter_share": 0.0}
POLICIES = Policies(Policy(**SURE), Policy(minimum_tenants=3, **SURE))


@pytest.fixture
async def targets(house):
    return [Target(ACME, one.integration_id, one.tenant_id) for one in await house.fleets(4)]


def call(target, outcome=Outcome.FAILURE, versions=Versions(0, 0), owner="me"):  # noqa: B008
    return Call(target, outcome, versions, owner)


async def phases(conn, *targets):
    ids = [one.integration_id for one in targets if one.integration_id]
    held = await breaker_rows.read(conn, ACME, ids)
    return [held[one].state.phase if one in held else None for one in targets]


async def wound_back(conn, by):
    """What was decided lies so much longer ago."""
    await conn.execute(
        "UPDATE ops.breaker SET retry_at = retry_at - %(by)s, changed_at = changed_at - %(by)s,"
        " probe_expires_at = probe_expires_at - %(by)s",
        {"by": by},
    )


async def test_five_failures_in_a_row_open_the_integration_and_not_the_vendor(conn, targets):
    one = targets[0]

    found = await breakers.record(conn, POLICIES, ACME, [call(one)] * 5)

    assert await phases(conn, Target(ACME), one) == [Phase.CLOSED, Phase.OPEN]
    assert [(told.target, told.event.name) for told in found.told] == [(one, "opened")]
    assert found.states[one].reason == "5 failures in a row."


async def test_failures_of_three_tenants_open_the_vendor(conn, targets):
    calls = [call(target) for target in (*targets[:3], *targets[:3])]

    await breakers.record(conn, POLICIES, ACME, calls)

    assert await phases(conn, Target(ACME), *targets[:3]) == [Phase.OPEN, *[Phase.CLOSED] * 3]
    refused = await breakers.admit(conn, POLICIES, targets[3], "me")
    assert refused.refused_by[0] == Target(ACME)


async def test_two_tenants_are_no_evidence_against_the_vendor(conn, targets):
    calls = [call(target) for target in targets[:2] * 4]

    await breakers.record(conn, POLICIES, ACME, calls)

    assert await phases(conn, Target(ACME)) == [Phase.CLOSED]


async def test_a_good_answer_between_starts_the_count_anew(conn, targets):
    one = targets[0]
    for outcome in [*[Outcome.FAILURE] * 4, Outcome.SUCCESS, *[Outcome.FAILURE] * 4]:
        await breakers.record(conn, POLICIES, ACME, [call(one, outcome)])

    assert await phases(conn, one) == [Phase.CLOSED]


async def test_half_of_many_calls_open_it_though_never_five_in_a_row(conn, targets):
    one = targets[0]
    for _ in range(3):
        await breakers.record(conn, POLICIES, ACME, [call(one)] * 3, {one: 3})
        await breakers.record(conn, POLICIES, ACME, [call(one, Outcome.SUCCESS)])
    assert await phases(conn, one) == [Phase.CLOSED]  # 9 of 21

    for _ in range(2):
        await breakers.record(conn, POLICIES, ACME, [call(one)])
    assert await phases(conn, one) == [Phase.CLOSED]  # 11 of 23
    found = await breakers.record(conn, POLICIES, ACME, [call(one)])

    assert found.states[one].reason == "12 of 24 calls failed."


async def test_good_answers_alone_make_no_breaker(conn, targets):
    await breakers.record(conn, POLICIES, ACME, tallies=dict.fromkeys(targets, 3))

    assert await phases(conn, Target(ACME), *targets) == [None] * 5


async def test_a_probe_goes_to_one_of_many_and_two_good_ones_close(conn, database, targets):
    one = targets[0]
    await breakers.record(conn, POLICIES, ACME, [call(one)] * 5)
    await wound_back(conn, timedelta(minutes=2))

    async def ask(number):
        async with connect(database) as other:
            return await breakers.admit(other, POLICIES, one, f"caller {number}")

    verdicts = await asyncio.gather(*(ask(number) for number in range(12)))

    (probe,) = [verdict for verdict in verdicts if verdict.refused_by is None]
    assert probe.is_probe
    owner = probe.states[one].state.probe_owner
    good = call(one, Outcome.SUCCESS, probe.versions, owner)
    await breakers.record(conn, POLICIES, ACME, [good])
    assert await phases(conn, one) == [Phase.HALF_OPEN]
    again = await breakers.admit(conn, POLICIES, one, "second")
    good = call(one, Outcome.SUCCESS, again.versions, "second")
    await breakers.record(conn, POLICIES, ACME, [good])
    assert await phases(conn, one) == [Phase.CLOSED]


async def test_a_probe_given_back_goes_to_the_next(conn, targets):
    one = targets[0]
    await breakers.record(conn, POLICIES, ACME, [call(one)] * 5)
    await wound_back(conn, timedelta(minutes=2))
    await breakers.admit(conn, POLICIES, one, "first")

    await breakers.give_back(conn, POLICIES, one, "first")

    assert (await breakers.admit(conn, POLICIES, one, "second")).is_probe


async def test_a_probe_that_is_another_s_by_now_is_not_given_back(conn, targets):
    one = targets[0]
    await breakers.record(conn, POLICIES, ACME, [call(one)] * 5)
    await wound_back(conn, timedelta(minutes=2))
    await breakers.admit(conn, POLICIES, one, "first")

    await breakers.give_back(conn, POLICIES, one, "somebody else")

    assert (await breakers.admit(conn, POLICIES, one, "second")).refused_by is not None


async def test_a_late_outcome_changes_nothing(conn, targets):
    one = targets[0]
    await breakers.record(conn, POLICIES, ACME, [call(one)] * 5)
    before = (await breaker_rows.read(conn, ACME, [one.integration_id]))[one]

    await breakers.record(conn, POLICIES, ACME, [call(one, Outcome.SUCCESS)] * 3)

    assert (await breaker_rows.read(conn, ACME, [one.integration_id]))[one] == before


async def test_what_opened_it_is_no_evidence_after_it_closed(conn, targets):
    """Otherwise the first failure after a recovery would open it again."""
    one = targets[0]
    calls = [call(one)] * 5
    await breakers.record(conn, POLICIES, ACME, calls, {one: 30})
    await breakers.reset(conn, one, "Ann", "The vendor says that it is mended.")
    held = await breaker_rows.read(conn, ACME, [one.integration_id])
    version = held[one].state.version
    await breakers.record(conn, POLICIES, ACME, [call(one, versions=Versions(0, version))])

    assert await phases(conn, one) == [Phase.CLOSED]


async def test_the_sandbox_s_vendor_and_the_real_one_have_breakers_apart(conn, targets):
    sandbox = Vendor("acme", is_sandbox=True)
    there = [one._replace(vendor=sandbox) for one in targets]

    await breakers.record(conn, POLICIES, sandbox, [call(one) for one in there * 2])

    assert (await breakers.admit(conn, POLICIES, targets[0], "me")).refused_by is None
    assert (await breakers.admit(conn, POLICIES, there[0], "me")).refused_by is not None


async def test_every_transition_is_a_row_with_who_and_why(conn, targets):
    one = targets[0]
    await breakers.record(conn, POLICIES, ACME, [call(one, owner="run 7")] * 5)
    found = await breakers.reset(conn, one, "Ann", "It answers again.")

    rows = await (
        await conn.execute(
            "SELECT from_state, to_state, actor, reason, told_at FROM ops.breaker_event"
            " ORDER BY happened_at"
        )
    ).fetchall()
    assert rows == [
        ("CLOSED", "OPEN", "run 7", "5 failures in a row.", None),
        ("OPEN", "CLOSED", "Ann", "It answers again.", None),
    ]
    await breakers.mark_told(conn, [told.id for told in found.told])
    assert await breakers.untold(conn) == []  # who made it may be telling it just now
    await conn.execute("UPDATE ops.breaker_event SET happened_at = happened_at - interval '2 min'")
    (left,) = await breakers.untold(conn)
    assert (left.target, left.event.name) == (one, "opened")


async def test_a_change_is_told_to_who_listens(conn, database, targets):
    one = targets[0]
    async with connect(database) as ear:
        await signals.listen(ear)
        await breakers.record(conn, POLICIES, ACME, [call(one)])

        heard = signals.heard(ear)
        names = {(await anext(heard))[0], (await anext(heard))[0]}
        await heard.aclose()

    assert names == {one.signal, Target(ACME).signal}


def test_a_policy_that_cannot_work_is_refused():
    with pytest.raises(ConfigurationError, match="policy cannot be used"):
        Policy(failure_threshold=0)
