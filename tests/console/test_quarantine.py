"""`sally quarantine`: what people see of rows that were set aside, and make of them."""

from __future__ import annotations

import asyncio
import re

import psycopg
import pytest

from console.cli import quarantine
from core.errors import ConfigurationError, NotFoundError
from tests.support import aside
from tests.support.aside import position


@pytest.fixture
def set_aside(configured, database):
    """Two rows of acme and one of bluemesa; no one may read a phone number."""
    asyncio.run(aside.synced(database, [position(1, "north"), position(2, "up")]))
    driver = {"id": "d1", "name": 7, "phone": "+15125550100"}
    asyncio.run(aside.synced(database, [driver], slug="bluemesa", dataset="drivers"))


def codes(said: str) -> list[str]:
    return re.findall(r"^([0-9a-f]{8})  gps", said, re.MULTILINE)


def everything(database, statement):
    with psycopg.connect(database) as conn:
        return conn.execute(statement).fetchall()


def test_nothing_set_aside_is_said_as_such(configured, capsys):
    quarantine.list_entries()
    quarantine.replay_entries(everything=True, who="Ann")

    assert capsys.readouterr().out == "Nothing is set aside.\n" * 2


def test_the_list_says_which_row_and_what_is_wrong(set_aside, capsys):
    quarantine.list_entries(tenant="acme")

    said = capsys.readouterr().out
    assert re.search(r"[0-9a-f]{8} +acme +samsara positions +v1 +1 +\d+ s ago", said)
    assert "gps.latitude should be a valid number." in said
    assert "bluemesa" not in said


def test_one_is_shown_without_what_is_personal(set_aside, database, capsys):
    ((id_,),) = everything(database, "SELECT id FROM ops.quarantine WHERE dataset = 'drivers'")

    quarantine.show(str(id_))

    said = capsys.readouterr().out
    assert '"phone": "[redacted]"' in said
    assert "5550100" not in said
    assert "Samsara, drivers" in said


def test_what_still_cannot_be_read_stays_and_is_said_with_its_reason(set_aside, database, capsys):
    with pytest.raises(quarantine.NotReplayed, match="2 of 2 rows did not land"):
        quarantine.replay_entries(tenant="acme", who="Ann")

    said = capsys.readouterr().out
    assert "2  still cannot be used" in said
    assert "positions v1: gps.latitude should be a valid number" in said
    assert everything(database, "SELECT actor, action FROM ops.audit_log") == [
        ("Ann", "quarantine.replay")
    ]


def test_a_row_that_is_discarded_is_over_and_noted(set_aside, database, capsys):
    quarantine.list_entries(tenant="acme")
    code = codes(capsys.readouterr().out)[0]

    quarantine.discard(code, why="a test truck", who="Ann")
    quarantine.list_entries(tenant="acme", everything=True)

    said = capsys.readouterr().out
    assert said.startswith("1 discarded.")
    assert "discarded." in said.splitlines()[-1]
    assert everything(
        database, "SELECT count(*) FROM ops.quarantine WHERE resolution = 'discarded'"
        " AND sealed IS NULL"
    ) == [(1,)]  # fmt: skip
    ((actor, action, details),) = everything(
        database, "SELECT actor, action, details FROM ops.audit_log"
    )
    assert (actor, action, details["why"]) == ("Ann", "quarantine.discard", "a test truck")


def test_nothing_named_is_not_everything(configured):
    with pytest.raises(ConfigurationError, match="Say which"):
        quarantine.replay_entries(who="Ann")
    with pytest.raises(ConfigurationError, match="Say which"):
        quarantine.discard(why="x", who="Ann")
    with pytest.raises(ConfigurationError, match="--why is empty"):
        quarantine.discard(everything=True, why=" ", who="Ann")


def test_an_entry_of_another_tenant_is_not_found(set_aside, database):
    ((id_,),) = everything(database, "SELECT id FROM ops.quarantine WHERE dataset = 'drivers'")

    with pytest.raises(NotFoundError, match="no such entry"):
        quarantine.show(str(id_), tenant="acme")
    with pytest.raises(NotFoundError, match="no such entry"):
        quarantine.discard(str(id_), tenant="acme", why="x", who="Ann")


def test_what_does_not_exist_is_one_sentence(set_aside):
    with pytest.raises(NotFoundError, match="There is no tenant “nobody”"):
        quarantine.list_entries(tenant="nobody")
    with pytest.raises(NotFoundError, match="no such entry"):
        quarantine.show("ffffffff0000")
    with pytest.raises(ConfigurationError, match="is no id"):
        quarantine.show("x")
