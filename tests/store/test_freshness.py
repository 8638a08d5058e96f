"""What is held of whom, and that a change of level is told until it was told."""

from __future__ import annotations

from datetime import timedelta

from core.freshness import Judgement, Level
from store import freshness

EVERY = timedelta(minutes=30)
DATASETS = [("acme", "drivers", EVERY), ("acme", "loads", EVERY), ("other", "weather", EVERY)]
OLD = Judgement(Level.WARNING, {"loads": Level.WARNING}, "The last good sync was long ago.")
OLDER = Judgement(Level.CRITICAL, {"loads": Level.CRITICAL}, "The last good sync was ages ago.")
FRESH = Judgement(Level.FRESH, {}, None)


async def test_every_dataset_of_every_active_tenant_is_looked_at(house, conn):
    """Also what never started and what is switched off; not a tenant that has left."""
    fleet, gone, off = await house.fleets(3)
    await conn.execute("UPDATE ops.tenant SET is_active = false WHERE id = %s", [gone.tenant_id])
    await conn.execute(
        "UPDATE ops.integration SET status = 'disabled', poll_seconds = NULL WHERE id = %s",
        [off.integration_id],
    )
    await conn.execute(
        "INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, last_success_at)"
        " VALUES (%s, 'loads', %s, now() - interval '7 min')",
        [fleet.integration_id, fleet.tenant_id],
    )

    found = {one.integration_id: one for one in await freshness.held(conn, DATASETS)}

    assert set(found) == {fleet.integration_id, off.integration_id}
    drivers, loads = found[fleet.integration_id].held
    assert (drivers.dataset, drivers.good_at, drivers.every) == (
        "drivers",
        None,
        timedelta(seconds=300),
    )
    now = found[fleet.integration_id].now
    assert loads.age(now) - timedelta(minutes=7) < timedelta(seconds=30)
    assert [one.is_disabled for one in found[off.integration_id].held] == [True, True]
    assert {one.every for one in found[off.integration_id].held} == {EVERY}


async def judge(conn, fleet, judgement):
    one = freshness.Integration(fleet.integration_id, fleet.tenant_id, (), None)
    await freshness.keep(conn, [(one, judgement)])
    return await freshness.untold(conn)


async def test_only_a_change_of_level_is_told(house, conn):
    (fleet,) = await house.fleets(1)

    assert await judge(conn, fleet, FRESH) == []
    (first,) = await judge(conn, fleet, OLD)
    await freshness.mark_told(conn, [first])
    assert await judge(conn, fleet, OLD) == []
    (worse,) = await judge(conn, fleet, OLDER)
    await freshness.mark_told(conn, [worse])
    (better,) = await judge(conn, fleet, FRESH)
    await freshness.mark_told(conn, [better])

    assert [first.level, worse.level, better.level] == ["warning", "critical", "fresh"]
    assert (first.said, first.stale) == (OLD.said, {"loads": "warning"})
    assert better.changed_at > worse.changed_at > first.changed_at
    assert await freshness.untold(conn) == []


async def test_what_was_not_told_stays_to_be_told(house, conn):
    """The process may have died between the two: the next one tells it."""
    (fleet,) = await house.fleets(1)

    (before,) = await judge(conn, fleet, OLD)
    (after,) = await judge(conn, fleet, OLD)

    assert before == after


async def test_what_is_over_before_it_was_told_is_not_told(house, conn):
    (fleet,) = await house.fleets(1)

    await judge(conn, fleet, OLD)

    assert await judge(conn, fleet, FRESH) == []


async def test_a_beat_tells_how_long_ago_the_last_one_was(conn):
    assert await freshness.since_beat(conn, "cycle") is None
    assert await freshness.beat(conn, "cycle") is None
    await conn.execute("UPDATE ops.pulse SET at = at - interval '1 hour'")

    assert timedelta(hours=1) <= await freshness.since_beat(conn, "cycle") < timedelta(hours=1.1)
    assert timedelta(hours=1) <= await freshness.beat(conn, "cycle") < timedelta(hours=1.1)
    assert await freshness.beat(conn, "cycle") < timedelta(minutes=1)
