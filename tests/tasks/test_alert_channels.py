"""E-mail and Slack, each for itself; a tenant's own channel; and no secret in what is kept."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from core import alerts
from store import channels
from store.connection import session
from tasks import alert_sending
from tasks.alerting import Refused, Signal
from tasks.config import key_ring

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


async def test_a_channel_that_is_down_does_not_stop_the_other(alarms):
    acme = await alarms.fleet()
    set_slack(alarms.url, "acme")
    await alarms.breaks(acme)
    alarms.box.email_trouble = ConnectionRefusedError()

    await alarms.deliver()
    assert [webhook for webhook, _ in alarms.box.slacks] == [WEBHOOK]
    alarms.box.email_trouble, alarms.box.slack_trouble = None, ConnectionRefusedError()
    await alarms.pass_time(MINUTE)
    await alarms.deliver()

    assert len(alarms.box.mails) == 1
    assert await statuses(alarms) == {"sent": 2}


async def test_a_channel_that_takes_nothing_is_left_alone_for_now(alarms):
    """A thousand messages do not each wait for a mail server that hangs."""
    acme = await alarms.fleet(admins=50)
    await alarms.breaks(acme)
    alarms.box.email_trouble = TimeoutError()

    done = await alarms.deliver()

    assert done.retried < 2 * alert_sending.IN_A_ROW
    assert done.next_at is not None
    untouched = "SELECT count(*) FROM ops.alert_delivery WHERE attempts = 0"
    assert await alarms.one(untouched) == 50 - done.retried


async def test_who_is_no_admin_any_more_when_it_leaves_gets_nothing(alarms):
    acme = await alarms.fleet(admins=3)
    await alarms.breaks(acme)
    await alarms.conn.execute("UPDATE ops.app_user SET role = 'DRIVER' WHERE email ~ '^admin1'")
    await alarms.conn.execute("UPDATE ops.app_user SET is_active = false WHERE email ~ '^admin2'")

    done = await alarms.deliver()

    assert done.suppressed == 2
    assert [to for to, _ in alarms.box.mails] == ["admin3@acme.example"]


async def test_slack_is_the_tenants_own_or_none(alarms, told_settings):
    acme = await alarms.fleet()
    await alarms.fleet("mesa", "Blue Mesa")
    mesa = await alarms.fleet("third", "Third")
    told_settings(SLACK_WEBHOOK_URL="https://hooks.slack.example/services/canary-of-operator")
    set_slack(alarms.url, "acme")

    await alarms.breaks(acme)
    await alarms.breaks(mesa)
    await alarms.signal(Signal.SCHEDULER_SILENT)
    await alarms.deliver()

    told = {(webhook.rpartition("-")[2], said["text"]) for webhook, said in alarms.box.slacks}
    assert told == {
        ("acme", "[ERROR] Samsara sync failing for Acme Freight"),
        ("operator", "[CRITICAL] Nothing is being synced"),
    }


async def test_a_shared_slack_channel_is_only_by_setting(alarms, told_settings):
    acme = await alarms.fleet()
    told_settings(
        SLACK_WEBHOOK_URL="https://hooks.slack.example/services/canary", SLACK_SHARED="true"
    )

    await alarms.breaks(acme)
    await alarms.deliver()

    assert len(alarms.box.slacks) == 1


async def test_a_webhook_that_does_not_open_stops_nobody_elses(alarms, told_settings):
    acme = await alarms.fleet()
    mesa = await alarms.fleet("mesa", "Blue Mesa")
    set_slack(alarms.url, "mesa")
    told_settings(CREDENTIALS_ENCRYPTION_KEY="cd" * 32)
    set_slack(alarms.url, "acme")

    await alarms.breaks(mesa)
    await alarms.breaks(acme)
    await alarms.deliver()

    assert len(alarms.box.slacks) == 1
    waiting = "SELECT error FROM ops.alert_delivery WHERE status = 'pending'"
    assert "which is not in CREDENTIALS_ENCRYPTION_KEY" in await alarms.one(waiting)


async def test_no_secret_is_left_in_what_is_stored_or_logged(alarms, caplog):
    acme = await alarms.fleet()
    set_slack(alarms.url, "acme")
    await alarms.breaks(acme)
    alarms.box.slack_trouble = Refused(f"{WEBHOOK} was revoked.")

    await alarms.deliver()

    stored = str(await alarms.rows("SELECT * FROM ops.alert_delivery, ops.incident"))
    assert "canary" not in stored + caplog.text
    assert "[redacted] was revoked." in stored
