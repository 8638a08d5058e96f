"""One attempt of a simulated batch: past the breakers, to the vendor, and what came of it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from benchmarks.assumed import EPOCH, limit, value
from benchmarks.events import Clock, Cores, Process
from benchmarks.lines import MOST_CALLS, Line, Plan, Run, instant
from core import gate
from core.breaker import Outcome
from tasks.config import backoff
from tasks.guard import LOOK_AGAIN_S

RAMP = math.log2(MOST_CALLS / 4)  # round trips until so many are under way: `Slots` begins with 4


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an attempt leaves: landing, to try again, and put off until an instant."""

    good: Sequence[int] = ()
    again: Sequence[int] = ()
    put_off: Sequence[int] = ()
    until: datetime = EPOCH


class Fetching:
    """What all flow runs ask of their vendors, on the cores that they share."""

    def __init__(self, plan: Plan, clock: Clock, cores: Cores, rng: Random) -> None:
        self._plan, self._clock, self._cores, self._rng = plan, clock, cores, rng

    def attempt(self, run: Run, them: Sequence[int]) -> Process:
        """One attempt: past the breakers, or not."""
        line, patience = run.line, self._clock.now + gate.PATIENCE.total_seconds()
        while True:
            if run.is_dead:
                return Fetched()
            now = self._clock.now
            answer, owner = line.door.admit(instant(now))
            if answer.is_probe:
                yield self._plan.latency_s
                is_up = line.is_up(self._clock.now)
                line.called(1, is_wasted=not is_up)
                outcome = Outcome.SUCCESS if is_up else Outcome.FAILURE
                line.door.record(them[0], outcome, instant(self._clock.now), answer.version, owner)
            elif answer.allowed:
                break
            elif line.door.is_probed and now < patience:
                yield LOOK_AGAIN_S
            else:
                return Fetched(put_off=them, until=answer.retry_at or instant(now))
        kept = {who: until for who in them if (until := line.door.allows(who, instant(now)))}
        if kept:
            line.put_off(kept, max(kept.values()), self._clock.now, self._rng)
            run.live.difference_update(kept)
            them = [who for who in them if who not in kept]
        if not line.is_up(now):
            return (yield from self._against_the_wall(run, them, []))
        return (yield from self._answered(run, them))

    def _answered(self, run: Run, them: Sequence[int]) -> Process:
        line, plan, start = run.line, self._plan, self._clock.now
        traffic, number = line.traffic, len(them)
        ramp = 0.0 if run.is_warm else RAMP * plan.latency_s
        run.is_warm = True
        room = number * traffic.all_calls * plan.latency_s / MOST_CALLS
        run.free_at = max(run.free_at, start) + ramp + room
        least = start + traffic.chain * plan.latency_s + traffic.gate_s
        end = max(run.free_at, least)
        down_at = line.outage[0]
        if start < down_at < end:
            yield down_at + plan.latency_s - start
            done = int(number * (down_at - start) / (end - start))
            line.called(done * traffic.all_calls)
            _widen(run, done * traffic.all_calls)
            return (yield from self._against_the_wall(run, them[done:], them[:done]))
        yield plan.latency_s
        if plan.vendor_call_s:
            yield from self._cores.use(plan.vendor_call_s * number * traffic.all_calls)
        yield run.thread
        yield from self._cores.use(traffic.flow_s * number)
        run.thread.leave()
        if (left := end - self._clock.now) > 0:
            yield left
        line.called(number * traffic.all_calls)
        _widen(run, number * traffic.all_calls)
        return self._with_faults(line, them)

    def _with_faults(self, line: Line, them: Sequence[int]) -> Fetched:
        """A few calls among good ones fail, or are refused."""
        calls, share = line.traffic.all_calls, self._plan.faults
        again = set(self._some(them, 1 - (1 - value("calls that fail") * share) ** calls))
        rare = 1 - (1 - value("calls that are refused (429)") * share) ** calls
        refused = set(self._some(them, rare)) - again
        now = instant(self._clock.now)
        for who in sorted(again):
            line.door.record(who, Outcome.FAILURE, now, line.door.state.version)
            # Others under way are answered meanwhile, and each good answer after a failure counts.
            line.door.good(calls, now)
        line.door.good((len(them) - 2 * len(again)) * calls, now)
        for who in [who for who in them if who in line.door.own and who not in again]:
            line.door.record(who, Outcome.SUCCESS, now, None)
        pause = max((self._pause(line, now) for _ in refused), default=timedelta(0))
        line.done["refused"] += len(refused)
        if not gate.defers(pause):
            again, refused = again | refused, set()
        good = [who for who in them if who not in again and who not in refused]
        return Fetched(good, sorted(again), sorted(refused), now + pause)

    def _pause(self, line: Line, now: datetime) -> timedelta:
        pace = limit(line.traffic.vendor.limits[-1])
        held = gate.refused(
            gate.fresh(pace, now), pace, backoff(line.traffic.vendor), now, value("refused for")
        )
        return gate.pause_left(held, now)

    def _against_the_wall(self, run: Run, them: Sequence[int], good: Sequence[int]) -> Process:
        """Calls to a vendor that is down, until its breaker opens or each has failed once."""
        line = run.line
        if not good:
            yield self._plan.latency_s
        again: list[int] = []
        rest = deque(them)
        while rest:
            version = line.door.state.version
            under_way = list(islice(rest, max(run.slots.open // max(run.active, 1), 1)))
            for who in under_way:
                rest.popleft()
                line.called(1, is_wasted=True)
                run.slots.answered(well=False)
                line.door.record(who, Outcome.FAILURE, instant(self._clock.now), version)
            again += under_way
            until = line.door.refusal(instant(self._clock.now))
            if until is not None:
                return Fetched(good, again, list(rest), until)
            if line.door.is_probed:
                return Fetched(good, [*again, *rest])
            yield self._plan.latency_s
        return Fetched(good, again)

    def _some(self, them: Sequence[int], share: float) -> list[int]:
        """Each with this chance, at the cost of those that are chosen."""
        found: list[int] = []
        if share <= 0:
            return found
        place, least = -1, math.log1p(-share)
        while True:
            place += 1 + int(math.log(1 - self._rng.random()) / least)
            if place >= len(them):
                return found
            found.append(them[place])


def _widen(run: Run, calls: int) -> None:
    """Good answers let more calls be under way at once."""
    for _ in range(min(calls, MOST_CALLS - run.slots.open)):
        run.slots.answered(well=True)
