"""`sally analyst`: what is printed once, what is listed, and that it goes again."""

from __future__ import annotations

import psycopg
import pytest

from console.cli import analysts
from core.errors import NotFoundError


def test_a_login_is_granted_listed_and_revoked(do, database, capsys):
    do(lambda alarms: alarms.fleet())

    analysts.grant(tenant="acme", name="Ann", who="max")

    said = capsys.readouterr().out
    (address,) = [line.strip() for line in said.splitlines() if "postgresql://" in line]
    with psycopg.connect(address) as conn:
        assert conn.execute("SELECT slug FROM ops.tenant").fetchall() == [("acme",)]
        (login,) = conn.execute("SELECT session_user").fetchone()
    analysts.list_analysts()
    listed = capsys.readouterr().out
    assert all(word in listed for word in (login, "acme", "Ann"))
    assert psycopg.conninfo.conninfo_to_dict(address)["password"] not in listed

    analysts.revoke(login, who="max")

    assert capsys.readouterr().out == f"{login} is gone; it could read acme.\n"
    analysts.list_analysts()
    assert capsys.readouterr().out.startswith("No analysts yet.")


def test_a_login_that_is_not_an_analysts_is_not_touched(do):
    with pytest.raises(NotFoundError, match="There is no analyst “postgres”"):
        analysts.revoke("postgres")
