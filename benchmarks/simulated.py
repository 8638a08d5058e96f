"""A fleet of tenants, its vendors and the flow runs that sync them, in simulated time.

Decided by the product's own functions where it has some: how many further runs start
(`core.growth`), who may call (`core.breaker`, by `benchmarks.doors`), how long a refusal holds
(`core.gate`), when an integration is due (`store.integrations.phase`). Sizes and times are the
product's constants.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from uuid import UUID

from adapters._kit.slots import Slots
from benchmarks.assumed import EPOCH, Traffic, limit, value
from benchmarks.doors import Door
from benchmarks.events import Clock, Cores, Process
from core import gate, growth
from core.breaker import Outcome
from store.closing import JITTER_S
from store.integrations import phase
from tasks import retries
from tasks.claiming import LEASE, MOST_TASK_RUNS, SIDE_BY_SIDE
from tasks.config import backoff
from tasks.growing import LOOK_AT, WAVE_S
from tasks.guard import LOOK_AGAIN_S
from tasks.sync import MOST_IN_A_BATCH

MOST_CALLS = 100  # at once, a flow run: `adapters._kit.http.VendorClient`
RAMP = math.log2(MOST_CALLS / 4)  # round trips until so many are under way: `Slots` begins with 4
RENEW_S = LEASE.total_seconds() / 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated. ``cores``: for flow runs; ``shared``: for both servers as well.

    ``runs_s``, ``most_runs``: SALLY_RUN_SECONDS, SALLY_MOST_RUNS. ``outage``: from and to, of the
    first vendor. ``runs``: so many flow runs at the start and none by a schedule, with everything
    due at once: one cycle, as benchmarks do.
    """

    tenants: int
    traffic: Sequence[Traffic]
    cores: int
    seconds: float
    runs_s: float
    most_runs: int
    seed: int = 1
    postgres: int = 16
    latency_s: float = 0.2
    outage: tuple[float, float] = (math.inf, math.inf)
    kill_at: float = math.inf
    runs: int = 0
    vendor_call_s: float = 0.0
    is_shared: bool = False
    faults: float = 1.0


@dataclass(slots=True)
class Line:
    """One vendor's integrations, by number; when each is due, and what became of them.

    A slot is the n-th time that an integration is due. ``late``: seconds from due to landed, the
    least first in the end. ``busy_s``: of all its flow runs together.
    ``drained_at``: when what was due before the end of the outage last landed.
    """

    traffic: Traffic
    door: Door
    phases: array[float]
    claimed_slot: array[int]
    served_slot: array[int]
    started: array[float]
    due: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    ready: deque[int] = field(default_factory=deque)
    looked: int = 0
    running: int = 0
    queued: int = 0
    asked: set[tuple[int, int]] = field(default_factory=set)
    late: array[float] = field(default_factory=lambda: array("d"))
    done: Counter[str] = field(default_factory=Counter)
    claims: list[int] = field(default_factory=list)
    put_offs: list[int] = field(default_factory=list)
    drained_at: float = 0.0
    outage_end: float = math.inf
    busy_s: float = 0.0

    def when(self, who: int, slot: int) -> float:
        """The start of an integration's slot."""
        return self.phases[who] + slot * self.traffic.poll_s

    def add(self, who: int, at: float) -> None:
        """It is due then."""
        self.due[max(int(at), self.looked)].append(who)

    def count(self, now: float) -> int:
        """How many are due."""
        while self.looked <= now:
            self.ready.extend(self.due.pop(self.looked, ()))
            self.looked += 1
        return len(self.ready)

    def claim(self, most: int | None, now: float, before: float) -> list[int]:
        """The next that are due and were not begun since; each goes to its next slot."""
        self.count(now)
        found: list[int] = []
        left: list[int] = []
        while self.ready and (most is None or len(found) < most):
            who = self.ready.popleft()
            (found if self.started[who] < before else left).append(who)
        self.ready.extendleft(reversed(left))
        every = self.traffic.poll_s
        for who in found:
            self.started[who] = now
            self.claimed_slot[who] = int((now - self.phases[who]) // every)
        self.done["claimed"] += len(found)
        return found

    def land(self, who: int, now: float) -> None:
        """It is synced: its lateness, the slots passed over, and when it is due again."""
        before, slot = self.served_slot[who], self.claimed_slot[who]
        since = self.when(who, before + 1)
        self.late.append(now - since)
        if since < self.outage_end <= now:
            self.drained_at = now
        self.done["landed"] += 1
        self.done["doubled"] += slot <= before
        self.done["passed over"] += slot - before - 1
        self.served_slot[who] = slot
        self.next(who, now)

    def next(self, who: int, now: float) -> None:
        """It is due at its next slot that is still to come."""
        slot = max(
            self.claimed_slot[who] + 1, int((now - self.phases[who]) // self.traffic.poll_s) + 1
        )
        at = self.when(who, slot)
        self.add(who, at if at > now else self.when(who, slot + 1))

    def owed(self, now: float) -> int:
        """How many have a whole interval, or more, unserved behind them."""
        every = self.traffic.poll_s
        return sum(
            now - at - (slot + 1) * every >= every
            for at, slot in zip(self.phases, self.served_slot, strict=True)
        )


@dataclass(slots=True, eq=False)
class Run:
    """One flow run: a process that computes on one core at a time."""

    line: Line
    came: float
    began: float
    thread: Cores
    slots: Slots = field(default_factory=lambda: Slots(MOST_CALLS))
    free_at: float = 0.0
    is_warm: bool = False
    number: int = 0
    active: int = 0
    claimed: int = 0
    landed: int = 0
    is_drained: bool = False
    is_told: bool = False
    is_dead: bool = False
    live: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an attempt leaves: landing, to try again, and put off until an instant."""

    good: Sequence[int] = ()
    again: Sequence[int] = ()
    put_off: Sequence[int] = ()
    until: datetime = EPOCH


class Simulation:
    """All of it. ``run()`` once, then look at ``lines``."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.rng, self.clock = plan, Random(plan.seed), Clock()
        self.cores = Cores(self.clock, plan.cores)
        shared = self.cores if plan.is_shared else None
        self.postgres = shared or Cores(self.clock, plan.postgres)
        self.prefect = shared or Cores(self.clock, 1)
        self._server = Cores(self.clock, 1)
        self.runs: list[Run] = []
        self.flow_runs = 0
        self.idle = 0
        self.lines = [self._line(one) for one in plan.traffic]

    def run(self) -> Simulation:
        """Let the time of the plan pass."""
        for line in self.lines:
            if self.plan.runs:
                for _ in range(self.plan.runs):
                    self._start(line)
            else:
                self.clock.spawn(self._schedule(line), after=1.0)
        if self.plan.kill_at < self.plan.seconds:
            self.clock.spawn(self._kill(), after=self.plan.kill_at)
        self.clock.run(self.plan.seconds)
        for line in self.lines:
            line.busy_s += sum(
                self.plan.seconds - run.came for run in self.runs if run.line is line
            )
            line.late = array("d", sorted(line.late))
            line.due.clear()
        return self

    def _line(self, traffic: Traffic) -> Line:
        number, poll = self.plan.tenants, int(traffic.poll_s)
        phases = array("d", bytes(8 * number))
        if not self.plan.runs:
            for who in range(number):
                phases[who] = phase(UUID(int=self.rng.getrandbits(128)), poll)
        nothing = array("l", [-1]) * number
        line = Line(
            traffic, Door(self.rng), phases, nothing, nothing[:], array("d", [-1.0]) * number
        )
        line.outage_end = self.plan.outage[1]
        for who in range(number):
            line.add(who, phases[who])
        return line

    # Flow runs: begun by their schedule, and by each other.

    def _schedule(self, line: Line) -> Process:
        while True:
            self._start(line)
            yield line.traffic.every_s

    def _start(self, line: Line) -> None:
        if line.running < max(self.plan.most_runs, self.plan.runs):
            line.running += 1
            self.clock.spawn(self._flow(line))
        else:
            line.queued += 1

    def _flow(self, line: Line) -> Process:
        self.flow_runs += 1
        run = Run(line, self.clock.now, self.clock.now, Cores(self.clock, 1))
        self.runs.append(run)
        yield value("a worker looks every") * self.rng.random()
        yield from self._ask_prefect(value("Prefect, a flow run"))
        yield from self.cores.use(value("flow, a flow run"))
        yield from self._look(line)
        run.began = self.clock.now
        if line.count(run.began):
            yield from self._sync(run)
        else:
            self.idle += 1
        self.runs.remove(run)
        line.busy_s += self.clock.now - run.came
        line.running -= 1
        if line.queued:
            line.queued -= 1
            self._start(line)

    def _sync(self, run: Run) -> Process:
        line = run.line
        yield from self._put_off(run)
        yield from self._look(line)
        count = line.count(self.clock.now)
        if not count:
            return
        size = math.ceil(count / MOST_TASK_RUNS)
        if not self.plan.runs:
            size = min(size, MOST_IN_A_BATCH)
            self.clock.spawn(self._tell_later(run), after=self.plan.runs_s * LOOK_AT)
        draining = [
            self.clock.spawn(self._drain(run, size))
            for _ in range(min(SIDE_BY_SIDE, math.ceil(count / size)))
        ]
        yield from draining
        self._grow(run, goes_on=False)

    def _tell_later(self, run: Run) -> Process:
        if not run.is_told:
            self._grow(run, goes_on=True)
        yield 0.0

    def _grow(self, run: Run, *, goes_on: bool) -> None:
        run.is_told = True
        line, plan = run.line, self.plan
        if run.is_drained or run.is_dead or plan.runs:
            return
        spent = self.clock.now - run.began
        takes = growth.Pace(run.claimed, run.landed, spent).takes(plan.runs_s)
        sharing = line.running + line.queued - int(not goes_on)
        left = line.count(self.clock.now)
        wave = int(self.clock.now // WAVE_S)
        for number in range(growth.runs_to_start(left, takes, sharing, plan.most_runs)):
            if (key := (wave, sharing + 1 + number)) not in line.asked:
                line.asked.add(key)
                self._start(line)

    # Claims.

    def _look(self, line: Line) -> Process:
        yield from self.postgres.use(value("claim, an integration looked at") * len(line.phases))

    def _put_off(self, run: Run) -> Process:
        """While the vendor is left alone, all that is due waits: one statement, no call."""
        line, now = run.line, self.clock.now
        until = line.door.refusal(_at(now))
        if until is None:
            return
        found = line.claim(None, now, run.began)
        if found:
            line.put_offs.append(len(found))
            self._defer(line, found, until)
        yield from self._look(line)
        yield from self.postgres.use(value("put off, an integration") * len(found))

    def _defer(self, line: Line, them: Iterable[int], until: datetime) -> None:
        at = (until - EPOCH).total_seconds()
        for who in them:
            line.done["put off"] += 1
            line.add(who, max(at, self.clock.now) + self.rng.random() * JITTER_S)

    def _drain(self, run: Run, size: int) -> Process:
        line = run.line
        while not run.is_dead:
            run.number += 1
            is_over = self.clock.now - run.began >= self.plan.runs_s and not self.plan.runs
            if run.number > MOST_TASK_RUNS or (run.number > SIDE_BY_SIDE and is_over):
                return
            yield from self._put_off(run)
            if run.is_dead:
                return
            them = line.claim(size, self.clock.now, run.began)
            run.live.update(them)
            run.claimed += len(them)
            yield from self._look(line)
            if not them:
                run.is_drained = True
                return
            line.claims.append(len(them))
            run.active += 1
            yield from self.postgres.use(value("claim, an integration claimed") * len(them))
            yield from self._ask_prefect(value("Prefect, a task run"))
            yield from self._batch(run, them)
            run.active -= 1
            if not run.is_told:
                self._grow(run, goes_on=True)

    # Batches.

    def _batch(self, run: Run, them: Sequence[int]) -> Process:
        line = run.line
        for attempt in range(1, retries.ATTEMPTS + 1):
            got: Fetched = yield from self._fetch(run, them)
            if run.is_dead:
                return
            landing = len(got.good) + len(got.put_off)
            yield from self.postgres.use(line.traffic.postgres_s * landing)
            if run.is_dead:
                return
            now = self.clock.now
            for who in got.good:
                line.land(who, now)
            run.landed += landing
            self._defer(line, got.put_off, got.until)
            run.live.difference_update(got.good)
            run.live.difference_update(got.put_off)
            them = got.again
            if not them:
                return
            if attempt < retries.ATTEMPTS:
                wait = retries.delays(attempt)[-1]
                yield wait * (1 + retries.JITTER * self.rng.random())
        for who in them:
            line.done["failed"] += 1
            line.next(who, self.clock.now)
        run.live.difference_update(them)

    def _fetch(self, run: Run, them: Sequence[int]) -> Process:
        """One attempt: past the breakers, or not."""
        line, patience = run.line, self.clock.now + gate.PATIENCE.total_seconds()
        while True:
            if run.is_dead:
                return Fetched()
            now = self.clock.now
            answer, owner = line.door.admit(_at(now))
            if answer.is_probe:
                yield self.plan.latency_s
                is_up = self._is_up(line, self.clock.now)
                self._called(line, 1, is_wasted=not is_up)
                outcome = Outcome.SUCCESS if is_up else Outcome.FAILURE
                line.door.record(them[0], outcome, _at(self.clock.now), answer.version, owner)
            elif answer.allowed:
                break
            elif line.door.is_probed and now < patience:
                yield LOOK_AGAIN_S
            else:
                return Fetched(put_off=them, until=answer.retry_at or _at(now))
        kept = {who: until for who in them if (until := line.door.allows(who, _at(now)))}
        if kept:
            self._defer(line, kept, max(kept.values()))
            run.live.difference_update(kept)
            them = [who for who in them if who not in kept]
        if not self._is_up(line, now):
            return (yield from self._against_the_wall(run, them, []))
        return (yield from self._answered(run, them))

    def _answered(self, run: Run, them: Sequence[int]) -> Process:
        line, plan, start = run.line, self.plan, self.clock.now
        traffic, number = line.traffic, len(them)
        ramp = 0.0 if run.is_warm else RAMP * plan.latency_s
        run.is_warm = True
        room = number * traffic.all_calls * plan.latency_s / MOST_CALLS
        run.free_at = max(run.free_at, start) + ramp + room
        least = start + traffic.chain * plan.latency_s + traffic.gate_s
        end = max(run.free_at, least)
        down_at = plan.outage[0] if line is self.lines[0] else math.inf
        if start < down_at < end:
            yield down_at + plan.latency_s - start
            done = int(number * (down_at - start) / (end - start))
            self._called(line, done * traffic.all_calls)
            return (yield from self._against_the_wall(run, them[done:], them[:done]))
        yield plan.latency_s
        if plan.vendor_call_s:
            yield from self.cores.use(plan.vendor_call_s * number * traffic.all_calls)
        yield run.thread
        yield from self.cores.use(traffic.flow_s * number)
        run.thread.leave()
        if (left := end - self.clock.now) > 0:
            yield left
        self._called(line, number * traffic.all_calls)
        return self._with_faults(line, them)

    def _with_faults(self, line: Line, them: Sequence[int]) -> Fetched:
        """A few calls among good ones fail, or are refused."""
        calls, share = line.traffic.all_calls, self.plan.faults
        again = set(self._some(them, 1 - (1 - value("calls that fail") * share) ** calls))
        rare = 1 - (1 - value("calls that are refused (429)") * share) ** calls
        refused = set(self._some(them, rare)) - again
        now = _at(self.clock.now)
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
            yield self.plan.latency_s
        again: list[int] = []
        rest = deque(them)
        while rest:
            version = line.door.state.version
            under_way = list(islice(rest, max(run.slots.open // max(run.active, 1), 1)))
            for who in under_way:
                rest.popleft()
                self._called(line, 1, is_wasted=True)
                run.slots.answered(well=False)
                line.door.record(who, Outcome.FAILURE, _at(self.clock.now), version)
            again += under_way
            until = line.door.refusal(_at(self.clock.now))
            if until is not None:
                return Fetched(good, again, list(rest), until)
            if line.door.is_probed:
                return Fetched(good, [*again, *rest])
            yield self.plan.latency_s
        return Fetched(good, again)

    def _some(self, them: Sequence[int], share: float) -> list[int]:
        """Each with this chance, at the cost of those that are chosen."""
        found: list[int] = []
        if share <= 0:
            return found
        place, least = -1, math.log1p(-share)
        while True:
            place += 1 + int(math.log(1 - self.rng.random()) / least)
            if place >= len(them):
                return found
            found.append(them[place])

    def _ask_prefect(self, seconds: float) -> Process:
        """Its server computes on one core at a time."""
        yield self._server
        yield from self.prefect.use(seconds)
        self._server.leave()

    def _called(self, line: Line, calls: int, *, is_wasted: bool = False) -> None:
        line.done["calls"] += calls
        line.done["wasted"] += calls if is_wasted else 0

    def _is_up(self, line: Line, now: float) -> bool:
        return line is not self.lines[0] or not self.plan.outage[0] <= now < self.plan.outage[1]

    def _kill(self) -> Process:
        """SIGKILL to the flow run that holds the most: its leases run out, and others take over."""
        while not any(run.live for run in self.runs):
            yield 1.0
        run = max(self.runs, key=lambda one: len(one.live))
        run.is_dead, held = True, sorted(run.live)
        run.line.done["crashed"] += len(held)
        since = (self.clock.now - run.began) % RENEW_S
        yield LEASE.total_seconds() - since
        for who in held:
            run.line.add(who, self.clock.now)


def _at(now: float) -> datetime:
    return EPOCH + timedelta(seconds=now)
