"""Numbers that would mislead are not told: unknown, unconfirmed, exempt, aged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.hours import Source

from .conftest import left, truly


async def test_an_unknown_status_is_never_available(hours, acme):
    """The driver's app is offline: fresh figures, and nobody to plan with."""
    row = hours.driver(duty_status="unknown")

    found = await hours.read(row["driver_id"])

    assert (found.source, found.status, found.is_available) == (Source.CACHE, "unknown", False)
    assert left(found.clocks) == [max(seconds - found.age_s, 0) for seconds in truly(row)]


async def test_a_deactivated_driver_is_not_available(hours, acme):
    row = next(row for row in hours.box.truth("acme")["hos_clocks"] if not row["active"])

    found = await hours.read(row["driver_id"])

    assert (found.is_active, found.is_available) == (False, False)


async def test_an_exempt_driver_has_no_hours(hours, acme):
    row = hours.driver(drive_remaining_s=None)

    found = await hours.read(row["driver_id"])

    assert found.clocks.is_exempt
    assert left(found.clocks) == [None] * 4
    assert (found.binding, found.is_available) == (None, False)
    assert found.exempt_reason


async def test_a_row_that_the_last_fetch_left_out_is_not_fresh(hours, acme):
    """It is asked for at once, and an answer heals it."""
    await hours.conn.execute("UPDATE fleet.hos_clock SET missing_since = now(), missing_runs = 1")

    found = await hours.read(acme["driver_id"])

    assert (found.source, hours.asked) == (Source.LIVE, 1)
    healed = "SELECT missing_since, missing_runs FROM fleet.hos_clock WHERE vendor_id = %s"
    assert await hours.row(healed, acme["driver_id"]) == (None, 0)


async def test_a_row_that_nobody_confirms_is_taken_for_nothing_known(hours, acme):
    """Off duty when last seen: with the vendor silent that is not told as what he does now."""
    row = hours.driver(duty_status="off_duty")
    await hours.conn.execute("UPDATE fleet.hos_clock SET missing_since = now() + interval '1s'")
    hours.box.faults(kind="error_500", vendor="samsara")

    found = await hours.read(row["driver_id"])

    assert (found.source, found.status, found.is_available) == (Source.STALE, "unknown", False)
    assert left(found.clocks) == [max(seconds - found.age_s, 0) for seconds in truly(row)]


@pytest.mark.parametrize("status", ["off_duty", "sleeper_berth", "driving"])
async def test_rest_is_never_credited(hours, acme, status):
    """Ten, thirty-four or a hundred hours later: what was said, less what may have passed."""
    row = hours.driver(duty_status=status) if status != "sleeper_berth" else acme
    hours.box.faults(kind="error_500", vendor="samsara")
    before = truly(row)
    for age in (timedelta(hours=10), timedelta(hours=24), timedelta(hours=66)):
        await hours.age(seconds=age.total_seconds())
        found = await hours.read(row["driver_id"])

        now_left = left(found.clocks)
        assert found.source is Source.STALE
        assert all(now <= was for now, was in zip(now_left, before, strict=True))
        before = now_left


async def test_a_stale_answer_is_aged_by_what_the_driver_did(hours, acme):
    """Driving runs on all clocks; off duty on the shift only."""
    hours.box.faults(kind="error_500", vendor="samsara")
    await hours.age(minutes=42)
    for status, runs in (("driving", (1, 1, 1, 1)), ("off_duty", (0, 1, 0, 0))):
        row = hours.driver(duty_status=status)
        found = await hours.read(row["driver_id"])

        expected = [max(seconds - found.age_s * run, 0)
                    for seconds, run in zip(truly(row), runs, strict=True)]  # fmt: skip
        assert left(found.clocks) == expected
        assert found.age_s >= 42 * 60
