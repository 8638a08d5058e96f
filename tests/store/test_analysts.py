"""A login for an analyst: what it can do, what it cannot, and that it goes as it came."""

from __future__ import annotations

import contextlib

import psycopg
import pytest

from core.errors import ConfigurationError, NotFoundError
from store import analysts

from .conftest import driver

LIMITS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "1min",
    "search_path": "analytics, fleet",
}
DEEDS = (
    "DELETE FROM fleet.driver",
    "UPDATE fleet.driver SET name = 'x'",
    "INSERT INTO fleet.hos_status_period SELECT * FROM fleet.hos_status_period",
    "CREATE TABLE fleet.mine (id int)",
    "CREATE TABLE public.mine (id int)",
    "CREATE VIEW analytics.mine AS SELECT 1",
    "SET ROLE sally_analyst",
    "SET ROLE sally_pipeline",
    "SELECT credentials_ciphertext FROM ops.integration",
    "SELECT * FROM ops.analyst_access",
    "SELECT recipient FROM ops.alert_delivery",
    "SELECT acknowledged_by FROM ops.incident",
    "GRANT sally_analyst TO CURRENT_USER",
)
# Seen by three, of whom one has yet to be told.
INCIDENT = """
WITH new AS (
    INSERT INTO ops.incident (key, tenant_id, kind, severity, happened)
    VALUES (gen_random_uuid()::text, %s, 'failing', 'ERROR', 'It fails.') RETURNING id, tenant_id
)
INSERT INTO ops.alert_delivery (incident_id, tenant_id, channel, recipient, step, status,
    message_id)
SELECT id, tenant_id, 'email', 'a' || n || '@x.example', 'opened',
    CASE WHEN n > 1 THEN 'sent' ELSE 'pending' END, gen_random_uuid()::text
FROM new, generate_series(1, 3) n
"""


@pytest.fixture
async def two(house):
    """Two fleets with a driver each."""
    fleets = await house.fleets(2, prefix="big-rig")
    await house.sync([driver(1)])
    await house.sync([driver(2)])
    return fleets


@pytest.fixture
def granted(database, two):
    """A login for the first of two fleets; gone afterwards."""
    made = analysts.grant(database, two[0].slug, "Ann", actor="max")
    yield made
    if any(one.login == made.login for one in analysts.all_of(database)):
        analysts.revoke(database, made.login)


def asked(url: str, statement: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as conn:
        return conn.execute(statement).fetchall()


def test_the_address_works_and_shows_one_tenant(granted, two):
    """As it is printed, with search_path set: table names need no schema."""
    assert asked(granted.url, "SELECT tenant_id FROM driver") == [(two[0].tenant_id,)]
    assert asked(granted.url, "SELECT DISTINCT tenant FROM driver_hours") == [(two[0].slug,)]


async def test_incidents_are_shown_with_how_many_were_told(granted, house, two):
    """Of the own tenant only, and messages are counted: nobody's address is anybody's figure."""
    for fleet in (*two, None):
        await house.conn.execute(INCIDENT, [None if fleet is None else fleet.tenant_id])

    (row,) = asked(granted.url, "SELECT tenant, kind, messages, sent, waiting FROM incident")

    assert row == (two[0].slug, "failing", 3, 2, 1)


def test_it_comes_with_limits(granted):
    with psycopg.connect(granted.url, autocommit=True) as conn:
        shown = {name: conn.execute(f"SHOW {name}").fetchone()[0] for name in LIMITS}

    assert shown == LIMITS


def test_it_changes_nothing_even_when_it_turns_its_limits_off(granted):
    done = []
    with psycopg.connect(granted.url, autocommit=True) as conn:
        conn.execute("SET default_transaction_read_only = off")
        for deed in DEEDS:
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
                conn.execute(deed)
                done.append(deed)

    assert done == []


def test_a_question_that_takes_too_long_is_ended(granted):
    with psycopg.connect(granted.url, autocommit=True) as conn:
        conn.execute("SET statement_timeout = '50ms'")  # its own limit, at a test's pace
        with pytest.raises(psycopg.errors.QueryCanceled):
            conn.execute("SELECT pg_sleep(5)")


def test_what_was_granted_and_taken_back_is_written_down(database, granted):
    """Without the password: neither in the log nor in what the server keeps in clear."""
    analysts.revoke(database, granted.login, actor="eve")

    log = asked(
        database,
        "SELECT actor, action, details->>'login', details->>'name' FROM ops.audit_log"
        " WHERE subject = 'analyst' ORDER BY happened_at",
    )
    assert log == [
        ("max", "analyst.grant", granted.login, "Ann"),
        ("eve", "analyst.revoke", granted.login, None),
    ]
    password = psycopg.conninfo.conninfo_to_dict(granted.url)["password"]
    assert password not in str(asked(database, "SELECT * FROM ops.audit_log"))


def test_a_login_that_was_taken_back_is_out_at_once(database, granted):
    with psycopg.connect(granted.url, autocommit=True) as conn:
        analysts.revoke(database, granted.login)
        with pytest.raises(psycopg.OperationalError):
            conn.execute("SELECT 1 FROM fleet.driver")

    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        asked(granted.url, "SELECT 1")
    assert analysts.all_of(database) == []


def test_the_list_says_who_reads_what(database, granted):
    (one,) = analysts.all_of(database)

    assert (one.login, one.tenant, one.name, one.is_there) == (
        granted.login, granted.tenant, "Ann", True
    )  # fmt: skip


def test_no_other_role_is_ever_dropped(database, granted):
    for login in ("postgres", "sally_analyst", "nobody"):
        with pytest.raises(NotFoundError, match="sally analyst list"):
            analysts.revoke(database, login)

    assert asked(database, "SELECT rolname FROM pg_roles WHERE rolname = 'sally_analyst'")


def test_a_stranger_of_a_tenant_is_a_sentence(database, two):
    with pytest.raises(NotFoundError, match="There is no tenant “nobody”"):
        analysts.grant(database, "nobody")


def test_a_user_who_may_not_make_logins_is_told(database, two):
    """What an administrator has to run stands in the sentence; nothing stays behind."""
    name = "weak_" + database.rpartition("/")[2]
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'weak' IN ROLE sally_pipeline")
        weak = psycopg.conninfo.make_conninfo(database, user=name, password="weak")
        try:
            with pytest.raises(ConfigurationError, match=f"ALTER ROLE {name} CREATEROLE"):
                analysts.grant(weak, two[0].slug)
            assert analysts.all_of(database) == []

            admin.execute(f"ALTER ROLE {name} CREATEROLE")
            admin.execute(f"GRANT sally_analyst TO {name} WITH ADMIN OPTION")
            made = analysts.grant(weak, two[0].slug)
            assert asked(made.url, "SELECT tenant_id FROM driver") == [(two[0].tenant_id,)]
            analysts.revoke(weak, made.login)
        finally:
            admin.execute(f"DROP ROLE {name}")
