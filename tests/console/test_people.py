"""`sally user`: who may sign in, by which password; and the demo's logins."""

from __future__ import annotations

import re

import psycopg
import pytest

from console.cli import demo, people, tenants
from core import passwords
from core.errors import ConfigurationError, NotFoundError
from store import tenants as store
from store.connection import session


@pytest.fixture
def bigrig(configured):
    tenants.add_tenant("bigrig")
    people.add_user("ann@bigrig.example", tenant="bigrig", role="ADMIN")


def kept(url, email="ann@bigrig.example"):
    with psycopg.connect(url) as conn:
        return conn.execute(
            "SELECT password_hash, password_changed_at FROM ops.app_user WHERE email = %s", [email]
        ).fetchone()


def test_a_password_from_a_file_is_hashed(bigrig, database, tmp_path, capsys):
    (tmp_path / "password").write_text("a sentence of mine\n")

    people.passwd("Ann@BigRig.example", tenant="bigrig", password_file=tmp_path / "password")

    found, changed_at = kept(database)
    assert found.startswith("$argon2id$")
    assert passwords.matches("a sentence of mine", found)
    assert changed_at is not None
    assert "sentence" not in capsys.readouterr().out


def test_a_generated_password_is_shown_once_and_is_good(bigrig, database, capsys):
    people.passwd("ann@bigrig.example", tenant="bigrig", generate=True)

    password = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(r"([a-z0-9]{5}-){3}[a-z0-9]{5}", password)
    assert passwords.matches(password, kept(database)[0])


def test_a_change_is_noted_without_the_password(bigrig, database, capsys):
    people.passwd("ann@bigrig.example", tenant="bigrig", generate=True)

    with psycopg.connect(database) as conn:
        found = conn.execute(
            "SELECT actor, details::text FROM ops.audit_log WHERE action = 'user.set_password'"
        ).fetchall()
    assert found == [("cli", "{}")]


@pytest.mark.parametrize("password", ["short", "x" * 201, ""])
def test_a_password_that_is_guessed_too_easily_is_refused(bigrig, database, tmp_path, password):
    (tmp_path / "password").write_text(password)

    with pytest.raises(ConfigurationError, match="at least 12 characters"):
        people.passwd("ann@bigrig.example", tenant="bigrig", password_file=tmp_path / "password")

    assert kept(database)[0] is None


def test_nobody_is_asked_where_there_is_no_terminal(bigrig, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)

    with pytest.raises(ConfigurationError, match="--generate"):
        people.passwd("ann@bigrig.example", tenant="bigrig")


def test_an_unknown_person_is_one_sentence(bigrig):
    with pytest.raises(NotFoundError, match=r"bigrig has no user joe@x\.example"):
        people.passwd("joe@x.example", tenant="bigrig", generate=True)


def test_a_driver_is_somebody_at_the_vendor_of_hours(bigrig, database):
    with pytest.raises(ConfigurationError, match="--driver"):
        people.add_user("joe@bigrig.example", tenant="bigrig", role="DRIVER")
    with pytest.raises(ConfigurationError, match="--driver"):
        people.add_user("joe@bigrig.example", tenant="bigrig", driver="7")

    people.add_user("joe@bigrig.example", tenant="bigrig", role="DRIVER", driver="7")

    with psycopg.connect(database) as conn:
        found = conn.execute("SELECT driver_id FROM ops.app_user WHERE role = 'DRIVER'").fetchall()
    assert found == [("7",)]


def test_the_demo_s_people_get_a_password_of_this_installation(configured, database, tmp_path):
    with session(database) as db:
        store.add(db, "acme", "Acme Freight", is_sandbox=True)

    first, again = demo.logins(database, tmp_path), demo.logins(database, tmp_path)

    password = (tmp_path / "console.demo").read_text()
    assert first == again
    assert password in first[0]
    assert [line.split() for line in first[1:]] == [
        ["admin@acme.example", "ADMIN"], ["dispatcher@acme.example", "DISPATCHER"],
    ]  # fmt: skip
    assert passwords.matches(password, kept(database, "admin@acme.example")[0])
    assert (tmp_path / "console.demo").stat().st_mode & 0o077 == 0


def test_a_real_fleet_gets_no_demo_login_whatever_it_is_called(configured, database, tmp_path):
    """Or everybody who knows the demo would know a way in."""
    with session(database) as db:
        store.add(db, "acme", "Acme Freight", is_sandbox=False)

    found = demo.logins(database, tmp_path)

    assert found == ["Sign in to the console: sally user add, then sally user passwd."]
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT count(*) FROM ops.app_user").fetchone() == (0,)


def test_a_demo_password_that_was_changed_is_not_told_and_stays(configured, database, tmp_path):
    with session(database) as db:
        store.add(db, "acme", "Acme Freight", is_sandbox=True)
    demo.logins(database, tmp_path)
    people.passwd("admin@acme.example", tenant="acme", generate=True)

    found = demo.logins(database, tmp_path)

    assert [line.split()[0] for line in found[1:]] == ["dispatcher@acme.example"]
