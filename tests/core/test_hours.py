"""Hours that are not fresh: they only get worse, and say so in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.hours import (
    AgedClocks,
    Band,
    Clocks,
    Which,
    aged,
    band,
    band_of,
    binding,
    gained_at_midnight_s,
    next_day_starts,
    worst_band,
)
from models.records import DutyStatus

HOUR, MINUTE = 3600, 60
NOON = datetime(2026, 10, 5, 17, 0, tzinfo=UTC)  # 12:00 in Chicago
FULL = Clocks(drive_s=11 * HOUR, shift_s=14 * HOUR, break_s=8 * HOUR, cycle_s=70 * HOUR)
quick = settings(deadline=None, max_examples=60)


def hours(number):
    return timedelta(hours=number)


def left(found: AgedClocks):
    return (found.drive_s, found.shift_s, found.break_s, found.cycle_s)


ALL, WORK, REST = (1, 1, 1, 1), (0, 1, 0, 1), (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("status", "runs"),
    [
        pytest.param(DutyStatus.DRIVING, ALL, id="driving"),
        pytest.param(DutyStatus.ON_DUTY, WORK, id="on duty"),
        pytest.param(DutyStatus.YARD_MOVE, WORK, id="yard move"),
        pytest.param(DutyStatus.OFF_DUTY, REST, id="off duty"),
        pytest.param(DutyStatus.SLEEPER_BERTH, REST, id="sleeper"),
        pytest.param(DutyStatus.PERSONAL_CONVEYANCE, REST, id="personal conveyance"),
        pytest.param(DutyStatus.UNKNOWN, ALL, id="unknown"),
        pytest.param("", ALL, id="the app is disconnected"),
        pytest.param("waiting", ALL, id="a word nobody knows"),
        pytest.param(None, ALL, id="no word"),
    ],
)
def test_what_runs_on_in_a_status(status, runs):
    """The table of what age is subtracted from, for every status there is."""
    found = aged(FULL, status, NOON, NOON + hours(2))

    fresh = left(aged(FULL, status, NOON, NOON))
    lost = tuple(was - still for was, still in zip(fresh, left(found), strict=True))
    assert lost == tuple(2 * HOUR * run for run in runs)
    assert found.age_s == 2 * HOUR


@pytest.mark.parametrize("status", [DutyStatus.UNKNOWN, "", None, "waiting"])
def test_an_unknown_status_is_never_available(status):
    """The driver's app is offline: nobody plans on hours that may be gone."""
    found = aged(FULL, status, NOON, NOON)

    assert not found.is_status_known
    assert not found.is_available


def test_what_is_unknown_stays_unknown():
    """A missing clock is never 0 and never full; without it nobody is available."""
    found = aged(Clocks(shift_s=60), DutyStatus.DRIVING, NOON, NOON + hours(1))

    assert left(found) == (None, 0, None, None)
    assert not aged(Clocks(drive_s=HOUR), DutyStatus.OFF_DUTY, NOON, NOON).is_available


def test_an_exempt_driver_has_no_hours():
    """Their clocks are numbers without meaning: none is shown, none is planned on."""
    clocks = Clocks(HOUR, HOUR, HOUR, HOUR, HOUR, 5, 5)
    found = aged(clocks, DutyStatus.DRIVING, NOON, NOON, is_exempt=True)

    assert left(found) == (None, None, None, None)
    assert found.is_exempt
    assert not found.is_available
    assert not found.is_in_violation
    assert binding(found, NOON, "America/Chicago") is None
    assert worst_band(found) is None


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        pytest.param(FULL, True, id="all of it"),
        pytest.param(Clocks(1, 1, None, 1), True, id="a ruleset without the break"),
        pytest.param(Clocks(1, 1, 0, 1), False, id="a break is due"),
        pytest.param(Clocks(0, 1, 1, 1), False, id="no driving left"),
        pytest.param(Clocks(1, 1, 1, 1, shift_driving_violation_s=1), False, id="shift violation"),
        pytest.param(Clocks(1, 1, 1, 1, cycle_violation_s=1), False, id="cycle violation"),
        pytest.param(Clocks(1, 1, 1, 1, None, 0, 0), True, id="violations of nothing"),
    ],
)
def test_who_is_available(clocks, expected):
    """Only who surely has time on every clock of the ruleset."""
    assert aged(clocks, DutyStatus.OFF_DUTY, NOON, NOON).is_available is expected


def test_a_started_second_counts():
    """Half a second of driving may be the last one."""
    found = aged(FULL, DutyStatus.DRIVING, NOON, NOON + timedelta(microseconds=1))

    assert found.drive_s == 11 * HOUR - 1


def test_a_reading_from_the_future_is_fresh():
    """Two machines disagree by a second: no hours are given for it."""
    assert left(aged(FULL, "driving", NOON + hours(1), NOON)) == left(FULL_NOW)


FULL_NOW = aged(FULL, "driving", NOON, NOON)


def test_an_instant_without_a_zone_is_an_error():
    """It would be read as the server's local time."""
    with pytest.raises(ValueError, match="time zone"):
        aged(FULL, "driving", NOON.replace(tzinfo=None), NOON)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, None),
        (11 * HOUR, Band.GOOD),
        (2 * HOUR, Band.GOOD),
        (2 * HOUR - 1, Band.LOW),
        (30 * MINUTE, Band.LOW),
        (30 * MINUTE - 1, Band.SHORT),
        (0, Band.SHORT),
    ],
)
def test_the_bands_at_their_borders(seconds, expected):
    """2 h is good, 30 min is low, and nothing left is not yet a violation."""
    assert band(seconds) is expected
    assert band(seconds, is_in_violation=True) is Band.VIOLATION


def test_bands_are_words():
    """Never colour alone."""
    assert [str(one) for one in Band] == ["2 h or more", "under 2 h", "under 30 min", "violation"]


@pytest.mark.parametrize(
    ("clocks", "violated"),
    [
        pytest.param(Clocks(0, HOUR, HOUR, HOUR, None, 60, 0), {Which.DRIVE}, id="driving limit"),
        pytest.param(Clocks(HOUR, 0, HOUR, HOUR, None, 60, 0), {Which.SHIFT}, id="window"),
        pytest.param(Clocks(0, 0, 0, HOUR, None, 60, 0), {Which.DRIVE, Which.SHIFT}, id="both"),
        pytest.param(Clocks(None, None, None, None, None, 60), {Which.SHIFT}, id="no clocks"),
        pytest.param(Clocks(HOUR, HOUR, 0, 0, None, 0, 60), {Which.CYCLE}, id="cycle"),
        pytest.param(Clocks(0, 0, 0, 0, None, 0, 0), set(), id="nothing left, nothing broken"),
    ],
)
def test_which_clock_is_in_violation(clocks, violated):
    """The vendor has one figure for driving and one for the cycle; the driver's band shows any."""
    found = aged(clocks, "off_duty", NOON, NOON)

    assert {which for which in Which if band_of(found, which) is Band.VIOLATION} == violated
    assert (worst_band(found) is Band.VIOLATION) is bool(violated)


def test_the_worst_band_is_that_of_the_clock_ending_first():
    """A break in ten minutes is what a dispatcher has to see."""
    found = aged(Clocks(9 * HOUR, 9 * HOUR, 600, 9 * HOUR), "driving", NOON, NOON)

    assert worst_band(found) is Band.SHORT
    assert band_of(found, Which.DRIVE) is Band.GOOD


@pytest.mark.parametrize(
    ("clocks", "which"),
    [
        pytest.param(Clocks(4, 3, 2, 1), Which.CYCLE, id="cycle"),
        pytest.param(Clocks(4, 1, 2, 3), Which.SHIFT, id="shift"),
        pytest.param(Clocks(1, 2, 3, 4), Which.DRIVE, id="drive"),
        pytest.param(Clocks(2, 3, 1, 4), Which.BREAK, id="break"),
        pytest.param(Clocks(2, None, None, None), Which.DRIVE, id="the only one known"),
        pytest.param(Clocks(1, 1, 1, 1), Which.CYCLE, id="all at once: the hardest to get back"),
        pytest.param(Clocks(1, 2, 1, 2), Which.DRIVE, id="a break would not help"),
    ],
)
def test_which_clock_binds_first(clocks, which):
    """The one that ends first; of two, the one that a shorter rest does not clear."""
    assert binding(aged(clocks, "driving", NOON, NOON), NOON, "America/Chicago").which is which


def test_when_it_binds_is_told_in_the_home_terminals_time():
    """And in UTC, marked so, when its zone is unknown."""
    found = aged(Clocks(drive_s=2 * HOUR), "driving", NOON - hours(1), NOON)

    home = binding(found, NOON, "America/Chicago")
    assert (home.at.isoformat(), home.seconds) == ("2026-10-05T13:00:00-05:00", HOUR)
    assert home.is_home_time
    for zone in (None, "", "Nowhere/City", "../etc", "America"):
        elsewhere = binding(found, NOON, zone)
        assert (elsewhere.at.utcoffset(), elsewhere.is_home_time) == (timedelta(0), False)
        assert elsewhere.at == home.at


ZONES = ("America/Chicago", "America/St_Johns", "Australia/Lord_Howe", "UTC", "America/Phoenix")
seconds = st.one_of(st.none(), st.integers(0, 80 * HOUR))
clocks_of_anybody = st.builds(Clocks, seconds, seconds, seconds, seconds, seconds)
statuses = st.sampled_from([*DutyStatus, "", "waiting", None])
# Around both changes of time of a year.
instants = st.builds(
    lambda start, after: start + after,
    st.sampled_from([datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)]),
    st.timedeltas(timedelta(0), timedelta(days=4)),
)
ages = st.timedeltas(timedelta(0), timedelta(days=3))


@given(clocks_of_anybody, statuses, instants, ages, ages, st.sampled_from(ZONES))
@quick
def test_age_never_gives_and_only_takes(clocks, status, as_of, age, more, zone):
    """Never above the vendor's, only falling with age, whatever the zone and its changes."""
    home = ZoneInfo(zone)
    now, later = as_of + age, as_of + age + more

    first = aged(clocks, status, as_of.astimezone(home), now.astimezone(home))
    second = aged(clocks, status, as_of, later.astimezone(home))

    for name in ("drive_s", "shift_s", "break_s", "cycle_s"):
        vendors, soon, late = (getattr(one, name) for one in (clocks, first, second))
        if vendors is None:
            assert soon is late is None
        else:
            assert vendors >= soon >= late >= 0
    assert first == aged(clocks, status, as_of, now), "the zone of an instant changes nothing"


@given(clocks_of_anybody, instants, st.sampled_from(ZONES))
@quick
def test_the_binding_clock_is_the_least_and_its_time_is_exact(clocks, now, zone):
    """Elapsed time, not wall-clock time: an hour is an hour in the night of the change."""
    found = aged(clocks, "driving", now, now)
    bound = binding(found, now.astimezone(ZoneInfo(zone)), zone)

    known = [one for one in left(found) if one is not None]
    assert (bound is None) is (not known)
    if bound is not None:
        assert bound.seconds == min(known) == found.left_s(bound.which)
        assert bound.at.astimezone(UTC) - now == timedelta(seconds=bound.seconds)


@given(instants, st.sampled_from(ZONES), st.integers(0, 23))
@quick
def test_the_next_day_starts_ahead_and_within_a_day(now, zone, hour):
    """Ahead, at most 25 hours, at the hour asked for unless that night skips it."""
    starts = next_day_starts(now, zone, hour)

    assert timedelta(0) < starts.astimezone(UTC) - now <= hours(25)
    assert starts.hour in (hour, hour + 1)


def test_what_midnight_gives_back_is_the_vendors_word():
    """Tomorrow's cycle less today's; unknown if either is."""
    assert gained_at_midnight_s(Clocks(cycle_s=136_800, cycle_tomorrow_s=162_000)) == 7 * HOUR
    assert gained_at_midnight_s(Clocks(cycle_s=1)) is None
    assert gained_at_midnight_s(Clocks(cycle_tomorrow_s=1)) is None
