"""Who can drive how long: the analysts' view says what everything else says, or nothing."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from psycopg.rows import dict_row

from core.hours import Clocks, aged, band, binding, worst_band
from models.records import DutyStatus

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


async def clocks(house, rows: list[tuple], age: timedelta | None = timedelta(minutes=20)) -> None:
    async with house.conn.cursor() as cursor:
        await cursor.executemany(
            f"INSERT INTO fleet.hos_clock ({LANDED}, vendor_id, duty_status, drive_remaining_s,"
            " shift_remaining_s, break_remaining_s, cycle_remaining_s,"
            f" shift_driving_violation_s) VALUES ({RUN}, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
    await house.conn.execute(
        f"INSERT INTO ops.dataset_state (tenant_id, integration_id, dataset, confirmed_at)"
        f" VALUES ({OWNED}, 'hos_clocks', now() - %s::interval)",
        [age],
    )


async def test_clocks_age_as_they_do_everywhere_else(house, fleet):
    """core/hours.py decides; the view says the same of every status and every clock."""
    dice = random.Random(5)

    def left() -> int | None:
        return dice.choice([None, 0, dice.randint(1, 3000), dice.randint(3000, 40_000)])

    rows = [
        (f"d{n}", str(dice.choice(list(DutyStatus))), left(), left(), left(), left(),
         dice.choice([None, None, 0, 60]))
        for n in range(300)
    ]  # fmt: skip
    await clocks(house, rows)

    found = await seen(house, "SELECT *, now() AS now FROM analytics.driver_hours")

    told = {row["driver_id"]: row for row in found}
    assert len(told) == 300
    for driver, status, drive, shift, pause, cycle, violation in rows:
        row = told[driver]
        read = Clocks(drive, shift, pause, cycle, shift_driving_violation_s=violation)
        old = aged(read, status, row["as_of"], row["now"])
        first = binding(old, row["now"], None)
        for name, left_s in (("drive", old.drive_s), ("shift", old.shift_s),
                             ("break", old.break_s), ("cycle", old.cycle_s)):  # fmt: skip
            assert row[f"{name}_left_s"] == left_s
        assert row["binding_clock"] == (first and first.which)
        assert row["binding_at"] == (first and first.at)
        is_known = old.is_status_known and None not in (old.drive_s, old.shift_s, old.cycle_s)
        assert (row["unknown_because"] is None) == is_known
        if is_known:
            assert first is not None
            assert row["band"] == worst_band(old)
            assert (row["can_drive_s"] > 0) == old.is_available
            assert row["can_drive_s"] == (0 if old.is_in_violation else first.seconds)
        else:
            assert (row["can_drive_s"], row["band"]) == (None, None)


async def test_bands_change_where_they_do_everywhere_else(house):
    lefts = [None, 0, 1, 1799, 1800, 7199, 7200, 90_000]

    found = await house.rows(
        "SELECT analytics.band(s, false), analytics.band(s, true)"
        " FROM unnest(%s::int[]) WITH ORDINALITY AS u(s, n) ORDER BY n", lefts,
    )  # fmt: skip

    assert found == [(band(left), band(left, is_in_violation=True)) for left in lefts]


DRIVING = ("d1", "driving", 9000, 9000, 9000, 9000, None)
UNKNOWNS = {
    "is 61 minutes old": ("SELECT", timedelta(minutes=61)),
    "its age is not known": ("SELECT", None),
    "not known": ("UPDATE fleet.hos_clock SET duty_status = 'unknown'", timedelta(0)),
    "does not say what is left": (
        "UPDATE fleet.hos_clock SET cycle_remaining_s = NULL", timedelta(0)
    ),
    "exempt": (
        f"INSERT INTO fleet.driver ({LANDED}, vendor_id, eld_exempt, rulesets, external_ids, tags)"
        f" VALUES ({RUN}, 'd1', true, '[]', '{{}}', '[]')", timedelta(0),
    ),
    "sent no hours": (
        f"INSERT INTO fleet.driver ({LANDED}, vendor_id, rulesets, external_ids, tags)"
        f" VALUES ({RUN}, 'd1', '[]', '{{}}', '[]'); DELETE FROM fleet.hos_clock", timedelta(0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", UNKNOWNS)
async def test_what_is_not_known_is_null_and_says_why(house, fleet, why):
    change, age = UNKNOWNS[why]
    await clocks(house, [DRIVING], age)
    for statement in change.split("; "):
        await house.conn.execute(statement)

    (row,) = await seen(house, "SELECT * FROM analytics.driver_hours")

    assert why in row["unknown_because"]
    assert (row["can_drive_s"], row["band"]) == (None, None)
    if "old" in why or "exempt" in why:
        assert (row["drive_left_s"], row["binding_clock"]) == (None, None)


async def test_a_row_that_a_fetch_did_not_name_is_not_taken_for_known(house, fleet):
    """Its age counts from the last fetch that named it."""
    await clocks(house, [DRIVING], timedelta(0))
    (run,) = await house.rows(
        f"INSERT INTO ops.sync_run (tenant_id, integration_id, vendor, sync_type, status,"
        f" started_at, completed_at) VALUES ({OWNED}, 'acme', 'manual', 'success',"
        " now() - interval '30 min', now() - interval '29 min') RETURNING id"
    )
    await house.conn.execute(
        "INSERT INTO ops.sync_run_dataset (run_id, dataset, tenant_id, position, status,"
        " is_complete) SELECT %s, 'hos_clocks', tenant_id, 0, 'success', true"
        " FROM ops.integration", run,
    )  # fmt: skip
    await house.conn.execute("UPDATE fleet.hos_clock SET missing_since = now() - interval '5 min'")

    (row,) = await seen(house, "SELECT * FROM analytics.driver_hours")

    assert (row["duty_status"], row["can_drive_s"]) == ("unknown", None)
    assert 1790 <= row["age_s"] <= 1860


async def test_hours_that_a_person_entered_count_where_they_are_worse(house, fleet):
    await clocks(house, [DRIVING], timedelta(0))
    await house.conn.execute(
        "INSERT INTO ops.hos_override (tenant_id, driver_id, author, reason, drive_remaining_s,"
        " shift_remaining_s, duty_status, expires_at) SELECT tenant_id, 'd1', 'Ann', 'ELD', 600,"
        " 20000, 'on_duty', now() + interval '1 h' FROM ops.integration"
    )

    (row,) = await seen(house, "SELECT * FROM analytics.driver_hours")

    assert row["has_override"]
    assert (row["drive_left_s"], row["binding_clock"]) == (600, "drive")
    assert row["shift_left_s"] <= 9000


async def test_a_time_zone_that_does_not_exist_spoils_nothing(house, fleet):
    await clocks(house, [DRIVING], timedelta(0))
    insert = f"INSERT INTO fleet.driver ({LANDED}, vendor_id, home_timezone, rulesets," \
        f" external_ids, tags) VALUES ({RUN}, 'd1', %s, '[]', '{{}}', '[]')"  # fmt: skip
    await house.conn.execute(insert, ["Mars/Olympus"])
    (row,) = await seen(house, "SELECT * FROM analytics.driver_hours")
    assert (row["binding_at_home"], row["can_drive_s"]) == (None, row["drive_left_s"])

    await house.conn.execute("UPDATE fleet.driver SET home_timezone = 'America/Denver'")
    (row,) = await seen(house, "SELECT * FROM analytics.driver_hours")
    assert row["binding_at_home"] == (row["binding_at"] - timedelta(hours=7)).replace(
        tzinfo=None
    ) or row["binding_at_home"] == (row["binding_at"] - timedelta(hours=6)).replace(tzinfo=None)
