"""A driver's clocks in a plan: what driving, work and rest take from them and give back.

The clocks start as what is at least left (``core/hours.py``). In a plan rest is credited, because
it is the plan that prescribes it; what lies before the plan is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.hours import Which
from core.route.rules import Limits


@dataclass(frozen=True, slots=True)
class Gain:
    """Seconds of cycle that come back at an instant: a home-terminal day leaves the count."""

    at: datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class Duty:
    """What is left on each clock at an instant.

    ``break_s``: None where no break is due. ``cycle_s``: None when nobody knows; it then binds
    nothing, and the plan says so. ``gains``: in order of time, those to come.
    """

    at: datetime
    drive_s: int
    shift_s: int
    break_s: int | None
    cycle_s: int | None
    gains: tuple[Gain, ...] = ()


def rested(at: datetime, limits: Limits, cycle_s: int | None, gains: tuple[Gain, ...] = ()) -> Duty:
    """The clocks after a full rest."""
    return Duty(at, limits.drive_s, limits.window_s, limits.break_after_s, cycle_s, gains)


def can_drive(duty: Duty) -> tuple[int, Which]:
    """For how long driving is legal from now, and which clock ends it.

    Of clocks that end together, the one that is harder to get back is named.
    """
    known = [(duty.shift_s, Which.SHIFT), (duty.drive_s, Which.DRIVE)]
    if duty.cycle_s is not None:
        known.insert(0, (duty.cycle_s, Which.CYCLE))
    if duty.break_s is not None:
        known.append((duty.break_s, Which.BREAK))
    seconds, which = min(known, key=lambda one: one[0])
    return max(0, seconds), which


def drive(duty: Duty, seconds: int, limits: Limits) -> Duty:
    """Drive; every clock runs. ValueError beyond what is legal."""
    if seconds > can_drive(duty)[0]:
        raise ValueError("A plan drives no longer than the clocks allow.")
    moved = replace(
        duty,
        drive_s=duty.drive_s - seconds,
        break_s=None if duty.break_s is None else duty.break_s - seconds,
    )
    return _passed(moved, seconds, limits, is_on_duty=True)


def work(duty: Duty, seconds: int, limits: Limits) -> Duty:
    """On duty, not driving: shift and cycle run; long enough, it is the break as well."""
    return _interrupted(_passed(duty, seconds, limits, is_on_duty=True), seconds, limits)


def off(duty: Duty, seconds: int, limits: Limits) -> Duty:
    """Off duty: a break, a rest or a restart by its length; a shift that has begun runs on."""
    ended = _interrupted(_passed(duty, seconds, limits, is_on_duty=False), seconds, limits)
    if seconds >= limits.rest_s:
        ended = rested(ended.at, limits, ended.cycle_s, ended.gains)
    if seconds >= limits.restart_s and ended.cycle_s is not None:
        # Everything before the restart has left the count: no day of it gives anything back.
        ended = replace(ended, cycle_s=limits.cycle_s, gains=())
    return ended


def off_for_cycle_s(duty: Duty, limits: Limits, wanted_s: int) -> int:
    """How long to be off until there is so much cycle to drive with: by gains, or by a restart.

    Never shorter than a rest: who waits for a day to leave the count rests meanwhile.
    """
    missing = max(1, wanted_s) - (duty.cycle_s or 0)
    for gain in duty.gains:
        missing -= gain.seconds
        if missing <= 0:
            waits = int((gain.at - duty.at).total_seconds())
            return min(max(waits, limits.rest_s), limits.restart_s)
    return limits.restart_s


def _interrupted(duty: Duty, seconds: int, limits: Limits) -> Duty:
    if seconds < limits.break_s:
        return duty
    return replace(duty, break_s=limits.break_after_s)


def _passed(duty: Duty, seconds: int, limits: Limits, *, is_on_duty: bool) -> Duty:
    """Time goes by: a shift begins with the first work after a rest, and then never stops."""
    has_begun = is_on_duty or duty.shift_s < limits.window_s
    until, cycle = duty.at + timedelta(seconds=seconds), duty.cycle_s
    due = [gain for gain in duty.gains if gain.at <= until]
    if cycle is not None:
        spent = seconds if is_on_duty else 0
        cycle = min(cycle - spent + sum(gain.seconds for gain in due), limits.cycle_s)
    return replace(
        duty,
        at=until,
        shift_s=duty.shift_s - (seconds if has_begun else 0),
        cycle_s=cycle,
        gains=duty.gains[len(due) :],
    )
