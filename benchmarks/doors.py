"""What stands before a simulated vendor: its breakers, decided by `core.breaker`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random

from core import breaker
from core.breaker import Admission, Outcome, Phase, State, Window
from core.policies import Policies


@dataclass(slots=True)
class Door:
    """A vendor's breaker and those of its integrations that failed.

    ``openings``: instants at which the vendor's opened; ``closed_at``: when it last closed.
    """

    rng: Random
    policies: Policies = field(default_factory=Policies)
    state: State = field(default_factory=State)
    own: dict[int, State] = field(default_factory=dict)
    openings: list[datetime] = field(default_factory=list)
    closed_at: datetime | None = None
    own_openings: int = 0
    probes: int = 0
    _counts: deque[tuple[datetime, int, int]] = field(default_factory=deque)
    _numbers: count[int] = field(default_factory=count)

    def admit(self, now: datetime) -> tuple[Admission, str]:
        """May a call go? A probe that is granted is kept. With the owner of the call."""
        owner = str(next(self._numbers))
        answer = breaker.admit(self.policies.vendor, self.state, now, owner)
        if answer.state is not None:
            self.state = answer.state
            self.probes += 1
        return answer, owner

    def refusal(self, now: datetime) -> datetime | None:
        """Until when nobody calls; None where a call, or a probe, may go."""
        answer = breaker.admit(self.policies.vendor, self.state, now, "")
        return None if answer.allowed or self.is_probed else answer.retry_at

    @property
    def is_probed(self) -> bool:
        """Somebody is finding out."""
        return self.state.phase is Phase.HALF_OPEN

    def allows(self, who: int, now: datetime) -> datetime | None:
        """Until when this integration's own breaker keeps it; None when it may go."""
        state = self.own.get(who)
        if state is None:
            return None
        answer = breaker.admit(self.policies.integration, state, now, f"{who}")
        if answer.state is not None:
            self.own[who] = answer.state
        return None if answer.allowed else answer.retry_at

    def record(
        self, who: int, outcome: Outcome, now: datetime, version: int | None, owner: str = ""
    ) -> None:
        """Count a call that ended, against both breakers."""
        if outcome is Outcome.FAILURE:
            self._counts.append((now, 1, who))
        before = self.state
        self.state, _ = breaker.record(
            self.policies.vendor, before, outcome, now,
            version=version, owner=owner, window=self._window(now), jitter=self.rng.random(),
        )  # fmt: skip
        if self.state.phase is not before.phase:
            self._turned(now)
        if outcome is Outcome.FAILURE or who in self.own:
            self._record_own(who, outcome, now)

    def good(self, calls: int, now: datetime) -> None:
        """Count good answers, which change a state only after failures."""
        self._counts.append((now, -calls, 0))
        if self.state.phase is Phase.CLOSED and self.state.consecutive_failures:
            self.record(-1, Outcome.SUCCESS, now, self.state.version)

    def _record_own(self, who: int, outcome: Outcome, now: datetime) -> None:
        state = self.own.get(who, State())
        after, event = breaker.record(
            self.policies.integration, state, outcome, now,
            version=state.version, owner=f"{who}", window=Window(1, 1, 1), jitter=self.rng.random(),
        )  # fmt: skip
        self.own_openings += event is not None and event.to_phase is Phase.OPEN
        self.own[who] = after
        if after.phase is Phase.CLOSED and not after.consecutive_failures:
            del self.own[who]

    def _window(self, now: datetime) -> Window:
        start = breaker.window_start(self.policies.vendor, self.state, now)
        while self._counts and self._counts[0][0] < start:
            self._counts.popleft()
        failed = [who for _, calls, who in self._counts if calls > 0]
        good = -sum(calls for _, calls, _ in self._counts if calls < 0)
        return Window(good + len(failed), len(failed), len(set(failed)))

    def _turned(self, now: datetime) -> None:
        if self.state.phase is Phase.OPEN:
            self.openings.append(now)
        elif self.state.phase is Phase.CLOSED:
            self.closed_at = now
