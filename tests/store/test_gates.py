"""Gates in the database: no more calls than the vendor takes, whoever makes them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.gate import Backoff, Limit, pause_left
from store import breaker_rows, gates, signals
from store.connection import connect
from store.gates import Want, scope_of

SCOPE = scope_of("acme", False, "f1", "key")
# So slow that nothing comes in while a test runs.
LIMIT = Limit(per_second=0.001, burst=10)


async def take(conn, calls, scope=SCOPE, limit=LIMIT):
    return (await gates.take(conn, [Want(scope, limit, calls)]))[scope]


async def test_what_is_ready_goes_at_once_and_no_more_than_that(conn):
    turns = [await take(conn, 8), await take(conn, 8), await take(conn, 8)]

    assert [turn.calls for turn in turns] == [8, 2, 0]


async def test_one_call_waits_where_it_comes_soon(conn):
    limit = Limit(per_second=1, burst=1)
    await take(conn, 1, limit=limit)

    turn = await take(conn, 5, limit=limit)

    now = await breaker_rows.now(conn)
    assert turn.calls == 1
    assert timedelta(seconds=0.5) < turn.ready_at - now <= timedelta(seconds=1)


async def test_many_processes_together_take_no_more_than_the_burst(database):
    async def some():
        async with connect(database) as conn:
            return sum([(await take(conn, 2)).calls for _ in range(5)])

    taken = await asyncio.gather(*(some() for _ in range(8)))

    assert sum(taken) == 10


async def test_calls_that_were_not_made_go_back_and_no_more_than_the_burst(conn):
    await take(conn, 8)
    await gates.give_back(conn, [Want(SCOPE, LIMIT, 5)])
    assert (await take(conn, 10)).calls == 7

    await gates.give_back(conn, [Want(SCOPE, LIMIT, 50)])
    assert (await take(conn, 99)).calls == 10


async def test_gates_taken_together_do_not_share(conn):
    other = scope_of("acme", False, "f2", "key")

    turns = await gates.take(conn, [Want(SCOPE, LIMIT, 8), Want(other, LIMIT, 8)])

    assert [turns[SCOPE].calls, turns[other].calls] == [8, 8]


async def test_a_refusal_pauses_the_scope_and_is_told(conn, database):
    async with connect(database) as ear:
        await signals.listen(ear)

        after = await gates.refused(conn, SCOPE, LIMIT, Backoff(), 30)

        heard = signals.heard(ear)
        assert (await anext(heard))[0] == signals.gate(SCOPE)
        await heard.aclose()
    turn = await take(conn, 1)
    assert (turn.calls, turn.ready_at >= after.not_before) == (0, True)


async def test_a_pause_only_grows(conn):
    first = await gates.refused(conn, SCOPE, LIMIT, Backoff(), 60)

    second = await gates.refused(conn, SCOPE, LIMIT, Backoff(), 1)

    assert second.not_before == first.not_before


async def test_who_refuses_again_after_the_pause_is_left_alone_for_longer(conn):
    await gates.refused(conn, SCOPE, LIMIT, Backoff(), 30)
    await conn.execute("UPDATE ops.rate_gate SET not_before = now() - interval '1 s'")

    after = await gates.refused(conn, SCOPE, LIMIT, Backoff(), 30)

    assert pause_left(after, await breaker_rows.now(conn)) > timedelta(seconds=55)


async def test_an_answer_ends_the_row_of_refusals(conn):
    await gates.refused(conn, SCOPE, LIMIT, Backoff(), 30)
    await conn.execute("UPDATE ops.rate_gate SET not_before = now() - interval '1 s'")

    after = await gates.answered(conn, SCOPE, LIMIT)

    assert after.strikes == 0
    assert (await gates.read(conn, [SCOPE]))[SCOPE].strikes == 0


@pytest.mark.parametrize("is_sandbox", [True, False])
def test_a_scope_names_vendor_limit_and_fingerprint(is_sandbox):
    assert scope_of("acme", is_sandbox, "f1", "key") == (
        "acme@sandbox:f1:key" if is_sandbox else "acme:f1:key"
    )
