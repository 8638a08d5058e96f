"""A few connections for many callers, none of them lent broken."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from store import pool
from store.connection import DatabaseLost
from store.pool import Connections


async def pid(conn) -> int:
    return (await (await conn.execute("SELECT pg_backend_pid()")).fetchone())[0]


def kill(database: str, backend: int) -> None:
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


async def _break_one(connections: Connections, database: str) -> None:
    async with connections.lent() as conn:
        kill(database, await pid(conn))
        await conn.execute("SELECT 1")


async def test_few_connections_serve_many_callers(database):
    """Each caller has one to itself while it has it."""
    busy, seen = set(), set()

    async def one(connections):
        async with connections.lent() as conn:
            mine = await pid(conn)
            assert mine not in busy
            busy.add(mine)
            await conn.execute("SELECT pg_sleep(0.001)")
            busy.remove(mine)
            seen.add(mine)

    async with Connections(database, most=3) as connections:
        await asyncio.gather(*[one(connections) for _ in range(40)])

    assert 1 <= len(seen) <= 3


async def test_it_takes_the_role_it_was_made_for(database):
    async with (
        Connections(database, role="sally_console") as connections,
        connections.lent() as conn,
    ):
        assert await (await conn.execute("SELECT current_user")).fetchone() == ("sally_console",)


async def test_a_connection_that_died_while_it_lay_still_is_replaced(database, monkeypatch):
    """The server restarted between two questions: the second one is answered."""
    monkeypatch.setattr(pool, "UNTRIED_S", 0)
    async with Connections(database) as connections:
        async with connections.lent() as conn:
            first = await pid(conn)
        kill(database, first)
        async with connections.lent() as conn:
            assert await pid(conn) != first


async def test_a_connection_that_breaks_in_use_is_one_sentence_and_is_not_lent_again(database):
    async with Connections(database) as connections:
        with pytest.raises(DatabaseLost, match="did not answer"):
            await _break_one(connections, database)
        async with connections.lent() as conn:
            assert await pid(conn)


async def test_one_that_comes_back_in_a_transaction_is_not_lent_again(database):
    """The next caller would be inside it."""
    async with Connections(database) as connections:
        async with connections.lent() as conn:
            first = await pid(conn)
            await conn.execute("BEGIN")
        async with connections.lent() as conn:
            assert await pid(conn) != first


async def test_a_callers_own_error_passes_through(database):
    async with Connections(database) as connections:
        with pytest.raises(KeyError):
            async with connections.lent():
                raise KeyError("mine")
        async with connections.lent() as conn:
            assert await pid(conn)
