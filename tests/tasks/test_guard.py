"""A call goes when its breakers and its gate allow it, and every process knows at once."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from core.breaker import Mode, Phase, Policy
from core.errors import AuthRejected, Cause, Deferred, Origin, RateLimited, VendorUnavailable
from core.gate import Limit
from store.breakers import Policies
from tests.tasks.conftest import PATIENT_S, guard

ORIGIN = Origin("samsara", "drivers", "/fleet/drivers")
DOWN = VendorUnavailable("Samsara answered 503.", ORIGIN)
SLOW = RateLimited("Samsara answered 429.", ORIGIN, 30.0)
SURE = {"jitter_share": 0.0}


async def call(watched, error=None, limit="token"):
    """One call, ended as told."""
    given = await watched.confirm(await watched.admit(limit, ORIGIN), ORIGIN)
    await watched.settle(given, error)


async def opened(watched, times=5):
    for _ in range(times):
        await call(watched, DOWN)


async def wound_back(conn, by):
    await conn.execute(
        "UPDATE ops.breaker SET retry_at = retry_at - %(by)s, changed_at = changed_at - %(by)s,"
        " probe_expires_at = probe_expires_at - %(by)s",
        {"by": by},
    )


async def heard(watch, name):
    """Until this process has heard of it."""
    async with asyncio.timeout(10):
        while watch.memory.breakers([name]) is not None:
            await watch.memory.changed.wait()


def counted(watch):
    """The questions that go to the database from now on."""
    asked, put = [], watch.line.put

    async def counting(question):
        asked.append(question)
        return await put(question)

    watch.line.put = counting
    return asked


@contextlib.contextmanager
def silenced(watch):
    """The database takes questions and does not answer them."""
    put, awake = watch.line.put, asyncio.Event()

    async def silent(question):
        await awake.wait()
        return await put(question)

    watch.line.put, watch.line.answer_s = silent, 0.01
    yield
    awake.set()
    watch.line.put, watch.line.answer_s = put, PATIENT_S


async def test_calls_that_go_well_ask_the_database_once(process, whose):
    watch = await process()
    await watch.prepare(whose[:1], {"token": 8})
    asked = counted(watch)

    for _ in range(8):
        await call(guard(watch, whose[0]))

    assert asked == []


async def test_good_answers_are_written_down_together(process, whose, conn):
    watch = await process()
    for one in whose[:2]:
        for _ in range(3):
            await call(guard(watch, one))

    await watch.flush()

    rows = await (
        await conn.execute("SELECT successes, failures FROM ops.vendor_outcome")
    ).fetchall()
    assert rows == [([3, 3], [0, 0])]


async def test_five_failures_and_the_next_call_does_not_go(process, whose):
    watched = guard(await process(), whose[0])
    await opened(watched)

    with pytest.raises(Deferred) as caught:
        await watched.admit("token", ORIGIN)

    error = caught.value
    assert error.cause is Cause.INTEGRATION
    assert timedelta(seconds=50) < error.not_before - datetime.now(UTC) < timedelta(seconds=70)
    assert error.happened.startswith(
        "Samsara does not answer for this integration, so it is left alone: 5 failures in a row. "
        "Next try at "
    )


async def test_three_tenants_failures_stop_the_calls_of_all(process, whose):
    watch = await process()
    for one in (*whose[:3], *whose[:2]):
        await call(guard(watch, one), DOWN)

    with pytest.raises(Deferred) as caught:
        await guard(watch, whose[4]).admit("token", ORIGIN)

    assert caught.value.cause is Cause.VENDOR


@pytest.mark.parametrize("error", [AuthRejected("no", ORIGIN), SLOW], ids=["401", "429"])
async def test_refusals_are_no_failures(process, whose, error, conn):
    watch = await process()
    for _ in range(6):
        given = await guard(watch, whose[0]).admit("token", ORIGIN)
        await guard(watch, whose[0]).settle(given, error)
        await conn.execute("UPDATE ops.rate_gate SET not_before = NULL")
        watch.memory.forget_all()

    assert await (await conn.execute("SELECT count(*) FROM ops.breaker")).fetchone() == (0,)


async def test_another_process_hears_that_it_opened(process, whose):
    here, there = await process(), await process()
    await there.prepare(whose[:1])
    target = there.target(whose[0])

    await opened(guard(here, whose[0]))
    await heard(there, target)

    with pytest.raises(Deferred):
        await guard(there, whose[0]).admit("token", ORIGIN)


async def test_a_pass_is_void_when_it_opened_before_the_call_went(process, whose):
    watched = guard(await process(), whose[0])
    given = await watched.admit("token", ORIGIN)
    await opened(watched)

    with pytest.raises(Deferred):
        await watched.confirm(given, ORIGIN)


async def test_the_others_wait_for_the_probe_and_go_when_it_closed(process, whose, conn):
    here, there = await process(), await process()
    await opened(guard(here, whose[0]))
    await wound_back(conn, timedelta(minutes=2))
    here.memory.forget_all()
    there.memory.forget_all()
    probe = await guard(here, whose[0]).admit("token", ORIGIN)
    waiting = asyncio.create_task(guard(there, whose[0]).admit("token", ORIGIN))

    await guard(here, whose[0]).settle(probe, None)
    second = await waiting
    third = asyncio.create_task(guard(here, whose[0]).admit("token", ORIGIN))
    await guard(there, whose[0]).settle(second, None)

    assert [probe.is_probe, second.is_probe, (await third).is_probe] == [True, True, False]


async def test_a_probe_that_fails_sends_the_others_away(process, whose, conn):
    here, there = await process(), await process()
    await opened(guard(here, whose[0]))
    await wound_back(conn, timedelta(minutes=2))
    here.memory.forget_all()
    there.memory.forget_all()
    probe = await guard(here, whose[0]).admit("token", ORIGIN)
    waiting = asyncio.create_task(guard(there, whose[0]).admit("token", ORIGIN))

    await guard(here, whose[0]).settle(probe, DOWN)

    with pytest.raises(Deferred):
        await waiting


async def test_a_cancelled_probe_goes_to_another(process, whose, conn):
    watch = await process()
    watched = guard(watch, whose[0])
    await opened(watched)
    await wound_back(conn, timedelta(minutes=2))
    watch.memory.forget_all()
    probe = await watched.admit("token", ORIGIN)

    await watched.give_up(probe)

    assert (await watched.admit("token", ORIGIN)).is_probe


async def test_a_refusal_stops_this_credential_in_every_process(process, whose):
    here, there = await process(), await process()
    await there.prepare(whose[:1], {"token": 8})
    given = await guard(here, whose[0]).admit("token", ORIGIN)

    await guard(here, whose[0]).settle(given, SLOW)
    scope = there.scope(whose[0], "token")
    async with asyncio.timeout(10):
        while there.memory.gate(scope) is not None:
            await there.memory.changed.wait()

    with pytest.raises(Deferred) as caught:
        await guard(there, whose[0]).admit("token", ORIGIN)
    assert caught.value.cause is Cause.GATE
    assert "Samsara asked us to wait until" in caught.value.happened
    await call(guard(there, whose[1]))
    await call(guard(there, whose[0]), limit="daily_logs")


async def test_a_short_pause_is_waited_for(process, whose):
    watch = await process()
    given = await guard(watch, whose[0]).admit("token", ORIGIN)
    await guard(watch, whose[0]).settle(given, RateLimited("slow", ORIGIN, 2.5))
    before = watch.memory.clock.now()

    await guard(watch, whose[0]).admit("token", ORIGIN)

    passed = watch.memory.clock.now() - before
    assert timedelta(seconds=2.3) < passed < timedelta(seconds=2.5 + PATIENT_TOO)


PATIENT_TOO = 2.0


async def test_who_asks_too_often_is_paced_before_the_vendor_refuses(process, whose):
    """Five a second is what the vendor takes of these; the sixth waits a second or so."""
    watch = await process()
    before = watch.memory.clock.now()

    for _ in range(6):
        await call(guard(watch, whose[0]), limit="daily_logs")

    assert watch.memory.clock.now() - before > timedelta(seconds=1)


async def test_forced_open_says_who_and_why(process, whose):
    until = datetime.now(UTC) + timedelta(hours=1)
    forced = Policy(mode=Mode.FORCED_OPEN, who="Ann", why="they are moving", until=until)
    watch = await process(Policies(forced, forced))

    with pytest.raises(Deferred, match="switched off by Ann: they are moving") as caught:
        await guard(watch, whose[0]).admit("token", ORIGIN)

    assert caught.value.not_before == until


async def test_a_disabled_breaker_lets_everything_go(process, whose):
    off = Policy(mode=Mode.DISABLED, who="Ann", why="a test")
    watch = await process(Policies(off, off))

    await opened(guard(watch, whose[0]), times=9)

    await guard(watch, whose[0]).admit("token", ORIGIN)


async def test_without_a_database_calls_go_on(process, whose, caplog):
    watch = await process(url="postgresql://nobody@127.0.0.1:1/nothing")

    await opened(guard(watch, whose[0]), times=6)

    assert "calls to vendors go on without asking" in caplog.text


async def test_failures_that_come_together_are_told_together(process, whose):
    """Each by itself would queue up for seconds, while further calls go."""
    watch = await process()
    passes = [(guard(watch, one), await guard(watch, one).admit("token", ORIGIN)) for one in whose]
    asked = counted(watch)

    await asyncio.gather(*(each.settle(given, DOWN) for each, given in passes * 10))

    assert len(asked) <= 2
    with pytest.raises(Deferred):
        await guard(watch, whose[0]).admit("token", ORIGIN)


async def test_of_many_that_wait_for_a_probe_one_asks_and_the_others_watch(process, whose, conn):
    watch = await process()
    for one in whose:
        await call(guard(watch, one), DOWN)
    await wound_back(conn, timedelta(minutes=2))
    watch.memory.forget_all()
    await watch.read([watch.target(one) for one in whose])
    asked = counted(watch)
    waiting = [asyncio.create_task(guard(watch, one).admit("token", ORIGIN)) for one in whose * 5]

    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)

    (probe,) = (task.result() for task in done)
    assert probe.is_probe
    asked_for_calls = 1
    assert len(asked) <= 1 + asked_for_calls + 1
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_silent_database_opens_no_door_that_is_known_to_be_shut(process, whose):
    watch = await process()
    await opened(guard(watch, whose[0]))
    watch.memory.forget_all()

    with silenced(watch), pytest.raises(Deferred):
        await guard(watch, whose[0]).admit("token", ORIGIN)


async def test_a_silent_database_holds_up_no_call(process, whose):
    watch = await process()

    with silenced(watch):
        await call(guard(watch, whose[0]))
        await call(guard(watch, whose[0]), DOWN)


async def test_what_was_told_late_is_known_when_it_arrives(process, whose):
    watch = await process()
    await call(guard(watch, whose[0]))
    with silenced(watch):
        await opened(guard(watch, whose[0]))
    target = watch.target(whose[0])
    async with asyncio.timeout(10):
        while watch.memory.last_known([target])[target].state.phase is not Phase.OPEN:
            await watch.memory.changed.wait()

    with pytest.raises(Deferred):
        await guard(watch, whose[0]).admit("token", ORIGIN)


async def test_the_vendor_as_a_whole_is_left_alone_until_its_probe_is_due(process, whose, conn):
    watch = await process()
    assert await watch.refusal(is_sandbox=False) is None
    for one in whose:
        await call(guard(watch, one), DOWN)

    refusal = await watch.refusal(is_sandbox=False)
    assert refusal.cause is Cause.VENDOR
    assert timedelta(seconds=50) < refusal.not_before - datetime.now(UTC) < timedelta(seconds=70)
    assert await watch.refusal(is_sandbox=True) is None

    await wound_back(conn, timedelta(minutes=2))
    watch.memory.forget_all()
    assert await watch.refusal(is_sandbox=False) is None
    await guard(watch, whose[0]).admit("token", ORIGIN)
    assert await watch.refusal(is_sandbox=False) is None  # what the probe finds is waited for


async def test_a_vendor_that_an_operator_switched_off_is_left_alone(process, whose):
    forced = Policy(mode=Mode.FORCED_OPEN, who="Ann", why="they are moving")
    watch = await process(Policies(forced, forced))

    refusal = await watch.refusal(is_sandbox=False)

    assert "switched off by Ann: they are moving" in refusal.happened


async def test_calls_that_were_taken_ahead_and_not_made_go_back(process, whose, conn):
    """Or the next sync of a minute would wait for calls that nobody made."""
    watch = await process()
    slow = Limit(per_second=0.01, burst=50)
    watch._rates["token"] = slow
    for _ in range(3):
        await call(guard(watch, whose[0]))

    await watch.give_back()

    ((tokens,),) = await (await conn.execute("SELECT tokens FROM ops.rate_gate")).fetchall()
    assert 47 <= tokens < 48


async def test_a_long_list_asks_its_gate_less_and_less_often(process, whose):
    """A hundred calls take 8, 16, 32 and 64 together."""
    watch = await process()
    watch._rates["token"] = Limit(per_second=1_000, burst=200)
    one, asked = guard(watch, whose[0]), counted(watch)
    for _ in range(100):
        await call(one)

    # One look at the breakers, and four at the gate.
    assert len(asked) == 5


async def test_calls_that_soon_come_back_by_themselves_cost_no_question(process, whose):
    watch = await process()
    await call(guard(watch, whose[0]))
    asked = counted(watch)

    await watch.give_back()

    assert asked == []
