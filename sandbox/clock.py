"""The world's clock: real time until somebody freezes it, moves it or changes its pace."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sandbox.world.instants import parse


class Clock:
    """Tells the world's instant. Rate limits and latencies use real time and not this."""

    def __init__(self) -> None:
        self._world = self._real = 0.0
        self._speed = 1.0
        self.reset()

    def reset(self) -> None:
        """Back to real time."""
        self._world = self._real = time.time()
        self._speed = 1.0

    def exact(self) -> float:
        """Seconds since 1970 in the world."""
        return self._world + (time.time() - self._real) * self._speed

    def now(self) -> int:
        """Whole seconds: everything within a second is answered with the same bytes."""
        return int(self.exact())

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._speed == 0

    def set(self, at: float, speed: float) -> None:
        """From this instant on, at this pace."""
        self._world, self._real, self._speed = at, time.time(), speed

    def freeze(self, at: datetime | str | int | None = None) -> None:
        """Stand still at an instant, or where it is."""
        self.set(self.exact() if at is None else _seconds(at), 0)

    def thaw(self) -> None:
        """Go on from here at the normal pace."""
        self.set(self.exact(), 1)

    def advance(self, seconds: float) -> None:
        """Jump ahead (or back), keeping the pace."""
        self.set(self.exact() + seconds, self._speed)

    def pace(self, speed: float) -> None:
        """How many world seconds pass in a real one. ValueError if negative."""
        if not 0 <= speed <= 1e6:
            raise ValueError("the speed must be between 0 and 1,000,000")
        self.set(self.exact(), speed)

    def state(self) -> dict[str, object]:
        """For the control endpoint."""
        now = datetime.fromtimestamp(self.now(), UTC).isoformat().replace("+00:00", "Z")
        return {"now": now, "frozen": self.frozen, "speed": self._speed}


def _seconds(at: datetime | str | int) -> float:
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return at.timestamp()
    return float(parse(at) if isinstance(at, str) else at)
