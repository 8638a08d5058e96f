"""One trouble is one incident, told once to the right people, and they hear when it is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from core import alerts
from tasks.alerting import Notice, Signal, handle
from tests.support.alarms import BROKEN, REJECTED, UNAVAILABLE

MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24)


async def test_every_admin_hears_once_of_a_failing_sync_and_once_that_it_is_over(alarms):
    acme = await alarms.fleet(admins=2)

    for times in range(3, 21):
        await alarms.breaks(acme, times=times)
        await alarms.deliver()
    heard = alarms.box.heard
    await alarms.mends(acme)
    await alarms.deliver()

    failing = "[ERROR] Samsara sync failing for Acme Freight"
    again = "[RESOLVED] Samsara syncs again for Acme Freight"
    assert heard == [("admin1@acme.example", failing), ("admin2@acme.example", failing)]
    assert alarms.box.heard == sorted(
        [*heard, ("admin1@acme.example", again), ("admin2@acme.example", again)]
    )
    assert await alarms.rows("SELECT times, closed_because FROM ops.incident") == [
        (20, "It syncs again.")
    ]


async def test_a_failing_sync_is_told_at_once(alarms):
    """Three failures are no blip; nothing is held back."""
    assert await alarms.breaks(await alarms.fleet()) == 1


async def test_an_event_that_comes_twice_counts_once(alarms):
    acme = await alarms.fleet()
    await alarms.fails(acme.integration_id)
    notice = Notice(Signal.FAILING, acme.integration_id, event_id=uuid4())

    put = [await handle(alarms.url, notice) for _ in range(3)]

    assert put == [1, 0, 0]
    assert await alarms.one("SELECT times FROM ops.incident") == 3


async def test_a_word_that_comes_late_opens_nothing(alarms):
    """What is told is what is so when it is told, not when an event was made."""
    acme = await alarms.fleet()
    await alarms.recovers(acme.integration_id)

    assert await alarms.signal(Signal.FAILING, acme.integration_id) == 0
    assert await alarms.signal(Signal.KEY_REJECTED, acme.integration_id) == 0
    assert await alarms.open_kinds() == []


async def test_a_recovery_that_failed_again_is_none(alarms):
    acme = await alarms.fleet()
    await alarms.breaks(acme)

    assert await alarms.signal(Signal.RECOVERED, acme.integration_id) == 0
    assert await alarms.open_kinds() == ["failing"]


async def test_another_class_of_error_is_another_incident(alarms):
    """Other people must act on it. What ends both is one recovery, told once."""
    acme = await alarms.fleet()
    await alarms.breaks(acme, BROKEN)
    await alarms.fails(acme.integration_id, REJECTED)
    await alarms.signal(Signal.KEY_REJECTED, acme.integration_id)

    assert await alarms.open_kinds() == ["failing", "key_rejected"]
    await alarms.mends(acme)
    await alarms.deliver()

    assert sorted(subject for _, subject in alarms.box.heard) == [
        "[ERROR] Samsara rejects the key of Acme Freight",
        "[ERROR] Samsara sync failing for Acme Freight",
        "[RESOLVED] Samsara accepts the key of Acme Freight again",
    ]


async def test_a_rejected_key_that_goes_on_failing_is_the_same_incident(alarms):
    acme = await alarms.fleet()
    await alarms.fails(acme.integration_id, REJECTED, times=1)

    first = await alarms.signal(Signal.KEY_REJECTED, acme.integration_id)
    second = await alarms.breaks(acme, REJECTED)

    assert (first, second) == (1, 0)
    assert await alarms.open_kinds() == ["key_rejected"]


@pytest.mark.parametrize(
    ("change", "because"),
    [
        pytest.param("status = 'disabled'", "The integration was switched off.", id="off"),
        pytest.param(
            "last_run_status = 'success', last_success_at = now() + interval '1 second',"
            " last_error_kind = NULL",
            "It syncs again.",
            id="recovered",
        ),
    ],
)
async def test_a_reminder_of_what_is_over_closes_it_instead(alarms, change, because):
    """Should the event of the recovery have been lost."""
    acme = await alarms.fleet()
    await alarms.breaks(acme, UNAVAILABLE)
    await alarms.pass_time(DAY)
    await alarms.conn.execute(f"UPDATE ops.integration SET {change}")

    await alarms.deliver()

    assert await alarms.rows("SELECT closed_because FROM ops.incident") == [(because,)]
    assert [mail["Subject"][:10] for _, mail in alarms.box.mails] == ["[ERROR] Sa", "[RESOLVED]"]


async def test_where_nobody_may_hear_it_is_said_on_the_incident_and_in_the_log(alarms, caplog):
    acme = await alarms.fleet(admins=0)
    await alarms.person(acme.tenant_id, "driver@acme.example", "DRIVER")

    assert await alarms.breaks(acme) == 0

    said = "Nobody could be told: the tenant has no active user with the role ADMIN or SUPER_ADMIN."
    assert await alarms.rows("SELECT note, told_at FROM ops.incident") == [(said, None)]
    assert said in caplog.text
    await alarms.person(acme.tenant_id, "new@acme.example")
    await alarms.pass_time(alerts.NOBODY_AGAIN)
    await alarms.deliver()
    assert [to for to, _ in alarms.box.mails] == ["new@acme.example"]
    assert await alarms.one("SELECT note FROM ops.incident") is None


async def test_what_concerns_no_tenant_goes_to_the_operator(alarms):
    await alarms.fleet()
    await alarms.signal(Signal.SCHEDULER_SILENT)
    await alarms.signal(Signal.FLOW_CRASHED, vendor="samsara")

    await alarms.deliver()
    await alarms.signal(Signal.RECOVERED, vendor="samsara")
    await alarms.deliver()

    assert {to for to, _ in alarms.box.mails} == {"ops@sally.example"}
    assert sorted(subject for _, subject in alarms.box.heard) == [
        "[CRITICAL] Nothing is being synced",
        "[ERROR] Samsara sync run crashed",
        "[RESOLVED] Samsara sync runs work again",
        "[RESOLVED] Syncs run again",
    ]


async def test_a_test_alert_goes_the_same_way_and_is_over_at_once(alarms):
    acme = await alarms.fleet(admins=2)

    put = await alarms.signal(Signal.TEST, tenant_id=acme.tenant_id)
    await alarms.deliver()

    assert put == 2
    assert alarms.box.heard == [
        (f"admin{n}@acme.example", "[TEST] Alerts reach Acme Freight") for n in (1, 2)
    ]
    assert await alarms.open_kinds() == []


async def test_a_tenant_that_is_not_synced_hears_nothing(alarms):
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    await alarms.conn.execute("UPDATE ops.tenant SET is_active = false")

    done = await alarms.deliver()

    assert (done.suppressed, alarms.box.mails) == (1, [])
    assert await alarms.signal(Signal.FAILING, acme.integration_id) == 0


async def test_many_at_once_make_one_incident_and_one_message(alarms):
    """Automations, sweeps and servers may all notice the same at the same time."""
    acme = await alarms.fleet()
    await alarms.fails(acme.integration_id)

    put = await asyncio.gather(
        *(alarms.signal(Signal.FAILING, acme.integration_id) for _ in range(8)),
        *(alarms.signal(Signal.VENDOR_BACK, vendor="samsara") for _ in range(2)),
    )

    assert sum(put) == 1
    assert await alarms.open_kinds() == ["failing"]
