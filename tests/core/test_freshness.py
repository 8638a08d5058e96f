"""Age by what should have come; nothing excuses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.freshness import (
    CRITICAL_AFTER,
    DISABLED_AFTER,
    SHORTEST,
    WARNING_AFTER,
    Held,
    Level,
    judge,
    level,
    spoken,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
EVERY = timedelta(minutes=5)
MOMENT = timedelta(milliseconds=1)


def held(age: timedelta | None, *, dataset="loads", since=timedelta(days=9), every=EVERY, **more):
    good_at = None if age is None else NOW - age
    return Held(dataset, every, good_at, NOW - since, **more)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), Level.FRESH),
        (WARNING_AFTER * EVERY - MOMENT, Level.FRESH),
        (WARNING_AFTER * EVERY, Level.WARNING),
        (CRITICAL_AFTER * EVERY - MOMENT, Level.WARNING),
        (CRITICAL_AFTER * EVERY, Level.CRITICAL),
        (timedelta(days=400), Level.CRITICAL),
        (timedelta(seconds=-5), Level.FRESH),
    ],
)
def test_two_intervals_warn_and_four_are_critical(age, expected):
    assert level(held(age), NOW) is expected


def test_what_never_started_ages_from_the_day_it_was_added():
    assert level(held(None, since=EVERY), NOW) is Level.FRESH
    assert level(held(None, since=CRITICAL_AFTER * EVERY), NOW) is Level.CRITICAL


def test_nothing_is_expected_more_often_than_flow_runs_start():
    often = timedelta(seconds=10)

    assert level(held(WARNING_AFTER * often, every=often), NOW) is Level.FRESH
    assert level(held(WARNING_AFTER * SHORTEST, every=often), NOW) is Level.WARNING


def test_one_that_is_switched_off_is_a_late_warning_and_no_more():
    """By mistake or on purpose: nobody can tell, so it is said, once, and not as an alarm."""
    assert level(held(CRITICAL_AFTER * EVERY, is_disabled=True), NOW) is Level.FRESH
    assert level(held(DISABLED_AFTER, is_disabled=True), NOW) is Level.WARNING
    assert level(held(timedelta(days=90), is_disabled=True), NOW) is Level.WARNING


def test_an_integration_is_as_old_as_its_worst_dataset():
    found = judge(
        [
            held(timedelta(minutes=1), dataset="vehicles"),
            held(timedelta(minutes=12), dataset="drivers"),
            held(timedelta(minutes=25), dataset="hos_clocks"),
        ],
        NOW,
    )

    assert found.level is Level.CRITICAL
    assert found.stale == {"drivers": Level.WARNING, "hos_clocks": Level.CRITICAL}
    assert found.said == (
        "The last good sync of hos clocks and 1 more was 25 minutes ago; "
        "one is expected every 5 minutes."
    )


def test_the_sentence_says_what_never_came_and_what_is_switched_off():
    never = judge([held(None)], NOW)
    off = judge([held(timedelta(days=3), is_disabled=True)], NOW)

    assert never.said == (
        "No good sync of loads in the 9 days since it was connected; "
        "one is expected every 5 minutes."
    )
    assert off.said == "The last good sync of loads was 3 days ago: the connection is switched off."


def test_fresh_says_nothing():
    found = judge([held(timedelta(minutes=1)), held(timedelta(0), dataset="drivers")], NOW)

    assert (found.level, dict(found.stale), found.said) == (Level.FRESH, {}, None)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(seconds=40), "40 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(hours=49), "2 days"),
    ],
)
def test_spans_are_spoken_in_their_largest_fitting_unit(span, expected):
    assert spoken(span) == expected
