"""A driver's remaining hours when they are not fresh, and what a dispatcher reads from them.

A vendor says what is left, never when it looked. A reading that was kept may therefore only get
worse: what has passed since ``as_of`` is taken off, and rest is never credited. Whole seconds
everywhere; absent is None, never 0. Instants must be aware; they are compared in UTC, because
two instants of one zone differ by their wall clocks in Python, an hour off across a change of
time. What a person entered instead is checked in ``core/hours_override.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

GOOD_FROM_S, LOW_FROM_S = 2 * 3600, 30 * 60  # where the bands change


class Which(StrEnum):
    """A clock; in this order, of two that end together, the harder to get back names the end."""

    CYCLE = "cycle"
    SHIFT = "shift"
    DRIVE = "drive"
    BREAK = "break"


class Band(StrEnum):
    """How urgent a clock is, in the words that a person reads."""

    GOOD = "2 h or more"
    LOW = "under 2 h"
    SHORT = "under 30 min"
    VIOLATION = "violation"


# What runs on while a driver is in a status. An unknown one may be any, so all clocks run.
_ALL = frozenset(Which)
_RUNNING: dict[str, frozenset[Which]] = {
    "driving": _ALL,
    "on_duty": frozenset({Which.SHIFT, Which.CYCLE}),
    "yard_move": frozenset({Which.SHIFT, Which.CYCLE}),
    "off_duty": frozenset({Which.SHIFT}),
    "sleeper_berth": frozenset({Which.SHIFT}),
    "personal_conveyance": frozenset({Which.SHIFT}),
}
KNOWN_STATUSES: frozenset[str] = frozenset(_RUNNING)


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the vendor (or a person) says is left, in seconds, and what is already too much."""

    drive_s: int | None = None
    shift_s: int | None = None
    break_s: int | None = None
    cycle_s: int | None = None
    cycle_tomorrow_s: int | None = None
    shift_driving_violation_s: int | None = None
    cycle_violation_s: int | None = None


@dataclass(frozen=True, slots=True)
class AgedClocks:
    """What is at least left now, in seconds. ``age_s``: of the reading, started seconds counted.

    An exempt driver's clocks mean nothing: all are None, and ``is_exempt`` says why.
    """

    drive_s: int | None
    shift_s: int | None
    break_s: int | None
    cycle_s: int | None
    age_s: int
    is_status_known: bool
    is_exempt: bool
    shift_driving_violation_s: int | None
    cycle_violation_s: int | None

    def left_s(self, which: Which) -> int | None:
        """What is left on one clock."""
        return {
            Which.DRIVE: self.drive_s,
            Which.SHIFT: self.shift_s,
            Which.BREAK: self.break_s,
            Which.CYCLE: self.cycle_s,
        }[which]

    @property
    def is_in_violation(self) -> bool:
        """Did the vendor count a violation? One that is over stays until it says so."""
        return bool(self.shift_driving_violation_s or self.cycle_violation_s)

    @property
    def is_available(self) -> bool:
        """Is there surely time to drive? Never so by silence: status and clocks must be known."""
        if not self.is_status_known or self.is_exempt or self.is_in_violation:
            return False
        needed = (self.drive_s, self.shift_s, self.cycle_s)
        return all(left is not None and left > 0 for left in needed) and self.break_s != 0


@dataclass(frozen=True, slots=True)
class Binding:
    """The clock that ends first if the driver drives from now on, and when.

    ``at``: in the home terminal's zone; in UTC, and ``is_home_time`` false, if that is unknown.
    """

    which: Which
    at: datetime
    seconds: int
    is_home_time: bool


def aged(
    clocks: Clocks,
    status: str | None,
    as_of: datetime,
    now: datetime,
    *,
    is_exempt: bool = False,
) -> AgedClocks:
    """The clocks as bad as they can have become between ``as_of`` and ``now``.

    ``status``: the last known duty status (a DutyStatus); any other word, or none, is unknown.
    """
    age_s = _elapsed_s(as_of, now)
    running = _RUNNING.get(status or "", _ALL)

    def left(which: Which, seconds: int | None) -> int | None:
        if seconds is None or is_exempt:
            return None
        return max(seconds - (age_s if which in running else 0), 0)

    return AgedClocks(
        drive_s=left(Which.DRIVE, clocks.drive_s),
        shift_s=left(Which.SHIFT, clocks.shift_s),
        break_s=left(Which.BREAK, clocks.break_s),
        cycle_s=left(Which.CYCLE, clocks.cycle_s),
        age_s=age_s,
        is_status_known=status in _RUNNING,
        is_exempt=is_exempt,
        shift_driving_violation_s=None if is_exempt else clocks.shift_driving_violation_s,
        cycle_violation_s=None if is_exempt else clocks.cycle_violation_s,
    )


def binding(clocks: AgedClocks, now: datetime, timezone: str | None) -> Binding | None:
    """Which known clock ends first, and at what time of the home terminal; None: none is known.

    For a clock at 0 that time is now. ``timezone``: IANA name of the home terminal.
    """
    known = [(left, which) for which in Which if (left := clocks.left_s(which)) is not None]
    if not known:
        return None
    seconds, which = min(known, key=lambda one: one[0])  # of equals, the first in Which's order
    at = home_time(_utc(now) + timedelta(seconds=seconds), timezone)
    return Binding(which, at, seconds, bool(timezone) and _zone(timezone) is not None)


def band(seconds: int | None, *, is_in_violation: bool = False) -> Band | None:
    """The band of what is left; None when that is unknown. 2 h is good, 30 min is low."""
    if is_in_violation:
        return Band.VIOLATION
    if seconds is None:
        return None
    if seconds >= GOOD_FROM_S:
        return Band.GOOD
    return Band.LOW if seconds >= LOW_FROM_S else Band.SHORT


def band_of(clocks: AgedClocks, which: Which) -> Band | None:
    """The band of one clock. The vendor's figure for driving marks the clock that ran out.

    It means driving beyond the shift or beyond the driving limit: the one of them with nothing
    left, and the shift when both have some (or nothing is known of them).
    """
    if which is Which.CYCLE:
        return band(clocks.cycle_s, is_in_violation=bool(clocks.cycle_violation_s))
    left = clocks.left_s(which)
    if which is Which.BREAK or not clocks.shift_driving_violation_s:
        return band(left)
    is_blamed = left == 0 or (which is Which.SHIFT and clocks.drive_s != 0)
    return band(left, is_in_violation=is_blamed)


def worst_band(clocks: AgedClocks) -> Band | None:
    """The band of the driver: violation if there is any, else that of the clock ending first."""
    known = [left for which in Which if (left := clocks.left_s(which)) is not None]
    return band(min(known, default=None), is_in_violation=clocks.is_in_violation)


def gained_at_midnight_s(clocks: Clocks) -> int | None:
    """What the next home-terminal day gives back of the cycle, as the vendor reckons it."""
    if clocks.cycle_s is None or clocks.cycle_tomorrow_s is None:
        return None
    return clocks.cycle_tomorrow_s - clocks.cycle_s


def next_day_starts(
    now: datetime, timezone: str | None, day_start_hour: int | None
) -> datetime | None:
    """When the next home-terminal day starts, in its zone; None if zone or hour is unknown."""
    return None if day_start_hour is None else next_at(now, timezone, time(day_start_hour))


def next_at(now: datetime, timezone: str | None, wall: time) -> datetime | None:
    """When the clock on a wall of that zone shows this time next; None if the zone is unknown.

    A time that a change of clocks skips is the first instant after it; of a time that occurs
    twice it is the first.
    """
    zone = _zone(timezone) if timezone else None
    if zone is None:
        return None
    day = _utc(now).astimezone(zone).date()
    for days in (0, 1):
        local = datetime.combine(day + timedelta(days=days), wall, zone)
        # Through UTC, where a skipped time becomes one that exists.
        comes = local.astimezone(UTC)
        if comes > _utc(now):
            return comes.astimezone(zone)
    raise AssertionError("Tomorrow's lies ahead.")


def home_time(at: datetime, timezone: str | None) -> datetime:
    """The instant by the wall clock of that zone; by UTC when the zone is unknown."""
    return _utc(at).astimezone((_zone(timezone) if timezone else None) or UTC)


def _elapsed_s(since: datetime, until: datetime) -> int:
    """Whole seconds passed, a started one counted; 0 if the clocks disagree about the order."""
    passed = _utc(until) - _utc(since)
    return max(-(-passed // timedelta(seconds=1)), 0)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return instant.astimezone(UTC)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of names
        return None
