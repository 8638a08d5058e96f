"""Everybody at once: a vendor down for five hundred fleets, and a mail server that is away."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from uuid import uuid4

from prefect.events import emit_event

from core.secrets import KeyRing
from flows.deliver_alerts import deliver_alerts
from store import integrations, tenants
from store.connection import session
from tasks.alert_sweep import sweep
from tasks.automation_rules import Rules
from tests.flows.alerts.conftest import until
from tests.flows.conftest import KEY

MANY = 500


async def add_many(fleet, count):
    """Fleets with one connection and two admins each."""
    names = [f"fleet-{uuid4().hex[:6]}-{number}" for number in range(count)]
    ring, keys = KeyRing.parse(KEY), fleet.box.keys("acme")["samsara"]
    with session(fleet.url) as db:
        for slug in names:
            tenants.add(db, slug, slug.title(), is_sandbox=True)
            integrations.add(db, ring, slug, "samsara", keys, poll_seconds=300)
    await fleet.conn.execute(
        "INSERT INTO ops.app_user (tenant_id, email, name, role)"
        " SELECT id, n || '@' || slug || '.test', n, 'ADMIN' FROM ops.tenant,"
        " unnest(ARRAY['ann', 'bob']) n WHERE slug = ANY(%s)",
        [names],
    )
    return names


async def one(fleet, statement, *told):
    return (await (await fleet.conn.execute(statement, told)).fetchone())[0]


async def open_outages(fleet):
    return await one(
        fleet,
        "SELECT count(*) FROM ops.incident WHERE kind = 'vendor_down' AND closed_at IS NULL",
    )


def nudge():
    """Any event has the server look at what is due; this one concerns nobody."""
    emit_event(
        "sally.freshness.fresh",
        resource={"prefect.resource.id": f"sally.integration.{uuid4()}"},
    )


async def test_one_outage_is_one_message_for_each_admin_within_a_minute(fleet, mail, capsys):
    """Proof: 500 fleets fail at once; one message per tenant's admins, none lost."""
    names = await add_many(fleet, MANY)
    fleet.box.faults(kind="unavailable_503", vendor="samsara")

    await fleet.sync("samsara")
    # The few syncs before the breaker opened fail often enough to be told on their own, too.
    for _ in range(2):
        await fleet.conn.execute("UPDATE ops.breaker SET retry_at = now()")
        await fleet.sync("samsara")
    await until(lambda: _all_open(fleet), 120)
    # The minute that an outage has to last before it is told.
    await fleet.conn.execute("UPDATE ops.incident SET tell_at = now()")
    began = time.time()
    nudge()
    await until(lambda: len(mail.got) >= 2 * MANY, 120)
    took = max(each.at for each in mail.got) - began
    with capsys.disabled():
        print(f"\n{len(mail.got)} messages to {MANY} fleets in {took:.1f} s")

    wanted = {f"{name}@{slug}.test": 1 for slug in names for name in ("ann", "bob")}
    assert took < 60
    assert mail.counts() == Counter(wanted)
    assert len(mail.got) == len(wanted)


async def _all_open(fleet):
    return await open_outages(fleet) == MANY


async def messages(fleet):
    found = await fleet.conn.execute(
        "SELECT status, count(*)::int FROM ops.alert_delivery WHERE channel = 'email' GROUP BY 1"
    )
    return dict(await found.fetchall())


async def outage(fleet, count):
    """An outage of so many fleets that is told now."""
    names = await add_many(fleet, count)
    emit_event(
        "sally.breaker.opened",
        resource={
            "prefect.resource.id": "sally.breaker.samsara.sandbox",
            "sally.scope": "vendor",
        },
    )
    await fleet.conn.execute(
        "INSERT INTO ops.breaker (vendor, is_sandbox, scope, state, opened_at)"
        " VALUES ('samsara', true, 'vendor', 'OPEN', now())"
    )
    await until(lambda: _opened(fleet, count))
    return names


async def _opened(fleet, count):
    return await open_outages(fleet) == count


async def tell(fleet):
    await fleet.conn.execute("UPDATE ops.incident SET tell_at = now()")
    nudge()


async def test_what_could_not_leave_for_minutes_leaves_once_later(fleet, mail, slack):
    """Proof: the mail server is away; Slack goes on meanwhile, and nothing is lost or repeated."""
    mail.stop()
    names = await outage(fleet, 20)
    await tell(fleet)
    await until(lambda: _tried(fleet))
    await until(lambda: _are(fleet, {"pending": 40}))

    mail.start()
    # Five minutes later.
    await fleet.conn.execute("UPDATE ops.alert_delivery SET due_at = due_at - interval '5 min'")
    state = await deliver_alerts(return_state=True)

    await until(lambda: len(mail.got) >= 40)
    assert state.is_completed()
    assert mail.counts() == Counter(
        {f"{n}@{slug}.test": 1 for slug in names for n in ("ann", "bob")}
    )
    # Whoever sends the last one notes it a moment after it arrived.
    await until(lambda: _are(fleet, {"sent": 40}))
    assert len(mail.got) == 40


async def _are(fleet, wanted):
    return (await messages(fleet)) == wanted


async def _tried(fleet):
    return await one(fleet, "SELECT count(*) FROM ops.alert_delivery WHERE attempts > 0")


async def test_a_server_killed_while_it_delivers_loses_and_repeats_nothing(fleet, house, mail):
    """Proof: each message exactly once by its id, whoever sent it; the log knows each."""
    names = await outage(fleet, 40)
    mail.delay_s = 0.2
    await tell(fleet)
    await until(lambda: len(mail.got) >= 10)

    service = house.stack.prefect.service
    os.killpg(service._process.pid, signal.SIGKILL)
    await until(lambda: not service.is_alive())
    mail.delay_s = 0.0
    left = await messages(fleet)
    assert left.get("pending", 0) > 0
    # What it was sending when it died may be sent by others when its leases have run out.
    await fleet.conn.execute(
        "UPDATE ops.alert_delivery SET lease_expires_at = now() WHERE lease_expires_at IS NOT NULL"
    )
    swept = await sweep(fleet.url, Rules())

    wanted = Counter({f"{name}@{slug}.test": 1 for slug in names for name in ("ann", "bob")})
    assert mail.counts() == wanted
    assert (await messages(fleet)) == {"sent": 80}
    assert swept.delivered.sent == left["pending"]
    # Taken by the mail server, but not noted any more: known by their ids.
    assert len(mail.got) - 80 <= 8
