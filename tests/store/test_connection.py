"""A connection that breaks while it is used is one sentence; other errors stay themselves."""

from __future__ import annotations

import psycopg
import pytest

from store.connection import DatabaseLost, connect

BREAK = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE application_name = 'to break' AND datname = current_database()"
)


async def break_and_use(database):
    async with connect(database, application_name="to break") as conn:
        with psycopg.connect(database, autocommit=True) as admin:
            admin.execute(BREAK)
        await conn.execute("SELECT 1")


async def test_a_server_that_stops_is_a_sentence(database):
    """Where, why, and what becomes of the work; without the password."""
    with pytest.raises(DatabaseLost, match=r"127\.0\.0\.1:\d+ went away \(terminating") as caught:
        await break_and_use(database)

    assert "is done again by the next run" in str(caught.value)
    assert psycopg.conninfo.conninfo_to_dict(database)["password"] not in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        pytest.param("SELECT 1 / 0", psycopg.DataError, id="the data's fault"),
        pytest.param(
            "SET statement_timeout = '1ms'; SELECT pg_sleep(1)", psycopg.OperationalError,
            id="the server's word",
        ),
    ],
)  # fmt: skip
async def test_an_error_on_a_sound_connection_stays_what_it_is(database, statement, error):
    """Only the loss of the connection is another story."""
    async with connect(database) as conn:
        with pytest.raises(error):
            await conn.execute(statement)
