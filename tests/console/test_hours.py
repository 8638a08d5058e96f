"""What a dispatcher reads about a driver's hours: words and shapes, and times at home."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console

from console import hours as words
from console.cli.hours import tell
from core.errors import ConfigurationError, Sentences
from core.hours import Clocks, aged, binding
from core.hours_override import Override
from models.hours import BreakerView, DriverHours, Reading, Source, Why

HOUR, MINUTE = 3600, 60
NOON = datetime(2026, 10, 5, 17, 0, tzinfo=UTC)  # 12:00 in Chicago
HOME = "America/Chicago"
FULL = Clocks(4 * HOUR + 9 * MINUTE + 59, HOUR + 59 * MINUTE, 25 * MINUTE, 60 * HOUR, 67 * HOUR)


def said_by(clocks=FULL, ago=timedelta(minutes=3), status="off_duty", **more):
    as_of = NOON - ago
    found = aged(clocks, status, NOON, NOON, is_exempt=more.pop("is_exempt", False))
    found = replace(found, age_s=int(ago.total_seconds()))
    given = {
        "tenant": "acme", "vendor": "samsara", "vendor_title": "Samsara", "driver_id": "7",
        "driver_name": "Ann Lee", "is_active": True, "exempt_reason": None, "home_timezone": HOME,
        "source": Source.CACHE, "now": NOON, "as_of": as_of, "status": status,
        "reading": Reading(status, "Truck 9", clocks, as_of, True), "clocks": found,
        "binding": binding(found, NOON, HOME), "gained_s": None, "next_day_at": None,
    }  # fmt: skip
    return DriverHours(**(given | more))


def stale(kind, retry_at=None, **more):
    why = Why(kind, Sentences("It happened.", "Who must act: nobody.", "Wait."))
    return said_by(ago=timedelta(minutes=42), source=Source.STALE, why=why, retry_at=retry_at,
                   **more)  # fmt: skip


AT = NOON + timedelta(hours=2, minutes=5)
ANN = Override("Ann", "ELD malfunction", NOON, NOON + timedelta(hours=6), drive_s=2 * HOUR)


@pytest.mark.parametrize(
    ("hours", "line"),
    [
        (said_by(), "from the ELD 3 min ago"),
        (said_by(ago=timedelta(seconds=2), source=Source.LIVE), "from the ELD 2 s ago"),
        (stale("rate_limited", AT), "cached 42 min, Samsara limits us until 14:05 CDT"),
        (stale("deferred", AT), "cached 42 min, Samsara limits us until 14:05 CDT"),
        (stale("paused", AT), "cached 42 min, calls to Samsara are paused until 14:05 CDT"),
        (stale("rate_limited"), "cached 42 min, Samsara limits us"),
        (stale("vendor_unavailable", AT), "cached 42 min, Samsara does not answer"),
        (stale("auth_rejected"), "cached 42 min, Samsara rejects the key"),
        (stale("permission_missing"), "cached 42 min, Samsara refuses to show hours"),
        (stale("record_invalid"), "cached 42 min, Samsara's answer cannot be read"),
        (stale("not_there"), "cached 42 min, Samsara does not name this driver"),
        (stale("switched_off"), "cached 42 min, Samsara is switched off"),
        (stale("no_answer_yet"), "cached 42 min, Samsara gave nothing newer"),
        (
            said_by(source=Source.OVERRIDE, override=ANN),
            "override by Ann until 18:00 CDT: ELD malfunction",
        ),
    ],
)
def test_where_it_comes_from(hours, line):
    """Each source in one line, in the dispatcher's words."""
    assert words.where_from(hours) == line


def test_a_breaker_alone_does_not_change_the_reason():
    """It may have opened for somebody else's calls; what this one met is what is told."""
    breaker = BreakerView("vendor", "OPEN", AT, "5 failures in a row.")

    assert "does not answer" in words.where_from(stale("vendor_unavailable", breaker=breaker))


@pytest.mark.parametrize(
    ("hours", "line"),
    [
        (stale("vendor_unavailable", AT), "Samsara is asked again from 14:05 CDT on."),
        (stale("rate_limited", AT), None),
        (stale("vendor_unavailable"), None),
        (said_by(), None),
    ],
)
def test_when_the_vendor_is_asked_again_is_told_once(hours, line):
    assert words.asked_again(hours) == line


@pytest.mark.parametrize(
    ("hours", "line"),
    [
        (said_by(), "Available."),
        (said_by(status="unknown"), "nobody knows what the driver is doing"),
        (said_by(is_active=False), "deactivated"),
        (said_by(is_exempt=True, exempt_reason="Short haul"), "Exempt .* (Short haul)"),
        (said_by(replace(FULL, break_s=0)), "a break is due"),
        (said_by(replace(FULL, drive_s=0)), "nothing is left of the drive."),
        (said_by(replace(FULL, shift_s=0, cycle_s=0)), "of the shift and the cycle."),
        (said_by(replace(FULL, cycle_s=None)), "nobody knows the cycle."),
        (said_by(replace(FULL, cycle_violation_s=9)), "in violation"),
    ],
)
def test_whether_the_driver_may_be_planned_with(hours, line):
    """Yes only when it is surely so; else why not."""
    said = words.availability(hours)

    for part in line.split(".*"):
        assert part.strip() in said
    assert hours.is_available is (said == "Available.")


@pytest.mark.parametrize(
    ("hours", "line"),
    [
        (said_by(), "Break binds first: at 12:25 CDT, in 25 min of driving."),
        (
            said_by(Clocks(9 * HOUR, 13 * HOUR, 8 * HOUR + MINUTE, 70 * HOUR)),
            "Break binds first: at 20:01 CDT, in 8 h 01 min of driving.",
        ),
        (
            said_by(Clocks(13 * HOUR, 14 * HOUR, None, 70 * HOUR)),
            "Drive binds first: at Tue 01:00 CDT, in 13 h 00 min of driving.",
        ),
        (said_by(replace(FULL, cycle_s=0)), "Cycle binds first: it is over."),
        (said_by(Clocks()), None),
    ],
)
def test_which_clock_binds_first_and_when_at_home(hours, line):
    assert words.binds(hours) == line


def test_an_unknown_home_is_told_in_utc_and_said_so():
    """A time without its place would be read as the reader's own."""
    hours = said_by(home_timezone=None)
    hours = replace(hours, binding=binding(hours.clocks, NOON, None))

    assert words.binds(hours) == (
        "Break binds first: at 17:25 UTC, in 25 min of driving "
        "(the home terminal's time zone is unknown)."
    )


@pytest.mark.parametrize(
    ("gained", "line"),
    [(7 * HOUR, "7 h 00 min of cycle come back at Tue 00:00 CDT."), (0, None), (None, None)],
)
def test_what_midnight_gives_back(gained, line):
    midnight = datetime(2026, 10, 6, 5, tzinfo=UTC)

    assert words.comes_back(said_by(gained_s=gained, next_day_at=midnight)) == line


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(59, "0 min"), (3599, "59 min"), (3600, "1 h 00 min"), (14_999, "4 h 09 min")],
)
def test_minutes_left_are_rounded_down(seconds, said):
    assert words.length(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, "3 s"), (90, "1 min"), (2520, "42 min"), (11_400, "3 h 10 min"), (200_000, "2 d")],
)
def test_ages(seconds, said):
    assert words.age(seconds) == said


@pytest.mark.parametrize(
    ("entered", "seconds"), [("2:30", 9000), ("0:05", 300), (" 70:00 ", 252_000), (None, None)]
)
def test_hours_are_entered_as_hours_and_minutes(entered, seconds):
    assert words.entered_s(entered, "--drive") == seconds


@pytest.mark.parametrize("entered", ["2", "2.5", "2:60", "-1:00", "2h30", "", "1000:00"])
def test_other_words_for_hours_are_refused(entered):
    """“2” could be hours or minutes: nobody guesses."""
    with pytest.raises(ConfigurationError, match=r"--drive takes .* 2:30"):
        words.entered_s(entered, "--drive")


@pytest.mark.parametrize(
    ("said", "zone", "instant"),
    [
        ("18:00", HOME, "2026-10-05T23:00:00+00:00"),
        ("11:59", HOME, "2026-10-06T16:59:00+00:00"),
        ("12:00", HOME, "2026-10-06T17:00:00+00:00"),
        ("2026-10-05T18:00-05:00", None, "2026-10-05T23:00:00+00:00"),
        ("2026-10-05T18:00Z", HOME, "2026-10-05T18:00:00+00:00"),
    ],
)
def test_when_an_override_ends(said, zone, instant):
    """A time alone is the next one by the home terminal's clock."""
    assert words.until(said, NOON, zone).astimezone(UTC).isoformat() == instant


@pytest.mark.parametrize(
    ("said", "zone"), [("18:00", None), ("24:00", HOME), ("noon", HOME), ("2026-10-05T18:00", HOME)]
)
def test_a_time_that_could_be_another_is_refused(said, zone):
    with pytest.raises(ConfigurationError, match="2026-10-05T18:00-05:00"):
        words.until(said, NOON, zone)


def test_hours_until_the_end_are_at_most_a_day():
    assert words.in_hours(24, NOON) == NOON + timedelta(hours=24)
    for wrong in (0, -1, 24.1, float("nan")):
        with pytest.raises(ConfigurationError):
            words.in_hours(wrong, NOON)


def shown(hours, width=80):
    out = StringIO()
    tell(Console(file=out, width=width, highlight=False), hours)
    return out.getvalue()


def test_the_whole_answer_fits_a_terminal_of_80_columns():
    """Both figures, each band as a shape and words, and what a dispatcher asks first."""
    said = shown(said_by(replace(FULL, shift_driving_violation_s=60)))

    assert max(map(len, said.splitlines())) <= 80
    lines = [line.rstrip() for line in said.splitlines()]
    assert lines[0] == "Ann Lee (7)  off duty, Truck 9"
    assert lines[1] == "from the ELD 3 min ago"
    assert [line.split("  ")[-1] for line in lines if line.startswith(("drive", "shift"))] == [
        "● 2 h or more", "✗ violation"
    ]  # fmt: skip
    assert any(line.startswith("break") and line.endswith("▲ under 30 min") for line in lines)
    assert "Not available: in violation." in lines


def test_what_was_entered_stands_beside_what_the_vendor_said():
    said = shown(said_by(source=Source.OVERRIDE, override=ANN, status="unknown"))

    drive = next(line for line in said.splitlines() if line.startswith("drive"))
    assert [part.strip() for part in drive.split("  ") if part.strip()][:4] == [
        "drive", "4 h 09 min", "4 h 09 min", "2 h 00 min"
    ]  # fmt: skip
    assert "status unknown" in said
    assert "Truck 9" not in said, "where he was is the vendor's word"


def test_a_stale_answer_ends_with_the_three_sentences():
    said = shown(stale("vendor_unavailable", AT))

    assert said.rstrip().endswith(
        "It happened. Who must act: nobody. Wait. Samsara is asked again from 14:05 CDT on."
    )


def test_an_exempt_driver_has_no_table():
    said = shown(said_by(is_exempt=True, binding=None))

    assert "drive" not in said.splitlines()[3:][0]
    assert "Exempt from hours of service" in said


def test_an_override_in_one_line():
    line = words.override(replace(ANN, cycle_s=20 * HOUR + 5 * MINUTE), NOON, HOME)

    assert line == "drive 2:00, cycle 20:05, until 18:00 CDT, by Ann: ELD malfunction"
