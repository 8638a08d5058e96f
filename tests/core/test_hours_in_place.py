"""Hours that a person entered are read in place of the vendor's, and only get worse as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.hours import KNOWN_STATUSES, Clocks, aged
from core.hours_limits import Ruleset, maxima
from core.hours_override import Override, in_place_of, refusals
from models.records import DutyStatus

HOUR = 3600
NOON = datetime(2026, 10, 5, 17, 0, tzinfo=UTC)
PROPERTY = Ruleset("US Interstate Property", "USA 70 hour / 8 day")
PASSENGER = Ruleset("US Interstate Passenger", "USA 70 hour / 8 day")
WHOLE = Override(
    "Ann", "ELD malfunction", NOON, NOON + timedelta(hours=12),
    drive_s=5 * HOUR, shift_s=6 * HOUR, break_s=4 * HOUR, cycle_s=20 * HOUR,
)  # fmt: skip
VENDORS = aged(
    Clocks(HOUR, 2 * HOUR, HOUR, 3 * HOUR, None, 60, 60), "driving", NOON, NOON + timedelta(hours=1)
)


def left(clocks):
    return (clocks.drive_s, clocks.shift_s, clocks.break_s, clocks.cycle_s)


def after(hours, override=WHOLE, vendors=VENDORS, rulesets=(PROPERTY,), **more):
    return in_place_of(vendors, override, NOON + timedelta(hours=hours), rulesets, **more)


def test_what_was_entered_takes_the_place_of_the_vendors():
    """All four clocks; the vendor's violations end with the clocks that they were about."""
    found = after(0)

    assert left(found) == (5 * HOUR, 6 * HOUR, 4 * HOUR, 20 * HOUR)
    assert not found.is_in_violation


@pytest.mark.parametrize(
    ("status", "lost"),
    [
        pytest.param(None, (1, 1, 1, 1), id="nobody knows"),
        pytest.param("driving", (1, 1, 1, 1), id="driving"),
        pytest.param("on_duty", (0, 1, 0, 1), id="on duty"),
        pytest.param("off_duty", (0, 1, 0, 0), id="off duty"),
    ],
)
def test_it_only_gets_worse(status, lost):
    """As a vendor's reading does: rest is never credited, and what is unknown counts in full."""
    found = after(2, replace(WHOLE, duty_status=status))

    whole = (5 * HOUR, 6 * HOUR, 4 * HOUR, 20 * HOUR)
    assert left(found) == tuple(
        was - 2 * HOUR * runs for was, runs in zip(whole, lost, strict=True)
    )
    assert found.age_s == 2 * HOUR
    assert found.is_available is (status is not None)


def test_clocks_that_were_not_entered_are_the_vendors():
    """Else a cycle that ends in ten minutes would be hidden by a driving clock of five hours."""
    found = after(0, replace(WHOLE, shift_s=None, break_s=None, cycle_s=None))

    assert left(found) == (5 * HOUR, VENDORS.shift_s, VENDORS.break_s, VENDORS.cycle_s)
    assert (found.shift_driving_violation_s, found.cycle_violation_s) == (60, 60)


def test_without_a_reading_the_others_are_unknown():
    found = after(0, replace(WHOLE, cycle_s=None, duty_status="off_duty"), vendors=None)

    assert left(found) == (5 * HOUR, 6 * HOUR, 4 * HOUR, None)
    assert not found.is_available, "without a cycle nobody knows"


def test_rulesets_that_changed_since_cut_it():
    """Entered as a property carrier's 11 hours; passenger drivers have 10, and no break clock."""
    entered = replace(WHOLE, drive_s=11 * HOUR)

    assert refusals(entered, [PROPERTY]) == ()
    found = after(0, entered, vendors=None, rulesets=(PASSENGER,))
    assert left(found) == (10 * HOUR, 6 * HOUR, None, 20 * HOUR)


def test_on_a_day_without_known_limits_nothing_that_was_entered_counts():
    found = after(0, rules=())

    assert left(found) == left(VENDORS)


def test_a_driver_who_became_exempt_has_no_hours():
    vendors = replace(VENDORS, drive_s=None, shift_s=None, break_s=None, cycle_s=None)

    assert left(after(0, vendors=vendors, is_exempt=True)) == (None, None, None, None)


@pytest.mark.parametrize("status", ["resting", "", "unknown", "OFF_DUTY"])
def test_a_status_that_nobody_knows_is_refused(status):
    (sentence,) = refusals(replace(WHOLE, duty_status=status), [PROPERTY])

    assert "no duty status" in sentence


def test_the_known_statuses_are_the_duty_statuses_but_unknown():
    assert frozenset(DutyStatus) - {DutyStatus.UNKNOWN} == KNOWN_STATUSES


maybe = st.one_of(st.none(), st.integers(0, 16 * HOUR))
ages = st.timedeltas(timedelta(0), timedelta(hours=30))
# Around both changes of time of a year.
starts = st.builds(
    lambda day, later: day + later,
    st.sampled_from([datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)]),
    st.timedeltas(timedelta(0), timedelta(days=2)),
)


@given(
    entered=st.tuples(maybe, maybe, maybe, maybe),
    reading=st.none() | st.builds(Clocks, maybe, maybe, maybe, maybe),
    status=st.sampled_from([*sorted(KNOWN_STATUSES), None]),
    start=starts,
    age=ages,
    more=ages,
    zone=st.sampled_from(["America/Chicago", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
)
@settings(deadline=None, max_examples=100)
def test_an_override_never_gives_and_only_takes(entered, reading, status, start, age, more, zone):
    """Never above what was entered, the law, or (where nothing was entered) the vendor's word;
    and later is never more, across changes of time and whatever zone the instants come in."""
    override = Override("A", "b", start.astimezone(ZoneInfo(zone)), start + timedelta(hours=24),
                        *entered, duty_status=status)  # fmt: skip
    lawful = maxima([PROPERTY], date(2026, 10, 5))

    def found(now):
        vendors = aged(reading, "driving", start, now) if reading else None
        return left(in_place_of(vendors, override, now, [PROPERTY])), vendors

    soon, vendors = found(start + age)
    late, _ = found((start + age + more).astimezone(ZoneInfo(zone)))

    most = (lawful.drive_s, lawful.shift_s, lawful.break_s, lawful.cycle_s)
    for place, given_s in enumerate(entered):
        if given_s is not None:
            assert min(given_s, most[place]) >= soon[place] >= late[place] >= 0
        elif vendors is not None:
            assert soon[place] == left(vendors)[place]
        else:
            assert soon[place] is late[place] is None
