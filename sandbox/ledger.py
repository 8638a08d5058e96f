"""Who asked what, when, how often and how much at once: what tests count vendor calls with."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import Any, NamedTuple

from sandbox.credentials import fingerprint

LOG_ROOM = 20_000
RATE_WINDOW = 10


class Entry(NamedTuple):
    """One answered (or abandoned) request. `at` is monotonic; status 0 means no answer was sent."""

    at: float
    wall: float
    vendor: str
    slug: str | None
    credential: str
    path: str
    query: str
    status: int
    seconds: float


class Ledger:
    """Counts since the start or the last reset."""

    def __init__(self) -> None:
        self._prints: dict[str, str] = {}
        self._running: Counter[str] = Counter()
        self.reset()

    def reset(self) -> None:
        """Forget the past; requests under way stay counted."""
        self.total = 0
        self.by_vendor: Counter[str] = Counter()
        self.by_path: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()
        self.by_credential: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter(self._running)
        self.log: deque[Entry] = deque(maxlen=LOG_ROOM)
        self._seconds: deque[list[int]] = deque(maxlen=RATE_WINDOW + 1)

    def name(self, key: str | None) -> str:
        """The fingerprint of a presented key."""
        if key is None:
            return "none"
        found = self._prints.get(key)
        if found is None:
            if len(self._prints) > 100_000:
                self._prints.clear()
            found = self._prints[key] = fingerprint(key)
        return found

    def begin(self, credential: str) -> float:
        """A request came in; returns its start."""
        running = self._running[credential] + 1
        self._running[credential] = running
        if running > self.most_at_once[credential]:
            self.most_at_once[credential] = running
        return time.monotonic()

    def end(
        self, begun: float, vendor: str, slug: str | None, credential: str,
        path: str, query: str, status: int,
    ) -> None:  # fmt: skip
        """A request is over."""
        now = time.monotonic()
        if self._running[credential] > 1:
            self._running[credential] -= 1
        else:
            del self._running[credential]
        self.total += 1
        self.by_vendor[vendor] += 1
        self.by_path[f"{vendor} {_grouped(path)}"] += 1
        self.by_status[f"{vendor} {status}"] += 1
        self.by_credential[credential] += 1
        # OpenWeather's key travels in the query: it is not written down.
        shown = "&".join(part for part in query.split("&") if not part.startswith("appid="))
        wall = time.time()
        self.log.append(
            Entry(begun, wall, vendor, slug, credential, path, shown, status, now - begun)
        )
        second = int(now)
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds[-1][1] += 1
        else:
            self._seconds.append([second, 1])

    def rate(self) -> float:
        """Requests a second over the last ten whole seconds."""
        now = int(time.monotonic())
        recent = [count for second, count in self._seconds if now - RATE_WINDOW <= second < now]
        return round(sum(recent) / RATE_WINDOW, 1)

    def state(self, last: int = 0) -> dict[str, Any]:
        """Everything as JSON-ready values, with the newest `last` entries of the log."""
        newest = list(self.log)[-last:] if last > 0 else []
        return {
            "total": self.total,
            "by_vendor": dict(self.by_vendor),
            "by_path": dict(self.by_path),
            "by_status": dict(self.by_status),
            "by_credential": dict(self.by_credential),
            "faults": dict(self.faults),
            "running": dict(self._running),
            "most_at_once": dict(self.most_at_once),
            "rps_10s": self.rate(),
            "log": [entry._asdict() for entry in newest],
        }


def _grouped(path: str) -> str:
    """Ids are cut out of paths, so that the counts stay few."""
    for known in ("/loads/", "/stations/"):
        if path.startswith(known):
            return known + "{id}"
    return path if len(path) < 60 else path[:60]
