"""A plan from the rows of four vendors, kept in versions and read back whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from console import linking
from core.errors import ConfigurationError, NotFoundError
from core.route.facts import Confidence, Topic
from core.route.plan import Verdict
from core.route.request import HoursBasis
from store import links, plans, tenants
from store.connection import session
from tasks import plan_events
from tasks.planning import latest_plan, plan_all, plan_load
from tests.support.depot import BY, DALLAS, HOUSTON, KANSAS_CITY, Depot, database, planned


async def all_planned(depot):
    return await plan_all(database(depot), by=BY)


async def due(depot, opens, closes):
    await depot.conn.execute(
        "UPDATE fleet.load_stop SET appointment_start_at = %s, appointment_end_at = %s"
        " WHERE vendor_id = 'l1#2'",
        [depot.now + timedelta(hours=opens), depot.now + timedelta(hours=closes)],
    )


async def versions(depot):
    return await depot.rows("SELECT version, status FROM fleet.route_plan ORDER BY version")


async def test_a_plan_uses_all_four_vendors(depot):
    kept = await planned(depot)

    plan = kept.plan
    assert (plan.verdict, plan.is_legal, plan.hours) == (Verdict.ON_TIME, True, HoursBasis.KNOWN)
    assert plan.miles == pytest.approx(241, abs=3)
    assert [str(stop.kind) for stop in plan.stops] == ["start", "delivery"]
    assert [one.severity for one in plan.warnings] == ["severe"]
    sources = {fact.topic: (fact.source, fact.confidence) for fact in reversed(plan.facts)}
    assert sources[Topic.LOAD] == ("Truckbase", Confidence.HIGH)
    assert sources[Topic.HOURS] == ("Samsara", Confidence.HIGH)
    assert sources[Topic.POSITION] == ("Samsara", Confidence.HIGH)
    assert sources[Topic.FUEL] == ("Fuel Finder", Confidence.HIGH)
    assert sources[Topic.WEATHER][0] == "OpenWeather"
    assert sources[Topic.DRIVER] == ("link by external id", Confidence.HIGH)
    assert sources[Topic.TANK][1] == Confidence.ASSUMED


async def test_a_plan_is_read_back_as_it_was_made(depot):
    """The console shows rows, not memories; the load's number names it as well as its id."""
    await depot.move(KANSAS_CITY)  # far enough for fuel and a rest
    kept = await planned(depot, "BM-1")

    again = await latest_plan(depot.conn, depot.tenant, "BM-1")

    assert again == kept
    assert {"fuel", "rest"} <= {str(stop.kind) for stop in again.plan.stops}
    assert again.subject.load_id == "l1"
    assert all(stop.facts for stop in again.plan.stops)


async def test_nothing_new_is_no_new_version(depot):
    first = await planned(depot)

    second = await planned(depot)

    assert await versions(depot) == [(1, "draft")]
    assert second.checked_at > first.checked_at
    assert second.plan == first.plan


async def test_another_appointment_is_a_new_version_and_the_old_one_stays(depot):
    await planned(depot)
    await due(depot, 6, 10)

    await planned(depot)

    assert await versions(depot) == [(1, "superseded"), (2, "draft")]


async def test_planners_at_once_keep_one_version(depot):
    await asyncio.gather(*(planned(depot) for _ in range(4)))

    assert await versions(depot) == [(1, "draft")]


async def test_a_plan_that_turns_late_is_told_once_and_again_when_it_turns_anew(depot):
    await planned(depot)
    await due(depot, 1, 2)
    late = await planned(depot)
    risks = await plans.untold(depot.conn)
    assert [risk.id for risk in risks] == [late.id]
    await plans.mark_told(depot.conn, risks)

    await due(depot, 1, 2.1)  # still late, by less
    assert (await planned(depot)).plan.verdict is Verdict.LATE
    assert await plans.untold(depot.conn) == []

    await due(depot, 4, 9)
    await planned(depot)
    await due(depot, 1, 2)
    await planned(depot)
    assert len(await plans.untold(depot.conn)) == 1


async def test_the_event_says_what_and_where_and_nothing_secret(depot):
    await due(depot, 1, 2)
    await planned(depot)
    (risk,) = await plans.untold(depot.conn)

    event = plan_events.event_of(risk)

    assert event["event"] == "sally.route.at_risk"
    assert event["resource"]["prefect.resource.name"] == "acme load BM-1"
    assert "missed by" in event["payload"]["said"]


async def test_a_late_plan_names_a_free_driver_who_can(depot):
    """Bo stands near the stop, and has nothing to do."""
    await depot.conn.execute("UPDATE fleet.load_stop SET status = 'pending'")
    await depot.conn.execute("UPDATE fleet.load_stop SET appointment_start_at = NULL,"
                             " appointment_end_at = now() + interval '6 h'")  # fmt: skip
    await depot.conn.execute("UPDATE fleet.hos_clock SET drive_remaining_s = 3600")
    await depot.driver("e2", "Bo Ray", {})
    await depot.clocks("e2", "v2")
    await depot.truck("v2", DALLAS, "VIN2")

    plan = (await planned(depot)).plan

    assert plan.verdict is Verdict.LATE
    assert any("Bo Ray could do it" in said for said in plan.changes)


async def test_a_load_that_is_over_needs_no_plan(depot):
    await all_planned(depot)
    await depot.conn.execute("UPDATE fleet.load SET is_open = false, status = 'delivered'")

    done = await all_planned(depot)

    assert (await versions(depot), done.ended) == ([(1, "cancelled")], 1)
    assert await latest_plan(depot.conn, depot.tenant, "l1") is None


async def test_a_load_without_a_stop_to_make_says_why_there_is_no_plan(depot):
    await depot.conn.execute("UPDATE fleet.load_stop SET status = 'completed'")

    plan = (await planned(depot)).plan

    assert plan.verdict is Verdict.IMPOSSIBLE
    assert plan.said.startswith("Cannot plan because")


async def test_a_second_load_of_the_driver_begins_where_the_first_ends(depot):
    """Ann cannot be in Houston and start in Dallas."""
    await depot.load("l2", "BM-2", driver=("d1", "Ann Lee"), status="assigned")
    await depot.stop("l2", 1, DALLAS, "pickup", opens=12, closes=16)
    await depot.stop("l2", 2, HOUSTON, opens=30, closes=40)

    plan = (await planned(depot, "BM-2")).plan

    docks = [stop for stop in plan.stops if stop.kind in ("pickup", "delivery")]
    assert [dock.name for dock in docks] == ["Dock 2 of l1", "Dock 1 of l2", "Dock 2 of l2"]
    assert "Of load BM-1, which the driver has first." in docks[0].why


class TestWhoDrives:
    async def test_an_unlinked_driver_is_said_and_listed(self, depot):
        await depot.conn.execute("UPDATE fleet.driver SET external_ids = '{}', name = 'A. Lee'")

        plan = (await planned(depot)).plan

        assert (plan.verdict, plan.is_legal) == (Verdict.UNVERIFIED, None)
        assert plan.hours is HoursBasis.UNKNOWN
        assert any("Ann Lee is linked to nobody" in said for said in plan.degraded)
        found = await linking.lines(depot.conn, depot.tenant)
        assert [one.driver_id for one in found if one.basis is None] == ["d1"]

    async def test_a_link_by_name_is_a_guess_and_says_so(self, depot):
        await depot.conn.execute("UPDATE fleet.driver SET external_ids = '{}'")

        plan = (await planned(depot)).plan

        assert any("by the name alone: a guess" in said for said in plan.degraded)

    async def test_what_a_person_confirmed_stays(self, depot):
        """Whatever the ids say later; and who said so is kept."""
        await depot.driver("e9", "Somebody Else", {})
        await depot.clocks("e9", "v9")
        with session(database(depot)) as db:
            links.confirm(db, depot.tenant, "d1", "e9", actor="Kim")

        kept = await planned(depot)

        assert kept.subject.hours_driver_id == "e9"
        assert "link confirmed by Kim" in [fact.source for fact in kept.plan.facts]
        (noted,) = await depot.rows("SELECT actor FROM ops.audit_log WHERE action = %s",
                                    "driver_link.confirm")  # fmt: skip
        assert noted == ("Kim",)

    async def test_a_stranger_cannot_be_linked(self, depot):
        with session(database(depot)) as db, pytest.raises(NotFoundError, match="e404"):
            links.confirm(db, depot.tenant, "d1", "e404", actor="Kim")
        with session(database(depot)) as db, pytest.raises(ConfigurationError, match="who"):
            links.confirm(db, depot.tenant, "d1", "e1", actor=" ")

    async def test_a_link_that_no_longer_holds_goes(self, depot):
        await planned(depot)
        await depot.conn.execute("UPDATE fleet.driver SET external_ids = '{}', name = 'A. Lee'")

        await planned(depot)

        assert await links.held(depot.conn, depot.tenant) == []


class TestTheWall:
    async def test_a_strangers_load_does_not_exist(self, depot):
        await Depot(depot.conn, "other").open()
        await planned(depot)
        (other,) = await depot.row("SELECT id FROM ops.tenant WHERE slug = 'other'")

        assert await latest_plan(depot.conn, other, "l1") is None
        with pytest.raises(NotFoundError):
            await plan_load(database(depot), "other", "l1", by=BY)

    async def test_two_tenants_are_planned_side_by_side(self, depot):
        """Same ids on both sides, and each has its own plan."""
        other = await (await Depot(depot.conn, "other").open()).fill()

        done = await all_planned(depot)

        assert done.verdicts == {Verdict.ON_TIME: 2}
        mine = await latest_plan(depot.conn, depot.tenant, "l1")
        theirs = await latest_plan(depot.conn, other.tenant, "l1")
        assert mine.id != theirs.id
        assert replace(mine.subject, tenant_id=None, integration_id=None) == replace(
            theirs.subject, tenant_id=None, integration_id=None
        )

    async def test_a_tenant_that_is_off_is_not_planned(self, depot):
        with session(database(depot)) as db:
            tenants.set_active(db, "acme", False)

        assert (await all_planned(depot)).said.startswith("0 loads planned")
