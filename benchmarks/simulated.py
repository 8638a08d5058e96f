"""A fleet of tenants, its vendors and the flow runs that sync them, in simulated time.

Decided by the product's own functions where it has some: how many further runs start
(`core.growth`), who may call (`core.breaker`, by `benchmarks.doors`), how long a refusal holds
(`core.gate`), when an integration is due (`store.integrations.phase`). Sizes and times are the
product's constants.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from random import Random
from uuid import UUID

from benchmarks.assumed import Traffic, value
from benchmarks.doors import Door
from benchmarks.events import Clock, Cores, Process
from benchmarks.fetching import Fetched, Fetching
from benchmarks.lines import Line, Plan, Run, instant
from core import growth
from store.integrations import phase
from tasks import retries
from tasks.claiming import LEASE, MOST_TASK_RUNS, SIDE_BY_SIDE, batch_size
from tasks.growing import LOOK_AT, WAVE_S

RENEW_S = LEASE.total_seconds() / 4


class Simulation:
    """All of it. ``run()`` once, then look at ``lines``."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.rng, self.clock = plan, Random(plan.seed), Clock()
        self.cores = Cores(self.clock, plan.cores)
        shared = self.cores if plan.is_shared else None
        self.postgres = shared or Cores(self.clock, plan.postgres)
        self.prefect = shared or Cores(self.clock, 1)
        self._server = Cores(self.clock, 1)
        self._fetching = Fetching(plan, self.clock, self.cores, self.rng)
        self.runs: list[Run] = []
        self.flow_runs = 0
        self.idle = 0
        self.lines = [self._line(one) for one in plan.traffic]
        self.lines[0].outage = plan.outage

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
        size = batch_size(count, is_shared=not self.plan.runs)
        if not self.plan.runs:
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
        until = line.door.refusal(instant(now))
        if until is None:
            return
        found = line.claim(None, now, run.began)
        if found:
            line.put_offs.append(len(found))
            line.put_off(found, until, now, self.rng)
        yield from self._look(line)
        yield from self.postgres.use(value("put off, an integration") * len(found))

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
            got: Fetched = yield from self._fetching.attempt(run, them)
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
            line.put_off(got.put_off, got.until, now, self.rng)
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

    def _ask_prefect(self, seconds: float) -> Process:
        """Its server computes on one core at a time."""
        yield self._server
        yield from self.prefect.use(seconds)
        self._server.leave()

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
