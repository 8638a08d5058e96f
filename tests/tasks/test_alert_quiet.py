"""Quiet by design: what explains what, what may be a blip, reminders, acknowledging, muting."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from core import alerts
from tasks.alerting import Signal
from tests.support.alarms import REJECTED

MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24)


async def test_a_blip_tells_nobody(alarms):
    """A vendor that is back within a minute, data that is fresh again within one."""
    acme = await alarms.fleet()
    down = {"vendor": "samsara"}

    await alarms.signal(Signal.VENDOR_DOWN, **down)
    await alarms.signal(Signal.STALE, acme.integration_id, level="warning")
    await alarms.deliver()
    await alarms.signal(Signal.VENDOR_BACK, **down)
    await alarms.signal(Signal.FRESH, acme.integration_id)
    await alarms.pass_time(2 * MINUTE)
    await alarms.deliver()

    assert alarms.box.mails == []
    assert await alarms.open_kinds() == []


LATE = """
INSERT INTO ops.freshness (integration_id, tenant_id, level, stale, said, told_level)
SELECT id, tenant_id, 'warning', '{"hos_clocks": "warning", "drivers": "warning"}', 'late',
    'warning'
FROM ops.integration
"""
CAME = """
INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, last_success_at)
SELECT i.id, dataset, i.tenant_id, now() - make_interval(days => days)
FROM ops.integration i, unnest(%s::text[], %s::int[]) AS c(dataset, days)
"""


@pytest.mark.parametrize(
    ("days_ago", "messages"),
    [
        pytest.param({"hos_clocks": 0, "drivers": 0}, 0, id="all of it came"),
        pytest.param({"hos_clocks": 0, "drivers": 1}, 1, id="one is still late"),
        pytest.param({"hos_clocks": 0}, 1, id="one never came"),
    ],
)
async def test_old_data_that_came_before_anybody_was_told_is_no_news(alarms, days_ago, messages):
    """Freshness is judged every five minutes: the word that it is fresh again comes later."""
    acme = await alarms.fleet()
    await alarms.conn.execute(LATE)
    await alarms.signal(Signal.STALE, acme.integration_id, level="warning")

    await alarms.conn.execute(CAME, [list(days_ago), list(days_ago.values())])
    await alarms.pass_time(2 * MINUTE)
    await alarms.deliver()

    assert len(alarms.box.mails) == messages
    assert await alarms.open_kinds() == ["stale"] * messages


async def test_an_outage_is_one_message_a_tenant_and_hides_what_it_explains(alarms):
    fleets = [await alarms.fleet(f"fleet{n}", f"Fleet {n}", admins=2) for n in range(1, 4)]
    await alarms.signal(Signal.VENDOR_DOWN, vendor="samsara")
    for fleet in fleets:
        await alarms.breaks(fleet)
        await alarms.signal(Signal.STALE, fleet.integration_id, level="critical")

    await alarms.deliver()
    assert alarms.box.mails == []
    await alarms.pass_time(alerts.HOLD)
    await alarms.deliver()

    assert alarms.box.heard == [
        (f"admin{admin}@fleet{n}.example", f"[WARNING] Samsara is down for Fleet {n}")
        for admin in (1, 2) for n in (1, 2, 3)
    ]  # fmt: skip
    hidden = "SELECT count(*) FROM ops.incident WHERE explained_by IS NOT NULL AND told_at IS NULL"
    assert await alarms.one(hidden) == 6


async def test_what_outlives_the_outage_is_told(alarms):
    """Once the vendor is back a sync has a quarter of an hour to succeed."""
    acme = await alarms.fleet()
    mesa = await alarms.fleet("mesa", "Blue Mesa")
    await alarms.signal(Signal.VENDOR_DOWN, vendor="samsara")
    await alarms.breaks(acme)
    await alarms.breaks(mesa)
    await alarms.signal(Signal.VENDOR_BACK, vendor="samsara")

    await alarms.pass_time(10 * MINUTE)
    await alarms.deliver()
    assert alarms.box.mails == []
    await alarms.mends(mesa)
    await alarms.pass_time(20 * MINUTE)
    await alarms.deliver()

    assert alarms.box.heard == [
        ("admin1@acme.example", "[ERROR] Samsara sync failing for Acme Freight")
    ]


async def test_an_outage_hides_no_rejected_key(alarms):
    """Only the admin can mend that, whether the vendor is down or not."""
    acme = await alarms.fleet()
    await alarms.signal(Signal.VENDOR_DOWN, vendor="samsara")
    await alarms.fails(acme.integration_id, REJECTED)

    assert await alarms.signal(Signal.KEY_REJECTED, acme.integration_id) == 1


async def test_an_outage_whose_event_was_lost_is_found_by_its_breaker(alarms):
    acme = await alarms.fleet()
    await alarms.conn.execute(
        "INSERT INTO ops.breaker (vendor, scope, state) VALUES ('samsara', 'vendor', 'OPEN')"
    )

    assert await alarms.breaks(acme) == 0

    assert await alarms.open_kinds() == ["failing", "vendor_down"]


async def test_the_sandbox_being_down_concerns_no_live_tenant(alarms):
    await alarms.fleet()

    await alarms.signal(Signal.VENDOR_DOWN, vendor="samsara", is_sandbox=True)

    assert await alarms.open_kinds() == []


async def test_old_data_is_told_and_told_again_when_it_gets_critical(alarms):
    acme = await alarms.fleet()
    for level in ("warning", "warning", "critical", "critical"):
        said = f"hos_clocks of Samsara is late ({level})."
        await alarms.signal(Signal.STALE, acme.integration_id, level=level, detail=said)
        await alarms.pass_time(2 * MINUTE)
        await alarms.deliver()
    await alarms.signal(Signal.FRESH, acme.integration_id)
    await alarms.deliver()

    assert [mail["Subject"] for _, mail in alarms.box.mails] == [
        "[WARNING] Samsara data is getting old for Acme Freight",
        "[CRITICAL] Samsara data is too old for Acme Freight",
        "[RESOLVED] Samsara data is fresh again for Acme Freight",
    ]
    assert "late (critical)" in alarms.box.mails[1][1].get_body(("plain",)).get_content()


async def test_old_data_is_no_news_where_the_sync_is_known_to_fail(alarms):
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    await alarms.signal(Signal.STALE, acme.integration_id, level="critical")

    await alarms.pass_time(2 * MINUTE)
    await alarms.deliver()

    assert len(alarms.box.mails) == 1


async def test_data_of_an_integration_that_was_switched_off_is_told_as_such(alarms):
    acme = await alarms.fleet()
    await alarms.conn.execute("UPDATE ops.integration SET status = 'disabled'")

    await alarms.signal(Signal.STALE, acme.integration_id, level="critical")
    await alarms.pass_time(2 * MINUTE)
    await alarms.deliver()

    ((_, mail),) = alarms.box.mails
    assert "Switch the integration on again" in mail.get_body(("plain",)).get_content()


async def test_people_are_reminded_once_a_day_until_somebody_takes_it_on(alarms):
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    await alarms.deliver()
    for _ in range(2):
        await alarms.pass_time(DAY)
        await alarms.deliver()
    await alarms.conn.execute("UPDATE ops.incident SET acknowledged_at = now()")
    await alarms.pass_time(2 * DAY)
    await alarms.deliver()

    still = "[ERROR] Samsara sync still failing for Acme Freight"
    assert [mail["Subject"] for _, mail in alarms.box.mails][1:] == [still, still]


async def test_what_is_muted_tells_nobody_until_then(alarms):
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    await alarms.deliver()
    await alarms.conn.execute("UPDATE ops.incident SET muted_until = now() + interval '3 days'")

    await alarms.pass_time(2 * DAY)
    await alarms.deliver()
    assert len(alarms.box.mails) == 1
    await alarms.pass_time(DAY + MINUTE)
    await alarms.deliver()

    assert len(alarms.box.mails) == 2


async def test_an_end_that_is_muted_is_not_told(alarms):
    acme = await alarms.fleet()
    await alarms.breaks(acme)
    await alarms.deliver()
    await alarms.conn.execute("UPDATE ops.incident SET muted_until = now() + interval '3 days'")

    assert await alarms.mends(acme) == 0


async def test_five_hundred_fleets_in_one_outage_hear_once_each(alarms, capsys):
    """One message for each admin, none lost; the time it takes is printed."""
    await alarms.conn.execute(
        "WITH t AS (INSERT INTO ops.tenant (slug, name) SELECT 'fleet' || n, 'Fleet ' || n"
        " FROM generate_series(1, 500) n RETURNING id, slug), i AS (INSERT INTO ops.integration"
        " (tenant_id, vendor, credentials_ciphertext, credentials_key_id, credentials_fingerprint)"
        " SELECT id, 'samsara', 'sealed', 'key', 'print' FROM t)"
        " INSERT INTO ops.app_user (tenant_id, email, name, role)"
        " SELECT id, 'admin@' || slug || '.example', 'Somebody', 'ADMIN' FROM t"
    )
    started = time.perf_counter()
    await alarms.signal(Signal.VENDOR_DOWN, vendor="samsara")
    await alarms.pass_time(alerts.HOLD)
    opened = time.perf_counter()
    done = await alarms.deliver()
    sent = time.perf_counter()

    with capsys.disabled():
        print(f"\n500 incidents in {opened - started:.2f} s, sent in {sent - opened:.2f} s")
    assert done.sent == 500
    assert len({to for to, _ in alarms.box.mails}) == 500
    assert sent - opened < 60
