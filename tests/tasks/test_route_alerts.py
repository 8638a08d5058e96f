"""A load that cannot be delivered in time: its dispatchers and admins hear once, and of its end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import orjson

from core.alerts import FAILURE_WINDOW, FAILURES_TO_ALERT
from store import plans, unheard
from tasks import alert_notice, alerting
from tasks.alerting import Notice, Signal, handle
from tasks.plan_events import event_of
from tests.support.hauls import Haul, haul

LATE = "[ERROR] A load of Acme Freight cannot be delivered in time"
OVER = "[RESOLVED] A load of Acme Freight is no longer late"


async def fleet_with(alarms, *hauls: Haul):
    """A fleet with an admin, a dispatcher and a driver, and these loads."""
    acme = await alarms.fleet(vendor="truckbase")
    for role in ("DISPATCHER", "DRIVER"):
        await alarms.person(acme.tenant_id, f"{role.lower()}@acme.example", role)
    haul(alarms.url, acme.integration_id, *hauls)
    return acme


async def at_risk(alarms) -> UUID:
    return await alarms.one(
        "SELECT id FROM fleet.route_plan WHERE status = 'draft' AND verdict = 'late'"
    )


async def test_the_dispatcher_and_the_admin_hear_once_with_what_would_help(alarms):
    await fleet_with(alarms, Haul("l/1", "AF-9", "h1", "Ann", "late"))
    plan = await at_risk(alarms)

    for _ in range(3):
        await alarms.signal(Signal.ROUTE_AT_RISK, plan_id=plan)
        await alarms.deliver()
        await alarms.pass_time(timedelta(hours=25))
        await alarms.deliver()

    assert alarms.box.heard == [("admin1@acme.example", LATE), ("dispatcher@acme.example", LATE)]
    said = alarms.box.mails[0][1].get_body(("plain",)).get_content()
    assert "Load AF-9: Cannot be done in time" in said
    assert "would have to take it until" in said
    assert "The dispatcher" in said


async def test_a_plan_that_is_in_force_no_more_tells_nothing(alarms):
    await fleet_with(alarms, Haul("l1", "AF-9", "h1", "Ann", "late"))
    plan = await at_risk(alarms)
    await alarms.conn.execute("UPDATE fleet.route_plan SET status = 'superseded'")

    assert await alarms.signal(Signal.ROUTE_AT_RISK, plan_id=plan) == 0
    assert await alarms.signal(Signal.ROUTE_AT_RISK, plan_id=uuid4()) == 0
    assert await alarms.open_kinds() == []


async def test_who_heard_of_it_hears_when_it_is_in_time_again_and_anew_when_it_is_not(alarms):
    await fleet_with(alarms, Haul("l1", "AF-9", "h1", "Ann", "late"))
    plan = await at_risk(alarms)
    await alarms.signal(Signal.ROUTE_AT_RISK, plan_id=plan)
    await alarms.deliver()
    assert await alerting.end_routes(alarms.url) == 0

    await alarms.conn.execute("UPDATE fleet.route_plan SET verdict = 'on_time', is_legal = true")
    assert await alerting.end_routes(alarms.url) == 2
    await alarms.deliver()
    await alarms.conn.execute("UPDATE fleet.route_plan SET verdict = 'late'")
    await alarms.signal(Signal.ROUTE_AT_RISK, plan_id=plan)
    await alarms.deliver()

    mine = [subject for to, subject in alarms.box.heard if to == "dispatcher@acme.example"]
    assert sorted(mine) == [LATE, LATE, OVER]


async def test_the_event_names_the_plan(alarms):
    await fleet_with(alarms, Haul("l1", "AF-9", "h1", "Ann", "late"))
    await alarms.conn.execute("UPDATE fleet.route_plan SET is_risk_told = false")
    (risk,) = await plans.untold(alarms.conn)

    notice = alert_notice.read(
        orjson.dumps({"signal": "route_at_risk", "event": event_of(risk)}).decode()
    )

    assert (notice.plan_id, notice.tenant_id) == (risk.id, risk.tenant_id)
    assert await handle(alarms.url, notice) == 2
    assert await handle(alarms.url, notice) == 0


async def test_what_no_event_told_of_is_found(alarms):
    """The server had it in its memory when it was killed."""
    await fleet_with(alarms, Haul("l1", "AF-9", "h1", "Ann", "late"))
    await alarms.conn.execute(
        "UPDATE fleet.route_plan SET is_risk_told = true, updated_at = now() - interval '1 hour'"
    )
    (found,) = await unheard.find(alarms.conn, FAILURES_TO_ALERT, FAILURE_WINDOW)

    assert (found.signal, found.plan_id) == ("route_at_risk", await at_risk(alarms))
    await handle(alarms.url, Notice(Signal(found.signal), plan_id=found.plan_id))
    assert await unheard.find(alarms.conn, FAILURES_TO_ALERT, FAILURE_WINDOW) == []
