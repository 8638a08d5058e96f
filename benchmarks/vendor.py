"""The sandbox as a process of its own, and its knobs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import procs
from core.settings import PROJECT

CLOCKS = ("/fleet/hos/clocks", "limit=512")
DRIVERS = tuple(
    ("/fleet/drivers", f"limit=512&driverActivationStatus={which}")
    for which in ("active", "deactivated")
)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox that serves. The world stands still, so that only `mutate` changes rows."""

    url: str
    pid: int

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A control endpoint's answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/control/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.load(answer)

    def warm(self, slugs: Sequence[str], *, with_drivers: bool) -> None:
        """Encode the pages ahead, so that making them is not measured."""
        for slug in slugs:
            for path, query in (*(DRIVERS if with_drivers else ()), CLOCKS):
                told = {"slug": slug, "vendor": "samsara", "path": path, "query": query}
                self.ask("POST", "warm", told)

    def change(self, slug: str, share: float, seed: int) -> int:
        """Change exactly this share of a tenant's clocks; returns how many."""
        told = {"slug": slug, "dataset": "hos_clocks", "share": share, "seed": seed}
        return int(self.ask("POST", "mutate", told)["changed"])

    def answer_after(self, ms: int) -> None:
        """Every answer comes this late."""
        self.ask("DELETE", "faults")
        if ms:
            self.ask("POST", "faults", {"kind": "latency", "args": {"ms": ms}})

    def counted(self) -> tuple[int, float]:
        """Requests since the last call, and the CPU seconds used so far."""
        total = int(self.ask("GET", "stats")["total"])
        self.ask("DELETE", "stats")
        return total, procs.tree_cpu_s(self.pid)


@contextmanager
def serving(*more: str, has_limits: bool = False) -> Iterator[Sandbox]:
    """A sandbox on any free port, its clock standing still a day ago. ``more``: its arguments."""
    instant = (datetime.now(UTC) - timedelta(days=1)).replace(microsecond=0).isoformat()
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--freeze", instant, *more]
    command += [] if has_limits else ["--no-limits"]
    process = subprocess.Popen(
        command, cwd=PROJECT, env=dict(os.environ), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("sandbox ready "):
                yield Sandbox(line.split()[2], process.pid)
                break
        else:
            raise RuntimeError("the sandbox did not start")
    finally:
        process.terminate()
        process.wait(20)
