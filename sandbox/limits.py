"""Rate limits, as the contracts state them. They run on real time, whatever the world's clock."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Limit:
    """At most `count` requests in any `per_s` seconds, for one credential.

    `paths`: the paths below the vendor's base that share it; empty means all.
    `block_s`: how long everything is refused once it was exceeded.
    `retry_after`: fractional, whole, or absent in the answer.
    """

    name: str
    count: int
    per_s: float
    paths: tuple[str, ...] = ()
    block_s: float = 0.0
    retry_after: str = "whole"
    on: bool = True

    def covers(self, path: str) -> bool:
        """Whether a request for this path counts."""
        return not self.paths or path in self.paths


def _five(name: str) -> Limit:
    """Five a second, as the HOS endpoints have it."""
    return Limit(name, 5, 1.0, (f"/fleet/hos/{name}",), retry_after="fractional")


DEFAULTS: dict[str, tuple[Limit, ...]] = {
    "samsara": (
        Limit("token", 150, 1.0, retry_after="fractional"),
        _five("daily-logs"),
        _five("logs"),
        _five("violations"),
        Limit("vehicles", 25, 1.0, ("/fleet/vehicles",), retry_after="fractional"),
        Limit("clocks", 100, 60.0, ("/fleet/hos/clocks",), retry_after="fractional", on=False),
    ),
    "truckbase": (Limit("minute", 60, 60.0),),
    "fuelfinder": (Limit("minute", 60, 60.0),),
    "openweather": (Limit("minute", 60, 60.0, block_s=180.0, retry_after="absent"),),
}


class Limits:
    """Counts requests by credential, and says when one is too many."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._limits: dict[str, list[Limit]] = {}
        self._seen: dict[tuple[str, str, str], deque[float]] = {}
        self._blocked: dict[tuple[str, str], float] = {}
        self.reset()

    def reset(self) -> None:
        """The contracts' limits, and nobody has asked yet."""
        self._limits = {vendor: list(limits) for vendor, limits in DEFAULTS.items()}
        self.forget()

    def forget(self) -> None:
        """Nobody has asked yet."""
        self._seen.clear()
        self._blocked.clear()

    def turn(self, *, on: bool, vendor: str | None = None, name: str | None = None) -> None:
        """Enforce, or not: everything, a vendor's limits, or one of them. ValueError if unknown."""
        for known in self._vendors(vendor):
            self._change(known, name, on=on)
        self.forget()

    def set(self, vendor: str, name: str, **changes: Any) -> None:
        """Change count, per_s, block_s, retry_after or on. ValueError if there is no such limit."""
        wrong = set(changes) - {"count", "per_s", "block_s", "retry_after", "on"}
        if wrong:
            raise ValueError(f"a limit has no {', '.join(sorted(wrong))}")
        self._vendors(vendor)
        self._change(vendor, name, **changes)
        self.forget()

    def _vendors(self, vendor: str | None) -> list[str]:
        if vendor is not None and vendor not in self._limits:
            raise ValueError(f"no such vendor: {vendor}; known: {', '.join(self._limits)}")
        return list(self._limits) if vendor is None else [vendor]

    def _change(self, vendor: str, name: str | None, **changes: Any) -> None:
        limits = self._limits[vendor]
        if name is not None and name not in {limit.name for limit in limits}:
            known = ", ".join(limit.name for limit in limits)
            raise ValueError(f"{vendor} has no limit {name!r}; it has: {known}")
        self._limits[vendor] = [
            replace(limit, **changes) if name in (None, limit.name) else limit for limit in limits
        ]

    def refuses(self, vendor: str, credential: str, path: str) -> tuple[bool, str | None]:
        """(whether this request is one too many, its Retry-After). An admitted one is counted."""
        now = self._now()
        if self._blocked.get((vendor, credential), 0.0) > now:
            return True, None
        admitted = []
        for limit in self._limits[vendor]:
            if not limit.on or not limit.covers(path):
                continue
            seen = self._seen.setdefault((vendor, credential, limit.name), deque())
            while seen and seen[0] <= now - limit.per_s:
                seen.popleft()
            if len(seen) >= limit.count:
                return True, self._refusal(vendor, credential, limit, seen, now)
            admitted.append(seen)
        for seen in admitted:
            seen.append(now)
        return False, None

    def _refusal(
        self, vendor: str, credential: str, limit: Limit, seen: deque[float], now: float
    ) -> str | None:
        if limit.block_s:
            self._blocked[vendor, credential] = now + limit.block_s
        wait = (seen[0] + limit.per_s - now) if seen else limit.per_s
        if limit.retry_after == "absent":
            return None
        return f"{wait:.5f}" if limit.retry_after == "fractional" else str(int(wait) + 1)

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Every limit, for the control endpoint."""
        return {
            vendor: [{**vars(limit), "paths": list(limit.paths)} for limit in limits]
            for vendor, limits in self._limits.items()
        }
