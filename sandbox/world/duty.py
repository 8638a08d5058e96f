"""A fortnight with its clocks worked out: what the ELD shows at any second, in one look-up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sandbox.world.instants import HOUR
from sandbox.world.shifts import (
    DRIVING,
    OFF,
    PERIOD,
    STATUSES,
    STYLES,
    WORK,
    Segment,
    Shift,
    Style,
    fortnight,
)

DRIVE_LIMIT, SHIFT_LIMIT, BREAK_LIMIT = 11 * HOUR, 14 * HOUR, 8 * HOUR
BREAK, RESET, RESTART = HOUR // 2, 10 * HOUR, 34 * HOUR


class Reading(NamedTuple):
    """The clocks at one moment, seconds; `cycle_started` counts from the fortnight's start."""

    status: str
    drive: int
    shift: int
    rest: int
    cycle: int
    cycle_started: int


class _State:
    """The clocks while a fortnight is worked through from its first second."""

    def __init__(self, cycle_limit: int) -> None:
        self.limit = cycle_limit
        self.drive, self.shift, self.rest, self.cycle = (
            DRIVE_LIMIT,
            SHIFT_LIMIT,
            BREAK_LIMIT,
            cycle_limit,
        )
        self.cycle_started = 0

    def reading(self, status: str, shift: int) -> Reading:
        return Reading(status, self.drive, shift, self.rest, self.cycle, self.cycle_started)

    def run(self, status: str, seconds: int) -> None:
        if status == DRIVING:
            self.drive -= seconds
            self.rest -= seconds
        if status in WORK:
            self.cycle -= seconds
        if status in WORK or self.shift < SHIFT_LIMIT:
            self.shift = max(0, self.shift - seconds)

    def pause(self, idle: int, resting: int, at: int) -> None:
        """What so many seconds of not driving, and of rest, give back."""
        if idle == BREAK:
            self.rest = BREAK_LIMIT
        if resting == RESET:
            self.drive, self.shift, self.rest = DRIVE_LIMIT, SHIFT_LIMIT, BREAK_LIMIT
        if resting == RESTART:
            self.cycle, self.cycle_started = self.limit, at


class Duty:
    """One fortnight, ready to be asked. All arguments are seconds into the fortnight."""

    def __init__(self, segments: list[Segment], shifts: list[Shift], cycle_limit: int) -> None:
        self.shifts = shifts
        self.cycle_limit = cycle_limit
        self.segments = segments
        self.starts: list[int] = []
        self.readings: list[Reading] = []
        state = _State(cycle_limit)
        # Twice: what the first pass leaves behind is how the second begins.
        for _ in range(2):
            state.cycle_started -= PERIOD
            self.starts, self.readings = [], []
            self._work_through(segments, state)
        self._add_up()

    def _work_through(self, segments: list[Segment], state: _State) -> None:
        idle = resting = 0
        # The fortnight opens at the end of a weekend: nothing is left to give back.
        if segments[0].status not in WORK:
            idle = resting = RESTART + 1
        for place, segment in enumerate(segments):
            end = segments[place + 1].start if place + 1 < len(segments) else PERIOD
            idle = 0 if segment.status == DRIVING else idle
            resting = 0 if segment.status in WORK else resting
            at = segment.start
            while at < end:
                step = self._next_change(end - at, segment.status, idle, resting)
                self.starts.append(at)
                self.readings.append(self._shown(state, segments, place, resting))
                state.run(segment.status, step)
                at += step
                idle += 0 if segment.status == DRIVING else step
                resting += 0 if segment.status in WORK else step
                state.pause(idle, resting, at)

    @staticmethod
    def _next_change(left: int, status: str, idle: int, resting: int) -> int:
        """Seconds until the segment ends or waiting gives something back."""
        steps = [left]
        if status != DRIVING and idle < BREAK:
            steps.append(BREAK - idle)
        if status not in WORK:
            steps += [goal - resting for goal in (RESET, RESTART) if resting < goal]
        return min(steps)

    @staticmethod
    def _shown(state: _State, segments: list[Segment], place: int, resting: int) -> Reading:
        """Off duty the shift clock shows what the pause will leave of it, so it stands still."""
        status = segments[place].status
        if status in WORK or state.shift == SHIFT_LIMIT:
            return state.reading(status, state.shift)
        end = next((after.start for after in segments[place + 1 :] if after.status in WORK), PERIOD)
        begun = next(
            (
                segments[before].start
                for before in range(place, 0, -1)
                if segments[before - 1].status in WORK
            ),
            segments[place].start,
        )
        whole = min(end - begun, RESET)
        return state.reading(status, max(0, state.shift + resting - whole))

    def _add_up(self) -> None:
        """Seconds spent in each status before each start."""
        totals = dict.fromkeys(STATUSES, 0)
        self._sums: dict[str, list[int]] = {status: [] for status in STATUSES}
        for place, start in enumerate(self.starts):
            end = self.starts[place + 1] if place + 1 < len(self.starts) else PERIOD
            for status in STATUSES:
                self._sums[status].append(totals[status])
            totals[self.readings[place].status] += end - start
        self.totals = totals

    def at(self, second: int) -> Reading:
        """The clocks at this second."""
        place = bisect_right(self.starts, second) - 1
        found = self.readings[place]
        if found.status not in WORK:
            return found
        gone = second - self.starts[place]
        status, drive, shift, rest, cycle, began = found
        if status == DRIVING:
            drive, rest = drive - gone, rest - gone
        return Reading(status, drive, max(0, shift - gone), rest, cycle - gone, began)

    def spent(self, status: str, second: int) -> int:
        """Seconds in a status from the fortnight's start to this second."""
        place = bisect_right(self.starts, second) - 1
        spent = self._sums[status][place]
        if self.readings[place].status == status:
            spent += second - self.starts[place]
        return spent

    def since(self, status: str, second: int) -> int | None:
        """When the latest stretch of a status ended (or began, if it lasts); None if never."""
        place = bisect_right(self.starts, second) - 1
        for back in range(place, -1, -1):
            if self.readings[back].status == status:
                return self.starts[back + 1] if back < place else second
        return None

    def entries(self) -> Iterator[tuple[int, int, str]]:
        """(start, end, status) with equal neighbours joined; ends at the fortnight's end."""
        begun = 0
        for place, reading in enumerate(self.readings):
            last = place + 1 == len(self.readings)
            if last or self.readings[place + 1].status != reading.status:
                end = PERIOD if last else self.starts[place + 1]
                yield self.starts[begun], end, reading.status
                begun = place + 1


def _library(seed: int, style: Style) -> tuple[Duty, ...]:
    return tuple(
        Duty(*fortnight(seed, style, which), style.cycle) for which in range(style.variants)
    )


@lru_cache(maxsize=32)
def library(seed: int) -> dict[str, tuple[Duty, ...]]:
    """Every fortnight of a seed by the name of its style; `idle` never works."""
    found = {style.name: _library(seed, style) for style in STYLES}
    found["idle"] = (Duty([Segment(0, OFF)], [], 70 * HOUR),)
    return found
