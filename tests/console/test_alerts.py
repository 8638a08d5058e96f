"""`sally alerts`: what people see of incidents and make of them, and whether alerts arrive."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg
import pytest

from console.cli import alerts
from core.errors import ConfigurationError, NotFoundError
from tests.support.alarms import Alarms


async def failing(alarms: Alarms) -> None:
    await alarms.breaks(await alarms.fleet(admins=2))


def code_of(said: str) -> str:
    found = re.search(r"^([0-9a-f]{8}) ", said, re.MULTILINE)
    assert found is not None, said
    return found[1]


def audited(url: str) -> list[tuple]:
    with psycopg.connect(url) as conn:
        return conn.execute(
            "SELECT actor, action FROM ops.audit_log ORDER BY happened_at"
        ).fetchall()


def test_nothing_wrong_is_said_as_such(configured, capsys):
    alerts.list_incidents()
    alerts.log()

    assert capsys.readouterr().out == (
        "Nothing is wrong.\nNo message yet. See whether they would arrive: sally alerts test\n"
    )


def test_the_list_says_what_since_when_and_who_was_told(do, capsys):
    do(failing)

    alerts.list_incidents(tenant="acme")

    said = capsys.readouterr().out
    row = " ".join(said.splitlines()[1].split())
    assert re.match(r"[0-9a-f]{8} acme ERROR failing Samsara 0 s ago 2 waiting", row), row
    assert f"{code_of(said)}  Open. Seen 3 times. Samsara answered 503." in said


def test_an_unknown_tenant_is_one_sentence(configured):
    for ask in (alerts.list_incidents, alerts.log, alerts.send_test):
        with pytest.raises(NotFoundError, match="There is no tenant “nobody”"):
            ask(tenant="nobody")


def test_whoever_takes_it_on_is_shown_and_noted(do, database, capsys):
    do(failing)
    alerts.list_incidents()
    code = code_of(capsys.readouterr().out)

    alerts.ack(code.upper(), who="Ann")
    alerts.list_incidents()

    said = capsys.readouterr().out
    assert f"Ann takes on {code}: Samsara answered 503." in said
    assert "Ann is on it" in said
    assert ("Ann", "incident.acknowledge") in audited(database)


def test_what_is_muted_says_until_when_and_is_noted(do, database, capsys):
    do(failing)
    alerts.list_incidents()
    code = code_of(capsys.readouterr().out)

    alerts.mute(code, span="4h", who="Ann")
    alerts.list_incidents()

    said = capsys.readouterr().out
    assert f"{code} tells nobody anything until" in said
    assert "Muted, ends in 4 h" in said
    assert ("Ann", "incident.mute") in audited(database)
    moved = "SELECT tell_at >= muted_until FROM ops.incident"
    assert do(lambda alarms: alarms.one(moved)) is True


@pytest.mark.parametrize("code", ["", "abc", "nothing!", "%%%%"])
def test_what_is_no_id_is_refused(configured, code):
    with pytest.raises(ConfigurationError, match="no incident's id"):
        alerts.ack(code, who="Ann")


def test_an_id_that_is_none_is_one_sentence(do):
    do(failing)

    with pytest.raises(NotFoundError, match="There is no open incident 00000000"):
        alerts.ack("00000000", who="Ann")


def test_a_span_that_is_too_long_is_refused():
    with pytest.raises(ConfigurationError, match="at most 168h"):
        alerts.mute("12345678", span="169h", who="Ann")


def test_what_is_hidden_says_behind_what(do, capsys):
    async def outage(alarms: Alarms) -> None:
        acme = await alarms.fleet()
        await alarms.conn.execute(
            "INSERT INTO ops.breaker (vendor, scope, state) VALUES ('samsara', 'vendor', 'OPEN')"
        )
        await alarms.breaks(acme)

    do(outage)

    alerts.list_incidents()

    said = capsys.readouterr().out
    assert re.search(r"Hidden, part of [0-9a-f]{8}\. Seen 3 times\. Samsara answered 503", said)
    assert re.search(r"WARNING.*vendor down Samsara.*nobody", said)


def test_a_test_alert_reaches_each_admin_through_the_mail_server(do, box, capsys):
    """The real sender, a real mail server, the same tables as every other alert."""
    do(lambda alarms: alarms.fleet(admins=2))

    alerts.send_test(tenant="acme")

    said = capsys.readouterr().out
    assert sorted(to for to, _ in box.taken) == ["admin1@acme.example", "admin2@acme.example"]
    assert {mail["Subject"] for _, mail in box.taken} == {"[TEST] Alerts reach Acme Freight"}
    assert said.count(" sent ") == 2
    alerts.list_incidents()
    assert capsys.readouterr().out == "Nothing is wrong.\n"


def test_a_test_that_does_not_arrive_says_why(do, configured):
    do(lambda alarms: alarms.fleet())

    with pytest.raises(alerts.NotArrived, match=r"1 of 1 did not leave: SMTP_HOST is not set"):
        alerts.send_test(tenant="acme")


def test_a_test_for_nobody_says_so(do, box):
    do(lambda alarms: alarms.fleet(admins=0))

    with pytest.raises(alerts.NotArrived, match="no active user with the role ADMIN"):
        alerts.send_test(tenant="acme")
    with pytest.raises(alerts.NotArrived, match="neither ALERT_OPERATOR_EMAIL nor"):
        alerts.send_test()


def test_the_log_says_what_became_of_each_message(do, capsys):
    async def trouble(alarms: Alarms) -> None:
        await failing(alarms)
        alarms.box.email_trouble = ConnectionRefusedError()
        await alarms.deliver()

    do(trouble)

    alerts.log(tenant="acme")

    said = capsys.readouterr().out
    assert len(re.findall(r"opened +admin\d@acme.example +pending +1", said)) == 2
    assert said.count("ConnectionRefusedError") == 1


def test_a_mute_ends_by_itself(do, capsys):
    async def muted(alarms: Alarms) -> None:
        await failing(alarms)
        await alarms.conn.execute("UPDATE ops.incident SET muted_until = now() + '1 hour'")
        await alarms.pass_time(timedelta(hours=2))

    do(muted)
    alerts.list_incidents()

    assert re.search(r"  Open\. Seen 3 times", capsys.readouterr().out)
