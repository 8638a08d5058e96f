"""Live calls pass the circuit breakers and rate gates, and the answer says how they stand."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from adapters._kit.guard import Open
from core.breaker import Mode, Policy
from core.errors import Deferred
from models.hours import Source
from store import breaker_policies
from tasks.hos import desk


class Shut(Open):
    """A guard that lets nothing go before an instant."""

    def __init__(self, until):
        self.until = until

    async def admit(self, limit, origin):
        raise Deferred("Samsara asked us to wait.", origin, self.until)


async def test_what_the_guard_forbids_is_not_asked(hours, acme):
    """The answer says until when; the guard is told whose call it is."""
    await hours.age(minutes=42)
    until = datetime.now(UTC) + timedelta(minutes=7)
    flights = []

    @asynccontextmanager
    async def guard_for(flight):
        flights.append(flight)
        yield Shut(until)

    async with desk(guard_for=guard_for) as guarded:
        found = await guarded.read("acme", acme["driver_id"])

    assert (found.source, found.why.kind, found.retry_at) == (Source.STALE, "deferred", until)
    assert hours.asked == 0
    ((tenant, integration, fingerprint),) = await hours.rows(
        "SELECT tenant_id, id, credentials_fingerprint FROM ops.integration"
    )
    (flight,) = flights
    assert (flight.tenant_id, flight.integration_id, flight.credentials_fingerprint) == (
        tenant, integration, fingerprint
    )  # fmt: skip
    assert (flight.vendor, flight.is_sandbox) == ("samsara", True)


async def test_a_guard_hears_what_the_vendor_answered(hours, acme):
    """Each call is admitted and settled once; a hanging vendor counts as silent, not given up."""
    heard = []

    class Listening(Open):
        async def settle(self, given, error):
            heard.append(error.kind if error else None)

        async def give_up(self, given):
            heard.append("given up")

    @asynccontextmanager
    async def guard_for(flight):
        yield Listening()

    async with desk(guard_for=guard_for, budget_s=0.5) as guarded:
        await hours.age(minutes=42)
        await guarded.read("acme", acme["driver_id"])
        await hours.age(minutes=42)
        hours.box.faults(kind="hang", vendor="samsara")
        found = await guarded.read("acme", acme["driver_id"])

    assert found.why.kind == "vendor_unavailable"
    assert heard[:2] == [None, "vendor_unavailable"]


async def test_the_answer_shows_the_breaker(hours, acme):
    """The less willing of the integration's and the vendor's; the real vendor's is another."""
    (tenant, integration), until = (
        (await hours.rows("SELECT tenant_id, id FROM ops.integration"))[0],
        datetime.now(UTC) + timedelta(minutes=3),
    )
    insert = ("INSERT INTO ops.breaker (vendor, scope, tenant_id, integration_id, state, retry_at,"
              " is_sandbox, reason) VALUES ('samsara', %s, %s, %s, %s, %s, %s, 'why')")  # fmt: skip
    for values in (
        ("integration", tenant, integration, "CLOSED", None, True),
        ("vendor", None, None, "OPEN", until, True),
        ("vendor", None, None, "HALF_OPEN", None, False),
    ):
        await hours.conn.execute(insert, values)
    await hours.age(minutes=42)

    found = await hours.read(acme["driver_id"])

    assert (found.breaker.scope, found.breaker.state) == ("vendor", "OPEN")
    assert (found.breaker.retry_at, found.breaker.reason) == (until, "why")
    assert (found.source, found.why.kind, found.retry_at) == (Source.STALE, "paused", until)
    assert hours.asked == 0


async def test_what_an_operator_forced_open_is_not_asked(hours, acme):
    """By PostgreSQL's mirror of what Prefect holds: the answer names who and why."""
    await hours.age(minutes=42)
    policy = Policy(mode=Mode.FORCED_OPEN, who="Bob", why="their maintenance")
    await breaker_policies.save(hours.conn, "samsara", policy)

    found = await hours.read(acme["driver_id"])

    assert (found.source, found.why.kind, hours.asked) == (Source.STALE, "paused", 0)
    assert "switched off by Bob: their maintenance" in found.why.sentences.happened


async def test_live_calls_open_the_breaker_as_those_of_a_sync_do(hours, acme):
    """Five failures, of whichever drivers, and the vendor is left alone for all of them."""
    await hours.age(minutes=42)
    hours.box.faults(kind="error_500", vendor="samsara")
    rows = hours.box.truth("acme")["hos_clocks"][:4]

    found = [await hours.read(row["driver_id"]) for row in rows]

    assert hours.asked == 5
    assert [one.why.kind for one in found] == ["vendor_unavailable", "vendor_unavailable",
                                               "paused", "paused"]  # fmt: skip
    assert (found[-1].breaker.scope, found[-1].breaker.state) == ("integration", "OPEN")
    assert found[-1].retry_at == found[-1].breaker.retry_at > found[-1].now


async def test_after_a_429_nobody_is_asked_for_until_the_vendor_said(hours, acme):
    """The pause is the credential's: it holds for another driver as well."""
    await hours.age(minutes=42)
    hours.box.faults(kind="rate_limited", vendor="samsara", args={"retry_after": "30"}, times=1)
    other = hours.driver(duty_status="off_duty")

    first, second = await hours.read(acme["driver_id"]), await hours.read(other["driver_id"])

    assert (first.why.kind, second.why.kind, hours.asked) == ("rate_limited", "deferred", 1)
    for found in (first, second):
        assert timedelta(seconds=20) < found.retry_at - found.now <= timedelta(seconds=31)
