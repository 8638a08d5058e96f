"""Who asks the database about a call goes on when it does not answer."""

from __future__ import annotations

import asyncio
import logging

import pytest

from store.connection import connect
from store.line import Gathered, Line

NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"


async def one(conn):
    return (await (await conn.execute("SELECT 1")).fetchone())[0]


def never(gate):
    async def wait(conn):
        await gate.wait()
        return await one(conn)

    return wait


async def test_an_answer_in_time_is_the_answer(database):
    async with Line(database, answer_s=10) as line:
        assert await line.ask(one) == 1
        assert line.number is not None


async def test_no_answer_in_time_is_none_and_is_said_once(database, caplog):
    gate = asyncio.Event()
    async with Line(database, answer_s=0.01) as line:
        with caplog.at_level(logging.WARNING):
            found = [await line.ask(never(gate)) for _ in range(3)]
        gate.set()

    assert found == [None, None, None]
    assert len(caplog.records) == 1
    assert "did not answer within 10 ms" in caplog.text


async def test_what_was_asked_is_finished_later(database, conn):
    gate = asyncio.Event()

    async def write(other):
        await gate.wait()
        await other.execute("INSERT INTO ops.tenant (slug, name) VALUES ('late', 'Late')")

    async with Line(database, answer_s=0.01) as line:
        assert await line.ask(write) is None
        gate.set()

    rows = await (await conn.execute("SELECT slug FROM ops.tenant")).fetchall()
    assert rows == [("late",)]


async def test_an_answer_that_nobody_waits_for_is_undone(database):
    gate, undone = asyncio.Event(), asyncio.Event()

    async def undo(conn):
        undone.set()

    async with Line(database, answer_s=0.01) as line:
        assert await line.ask(never(gate), undo) is None
        gate.set()
        async with asyncio.timeout(10):
            await undone.wait()


async def test_the_answer_to_a_cancelled_question_is_undone(database):
    gate, undone = asyncio.Event(), asyncio.Event()

    async def undo(conn):
        undone.set()

    async with Line(database, answer_s=10) as line:
        asking = asyncio.create_task(line.ask(never(gate), undo))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        gate.set()
        async with asyncio.timeout(10):
            await undone.wait()


async def test_a_database_that_is_gone_is_none(caplog):
    async with Line(NOBODY, answer_s=10) as line:
        assert await line.ask(one) is None

    assert "could not be asked" in caplog.text


async def test_a_lost_connection_is_made_anew(database, conn):
    async with Line(database, answer_s=10) as line:
        await line.ask(one)
        async with connect(database, role="postgres") as admin:
            await admin.execute("SELECT pg_terminate_backend(%s)", [line.number])

        found = [await line.ask(one), await line.ask(one)]

    assert found == [None, 1]


async def test_a_fault_of_ours_is_not_hidden(database):
    async def wrong(conn):
        raise KeyError("ours")

    async with Line(database, answer_s=10) as line:
        with pytest.raises(KeyError):
            await line.ask(wrong)


def gathered(line, gate=None):
    """Carries numbers; each load waits for the gate."""
    loads = []

    async def carry(conn, load):
        if gate is not None:
            await gate.wait()
        loads.append(list(load))

    return Gathered(line, carry), loads


async def test_what_many_bring_at_once_is_carried_together(database):
    async with Line(database, answer_s=10) as line:
        together, loads = gathered(line)

        found = await asyncio.gather(*(together.bring(number) for number in range(100)))

    assert all(found)
    assert sorted(number for load in loads for number in load) == list(range(100))
    assert len(loads) <= 2


async def test_what_comes_while_a_load_is_on_its_way_goes_with_the_next(database):
    gate = asyncio.Event()
    async with Line(database, answer_s=10) as line:
        together, loads = gathered(line, gate)
        first = asyncio.create_task(together.bring(1))
        while not line.number:  # noqa: ASYNC110 - until the first load has left
            await asyncio.sleep(0.001)
        others = [asyncio.create_task(together.bring(number)) for number in (2, 3)]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(first, *others)

    assert loads == [[1], [2, 3]]


async def test_a_load_that_is_late_arrives_later(database):
    gate = asyncio.Event()
    async with Line(database, answer_s=0.01) as line:
        together, loads = gathered(line, gate)
        assert not await together.bring(1)
        gate.set()

    assert loads == [[1]]


async def test_where_nothing_is_held_up_it_waits_longer(database):
    gate = asyncio.Event()
    async with Line(database, answer_s=0.01) as line:
        together, _ = gathered(line, gate)
        bringing = asyncio.create_task(together.bring(1, patience_s=10))
        asking = asyncio.create_task(line.ask(one, patience_s=10))
        asyncio.get_running_loop().call_later(0.1, gate.set)

        assert await bringing
        assert await asking == 1


async def test_a_load_for_a_database_that_is_gone_is_dropped(caplog):
    async with Line(NOBODY, answer_s=10) as line:
        together, loads = gathered(line)

        assert not await together.bring(1)

    assert loads == []
    assert "could not be asked" in caplog.text


async def test_a_fault_of_ours_in_a_load_reaches_those_who_brought_it(database):
    async def wrong(conn, load):
        raise KeyError("ours")

    async with Line(database, answer_s=10) as line:
        with pytest.raises(KeyError):
            await Gathered(line, wrong).bring(1)


async def test_the_line_ends_although_a_question_hangs_in_a_transaction(database):
    async def hang(conn):
        async with conn.transaction():
            await asyncio.Event().wait()

    async with Line(database, answer_s=0.01) as line:
        assert await line.ask(hang) is None
