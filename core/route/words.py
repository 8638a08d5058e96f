"""The sentences of a plan: why each stop is there, and what the plan comes to."""

from __future__ import annotations

from datetime import datetime

from core.hours import Which, home_time
from core.route.fuel import Fill
from core.route.request import Station, Visit
from core.route.rules import Limits
from core.route.trip import Halt, Kind
from core.route.weather import Passing

_CLOCKS = {
    Which.DRIVE: "the {hours} of driving",
    Which.SHIFT: "the {hours} shift",
    Which.BREAK: "{hours} of driving without a break",
    Which.CYCLE: "the {hours} cycle",
}


def span(seconds: int) -> str:
    """“25 min”, “2 h”, “2 h 05 min”."""
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02} min" if rest else f"{hours} h"


def clock_time(at: datetime, timezone: str | None) -> str:
    """By the wall clock there: “Thu 14:05 CDT”; UTC where the zone is unknown."""
    return home_time(at, timezone).strftime("%a %H:%M %Z")


def pause(halt: Halt, limits: Limits, station: Station | None, timezone: str | None) -> str:
    """Why a break or a rest is there."""
    clock = halt.clock or Which.SHIFT
    limit = {
        Which.DRIVE: limits.drive_s,
        Which.SHIFT: limits.window_s,
        Which.BREAK: limits.break_after_s or 0,
        Which.CYCLE: limits.cycle_s,
    }[clock]
    long = span(int((halt.departs_at - halt.arrives_at).total_seconds()))
    what = "break" if halt.kind is Kind.BREAK else "rest"
    words = _CLOCKS[clock].format(hours=span(limit))
    end = " end" if clock in (Which.DRIVE, Which.BREAK) else " ends"
    said = f"{long} {what}: {words}{end} before the next stop."
    if clock is Which.CYCLE:
        said += f" Driving goes on at {clock_time(halt.departs_at, timezone)}."
    if station is None:
        return f"{said} No truck stop with parking is known near here: find one before this point."
    if station.parking_spaces:
        return f"{said} {station.parking_spaces} truck places."
    return f"{said} It has truck parking; how much is not known."


def first_rest(seconds: int, why: str) -> str:
    """Why a plan begins with a rest."""
    return f"{span(seconds)} rest before anything else, because {why}."


def fuel(fill: Fill, station: Station, age_s: int | None, *, is_break: bool) -> str:
    """Why to buy fuel here."""
    much = f"Buy {fill.gallons:.0f} gal"
    arrive = f"the tank is reckoned at {fill.arrive_gallons:.0f} gal here"
    if fill.pump.price is None:
        said = f"{much}: {arrive}, and no station with a fresh price is within reach."
    else:
        age = "" if age_s is None else f", {_age(age_s)} old"
        said = f"{much} at ${fill.pump.price:.3f} (posted{age}): {arrive}; the cheapest way."
    if fill.pump.off_miles >= 0.5:
        said += f" {fill.pump.off_miles:.1f} miles off the road."
    return said + (" It counts as the 30-minute break." if is_break else "")


def visit(of: Visit, halt: Halt) -> str:
    """How an appointment is met."""
    zone = of.timezone
    if of.before is not None:
        wait = f" Waits {span(halt.wait_s)} until it opens." if halt.wait_s else ""
        return f"Of load {of.before}, which the driver has first.{wait}"
    if of.is_reached:
        return "The truck is there already."
    if halt.late_s:
        closed = clock_time(of.closes_at, zone) if of.closes_at else ""
        return f"Arrives {span(halt.late_s)} after it closes at {closed}."
    said = "No appointment is known."
    if of.closes_at is not None:
        slack = span(int((of.closes_at - halt.arrives_at).total_seconds()))
        said = f"In time, {slack} before it closes at {clock_time(of.closes_at, zone)}."
    elif of.opens_at is not None:
        said = f"Open from {clock_time(of.opens_at, zone)}; no end is known."
    if halt.wait_s:
        rest = ", long enough to be a rest" if halt.is_rest else ""
        said += f" Waits {span(halt.wait_s)} until it opens{rest}."
    return said + (" Located by its city only." if of.is_guessed else "")


def weather(passing: Passing) -> str:
    """What is to be expected, from where, and how old that is."""
    seen = passing.observation
    place = f" at {seen.place}" if seen.place else ""
    said = f"{seen.severity.capitalize()}: {seen.description}{place}, "
    said += f"observed {_age(passing.ahead_s)} before the truck passes"
    return said + (": it may have changed by then." if passing.is_distant else ".")


def _age(seconds: int) -> str:
    return span(seconds) if seconds < 48 * 3600 else f"{seconds // 86400} d"
