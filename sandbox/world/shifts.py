"""Fortnights of legal duty: who drives, breaks and sleeps when.

Every driver repeats one of about a hundred fortnights, shifted in time. A fortnight is made of
24-hour blocks with at most one shift each, so the ten hours of rest, the 11-hour, 14-hour and
30-minute rules and the cycle hold by construction (the tests check them all the same).
"""

from __future__ import annotations

from typing import NamedTuple

from sandbox.world.dice import Dice
from sandbox.world.instants import DAY, HOUR, MINUTE

PERIOD = 14 * DAY

DRIVING, ON_DUTY, YARD = "driving", "on_duty", "yard_move"
OFF, SLEEPER, PERSONAL = "off_duty", "sleeper_berth", "personal_conveyance"
UNKNOWN = "unknown"
STATUSES = (DRIVING, ON_DUTY, YARD, OFF, SLEEPER, PERSONAL)
WORK = frozenset({DRIVING, ON_DUTY, YARD})


class Segment(NamedTuple):
    """One status from `start` on (seconds into the fortnight) until the next segment."""

    start: int
    status: str


class Shift(NamedTuple):
    """The moments of a shift that loads hang on, in seconds into the fortnight."""

    start: int
    under_way: int
    pause: int
    resumed: int
    unloading: int
    end: int


class Style(NamedTuple):
    """What kind of fortnight: days worked in a week, longest shift, cycle limit, flavour."""

    name: str
    variants: int
    days: int
    longest: int
    cycle: int
    flavour: str = "road"


STYLES = (
    Style("road70", 40, 5, 13 * HOUR, 70 * HOUR),
    Style("long70", 24, 6, 11 * HOUR + 30 * MINUTE, 70 * HOUR),
    Style("road60", 16, 5, 11 * HOUR + 45 * MINUTE, 60 * HOUR),
    Style("canada", 8, 5, 13 * HOUR, 70 * HOUR, "home"),
    Style("yard", 4, 5, 12 * HOUR, 70 * HOUR, "yard"),
    Style("personal", 8, 5, 12 * HOUR, 70 * HOUR, "personal"),
)


def _lengths(dice: Dice, longest: int) -> list[int]:
    """Seconds of: loading, drive, break, drive, short stop, drive, unloading."""
    parts = [
        dice.spread(30 * 60, 60 * 60),
        dice.spread(150 * 60, 240 * 60),
        dice.spread(31 * 60, 45 * 60),
        dice.spread(150 * 60, 235 * 60),
        dice.spread(15 * 60, 25 * 60),
        dice.spread(60 * 60, 180 * 60),
        dice.spread(30 * 60, 60 * 60),
    ]
    for shortened in (5, 3, 1):
        spare = sum(parts) - longest
        if spare > 0:
            parts[shortened] -= min(spare, parts[shortened] - 45 * 60)
    return parts


def _shift(dice: Dice, start: int, style: Style) -> tuple[list[Segment], Shift]:
    parts = _lengths(dice, style.longest)
    moving = YARD if style.flavour == "yard" else DRIVING
    # Half of the long breaks are taken off duty, half are fuel stops: both count as a break.
    pause = OFF if dice.chance(0.5) else ON_DUTY
    statuses = (ON_DUTY, moving, pause, moving, ON_DUTY, moving, ON_DUTY)
    at, segments = start, []
    for status, length in zip(statuses, parts, strict=True):
        segments.append(Segment(at, status))
        at += length
    marks = [segment.start for segment in segments]
    return segments, Shift(start, marks[1], marks[2], marks[3], marks[6], at)


def _rest(dice: Dice, start: int, end: int, style: Style) -> list[Segment]:
    """From the end of a shift to the start of the next."""
    away = end - start < 20 * HOUR and style.flavour == "road"
    if style.flavour == "personal":
        ride = dice.spread(45, 120) * MINUTE
        return [Segment(start, PERSONAL), Segment(start + ride, OFF)]
    if not away:
        return [Segment(start, OFF)]
    settle = dice.spread(20, 60) * MINUTE
    rise = dice.spread(15, 40) * MINUTE
    return [Segment(start, OFF), Segment(start + settle, SLEEPER), Segment(end - rise, OFF)]


def fortnight(seed: int, style: Style, which: int) -> tuple[list[Segment], list[Shift]]:
    """The segments and shifts of one fortnight; the last rest wraps into the next fortnight."""
    days = [week * 7 + day for week in (0, 1) for day in range(style.days)]
    segments: list[Segment] = []
    shifts: list[Shift] = []
    dices = [Dice(seed, "shift", style.name, which, day) for day in days]
    starts = [day * DAY + dice.below(HOUR) for day, dice in zip(days, dices, strict=True)]
    for place, (start, dice) in enumerate(zip(starts, dices, strict=True)):
        worked, shift = _shift(dice, start, style)
        until = starts[place + 1] if place + 1 < len(starts) else starts[0] + PERIOD
        segments += worked + _rest(dice, shift.end, until, style)
        shifts.append(shift)
    if segments[0].start > 0:
        # The fortnight opens in the rest that the previous one left.
        segments.insert(0, Segment(0, OFF))
    return segments, shifts
