"""Trouble that no event told of is found, once it had the time to be told the usual way."""

from __future__ import annotations

from datetime import timedelta

from store import unheard
from store.results import ErrorFields, RunClose, RunResult

HOUR = timedelta(hours=1)
LATER = "interval '2 min'"
DOWN = ErrorFields("vendor_unavailable", "No answer.", "Nobody.", "Wait.")
REJECTED = ErrorFields("auth_rejected", "The key is wrong.", "The admin.", "Replace it.")


async def fail(house, error=DOWN, status=None):
    claim = await house.start()
    close = RunClose(status="failed", error=error, integration_status=status)
    await house.staging.land([RunResult(claim.run_id, claim.integration_id, close)])


async def age(conn, by=LATER):
    """Let what happened lie further back."""
    for statement in (
        "UPDATE ops.sync_run SET"
        f" completed_at = completed_at - {by}, started_at = started_at - {by}",
        f"UPDATE ops.integration SET last_started_at = last_started_at - {by}",
        f"UPDATE ops.freshness SET changed_at = changed_at - {by}",
        f"UPDATE ops.breaker SET changed_at = changed_at - {by}",
    ):
        await conn.execute(statement)


async def find(conn):
    return [(one.signal, one.integration_id) for one in await unheard.find(conn, 3, HOUR)]


async def open_incident(conn, fleet, kind):
    await conn.execute(
        "INSERT INTO ops.incident (key, tenant_id, integration_id, vendor, kind, severity,"
        " happened) VALUES ('k', %s, %s, 'acme', %s, 'ERROR', 'It fails.')",
        [fleet.tenant_id, fleet.integration_id, kind],
    )


async def test_failures_without_an_incident_are_found(house, conn):
    (fleet,) = await house.fleets(1)
    for _ in range(3):
        await fail(house)

    at_once = await find(conn)
    await age(conn)
    later = await find(conn)
    await open_incident(conn, fleet, "failing")

    assert (at_once, later) == ([], [("failing", fleet.integration_id)])
    assert await find(conn) == []


async def test_two_failures_or_three_in_a_day_are_not_enough(house, conn):
    await house.fleets(1)
    await fail(house)
    await fail(house)
    await age(conn)
    assert await find(conn) == []

    await age(conn, "interval '61 min'")
    await fail(house)
    await age(conn)

    assert await find(conn) == []


async def test_a_rejected_key_without_an_incident_is_found(house, conn):
    (fleet,) = await house.fleets(1)
    await fail(house, REJECTED, "needs_attention")
    await age(conn)

    assert await find(conn) == [("key_rejected", fleet.integration_id)]


async def test_a_vendor_that_is_down_and_data_that_is_old_are_found(house, conn):
    (fleet,) = await house.fleets(1)
    await conn.execute(
        "INSERT INTO ops.breaker (vendor, scope, state) VALUES ('acme', 'vendor', 'OPEN')"
    )
    await conn.execute(
        "INSERT INTO ops.freshness (integration_id, tenant_id, level, told_level, said)"
        " VALUES (%s, %s, 'critical', 'critical', 'Old.')",
        [fleet.integration_id, fleet.tenant_id],
    )
    await age(conn)

    found = {one.signal: one for one in await unheard.find(conn, 3, HOUR)}

    assert set(found) == {"vendor_down", "stale"}
    assert (found["stale"].level, found["stale"].detail) == ("critical", "Old.")
    assert (found["vendor_down"].vendor, found["vendor_down"].is_sandbox) == ("acme", False)


async def test_a_tenant_that_left_and_what_is_switched_off_are_left_alone(house, conn):
    await house.fleets(1)
    for _ in range(3):
        await fail(house)
    await age(conn)
    await conn.execute("UPDATE ops.integration SET status = 'disabled'")

    assert await find(conn) == []


async def test_what_ended_without_a_word_is_found(house, conn):
    """The event of an end is lost as easily as that of a beginning; nobody waits a day for it."""
    (fleet,) = await house.fleets(1)
    await open_incident(conn, fleet, "failing")
    await conn.execute("UPDATE ops.incident SET last_seen_at = last_seen_at - interval '2 min'")
    before = await find(conn)
    claim = await house.start()
    await house.staging.land(
        [RunResult(claim.run_id, claim.integration_id, RunClose(status="success"))]
    )

    found = await find(conn)
    await conn.execute("UPDATE ops.incident SET closed_at = now()")

    assert (before, found) == ([], [("recovered", fleet.integration_id)])
    assert await find(conn) == []


async def test_a_vendor_that_is_back_and_data_that_is_fresh_are_found(house, conn):
    (fleet,) = await house.fleets(1)
    for kind in ("vendor_down", "stale"):
        await open_incident(conn, fleet, kind)
        await conn.execute("UPDATE ops.incident SET key = kind")
    await conn.execute(
        "INSERT INTO ops.breaker (vendor, scope, state) VALUES ('acme', 'vendor', 'CLOSED')"
    )
    await conn.execute(
        "INSERT INTO ops.freshness (integration_id, tenant_id, level, told_level)"
        " VALUES (%s, %s, 'fresh', 'fresh')",
        [fleet.integration_id, fleet.tenant_id],
    )
    at_once = await find(conn)
    await age(conn)

    assert at_once == []
    assert sorted(await find(conn)) == [("fresh", fleet.integration_id), ("vendor_back", None)]
