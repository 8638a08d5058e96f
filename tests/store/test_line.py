"""Who asks the database about a call goes on when it does not answer."""

from __future__ import annotations

import asyncio
import logging

import pytest

from store.connection import connect
from store.line import Line

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
