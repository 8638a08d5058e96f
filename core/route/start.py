"""The clocks with which a plan begins: never better than what is at least left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.route.duty import Duty, off
from core.route.request import Hours, HoursBasis
from core.route.rules import Limits


@dataclass(frozen=True, slots=True)
class Begin:
    """The clocks at the start. ``rests_first_s``: what the plan puts before it, for ``why``."""

    duty: Duty
    rests_first_s: int
    is_sure: bool
    why: str | None


def begin(hours: Hours, limits: Limits, now: datetime) -> Begin:
    """The clocks to plan with, from now on.

    Who is unknown, exempt or in violation is planned with as if he had nothing left: a full rest
    comes first. Of an exempt or unknown driver no cycle is known, and none is reckoned with.
    """
    clocks = hours.clocks
    if hours.basis in (HoursBasis.UNKNOWN, HoursBasis.EXEMPT) or clocks is None:
        why = hours.why or "nobody knows this driver's hours"
        return _after_rest(now, limits, None, hours, is_sure=False, why=why)
    if clocks.is_in_violation:
        why = "the driver is in violation"
        return _after_rest(now, limits, clocks.cycle_s, hours, is_sure=True, why=why)
    if clocks.drive_s is None or clocks.shift_s is None:
        why = "the vendor does not say what is left of driving and shift"
        return _after_rest(now, limits, clocks.cycle_s, hours, is_sure=False, why=why)
    duty = Duty(
        at=now,
        drive_s=min(clocks.drive_s, limits.drive_s),
        shift_s=min(clocks.shift_s, limits.window_s),
        break_s=_break_s(clocks.break_s, clocks.drive_s, limits),
        cycle_s=None if clocks.cycle_s is None else min(clocks.cycle_s, limits.cycle_s),
        gains=hours.gains,
    )
    is_sure = hours.basis is HoursBasis.KNOWN and clocks.is_status_known
    is_sure = is_sure and clocks.cycle_s is not None and limits.is_listed
    return Begin(duty, 0, is_sure, None if is_sure else _doubt(hours, limits))


def _after_rest(
    now: datetime, limits: Limits, cycle_s: int | None, hours: Hours, *, is_sure: bool, why: str
) -> Begin:
    spent = Duty(now, 0, 0, None if limits.break_after_s is None else 0, cycle_s, hours.gains)
    return Begin(off(spent, limits.rest_s, limits), limits.rest_s, is_sure, why)


def _break_s(left: int | None, drive_s: int, limits: Limits) -> int | None:
    """What is left until a break; where nobody says, as if no break had been taken in the shift."""
    if limits.break_after_s is None:
        return None
    if left is None:
        return max(0, limits.break_after_s - (limits.drive_s - min(drive_s, limits.drive_s)))
    return min(left, limits.break_after_s)


def _doubt(hours: Hours, limits: Limits) -> str:
    if hours.basis is not HoursBasis.KNOWN and hours.why:
        return hours.why
    if hours.clocks is not None and not hours.clocks.is_status_known:
        return "nobody knows what the driver is doing"
    if not limits.is_listed:
        return "the driver's ruleset is not known here, so the lowest limits of all are kept"
    return "the vendor does not say what is left of the cycle"
