"""What people read about the breakers, and the reset by hand."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from store import breaker_log

from .conftest import VENDOR

MINUTE = timedelta(minutes=1)


class Breakers:
    """Shorthand: rows as other processes leave them."""

    def __init__(self, house):
        self.house, self.conn = house, house.conn

    async def row(self, state="OPEN", *, fleet=None, is_sandbox=False, vendor=VENDOR):
        await self.conn.execute(
            "INSERT INTO ops.breaker (vendor, is_sandbox, scope, tenant_id, integration_id, state,"
            " version, consecutive_failures, openings, opened_at, retry_at, probe_owner,"
            " probe_expires_at, reason, changed_at) VALUES (%s, %s, %s, %s, %s, %s, 7, 5, 2, now(),"
            " now(), 'somebody', now(), '5 failures in a row.', now() - interval '1 hour')",
            [vendor, is_sandbox, "integration" if fleet else "vendor",
             fleet and fleet.tenant_id, fleet and fleet.integration_id, state],
        )  # fmt: skip

    async def outcomes(self, minutes_ago, good, bad, *, is_sandbox=False):
        ids = [uuid4() for _ in good]
        await self.conn.execute(
            "INSERT INTO ops.vendor_outcome (vendor, is_sandbox, happened_at, tenants,"
            " integrations, successes, failures)"
            " VALUES (%s, %s, now() - %s * interval '1 minute', %s, %s, %s, %s)",
            [VENDOR, is_sandbox, minutes_ago, ids, ids, good, bad],
        )

    async def reset(self, *, tenant=None, every=False):
        return await breaker_log.reset(
            self.conn, VENDOR, tenant_slug=tenant, every_tenant=every, who="Ann", why="fixed"
        )

    async def states(self):
        return await self.house.rows(
            "SELECT t.slug, b.state FROM ops.breaker b LEFT JOIN ops.tenant t"
            " ON t.id = b.tenant_id ORDER BY 1 NULLS FIRST"
        )


@pytest.fixture
async def breakers(house):
    return Breakers(house)


async def test_vendors_are_listed_and_integrations_only_when_not_closed(breakers):
    one, two = await breakers.house.fleets(2)
    await breakers.row("CLOSED")
    await breakers.row("CLOSED", fleet=one)
    await breakers.row("HALF_OPEN", fleet=two)

    found = await breaker_log.standings(breakers.conn)

    assert [(each.tenant_slug, each.state) for each in found] == [
        (None, "CLOSED"),
        ("fleet2", "HALF_OPEN"),
    ]


async def test_calls_are_counted_in_the_window_and_as_far_back_as_is_kept(breakers):
    """Live and sandbox apart; each row holds the outcomes of many integrations."""
    await breakers.outcomes(1, [10, 20], [1, 2])
    await breakers.outcomes(4, [5], [3])
    await breakers.outcomes(9, [7], [0])
    await breakers.outcomes(1, [1], [0], is_sandbox=True)

    live, sandbox = sorted(
        await breaker_log.totals(breakers.conn, {VENDOR: 5 * MINUTE}),
        key=lambda one: one.is_sandbox,
    )

    assert (live.window_good, live.window_bad, live.good, live.bad) == (35, 6, 42, 6)
    apart = live.last_failure_at - live.since
    assert abs(apart - 8 * MINUTE) < MINUTE
    assert (sandbox.window_good, sandbox.bad, sandbox.last_failure_at) == (1, 0, None)


async def test_a_vendor_without_a_window_still_has_its_totals(breakers):
    await breakers.outcomes(1, [10], [1])

    (found,) = await breaker_log.totals(breakers.conn, {})

    assert (found.window_good, found.window_bad, found.good, found.bad) == (0, 0, 10, 1)


async def test_a_reset_closes_the_vendors_own_breaker_and_leaves_the_tenants(breakers):
    (fleet,) = await breakers.house.fleets(1)
    await breakers.row()
    await breakers.row(fleet=fleet)

    found = await breakers.reset()

    assert [(each.tenant_slug, each.state) for each in found] == [(None, "OPEN")]
    assert await breakers.states() == [(None, "CLOSED"), ("fleet1", "OPEN")]
    row = await breakers.house.row(
        "SELECT version > 7, consecutive_failures, openings, retry_at, probe_owner,"
        " probe_expires_at, changed_at > now() - interval '1 minute', reason"
        " FROM ops.breaker WHERE scope = 'vendor'"
    )
    assert row == (True, 0, 0, None, None, None, True, "fixed")


async def test_a_reset_is_a_transition_and_an_entry_in_the_log(breakers):
    (fleet,) = await breakers.house.fleets(1)
    await breakers.row(fleet=fleet)

    await breakers.reset(tenant="fleet1")

    (event,) = await breaker_log.transitions(
        breakers.conn, vendor=VENDOR, tenant_slug="fleet1", limit=9
    )
    assert (event.actor, event.from_state, event.to_state, event.reason) == (
        "Ann", "OPEN", "CLOSED", "fixed",
    )  # fmt: skip
    entry = await breakers.house.row(
        "SELECT actor, action, subject, tenant_id, details->>'why' FROM ops.audit_log"
        " WHERE action = 'breaker.reset'"
    )
    assert entry == ("Ann", "breaker.reset", "breaker", fleet.tenant_id, "fixed")


async def test_all_of_a_vendor_can_be_reset_and_another_vendors_stay(breakers):
    one, two = await breakers.house.fleets(2)
    await breakers.row()
    await breakers.row(is_sandbox=True)
    await breakers.row(fleet=one)
    await breakers.row(fleet=two)
    await breakers.row(vendor="other")

    assert len(await breakers.reset(every=True)) == 4
    (left,) = [
        each for each in await breaker_log.standings(breakers.conn) if each.state != "CLOSED"
    ]
    assert left.vendor == "other"


async def test_a_reset_of_a_closed_breaker_counts_anew_and_is_no_transition(breakers):
    await breakers.row("CLOSED")

    await breakers.reset()

    assert await breakers.house.row("SELECT consecutive_failures FROM ops.breaker") == (0,)
    assert await breakers.house.row("SELECT count(*) FROM ops.breaker_event") == (0,)
    assert await breakers.house.row(
        "SELECT count(*) FROM ops.audit_log WHERE action = 'breaker.reset'"
    ) == (1,)


async def test_a_breaker_that_was_never_used_has_nothing_to_reset(breakers):
    assert await breakers.reset() == []


async def test_transitions_are_listed_newest_first_and_filtered(breakers):
    one, two = await breakers.house.fleets(2)
    for fleet in (one, two, None):
        await breakers.row(fleet=fleet)
    await breakers.reset(every=True)

    async def listed(**asked):
        told = {"vendor": None, "tenant_slug": None, "limit": 9, **asked}
        return [each.tenant_slug for each in await breaker_log.transitions(breakers.conn, **told)]

    assert await listed() == ["fleet2", "fleet1", None]
    assert await listed(tenant_slug="fleet1") == ["fleet1"]
    assert await listed(vendor="other") == []
    assert await listed(limit=1) == ["fleet2"]
