"""The cases that the hours-of-service rules name, as a kept reading shows them.

A kept reading never credits rest: what a break, a split or a restart gives back is shown when
the vendor says so, in the next reading.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.hours import (
    Band,
    Clocks,
    Which,
    aged,
    binding,
    gained_at_midnight_s,
    next_day_starts,
    worst_band,
)
from models.records import DutyStatus

HOUR, MINUTE = 3600, 60
HOME = "America/Chicago"
OFF, SLEEPER, ON, DRIVING = (
    DutyStatus.OFF_DUTY,
    DutyStatus.SLEEPER_BERTH,
    DutyStatus.ON_DUTY,
    DutyStatus.DRIVING,
)


def local(words, zone=HOME, fold=0):
    """An instant by its wall clock in the home terminal."""
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def test_time_off_inside_the_window_does_not_extend_it():
    """On at 06:00, off from 12:00 to 14:00: no driving after 20:00."""
    read_at, now = local("2026-10-05 12:00"), local("2026-10-05 14:00")
    clocks = Clocks(drive_s=8 * HOUR, shift_s=8 * HOUR, break_s=8 * HOUR, cycle_s=60 * HOUR)

    found = aged(clocks, OFF, read_at, now)

    assert (found.shift_s, found.drive_s, found.cycle_s) == (6 * HOUR, 8 * HOUR, 60 * HOUR)
    bound = binding(found, now, HOME)
    assert (bound.which, bound.at.strftime("%H:%M")) == (Which.SHIFT, "20:00")
    assert aged(clocks, OFF, read_at, local("2026-10-05 20:00")).is_available is False


def test_eight_hours_of_driving_block_until_a_break():
    """Driving from 06:00, read at 10:00: the break binds at 14:00, and then nobody is available."""
    read_at = local("2026-10-05 10:00")
    clocks = Clocks(drive_s=7 * HOUR, shift_s=10 * HOUR, break_s=4 * HOUR, cycle_s=60 * HOUR)

    bound = binding(aged(clocks, DRIVING, read_at, read_at), read_at, HOME)
    assert (bound.which, bound.at.strftime("%H:%M")) == (Which.BREAK, "14:00")

    before = aged(clocks, DRIVING, read_at, local("2026-10-05 13:59:59"))
    assert (before.break_s, before.is_available) == (1, True)
    blocked = aged(clocks, DRIVING, read_at, local("2026-10-05 14:00"))
    assert (blocked.break_s, blocked.is_available) == (0, False)
    assert worst_band(blocked) is Band.SHORT


@pytest.mark.parametrize("minutes", [29, 30, 31])
def test_a_fuel_stop_clears_nothing_by_age(minutes):
    """A kept reading cannot know that 30 minutes passed without driving."""
    read_at = local("2026-10-05 14:00")
    clocks = Clocks(drive_s=3 * HOUR, shift_s=6 * HOUR, break_s=0, cycle_s=60 * HOUR)

    found = aged(clocks, ON, read_at, read_at + timedelta(minutes=minutes))

    assert (found.break_s, found.is_available) == (0, False)
    assert found.shift_s == 6 * HOUR - minutes * MINUTE
    assert found.drive_s == 3 * HOUR


def test_the_next_reading_after_a_fuel_stop_counts():
    """30 minutes on duty clear the break: the vendor says 8 h, and the driver is available."""
    now = local("2026-10-05 14:30")
    clocks = Clocks(drive_s=3 * HOUR, shift_s=int(5.5 * HOUR), break_s=8 * HOUR, cycle_s=60 * HOUR)

    assert aged(clocks, ON, now, now).is_available


@pytest.mark.parametrize(
    ("status", "rest"),
    [
        pytest.param(SLEEPER, 8, id="8 of 8/2"),
        pytest.param(OFF, 2, id="2 of 8/2"),
        pytest.param(SLEEPER, 7, id="7 of 7/3"),
        pytest.param(SLEEPER, 3, id="3 of 7/3"),
        pytest.param(OFF, 10, id="ten hours off"),
    ],
)
def test_a_split_is_not_paired_by_age(status, rest):
    """Whether a period pairs is the vendor's to say; until then it counts against the window."""
    read_at = local("2026-10-05 12:00")
    clocks = Clocks(drive_s=5 * HOUR, shift_s=6 * HOUR, break_s=2 * HOUR, cycle_s=40 * HOUR)

    found = aged(clocks, status, read_at, read_at + timedelta(hours=rest))

    assert found.shift_s == max(6 - rest, 0) * HOUR
    assert (found.drive_s, found.break_s, found.cycle_s) == (5 * HOUR, 2 * HOUR, 40 * HOUR)


@pytest.mark.parametrize(
    ("now", "hour", "starts"),
    [
        pytest.param("2026-10-05 18:00", 0, "2026-10-06T00:00:00-05:00", id="midnight"),
        pytest.param("2026-10-05 11:59", 12, "2026-10-05T12:00:00-05:00", id="noon, today"),
        pytest.param("2026-10-05 12:00", 12, "2026-10-06T12:00:00-05:00", id="noon, tomorrow"),
        pytest.param("2026-03-07 12:00", 12, "2026-03-08T12:00:00-05:00", id="a day of 23 h"),
        pytest.param("2026-10-31 12:00", 12, "2026-11-01T12:00:00-06:00", id="a day of 25 h"),
        pytest.param("2026-03-08 01:59", 0, "2026-03-09T00:00:00-05:00", id="night of the change"),
        pytest.param("2026-03-08 01:00", 2, "2026-03-08T03:00:00-05:00", id="a skipped hour"),
        pytest.param("2026-11-01 00:30", 1, "2026-11-01T01:00:00-05:00", id="an hour twice"),
    ],
)
def test_seventy_hours_wait_for_the_next_home_terminal_day(now, hour, starts):
    """On day 8 nothing is left; the next day of the home terminal gives day 1 back, not before."""
    now = local(now)
    clocks = Clocks(4 * HOUR, 6 * HOUR, 8 * HOUR, cycle_s=0, cycle_tomorrow_s=9 * HOUR)

    found = aged(clocks, OFF, now, now)

    bound = binding(found, now, HOME)
    assert (bound.which, bound.seconds, bound.at.astimezone(UTC)) == (Which.CYCLE, 0, now)
    assert gained_at_midnight_s(clocks) == 9 * HOUR
    midnight = next_day_starts(now, HOME, hour)
    assert midnight.isoformat() == starts
    after = aged(clocks, OFF, now, midnight + timedelta(minutes=1))
    assert (after.cycle_s, after.is_available) == (0, False)


def test_a_day_is_unknown_without_its_zone_or_hour():
    """Neither is guessed."""
    now = local("2026-10-05 12:00")

    assert next_day_starts(now, None, 0) is None
    assert next_day_starts(now, "Nowhere/City", 0) is None
    assert next_day_starts(now, HOME, None) is None


def test_midnight_that_a_change_of_time_skips():
    """Where clocks go forward at midnight, the day starts at one."""
    now = local("2026-09-05 12:00", "America/Santiago")

    starts = next_day_starts(now, "America/Santiago", 0)

    assert starts.isoformat() == "2026-09-06T01:00:00-03:00"


@pytest.mark.parametrize("minutes", [33 * 60 + 59, 34 * 60])
def test_a_restart_is_not_credited_by_age(minutes):
    """33 h 59 give nothing; 34 h give the cycle back when the vendor says so."""
    read_at = local("2026-10-30 18:00")  # across the end of daylight saving time
    clocks = Clocks(drive_s=2 * HOUR, shift_s=3 * HOUR, break_s=8 * HOUR, cycle_s=5 * HOUR)

    found = aged(clocks, OFF, read_at, read_at + timedelta(minutes=minutes))

    assert (found.cycle_s, found.drive_s, found.shift_s) == (5 * HOUR, 2 * HOUR, 0)
    assert found.age_s == minutes * MINUTE


@pytest.mark.parametrize(
    ("read_at", "now", "hours"),
    [
        pytest.param("2026-03-08 00:00", "2026-03-08 04:00", 3, id="an hour less"),
        pytest.param("2026-11-01 00:00", "2026-11-01 04:00", 5, id="an hour more"),
    ],
)
def test_age_is_time_that_passed(read_at, now, hours):
    """In the night of the change the wall clock lies: four hours of it are three, or five."""
    zone = ZoneInfo(HOME)
    read_at, now = local(read_at).astimezone(zone), local(now).astimezone(zone)

    found = aged(Clocks(drive_s=11 * HOUR), DRIVING, read_at, now)

    assert found.drive_s == (11 - hours) * HOUR


def test_a_clock_that_ends_in_the_second_of_two_equal_hours():
    """01:30 comes twice; the answer says which."""
    now = local("2026-11-01 00:30")
    bound = binding(aged(Clocks(drive_s=2 * HOUR), DRIVING, now, now), now, HOME)

    assert bound.at.isoformat() == "2026-11-01T01:30:00-06:00"
