"""What this process remembers of breakers and gates, until somebody says that they changed.

Asking the database before each call would cost more than the call. What others change they tell
(`store.signals`), and what is old is read again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.gate import Gate
from store import signals
from store.breakers import Kept, Target
from store.gates import Turn

FRESH_S = 5.0  # while changes are heard
FRESH_ALONE_S = 0.5  # while they are not
NEVER = float("-inf")


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
    """Calls of a scope that were taken and not made yet, and the gate as it was last seen."""

    gate: Gate
    calls: int = 0
    ready_at: datetime | None = None


class Memory:
    """Breakers and gates as this process last saw them."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.is_heard = False
        self.changed = asyncio.Event()
        self._breakers: dict[Target, tuple[Kept, float]] = {}
        self._targets: dict[str, Target] = {}
        self._gates: dict[str, Prepaid] = {}

    def breakers(self, targets: Iterable[Target]) -> dict[Target, Kept] | None:
        """These breakers, or None when one of them has to be read."""
        oldest = time.monotonic() - (FRESH_S if self.is_heard else FRESH_ALONE_S)
        found: dict[Target, Kept] = {}
        for target in targets:
            kept, read_at = self._breakers.get(target, (None, 0.0))
            if kept is None or read_at < oldest:
                return None
            found[target] = kept
        return found

    def last_known(self, targets: Iterable[Target]) -> dict[Target, Kept] | None:
        """The same however old, for want of an answer; None when one was never read."""
        found = {
            target: self._breakers[target][0] for target in targets if target in self._breakers
        }
        return found if all(target in found for target in targets) else None

    def remember(self, states: Mapping[Target, Kept], asked: Iterable[Target] = ()) -> None:
        """What was read; of those asked for, the ones without a state are closed."""
        at = time.monotonic()
        for target in (*asked, *states):
            self._breakers[target] = (states.get(target, Kept()), at)
            self._targets[target.signal] = target
        self._tell()

    def gate(self, scope: str) -> Prepaid | None:
        """The gate of a scope; None when it has to be asked."""
        return self._gates.get(scope)

    def put(self, scope: str, turn: Turn) -> Prepaid:
        """Calls that were taken at a gate, on top of those still unused."""
        held = self._gates.get(scope)
        unused = held.calls if held is not None else 0
        self._gates[scope] = Prepaid(turn.gate, unused + turn.calls, turn.ready_at)
        return self._gates[scope]

    def see(self, scope: str, gate: Gate) -> None:
        """A gate that changed; calls taken at it before are void during a pause."""
        held = self._gates.setdefault(scope, Prepaid(gate))
        held.gate = gate
        self._tell()

    def forget(self, name: str) -> None:
        """Somebody else changed it."""
        if (target := self._targets.get(name)) is not None:
            self._age(target)
        self._gates.pop(name.removeprefix(signals.gate("")), None)
        self._tell()

    def forget_all(self) -> None:
        """Changes may have been missed."""
        for target in self._breakers:
            self._age(target)
        self._gates.clear()
        self._tell()

    def _age(self, target: Target) -> None:
        """Have it read again; until then it is what is known."""
        kept, _ = self._breakers[target]
        self._breakers[target] = (kept, NEVER)

    def _tell(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()
