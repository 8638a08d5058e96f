"""What a simulation is told, and what it keeps of each vendor and flow run."""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from adapters._kit.slots import Slots
from benchmarks.assumed import EPOCH, Traffic
from benchmarks.doors import Door
from benchmarks.events import Cores
from store.closing import JITTER_S

MOST_CALLS = 100  # at once, a flow run: `adapters._kit.http.VendorClient`


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
    outage: tuple[float, float] = (math.inf, math.inf)
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
        if since < self.outage[1] <= now:
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

    def put_off(self, them: Iterable[int], until: datetime, now: float, rng: Random) -> None:
        """They are due when their vendor may be asked again, spread as the product does."""
        at = max((until - EPOCH).total_seconds(), now)
        for who in them:
            self.done["put off"] += 1
            self.add(who, at + rng.random() * JITTER_S)

    def called(self, calls: int, *, is_wasted: bool = False) -> None:
        """Count calls to the vendor; those to a dead one are wasted."""
        self.done["calls"] += calls
        self.done["wasted"] += calls if is_wasted else 0

    def is_up(self, now: float) -> bool:
        """Whether the vendor answers."""
        return not self.outage[0] <= now < self.outage[1]

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


def instant(now: float) -> datetime:
    """Simulated seconds as the product's decisions want them."""
    return EPOCH + timedelta(seconds=now)
