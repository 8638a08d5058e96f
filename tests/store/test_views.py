"""The analysts' views say what is known, and null where nothing is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from psycopg.rows import dict_row

OWNED = "(SELECT tenant_id FROM ops.integration), (SELECT id FROM ops.integration)"
LANDED = "tenant_id, integration_id, run_id, row_hash"
RUN = f"{OWNED}, gen_random_uuid(), 1"


@pytest.fixture
async def fleet(house):
    """One tenant with one integration, whatever it brings."""
    return (await house.fleets(1))[0]


async def seen(house, statement: str, *arguments: object) -> list[dict]:
    async with house.conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, arguments)
        return await cursor.fetchall()


# Loads

STOP = f"INSERT INTO fleet.load_stop ({LANDED}, parent_id, vendor_id, sequence, stop_type," \
    " status, \"references\", appointment_end_at, eta_at, arrived_at, latitude, longitude) VALUES" \
    f" ({RUN}, 'l1', 's' || %(n)s, %(n)s, 'pickup', %(status)s, '[]', now() + %(due)s," \
    " now() + %(eta)s, now() + %(arrived)s, 40, -95)"  # fmt: skip
LOAD = f"INSERT INTO fleet.load ({LANDED}, vendor_id, status, is_open, driver_name, pickup_at," \
    f" \"references\", truck_vin) VALUES ({RUN}, 'l1', 'in_transit', true, %s," \
    " now() + interval '1 h', '[]', 'VIN')"  # fmt: skip
HOUR = timedelta(hours=1)


def stop(n: int = 1, due=None, eta=None, arrived=None, status: str = "pending") -> dict:
    return {"n": n, "due": due, "eta": eta, "arrived": arrived, "status": status}


@pytest.mark.parametrize(
    ("stops", "risk", "late_by"),
    [
        pytest.param([stop(due=-HOUR)], "late", HOUR, id="the appointment passed"),
        pytest.param([stop(due=-HOUR, eta=HOUR)], "late", HOUR, id="whatever is expected"),
        pytest.param([stop(due=-2 * HOUR, arrived=-HOUR, status="arrived")], "late", HOUR,
                     id="it arrived late"),
        pytest.param([stop(due=-HOUR, arrived=-2 * HOUR, status="arrived")], "on_time", None,
                     id="it arrived in time"),
        pytest.param([stop(due=-HOUR, status="completed"), stop(2, HOUR, HOUR / 2)], "on_time",
                     None, id="what is done does not count"),
        pytest.param([stop(due=HOUR, eta=3 * HOUR)], "at_risk", 2 * HOUR, id="expected late"),
        pytest.param([stop(due=HOUR, eta=HOUR / 2), stop(2, 2 * HOUR, 5 * HOUR)], "at_risk",
                     3 * HOUR, id="a later stop"),
        pytest.param([stop(due=HOUR, eta=HOUR)], "on_time", None, id="just in time"),
        pytest.param([stop(due=HOUR)], "not_known", None, id="nobody says when it comes"),
        pytest.param([], "not_known", None, id="a load without stops or a time"),
    ],
)  # fmt: skip
async def test_a_load_is_judged_by_its_next_stop(house, fleet, stops, risk, late_by):
    await house.conn.execute(LOAD, ["Ann"])
    for each in stops:
        await house.conn.execute(STOP, each)

    (row,) = await seen(house, "SELECT * FROM analytics.load_risk")

    assert row["risk"] == risk
    assert (row["why"] is None) == (risk == "on_time")
    if late_by is None:
        assert row["late_by"] is None
    else:
        assert abs(row["late_by"] - late_by) < timedelta(seconds=5)


async def test_a_load_without_a_driver_is_at_risk_when_it_is_due_soon(house, fleet):
    await house.conn.execute(LOAD, [None])
    await house.conn.execute(STOP, stop(due=11 * HOUR, eta=HOUR))
    (row,) = await seen(house, "SELECT risk, why FROM analytics.load_risk")
    assert row == {"risk": "at_risk", "why": "It is due within 12 hours and has no driver."}

    await house.conn.execute("UPDATE fleet.load SET is_open = false")
    assert await seen(house, "SELECT * FROM analytics.load_risk") == []


# Weather

WEATHER = f"INSERT INTO fleet.weather_observation ({LANDED}, vendor_id, latitude, longitude," \
    " condition_id, condition, conditions, road_severity, rain_1h_mm, snow_1h_mm," \
    f" source_updated_at) VALUES ({RUN}, %s, %s, %s, 1, 'Snow', '[]', %s, 0, 0," \
    " now() - %s)"  # fmt: skip


@pytest.mark.parametrize(
    ("observed", "severity", "why"),
    [
        pytest.param([("near", 40.2, -95.2, "severe", HOUR)], "severe", None, id="near"),
        pytest.param([("far", 40.2, -95.0, "low", HOUR), ("near", 40.1, -95, "severe", HOUR)],
                     "severe", None, id="the nearest"),
        pytest.param([("far", 41, -95, "severe", HOUR)], None, "No weather was observed near it.",
                     id="too far"),
        pytest.param([("old", 40, -95, "severe", 3 * HOUR)], None,
                     "The observation is older than two hours.", id="too old"),
    ],
)  # fmt: skip
async def test_weather_is_that_of_the_place_or_none(house, fleet, observed, severity, why):
    await house.conn.execute(LOAD, ["Ann"])
    await house.conn.execute(STOP, stop())
    for each in observed:
        await house.conn.execute(WEATHER, each)

    (row,) = await seen(house, "SELECT * FROM analytics.load_weather")

    assert (row["road_severity"], row["unknown_because"], row["kind"]) == (severity, why, "stop")


async def test_the_truck_of_a_load_is_found_by_its_number(house, fleet):
    await house.conn.execute(LOAD, ["Ann"])
    await house.conn.execute(WEATHER, ("near", 33.0, -97.0, "high", HOUR))
    await house.conn.execute(
        f"INSERT INTO fleet.vehicle_position ({LANDED}, vendor_id, vin, latitude, longitude,"
        f" source_updated_at) VALUES ({RUN}, 'v1', 'VIN', 33.1, -97.1, now() - interval '9 min')"
    )

    (row,) = await seen(house, "SELECT kind, road_severity FROM analytics.load_weather")

    assert row == {"kind": "truck", "road_severity": "high"}


# Diesel


async def test_a_price_weighs_as_long_as_it_held(house, fleet, database):
    """Four dollars for six days and five for one is 4.14, not 4.50."""
    await house.conn.execute(
        f"INSERT INTO fleet.fuel_station ({LANDED}, vendor_id, state, brand, latitude, longitude,"
        f" status, amenities) VALUES ({RUN}, 's1', 'TX', 'Pilot', 1, 1, 'open', '[]')"
    )
    held = [("4", 13, 10), ("4", 10, 1), ("5", 1, None)]
    for amount, start, end in held:
        await house.conn.execute(
            "INSERT INTO fleet.fuel_price_period (tenant_id, integration_id, run_id, parent_id,"
            " vendor_id, product, price_type, amount, currency, unit, valid_from)"
            f" VALUES ({OWNED}, gen_random_uuid(), 's1', 'p', 'diesel', 'posted', %s, 'USD', 'gal',"
            " now() - make_interval(days => %s))",
            [amount, start],
        )
        await house.conn.execute(
            "UPDATE fleet.fuel_price_period SET valid_to = now() - make_interval(days => %s)"
            " WHERE valid_to IS NULL AND %s::int IS NOT NULL", [end, end],
        )  # fmt: skip

    (row,) = await seen(house, "SELECT * FROM analytics.diesel_price_weekly")

    assert (row["state"], row["brand"], row["stations_this_week"]) == ("TX", "Pilot", 1)
    assert round(row["this_week"], 2) == Decimal("4.14")
    assert round(row["last_week"], 2) == Decimal("4.00")
    assert round(row["change"], 2) == Decimal("0.14")

    await house.conn.execute("DELETE FROM fleet.fuel_price_period WHERE valid_to IS NOT NULL")
    (row,) = await seen(house, "SELECT last_week, change FROM analytics.diesel_price_weekly")
    assert row == {"last_week": None, "change": None}


async def test_a_price_that_never_changed_weighs_as_well(house, fleet, database):
    """It has no period stored: its row is its first."""
    await house.conn.execute(
        f"INSERT INTO fleet.fuel_station ({LANDED}, vendor_id, state, brand, latitude, longitude,"
        f" status, amenities) VALUES ({RUN}, 's1', 'TX', 'Pilot', 1, 1, 'open', '[]')"
    )
    await house.conn.execute(
        f"INSERT INTO fleet.fuel_price ({LANDED}, parent_id, vendor_id, product, price_type,"
        f" amount, currency, unit, first_seen_at) VALUES ({RUN}, 's1', 'p', 'diesel', 'posted',"
        " 4, 'USD', 'gal', now() - interval '1 day')"
    )

    (row,) = await seen(house, "SELECT this_week, last_week FROM analytics.diesel_price_weekly")

    assert row == {"this_week": Decimal(4), "last_week": None}


# Health


async def a_run(house, status: str, seconds: float, fetched: int = 1, ago: int = 10, **told):
    """A run of ten minutes ago with one dataset."""
    (found,) = await house.rows(
        "INSERT INTO ops.sync_run (tenant_id, integration_id, vendor, sync_type, status,"
        f" started_at, completed_at, fetched, unchanged) VALUES ({OWNED}, 'acme', 'manual', %s,"
        " %s, %s + make_interval(secs => %s), %s, %s) RETURNING id",
        status, NOON, NOON, seconds, fetched, fetched,
    )  # fmt: skip
    await house.conn.execute(
        "INSERT INTO ops.sync_run_dataset (run_id, dataset, tenant_id, position, status, fetched,"
        " unchanged, attempts, seconds) SELECT %s, 'drivers', tenant_id, 0, %s, %s, %s, %s, %s"
        " FROM ops.integration",
        [found[0], status, fetched, fetched, told.get("attempts", 1), seconds],
    )


NOON = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=12)


async def test_a_day_of_an_integration_adds_up(house, fleet):
    for seconds in range(1, 10):
        await a_run(house, "success", seconds)
    await a_run(house, "failed", 100)
    await a_run(house, "deferred", 100)

    (row,) = await seen(house, "SELECT * FROM analytics.integration_daily")

    assert (row["runs"], row["success"], row["failed"], row["deferred"]) == (11, 9, 1, 1)
    assert row["success_rate"] == Decimal("0.9"), "a deferred run is no failure"
    assert (row["p50_s"], row["p95_s"]) == (Decimal("5"), Decimal("8.6"))
    assert (row["fetched"], row["unchanged"]) == (11, 11)
    assert row["age_at_end"] == timedelta(hours=12) - timedelta(seconds=9)


async def test_every_run_is_there_by_dataset(house, fleet):
    await a_run(house, "failed", 1)

    (row,) = await seen(house, "SELECT * FROM analytics.run_audit")

    assert (row["dataset"], row["run_status"], row["adds_up"]) == ("drivers", "failed", True)


async def test_what_rules_found_is_there_rule_by_rule(house, fleet):
    """A whole audit that found nothing is of no run, and is none."""
    await a_run(house, "partial", 1)
    await house.conn.execute(
        "INSERT INTO ops.quality_result (tenant_id, integration_id, run_id, vendor, dataset,"
        " source, rule, severity, status, rows, failed, examples, said)"
        " SELECT tenant_id, integration_id, id, vendor, 'drivers', 'gate', 'name_given',"
        " 'warning', 'failed', 8, 2, ARRAY['d1', 'd2'], 'A driver has a name.' FROM ops.sync_run"
        " UNION ALL SELECT NULL, NULL, NULL, 'acme', 'drivers', 'audit', 'suite', 'warning',"
        " 'passed', 8, 0, '{}', 'Nothing found.'"
    )

    (row,) = await seen(house, "SELECT * FROM analytics.quality_result")

    assert (row["rule"], row["source"], row["failed"], row["rows"]) == ("name_given", "gate", 2, 8)
    assert (row["failed_share"], row["examples"]) == (Decimal("0.25"), ["d1", "d2"])


async def test_retries_and_calls_are_rated_by_what_came_of_them(house, fleet):
    await a_run(house, "success", 1)
    await a_run(house, "success", 1, attempts=2)
    await a_run(house, "failed", 1, attempts=3)
    await house.conn.execute(
        "INSERT INTO ops.vendor_outcome (vendor, tenants, integrations, successes, failures)"
        " SELECT 'acme', ARRAY[tenant_id], ARRAY[id], '{9}', '{1}' FROM ops.integration"
    )

    (row,) = await seen(house, "SELECT * FROM analytics.vendor_reliability")

    assert (row["fetches"], row["attempts"], row["retried"]) == (3, 6, 2)
    assert (row["retry_success_rate"], row["fetch_success_rate"]) == (
        Decimal("0.5"), Decimal("0.6667")
    )  # fmt: skip
    assert (row["calls_last_hour"], row["api_success_rate"]) == (10, Decimal("0.9"))
    assert (row["breaker_uptime"], row["vendor_breaker_uptime"]) == (1, 1)


async def test_a_breaker_is_up_while_it_is_closed(house, fleet):
    """Added ten hours ago, open for two of them and half open for one."""
    await house.conn.execute("UPDATE ops.integration SET created_at = now() - interval '10 h'")
    (breaker,) = await house.rows(
        "INSERT INTO ops.breaker (vendor, scope, tenant_id, integration_id)"
        f" VALUES ('acme', 'integration', {OWNED}) RETURNING id"
    )
    for ago, before, after in ((5, "CLOSED", "OPEN"), (3, "OPEN", "HALF_OPEN"),
                               (2, "HALF_OPEN", "CLOSED")):  # fmt: skip
        await house.conn.execute(
            "INSERT INTO ops.breaker_event (breaker_id, vendor, tenant_id, integration_id,"
            f" happened_at, actor, from_state, to_state, reason) VALUES (%s, 'acme', {OWNED},"
            " now() - make_interval(hours => %s), 'run', %s, %s, 'why')",
            [*breaker, ago, before, after],
        )

    (row,) = await seen(house, "SELECT * FROM analytics.vendor_reliability")

    assert (row["breaker_uptime"], row["vendor_breaker_uptime"]) == (Decimal("0.7"), 1)


async def test_a_hit_is_an_answer_that_nobody_had_to_ask_for(house, fleet):
    """Of the last seven days; what a person entered needed no cache."""
    (row,) = await seen(house, "SELECT * FROM analytics.vendor_reliability")
    assert (row["hours_asked"], row["cache_hit_rate"]) == (0, None)
    for ago, answer, answers in ((0, "cache", 4), (6, "cache", 2), (0, "live", 1), (1, "stale", 0),
                                 (0, "none", 1), (0, "override", 9), (7, "live", 99)):  # fmt: skip
        await house.conn.execute(
            "INSERT INTO ops.hos_answer_daily (tenant_id, integration_id, day, answer, answers)"
            f" VALUES ({OWNED}, (now() AT TIME ZONE 'UTC')::date - %s::int, %s, %s)",
            [ago, answer, answers],
        )

    (row,) = await seen(house, "SELECT * FROM analytics.vendor_reliability")

    assert (row["hours_asked"], row["cache_hit_rate"]) == (8, Decimal("0.75"))
