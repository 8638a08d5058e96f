"""The console's way to the database: one tenant, one transaction, and back as it was."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from store.connection import DatabaseLost
from store.walled import Walled, walled_session


@pytest.fixture
async def walled(database):
    opened = Walled(database, most=1)
    yield opened
    await opened.close()


@pytest.fixture
async def two(house):
    return await house.fleets(2)


SEEN = "SELECT slug FROM ops.tenant"


async def rows(conn, statement=SEEN):
    return [row[0] for row in await (await conn.execute(statement)).fetchall()]


async def test_inside_there_is_one_tenant_and_outside_none(walled, two):
    """On the same connection, one after the other."""
    async with walled.within(two[0].tenant_id) as conn:
        first = await rows(conn)
    async with walled.within(two[1].tenant_id) as conn:
        second = await rows(conn)
    async with walled.outside() as conn:
        none = await rows(conn)
        limit = await rows(conn, "SHOW statement_timeout")

    assert (first, second, none) == ([two[0].slug], [two[1].slug], [])
    assert limit == ["5min"]


async def test_a_tenant_that_is_none_sees_nothing(walled, two):
    async with walled.within(uuid4()) as conn:
        assert await rows(conn) == []


async def test_what_is_done_commits_at_the_end_and_not_after_an_error(walled, two, house):
    change = "UPDATE ops.integration SET status = 'disabled'"

    async def fail():
        async with walled.within(two[0].tenant_id) as conn:
            await conn.execute(change)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    before = await house.rows("SELECT DISTINCT status FROM ops.integration")

    async with walled.within(two[0].tenant_id) as conn:
        await conn.execute(change)

    assert before == [("active",)]
    after = await house.rows("SELECT status FROM ops.integration ORDER BY status")
    assert after == [("active",), ("disabled",)]


async def test_after_a_statement_that_failed_the_connection_is_good_again(walled, two):
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with walled.within(two[0].tenant_id) as conn:
            await conn.execute("SELECT 1/0")

    async with walled.within(two[0].tenant_id) as conn:
        assert await rows(conn) == [two[0].slug]


async def test_no_database_is_said_as_such():
    nowhere = Walled("postgresql://nobody@127.0.0.1:1/nothing")

    with pytest.raises(DatabaseLost):
        async with nowhere.within(uuid4()):
            pass


def test_a_session_for_changes_has_the_same_wall(database, two):
    from sqlalchemy import text

    with walled_session(database, two[0].tenant_id) as db:
        assert db.connection().execute(text(SEEN)).scalars().all() == [two[0].slug]
