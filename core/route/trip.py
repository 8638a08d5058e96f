"""Driving a road under the clocks: where one must stop for a break, a rest, fuel or a customer.

As far as the clocks allow, then the pause that gives driving back, at the last truck stop with
parking before the limit. Waiting for an appointment counts as on duty, which is the worse for the
clocks, unless it is long enough to be a rest.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.hours import Which
from core.route.duty import Duty, can_drive, drive, off, off_for_cycle_s, work
from core.route.rules import HOUR, Limits

# A truck stop so far before the limit is stopped at, if that makes nothing late: what is then not
# driven may be missing later. Otherwise a nearer one, or the open road.
PARKING_WITHIN_MILES = (100.0, 40.0, 10.0)
WORTH_S = HOUR  # of cycle: for less one does not break off a rest


class Kind(StrEnum):
    """What happens at a stop; the words of ``fleet.route_plan_stop``."""

    START = "start"
    PICKUP = "pickup"
    DELIVERY = "delivery"
    FUEL = "fuel"
    REST = "rest"
    BREAK = "break"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Call:
    """Something to do at a mile mark. ``closes_at``: None when one may come at any time.

    ``detour_miles``: off the road and back.
    """

    key: str
    kind: Kind
    mile: float
    service_s: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    detour_miles: float = 0.0


@dataclass(frozen=True, slots=True)
class Berth:
    """A truck stop with parking."""

    key: str
    mile: float


@dataclass(frozen=True, slots=True)
class Halt:
    """One stop of a trip as it comes out.

    ``clock``: which one forced it. ``drive_s``: driven since the halt before. ``wait_s``: of the
    stay, before the appointment opens. ``left``: the clocks on leaving. ``is_break``: it interrupts
    driving long enough. ``key``: of the call or of the truck stop; None on the open road.
    """

    kind: Kind
    key: str | None
    mile: float
    arrives_at: datetime
    departs_at: datetime
    drive_s: int
    left: Duty
    clock: Which | None = None
    wait_s: int = 0
    late_s: int = 0
    is_break: bool = False
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Trip:
    """A trip from its departure on."""

    departs_at: datetime
    halts: tuple[Halt, ...]
    drive_s: int

    @property
    def late_s(self) -> int:
        """By how much the worst appointment is missed; 0 when all are kept."""
        return max((halt.late_s for halt in self.halts), default=0)

    @property
    def arrives_at(self) -> datetime:
        """At the last stop; at the departure when there is none."""
        return self.halts[-1].arrives_at if self.halts else self.departs_at

    @property
    def ends_at(self) -> datetime:
        """When all is done at the last stop."""
        return self.halts[-1].departs_at if self.halts else self.departs_at


class _Driving:
    """A trip under way; one object a simulation."""

    def __init__(
        self, duty: Duty, limits: Limits, berths: Sequence[Berth], mph: float, within: float
    ) -> None:
        self.duty, self.limits, self.mph, self.within = duty, limits, mph, within
        self.berths = sorted(berths, key=lambda berth: berth.mile)
        self.marks = [berth.mile for berth in self.berths]
        self.mile, self.halts, self.drive_s, self.since_s = 0.0, list[Halt](), 0, 0

    def go(self, mile: float, detour_miles: float) -> None:
        """To a mile mark and off the road, with the pauses that the clocks force."""
        ahead = max(0.0, mile - self.mile) + detour_miles
        while (needed := self._seconds(ahead)) > 0:
            allowed, clock = can_drive(self.duty)
            if allowed >= needed:
                self._drive(needed)
                break
            reach = self.mile + self._miles(allowed)
            berth = self._berth(min(reach, mile))
            stop = berth.mile if berth else max(self.mile, min(reach, mile))
            # On a detour the mile mark stands still, though the clocks run.
            moved = min(allowed, self._seconds(stop - self.mile)) if berth else allowed
            self._drive(moved)
            ahead -= self._miles(moved)
            self.mile = stop
            self._pause(berth, clock, needed - moved)
        self.mile = max(self.mile, mile)

    def call(self, call: Call) -> None:
        """Arrive, wait until it opens, and do what is to be done."""
        self.go(call.mile, call.detour_miles)
        arrives = self.duty.at
        late = 0 if call.closes_at is None else _seconds(arrives - call.closes_at)
        wait = 0 if call.opens_at is None else _seconds(call.opens_at - arrives)
        is_rest = wait >= self.limits.rest_s
        if is_rest:
            self.duty = off(self.duty, wait, self.limits)
            self.duty = work(self.duty, call.service_s, self.limits)
        else:
            self.duty = work(self.duty, wait + call.service_s, self.limits)
        self._halt(
            call.kind,
            call.key,
            arrives,
            wait_s=wait,
            late_s=late,
            is_break=wait + call.service_s >= self.limits.break_s,
            is_rest=is_rest,
        )

    def _pause(self, berth: Berth | None, clock: Which, needed_s: int) -> None:
        """The shortest pause after which driving goes on."""
        arrives, limits, duty = self.duty.at, self.limits, self.duty
        # What a break would leave; where that is nothing, the clock that ends then forces a rest.
        left, ending = can_drive(replace(duty, break_s=None, shift_s=duty.shift_s - limits.break_s))
        if clock is Which.BREAK and left == 0:
            clock = ending
        if clock is Which.CYCLE:
            wanted = min(needed_s, WORTH_S)
            self.duty, kind = off(duty, off_for_cycle_s(duty, limits, wanted), limits), Kind.REST
        elif clock is Which.BREAK:
            self.duty, kind = off(duty, limits.break_s, limits), Kind.BREAK
        else:
            self.duty, kind = off(duty, limits.rest_s, limits), Kind.REST
        self._halt(kind, berth.key if berth else None, arrives, clock=clock, is_break=True,
                   is_rest=kind is Kind.REST)  # fmt: skip

    def _halt(self, kind: Kind, key: str | None, arrives: datetime, **more: Any) -> None:
        halt = Halt(kind, key, self.mile, arrives, self.duty.at, self.since_s, self.duty)
        self.halts.append(replace(halt, **more))
        self.since_s = 0

    def _berth(self, reach: float) -> Berth | None:
        """The last truck stop before the limit that is near enough to it."""
        index = bisect_right(self.marks, reach) - 1
        if index < 0 or self.marks[index] < max(self.mile, reach - self.within):
            return None
        return self.berths[index]

    def _drive(self, seconds: int) -> None:
        self.duty = drive(self.duty, seconds, self.limits)
        self.drive_s += seconds
        self.since_s += seconds

    def _seconds(self, miles: float) -> int:
        return round(miles / self.mph * HOUR)

    def _miles(self, seconds: int) -> float:
        return seconds / HOUR * self.mph


def simulate(
    duty: Duty,
    limits: Limits,
    calls: Sequence[Call],
    berths: Sequence[Berth],
    mph: float,
    parking_within: float = PARKING_WITHIN_MILES[0],
) -> Trip:
    """Drive from mile 0, from ``duty.at`` on, through all calls in their order."""
    driving = _Driving(duty, limits, berths, mph, parking_within)
    for call in calls:
        driving.call(call)
    return Trip(duty.at, tuple(driving.halts), driving.drive_s)


def best(
    duty: Duty, limits: Limits, calls: Sequence[Call], berths: Sequence[Berth], mph: float
) -> Trip:
    """The least late of leaving now or later, with parking sought far or near before the limits."""
    found: Trip | None = None
    for within in PARKING_WITHIN_MILES:
        trip = _best_start(duty, limits, calls, berths, mph, within)
        if found is None or trip.late_s < found.late_s:
            found = trip
        if found.late_s == 0:
            break
    assert found is not None  # there is a distance to seek within
    return found


def _best_start(
    duty: Duty,
    limits: Limits,
    calls: Sequence[Call],
    berths: Sequence[Berth],
    mph: float,
    within: float,
) -> Trip:
    """Now, or as much later as one would wait at the first appointment: whichever is less late.

    Who leaves later stays off duty meanwhile, so that waiting costs him less.
    """
    now = simulate(duty, limits, calls, berths, mph, within)
    waits = next((halt.wait_s for halt in now.halts if halt.kind in APPOINTED), 0)
    if waits == 0:
        return now
    later = simulate(off(duty, waits, limits), limits, calls, berths, mph, within)
    return later if (later.late_s, later.ends_at) <= (now.late_s, now.ends_at) else now


APPOINTED = (Kind.PICKUP, Kind.DELIVERY, Kind.OTHER)


def _seconds(span: timedelta) -> int:
    return max(0, int(span.total_seconds()))
