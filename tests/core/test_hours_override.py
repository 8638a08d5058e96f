"""What a person enters in place of the vendor's hours: signed, short, and never above the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.hours_limits import RULES, Maxima, Rule, Ruleset, maxima
from core.hours_override import Override, holds, refusals

HOUR = 3600
NOON = datetime(2026, 10, 5, 17, 0, tzinfo=UTC)
PROPERTY = Ruleset("US Interstate Property", "USA 70 hour / 8 day")
PROPERTY_60 = Ruleset("US Interstate Property", "USA 60 hour / 7 day")
PASSENGER = Ruleset("US Interstate Passenger", "USA 70 hour / 8 day")
CANADA = Ruleset(None, "Canada South Cycle 1 (70 hour / 7 day)")
GOOD = Override("Ann", "ELD malfunction", NOON, NOON + timedelta(hours=6), drive_s=5 * HOUR)
MOST = {"drive_s": 11 * HOUR, "shift_s": 14 * HOUR, "break_s": 8 * HOUR, "cycle_s": 70 * HOUR}


def changed(**more):
    return replace(GOOD, **more)


def test_a_good_one_is_taken():
    """Author, reason, an end, and hours within the law; each clock up to its very maximum."""
    assert refusals(GOOD, [PROPERTY]) == ()
    assert refusals(changed(expires_at=NOON + timedelta(hours=24)), [PROPERTY]) == ()
    assert refusals(changed(**MOST), [PROPERTY]) == ()
    assert refusals(changed(drive_s=0), [PROPERTY]) == ()


@pytest.mark.parametrize(
    ("override", "says"),
    [
        pytest.param(changed(author=" "), "author", id="nobody"),
        pytest.param(changed(reason=""), "reason", id="no reason"),
        pytest.param(changed(expires_at=None), "a time at which it ends", id="no end"),
        pytest.param(changed(expires_at=NOON), "after it begins", id="over at once"),
        pytest.param(
            changed(expires_at=NOON + timedelta(hours=24, microseconds=1)),
            "24 hours",
            id="too long",
        ),
        pytest.param(changed(drive_s=None), "at least one clock", id="no hours"),
        pytest.param(changed(drive_s=-1), "less than nothing", id="negative"),
        *(
            pytest.param(changed(**{name: most + 1}), f"{name[:-2]} clock has at most", id=name)
            for name, most in MOST.items()
        ),
    ],
)
def test_what_is_refused(override, says):
    """One sentence for each fault, and none for what is right."""
    (sentence,) = refusals(override, [PROPERTY])

    assert says in sentence


def test_all_faults_are_told_at_once():
    """Nobody wants to find them one by one."""
    assert len(refusals(changed(author="", reason="", drive_s=12 * HOUR), [PROPERTY])) == 3


def test_a_day_of_24_hours_is_elapsed_time():
    """The night in which the clock goes back has 25 hours: the 25th is too much."""
    zone = ZoneInfo("America/Chicago")
    start = datetime(2026, 10, 31, 12, 0, tzinfo=zone)
    end = datetime(2026, 11, 1, 12, 0, tzinfo=zone)

    assert refusals(changed(created_at=start, expires_at=end), [PROPERTY]) != ()
    assert (
        refusals(changed(created_at=start, expires_at=end - timedelta(hours=1)), [PROPERTY]) == ()
    )


@pytest.mark.parametrize(
    ("rulesets", "expected"),
    [
        pytest.param([PROPERTY], (11, 14, 8, 70), id="property, 70/8"),
        pytest.param([PROPERTY_60], (11, 14, 8, 60), id="property, 60/7"),
        pytest.param([PASSENGER], (10, 15, None, 70), id="passengers: no break clock"),
        pytest.param([PROPERTY, PASSENGER], (10, 14, 8, 70), id="both: the lowest of each"),
        pytest.param([CANADA], (10, 14, 8, 60), id="unknown: the lowest of all"),
        pytest.param([PROPERTY, CANADA], (10, 14, 8, 60), id="one unknown is enough"),
        pytest.param([], (10, 14, 8, 60), id="not said"),
    ],
)
def test_the_maxima_of_a_driver(rulesets, expected):
    """Under what we do not know nothing above the lowest known maxima is taken."""
    found = maxima(rulesets, date(2026, 10, 5))

    assert found == Maxima(*(None if one is None else one * HOUR for one in expected))


def test_a_clock_that_the_ruleset_does_not_have_is_refused():
    """Hours until a break mean nothing to a driver without the rule."""
    (sentence,) = refusals(changed(break_s=HOUR), [PASSENGER])

    assert "no break clock" in sentence


def test_an_exempt_driver_has_none():
    """There is nothing to override."""
    (sentence,) = refusals(GOOD, [PROPERTY], is_exempt=True)

    assert "exempt" in sentence


def test_limits_have_dates():
    """A new rule holds from its day on, the old one until then; outside of both nothing passes."""
    new = date(2027, 1, 1)
    old_rule = Rule(PROPERTY, Maxima(10, 10, 10, 10), date(2026, 1, 1), new, "old")
    rules = (old_rule, Rule(PROPERTY, Maxima(12, 12, 12, 12), new, None, "new"))

    assert maxima([PROPERTY], date(2026, 12, 31), rules).drive_s == 10
    assert maxima([PROPERTY], new, rules).drive_s == 12
    assert maxima([PROPERTY], date(2025, 12, 31), rules) is None
    early = changed(created_at=NOON - timedelta(days=9000), expires_at=NOON - timedelta(days=9000))
    assert any("No legal limits" in one for one in refusals(early, [PROPERTY]))


@given(
    hours=st.tuples(*[st.one_of(st.none(), st.integers(-9, 130 * HOUR))] * 4),
    rulesets=st.lists(st.sampled_from([PROPERTY, PROPERTY_60, PASSENGER, CANADA]), max_size=3),
)
@settings(deadline=None, max_examples=60)
def test_nothing_above_the_law_ever_passes(hours, rulesets):
    """Whatever is entered for whomever: what passes is within every ruleset they have."""
    override = Override("Ann", "why", NOON, NOON + timedelta(hours=1), *hours)
    if refusals(override, rulesets):
        return
    for rule in RULES:
        if rule.ruleset in rulesets:
            for name in ("drive_s", "shift_s", "cycle_s"):
                entered = getattr(override, name)
                assert entered is None or 0 <= entered <= getattr(rule.maxima, name)


@pytest.mark.parametrize(
    ("override", "minutes", "expected"),
    [
        pytest.param(GOOD, 0, True, id="from its creation"),
        pytest.param(GOOD, -1, False, id="not before"),
        pytest.param(GOOD, 359, True, id="last minute"),
        pytest.param(GOOD, 360, False, id="expired"),
        pytest.param(changed(expires_at=None), 0, False, id="no end: never"),
        pytest.param(changed(revoked_at=NOON + timedelta(minutes=5)), 4, True, id="not yet ended"),
        pytest.param(changed(revoked_at=NOON + timedelta(minutes=5)), 5, False, id="ended early"),
    ],
)
def test_when_it_is_in_force(override, minutes, expected):
    """Until before its expiry, or until somebody ends it."""
    assert holds(override, NOON + timedelta(minutes=minutes)) is expected


def test_an_instant_without_a_zone_is_an_error():
    """It would be read as the server's local time."""
    with pytest.raises(ValueError, match="time zone"):
        holds(GOOD, NOON.replace(tzinfo=None))
