"""Messages leave once, whatever happens to the mail server and to whoever sends them."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import smtplib
import sys
from collections import Counter
from datetime import timedelta

import pytest

from core import alerts
from core.errors import ConfigurationError
from store import channels
from store.connection import session
from tasks.alerting import Refused
from tasks.config import key_ring
from tests.support.mailbox import SmtpPost, mailbox

MINUTE = timedelta(minutes=1)
WEBHOOK = "https://hooks.slack.example/services/canary-of-acme"


def set_slack(url: str, slug: str, address: str = WEBHOOK) -> None:
    with session(url) as db:
        channels.set_slack(db, key_ring(), slug, address)


async def statuses(alarms) -> Counter[str]:
    found = await alarms.rows("SELECT status FROM ops.alert_delivery")
    return Counter(status for (status,) in found)


async def until_nothing_is_left(alarms, post, most: int = 40) -> int:
    """Deliver and let time pass, as the sender does that waits for what is due next."""
    for rounds in range(1, most + 1):
        await alarms.deliver(post)
        if not (await statuses(alarms))["pending"]:
            return rounds
        await alarms.pass_time(alerts.LONGEST_RETRY)
    raise AssertionError("messages are left")


async def test_a_mail_server_that_is_down_loses_nothing_and_doubles_nothing(alarms, caplog):
    caplog.set_level(logging.INFO, "sally.alerts")
    fleets = [await alarms.fleet(f"fleet{n}", f"Fleet {n}", admins=2) for n in range(10)]
    box = mailbox()
    post = SmtpPost(box.port)
    for fleet in fleets:
        await alarms.breaks(fleet)

    for _ in range(5):  # five minutes, a look a minute
        done = await alarms.deliver(post)
        assert done.sent == 0
        await alarms.pass_time(MINUTE)
    assert await statuses(alarms) == {"pending": 20}
    with box.up():
        await until_nothing_is_left(alarms, post)

    assert len(box.taken) == 20
    assert set(box.ids.values()) == {1}
    assert {to for to, _ in box.taken} == {
        f"admin{a}@fleet{n}.example" for a in (1, 2) for n in range(10)
    }
    assert "Did not leave: email" in caplog.text
    assert caplog.text.count("Left: email") == 20


async def test_a_sender_that_is_killed_loses_nothing(alarms):
    """What was taken and not noted leaves again under the same id; everything else leaves once."""
    fleets = [await alarms.fleet(f"fleet{n}", f"Fleet {n}", admins=2) for n in range(10)]
    for fleet in fleets:
        await alarms.breaks(fleet)
    box = mailbox()
    with box.up():
        for count in (1, 4):
            doomed = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.support.courier_to_kill",
                alarms.url, str(box.port), str(count), env=dict(os.environ),
            )  # fmt: skip
            assert await doomed.wait() == -signal.SIGKILL
        leased = await alarms.one(
            "SELECT count(*) FROM ops.alert_delivery WHERE lease_owner IS NOT NULL"
        )
        assert leased > 0
        noted = (await statuses(alarms))["sent"]
        assert noted < len(box.taken) <= 20
        await until_nothing_is_left(alarms, SmtpPost(box.port))

    assert await statuses(alarms) == {"sent": 20}
    stored = await alarms.rows("SELECT message_id FROM ops.alert_delivery")
    # By its id each was delivered once: whoever gets one again recognises it.
    assert {f"<{name}@sally.example>" for (name,) in stored} == set(box.ids)
    assert len(box.ids) == 20


async def test_a_message_that_another_is_sending_is_left_alone(alarms):
    """Several senders at once send each message once."""
    fleets = [await alarms.fleet(f"fleet{n}", f"Fleet {n}") for n in range(20)]
    for fleet in fleets:
        await alarms.breaks(fleet)
    box = mailbox()

    with box.up():
        post = SmtpPost(box.port)
        done = await asyncio.gather(*(alarms.deliver(post) for _ in range(4)))

    assert sum(each.sent for each in done) == 20
    assert len(box.taken) == 20


async def test_after_a_day_a_message_is_given_up_and_the_incident_says_so(alarms):
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    alarms.box.email_trouble = smtplib.SMTPResponseException(451, b"canary of the server")
    await alarms.deliver()

    await alarms.pass_time(alerts.GIVE_UP_AFTER - MINUTE)
    assert (await alarms.deliver()).failed == 0
    await alarms.pass_time(2 * MINUTE)
    done = await alarms.deliver()

    assert done.failed == 1
    note = "A message to admin1@acme.example was given up: SMTPResponseException (451)"
    assert await alarms.one("SELECT note FROM ops.incident") == note


async def test_a_message_that_is_refused_for_good_is_not_tried_again(alarms):
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    alarms.box.email_trouble = Refused("There is no such mailbox.")

    done = await alarms.deliver()

    assert (done.failed, done.retried) == (1, 0)
    assert await alarms.rows("SELECT status, attempts, error FROM ops.alert_delivery") == [
        ("failed", 1, "There is no such mailbox.")
    ]


async def test_without_a_mail_server_messages_wait_and_say_why_once(alarms, caplog):
    acme = await alarms.fleet(admins=3)
    await alarms.breaks(acme)
    reason = "SMTP_HOST is not set (in this test), so no e-mail can leave."
    alarms.box.email_trouble = ConfigurationError(reason)

    for _ in range(3):
        done = await alarms.deliver()
        await alarms.pass_time(timedelta(hours=20))

    assert done.waiting == {"email": reason}
    assert caplog.text.count(reason) == 1
    waiting = (
        "SELECT DISTINCT status, attempts, error FROM ops.alert_delivery WHERE step = 'opened'"
    )
    assert await alarms.rows(waiting) == [("pending", 0, reason)]
    alarms.box.email_trouble = None
    await alarms.deliver()
    assert [mail["Subject"] for _, mail in alarms.box.mails].count(
        "[ERROR] Samsara sync failing for Acme Freight"
    ) == 3


async def test_nobody_is_reminded_who_has_yet_to_get_the_first_message(alarms):
    """Days without a mail server end in one message, not in one for each day."""
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    alarms.box.email_trouble = ConfigurationError("Nothing is set up yet.")
    for _ in range(4):
        await alarms.deliver()
        await alarms.pass_time(alerts.REMIND_AFTER)
    alarms.box.email_trouble = None

    await alarms.deliver()

    assert len(alarms.box.mails) == 1


async def test_what_is_over_for_long_is_not_told_when_a_mail_server_is_set_up_at_last(alarms):
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    alarms.box.email_trouble = ConfigurationError("Nothing is set up.")
    await alarms.deliver()
    await alarms.mends(acme)
    await alarms.pass_time(timedelta(days=2))
    alarms.box.email_trouble = None

    await alarms.deliver()

    assert alarms.box.mails == []
    assert set(await statuses(alarms)) == {"suppressed"}


async def test_an_end_comes_after_its_beginning(alarms):
    """Even when both could leave only later."""
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    alarms.box.email_trouble = ConnectionRefusedError()
    await alarms.deliver()
    await alarms.mends(acme)
    await alarms.deliver()
    alarms.box.email_trouble = None

    await until_nothing_is_left(alarms, alarms.box)

    assert [mail["Subject"].split("]")[0] for _, mail in alarms.box.mails] == [
        "[ERROR", "[RESOLVED"
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["pending", "sent"])
async def test_a_sender_that_was_too_slow_changes_nothing(alarms, kind):
    """Another holds the lease now, and says how it went."""
    from store import outbox

    acme = await alarms.fleet()
    await alarms.breaks(acme)
    slow, quick = acme.tenant_id, acme.integration_id
    leased = await outbox.lease(alarms.conn, "email", slow, lease_s=0)
    taken_over = await outbox.lease(alarms.conn, "email", quick)

    assert leased is not None
    assert taken_over is not None
    assert leased.message_id == taken_over.message_id
    assert not await outbox.settle(alarms.conn, leased, slow, kind)
    assert await outbox.settle(alarms.conn, taken_over, quick, "sent")
