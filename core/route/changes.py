"""The smallest changes that would make a late plan one in time, each tried by the same rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from core.route import words
from core.route.request import Relief, Request
from core.route.roads import joined
from core.route.rules import Limits, limits_of
from core.route.setting import Setting
from core.route.start import Begin, begin
from core.route.trip import Call, Trip, best

EARLIEST = timedelta(hours=24)  # an earlier start than that is no small change
MINUTE = 60


@dataclass(frozen=True, slots=True)
class _Able:
    """Another driver who can, and how he was found to."""

    name: str
    arrives: str


def that_help(
    request: Request, limits: Limits, setting: Setting, start: Begin, trip: Trip
) -> tuple[str, ...]:
    """Sentences, the smallest change first; none when nothing is late."""
    if not trip.late_s:
        return ()
    found = [
        _moved(request, trip),
        _earlier(request, limits, setting, start),
        _another(request),
    ]
    said = tuple(one for one in found if one)
    return said or ("No single change was found that helps.",)


def _moved(request: Request, trip: Trip) -> str:
    """Appointments that would have to close later."""
    late = {halt.key: halt for halt in trip.halts if halt.late_s}
    said = []
    for visit in request.visits:
        if visit.key in late:
            until = words.clock_time(late[visit.key].arrives_at, visit.timezone)
            said.append(f"{visit.name} would have to take it until {until}")
    return f"{'; '.join(said)}."


def _earlier(request: Request, limits: Limits, setting: Setting, start: Begin) -> str | None:
    """How much earlier it would have had to start, to the minute."""

    def late(minutes: int) -> int:
        duty = replace(start.duty, at=start.duty.at - timedelta(minutes=minutes))
        return best(duty, limits, setting.calls, setting.berths, request.truck.mph).late_s

    minutes = least(lambda n: late(n) == 0, int(EARLIEST.total_seconds()) // MINUTE)
    if minutes is None:
        return None
    return f"Started {words.span(minutes * MINUTE)} earlier, with the same hours, it would be met."


def least(holds: Callable[[int], bool], most: int) -> int | None:
    """The smallest number from 1 on for which it holds, if any; it may fail again beyond.

    Doubling finds a number that holds, halving the smallest below it that does.
    """
    high = 1
    while not holds(high):
        if high >= most:
            return None
        high = min(high * 2, most)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _another(request: Request) -> str | None:
    """The first other driver, of those offered, who can be on time everywhere."""
    for relief in request.reliefs:
        found = _can(request, relief)
        if found is not None:
            return f"{found.name} could do it, arriving {found.arrives}."
    return None


def _can(request: Request, relief: Relief) -> _Able | None:
    """Whether that driver is on time, from where his truck is. Fuel is left out of it."""
    limits = limits_of(relief.hours.rulesets, request.now.date())
    if limits is None:
        return None
    path = joined(relief.start, [relief.to_first, *request.legs[1:]])
    calls = [
        Call(v.key, v.kind, mile, request.truck.service_s, v.opens_at, v.closes_at)
        for v, mile in zip(request.visits, path.ends, strict=True)
    ]
    start = begin(relief.hours, limits, request.now)
    if not start.is_sure:
        return None
    trip = best(start.duty, limits, calls, (), request.truck.mph)
    if trip.late_s:
        return None
    return _Able(relief.name, words.clock_time(trip.arrives_at, request.visits[-1].timezone))
