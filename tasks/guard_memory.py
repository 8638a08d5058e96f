"""What this process remembers of breakers and gates, until somebody says that they changed.

Asking the database before each call would cost more than the call. What others change they tell
(`store.signals`), and what is old is read again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.gate import Gate
from store import signals
from store.breakers import Kept, Target, Vendor
from store.gates import Turn

FRESH_S = 5.0  # while changes are heard
FRESH_ALONE_S = 0.5  # while they are not
NEVER = float("-inf")
CLOSED = Kept()


class Clock:
    """The database's clock, kept here by what has passed since it was read."""

    def __init__(self) -> None:
        self._read = datetime.now(UTC)
        self._at = time.monotonic()

    def set(self, read: datetime) -> None:
        """The database says it is this late."""
        self._read, self._at = read, time.monotonic()

    def now(self) -> datetime:
        """What the database's clock shows now."""
        return self._read + timedelta(seconds=time.monotonic() - self._at)


@dataclass(slots=True)
class Prepaid:
    """Calls of a scope that were taken and not made yet, and the gate as it was last seen.

    ``ready_at``: from when on they may go; None when they may go now.
    """

    gate: Gate
    calls: int = 0
    ready_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Nothing has to be waited for: neither the calls that were taken nor a pause."""
        return self.ready_at is None and self.gate.not_before is None


@dataclass(slots=True, eq=False)
class Seen:
    """A breaker as it was last seen: whoever holds this sees it change.

    ``kept``: None when it was never read. ``good``: good answers that nobody wrote down yet.
    """

    target: Target
    kept: Kept | None = None
    read_at: float = NEVER
    good: int = 0

    @property
    def has_failed(self) -> bool:
        """Whether the last call that counted was a failure: a good answer changes something."""
        return self.kept is not None and self.kept.state.consecutive_failures > 0


class Memory:
    """Breakers and gates as this process last saw them."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.is_heard = False
        self.changed = asyncio.Event()
        self._breakers: dict[Target, Seen] = {}
        self._by_signal: dict[str, Seen] = {}
        self._gates: dict[str, Prepaid] = {}

    def breaker(self, target: Target) -> Seen:
        """What is known of a breaker, now and later."""
        seen = self._breakers.get(target)
        if seen is None:
            seen = self._breakers[target] = self._by_signal[target.signal] = Seen(target)
        return seen

    def is_fresh(self, one: Seen, other: Seen) -> bool:
        """Whether neither has to be read again."""
        oldest = self._oldest()
        return one.read_at >= oldest and other.read_at >= oldest

    def breakers(self, targets: Collection[Target]) -> dict[Target, Kept] | None:
        """These breakers, or None when one of them has to be read."""
        oldest = self._oldest()
        if any(self.breaker(target).read_at < oldest for target in targets):
            return None
        return self.last_known(targets)

    def last_known(self, targets: Iterable[Target]) -> dict[Target, Kept] | None:
        """The same however old, for want of an answer; None when one was never read."""
        found: dict[Target, Kept] = {}
        for target in targets:
            kept = self.breaker(target).kept
            if kept is None:
                return None
            found[target] = kept
        return found

    def remember(self, states: Mapping[Target, Kept], asked: Iterable[Target] = ()) -> None:
        """What was read; of those asked for, the ones without a state are closed."""
        at = time.monotonic()
        for target in (*asked, *states):
            seen = self.breaker(target)
            seen.kept, seen.read_at = states.get(target, CLOSED), at
        self._tell()

    def good_answers(self, vendor: Vendor) -> dict[Target, int]:
        """Those that nobody wrote down yet, to be written down now."""
        counted = [
            seen for seen in self._breakers.values() if seen.good and seen.target.vendor == vendor
        ]
        found = {seen.target: seen.good for seen in counted}
        for seen in counted:
            seen.good = 0
        return found

    def gate(self, scope: str) -> Prepaid | None:
        """The gate of a scope; None when it has to be asked."""
        return self._gates.get(scope)

    def put(self, scope: str, turn: Turn) -> Prepaid:
        """Calls that were taken at a gate, on top of those still unused."""
        held = self._gates.get(scope)
        unused = held.calls if held is not None else 0
        ready_at = turn.ready_at if turn.ready_at > self.clock.now() else None
        self._gates[scope] = Prepaid(turn.gate, unused + turn.calls, ready_at)
        return self._gates[scope]

    def unused(self) -> dict[str, int]:
        """Calls that were taken and not made, by scope; nobody here makes them any more."""
        found = {scope: held.calls for scope, held in self._gates.items() if held.calls}
        self._gates.clear()
        return found

    def see(self, scope: str, gate: Gate) -> None:
        """A gate that changed; calls taken at it before are void during a pause."""
        held = self._gates.setdefault(scope, Prepaid(gate))
        held.gate = gate
        self._tell()

    def forget(self, name: str) -> None:
        """Somebody else changed it: it is read again; until then it is what is known."""
        if (seen := self._by_signal.get(name)) is not None:
            seen.read_at = NEVER
        self._gates.pop(name.removeprefix(signals.gate("")), None)
        self._tell()

    def forget_all(self) -> None:
        """Changes may have been missed."""
        for seen in self._breakers.values():
            seen.read_at = NEVER
        self._gates.clear()
        self._tell()

    def _oldest(self) -> float:
        return time.monotonic() - (FRESH_S if self.is_heard else FRESH_ALONE_S)

    def _tell(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()
