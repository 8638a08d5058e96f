"""What is over leaves, what is not stays, and nobody is made to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.connection import connect
from store.retention import RULES, prune

RULE = {rule.what or rule.table: rule for rule in RULES}


async def pruned(house, table: str, **more: object):
    return await prune(house.conn, RULE[table], seconds=5, **more)


INTEGRATION = "(SELECT tenant_id FROM ops.integration), (SELECT id FROM ops.integration)"
BREAKER = (
    "INSERT INTO ops.breaker (id, vendor, scope) VALUES"
    " ('11111111-1111-1111-1111-111111111111', 'acme', 'vendor')"
)
QUARANTINE = (
    "INSERT INTO ops.quarantine (tenant_id, integration_id, dataset, path, reason, payload,"
    f" fingerprint, first_run_id, last_run_id, resolved_at) VALUES ({INTEGRATION}, 'loads', 'id',"
    " 'why', '{}', %(mark)s, gen_random_uuid(), gen_random_uuid(), now() - %(age)s)"
)
OVERRIDE = (
    "INSERT INTO ops.hos_override (tenant_id, driver_id, author, reason, created_at, expires_at,"
    " revoked_at) SELECT tenant_id, %(mark)s, 'ann', 'why', now() - %(age)s - interval '1 day',"
    " now() - %(age)s, {revoked} FROM ops.integration"
)
HELD = (
    "INSERT INTO ops.held_deletion (tenant_id, integration_id, dataset, live, gone, first_run_id,"
    f" last_run_id, ended_at) VALUES ({INTEGRATION}, %(mark)s, 10, 9, gen_random_uuid(),"
    " gen_random_uuid(), now() - %(age)s)"
)
INCIDENT = (
    "INSERT INTO ops.incident (key, kind, severity, happened, closed_at)"
    " VALUES (%(mark)s, 'late', 'WARNING', 'It is late.', now() - %(age)s)"
)
GATE = (
    "INSERT INTO ops.rate_gate (scope, refilled_at, not_before)"
    " VALUES (%(mark)s, now() - %(age)s, {})"
)
LIVE = (
    "INSERT INTO ops.hos_live (tenant_id, integration_id, driver_id, version, asked_at, ended_at,"
    f" owner, lease_expires_at) VALUES ({INTEGRATION}, %(mark)s, 2, now() - %(age)s,"
    " now() - %(age)s, NULL, NULL)"
)
# How a row is made that is over for so long, and which column tells it from another.
MADE = [
    pytest.param(
        "ops.vendor_outcome", "vendor", timedelta(hours=1),
        "INSERT INTO ops.vendor_outcome (vendor, happened_at, tenants, integrations, successes,"
        " failures) VALUES (%(mark)s, now() - %(age)s, '{}', '{}', '{}', '{}')",
        id="outcomes leave the window",
    ),
    pytest.param(
        "ops.breaker_event", "reason", timedelta(days=180),
        "INSERT INTO ops.breaker_event (breaker_id, vendor, happened_at, actor, from_state,"
        " to_state, reason) VALUES ('11111111-1111-1111-1111-111111111111', 'acme',"
        " now() - %(age)s, 'run', 'CLOSED', 'OPEN', %(mark)s)",
        id="transitions are history",
    ),
    pytest.param(
        "ops.rate_gate", "scope", timedelta(days=1), GATE.format("NULL"), id="gates never paused"
    ),
    pytest.param(
        "ops.rate_gate", "scope", timedelta(days=1), GATE.format("now() - interval '1 s'"),
        id="gates whose pause is over",
    ),
    pytest.param("ops.hos_live", "driver_id", timedelta(days=7), LIVE, id="askings of long ago"),
    pytest.param(
        "ops.quarantine", "fingerprint", timedelta(days=90), QUARANTINE, id="resolved entries"
    ),
    pytest.param(
        "ops.quarantine", "fingerprint", timedelta(days=365),
        QUARANTINE.replace("last_run_id, resolved_at", "last_run_id, last_seen_at"),
        id="entries that nobody resolved",
    ),
    pytest.param(
        "ops.held_deletion", "dataset", timedelta(days=180), HELD, id="deletions that are over"
    ),
    pytest.param(
        "fleet.route_plan", "load_id", timedelta(days=90),
        "INSERT INTO fleet.route_plan (tenant_id, load_id, status, inputs, updated_at)"
        " SELECT tenant_id, %(mark)s, 'superseded', '{}', now() - %(age)s FROM ops.integration",
        id="plans that others took the place of",
    ),
    pytest.param(
        "ops.hos_override", "driver_id", timedelta(days=365), OVERRIDE.format(revoked="NULL"),
        id="overrides that expired",
    ),
    pytest.param(
        "ops.alert_event", "signal", timedelta(days=7),
        "INSERT INTO ops.alert_event (id, signal, happened_at)"
        " VALUES (gen_random_uuid(), %(mark)s, now() - %(age)s)",
        id="events that were acted on",
    ),
    pytest.param(
        "ops.incident", "key", timedelta(days=180), INCIDENT, id="incidents that are closed"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("table", "mark", "keep", "make"), MADE)
async def test_what_is_over_leaves_when_its_time_has_come(house, table, mark, keep, make):
    """A minute longer than it is kept is too long; a minute less is not."""
    await house.fleets(1)
    await house.conn.execute(BREAKER)
    minute = timedelta(minutes=1)
    for name, age_of_it in (("old", keep + minute), ("new", keep - minute)):
        await house.conn.execute(make, {"mark": name, "age": age_of_it})

    done = await pruned(house, table)

    assert (done.rows, done.is_done) == (1, True)
    assert await house.rows(f"SELECT {mark} FROM {table}") == [("new",)]


async def test_what_is_counted_by_day_leaves_by_day(house):
    await house.fleets(1)
    for days in (401, 400):
        await house.conn.execute(
            "INSERT INTO ops.hos_answer_daily (tenant_id, integration_id, day, answer, answers)"
            f" VALUES ({INTEGRATION}, (now() AT TIME ZONE 'UTC')::date - %s::int, 'live', %s)",
            [days, days],
        )

    await pruned(house, "ops.hos_answer_daily")

    assert await house.rows("SELECT answers FROM ops.hos_answer_daily") == [(400,)]


STAYS = [
    pytest.param(
        "ops.hos_live",
        LIVE.replace("NULL, NULL", "gen_random_uuid(), now() + interval '1 minute'"),
        id="drivers whom somebody asks about",
    ),
    pytest.param(
        "ops.quarantine", QUARANTINE.replace("now() - %(age)s)", "NULL)"), id="open entries"
    ),
    pytest.param(
        "ops.held_deletion", HELD.replace("now() - %(age)s", "NULL"), id="deletions that are held"
    ),
    pytest.param("ops.incident", INCIDENT.replace("now() - %(age)s", "NULL"), id="open incidents"),
    pytest.param(
        "fleet.route_plan",
        "INSERT INTO fleet.route_plan (tenant_id, load_id, status, inputs, updated_at)"
        " SELECT tenant_id, %(mark)s, 'draft', '{}', now() - %(age)s FROM ops.integration",
        id="plans in force",
    ),
    pytest.param(
        "ops.rate_gate", GATE.format("now() + interval '1 minute'"), id="gates that are paused"
    ),
]


@pytest.mark.parametrize(("table", "make"), STAYS)
async def test_what_is_not_over_never_leaves(house, table, make):
    """However old it is."""
    await house.fleets(1)
    told = {"mark": "old", "age": timedelta(days=4000)}
    await house.conn.execute(make, {name: told[name] for name in told if f"%({name})s" in make})

    assert (await pruned(house, table)).rows == 0
    assert await house.row(f"SELECT count(*) FROM {table}") == (1,)


async def test_a_whole_row_leaves_before_its_entry(house):
    """What is kept for replay alone is not kept for as long as what people may look at."""
    await house.fleets(1)
    for name, days in (("old", 31), ("new", 29)):
        await house.conn.execute(
            QUARANTINE.replace("resolved_at)", "last_seen_at, sealed)").replace(
                "now() - %(age)s)", "now() - %(age)s, 'sealed')"
            ),
            {"mark": name, "age": timedelta(days=days)},
        )

    assert (await pruned(house, "the whole rows in ops.quarantine")).rows == 1
    assert await house.rows(
        "SELECT fingerprint, sealed IS NULL FROM ops.quarantine ORDER BY last_seen_at"
    ) == [("old", True), ("new", False)]


async def test_an_override_that_was_revoked_is_over_from_then_on(house):
    """Not only from the instant at which it would have expired."""
    await house.fleets(1)
    await house.conn.execute(
        OVERRIDE.format(revoked="now() - %(age)s - interval '23 hours'"),
        {"mark": "d1", "age": timedelta(days=365) - timedelta(hours=1)},
    )

    assert (await pruned(house, "ops.hos_override")).rows == 1


async def test_an_incident_goes_though_it_explained_another(house):
    """What it explained stays, and forgets it."""
    await house.conn.execute(INCIDENT, {"mark": "outage", "age": timedelta(days=200)})
    await house.conn.execute(INCIDENT, {"mark": "late", "age": timedelta(days=20)})
    await house.conn.execute(
        "UPDATE ops.incident SET explained_by = (SELECT id FROM ops.incident WHERE key = 'outage')"
        " WHERE key = 'late'"
    )

    assert (await pruned(house, "ops.incident")).rows == 1
    assert await house.rows("SELECT key, explained_by FROM ops.incident") == [("late", None)]


async def test_the_messages_of_an_incident_go_with_it(house):
    """They point at it."""
    await house.conn.execute(INCIDENT, {"mark": "late", "age": timedelta(days=200)})
    await house.conn.execute(
        "INSERT INTO ops.alert_delivery (incident_id, channel, recipient, step, message_id)"
        " SELECT id, 'email', 'ann@example.com', 'opened', 'a name' FROM ops.incident"
    )

    assert (await pruned(house, "ops.incident")).rows == 1
    assert await house.row("SELECT count(*) FROM ops.alert_delivery") == (0,)


async def outcomes(house, count: int) -> None:
    await house.conn.execute(
        "INSERT INTO ops.vendor_outcome (vendor, happened_at, tenants, integrations, successes,"
        " failures) SELECT 'acme', now() - interval '2 h', '{}', '{}', '{}', '{}'"
        " FROM generate_series(1, %s)",
        [count],
    )


async def test_a_backlog_is_removed_in_chunks_that_each_commit(house):
    """A chunk too many is a query; a chunk too large is a long transaction."""
    await outcomes(house, 25)

    done = await pruned(house, "ops.vendor_outcome", chunk=10)

    assert (done.rows, done.is_done) == (25, True)


async def test_pruning_stops_when_its_time_is_over(house):
    """What is left waits for the next time, which goes on from there."""
    await outcomes(house, 25)

    first = await prune(house.conn, RULE["ops.vendor_outcome"], seconds=0, chunk=10)
    rest = await prune(house.conn, RULE["ops.vendor_outcome"], seconds=5, chunk=10)

    assert (first.rows, first.is_done) == (10, False)
    assert (rest.rows, rest.is_done) == (15, True)


async def test_what_somebody_works_on_is_passed_by(house, database):
    """No step waits for another's lock."""
    await outcomes(house, 3)
    async with connect(database) as other, other.transaction():
        await other.execute("SELECT FROM ops.vendor_outcome LIMIT 1 FOR UPDATE")

        done = await pruned(house, "ops.vendor_outcome")

    assert (done.rows, done.is_done) == (2, True)
