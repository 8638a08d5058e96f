"""GUARD: what breakers and gates cost W3, side by side with a sync that asks nobody."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import procs, w3
from benchmarks.ground import Ground
from benchmarks.report import Section
from core.settings import PROJECT

PAIRS = 5
MOST = 1.10
HEAD = (
    "",
    "wall s, guarded",
    "unguarded",
    "CPU s, guarded",
    "unguarded",
    "wall ratio",
    "CPU ratio",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one sync: of the flow, of the rows' PostgreSQL, of Prefect's server."""

    wall_s: float
    flow_s: float
    postgres_s: float
    prefect_s: float

    @property
    def cpu_s(self) -> float:
        """Where the guard works. Prefect's server sweeps and writes at times of its own."""
        return self.flow_s + self.postgres_s


def run(ground: Ground, *, quick: bool) -> Section:
    """Pairs of a first sync and one with nothing changed, guarded and not, by turns."""
    tenants, pairs = (100, 1) if quick else (1_000, PAIRS)
    told = {"count": tenants, "drivers": w3.DRIVERS, "loads": 0, "prefix": f"guard-{tenants}-"}
    slugs = ground.vendor.ask("POST", "tenants", told)["slugs"]
    ground.vendor.warm(slugs, with_drivers=True)
    register(ground)
    costs: dict[bool, list[tuple[Cost, Cost]]] = {True: [], False: []}
    ground.vendor.answer_after(w3.LATENCY_MS)
    try:
        with ground.tenants("guard_empty", slugs) as empty:
            for number in range(pairs):
                # Each goes first every other time: the machine changes while this runs.
                for guarded in (True, False) if number % 2 else (False, True):
                    costs[guarded].append(_both(ground, empty, guarded=guarded))
    finally:
        ground.vendor.answer_after(0)
    return _section(tenants, costs)


def register(ground: Ground) -> None:
    """Make the operators' settings, which each batch asks for, exist as the stack does."""
    code = (
        "import os; from deployments import blocks; blocks.register(os.environ['PREFECT_API_URL'])"
    )
    command = [sys.executable, "-c", code]
    ended = procs.run(command, ground.environment("postgres"), PROJECT)
    if ended.exit_code:
        raise RuntimeError(f"the breakers' blocks were not registered: {ended.said[-2000:]}")


def _both(ground: Ground, empty: str, *, guarded: bool) -> tuple[Cost, Cost]:
    with ground.database("guard_ours", empty) as ours:
        return _sync(ground, ours, guarded=guarded), _sync(ground, ours, guarded=guarded)


def _sync(ground: Ground, database: str, *, guarded: bool) -> Cost:
    told = {"guarded": guarded, "datasets": w3.DATASETS}
    return measured(ground, database, "benchmarks.guard_job", told)


def measured(ground: Ground, database: str, job: str, told: dict[str, Any]) -> Cost:
    """One sync as this module makes it, in a fresh process."""
    out = ground.folder / "cost.json"
    out.unlink(missing_ok=True)
    before = _servers(ground)
    command = [sys.executable, "-m", job, json.dumps({**told, "out": str(out)})]
    ended = procs.run(command, ground.environment(database), PROJECT)
    if ended.exit_code or not out.exists():
        raise RuntimeError(f"the sync failed: {ended.said[-2000:]}")
    time.sleep(1.5)  # Prefect records task runs a second late
    postgres_s, prefect_s = (now - then for now, then in zip(_servers(ground), before, strict=True))
    found = json.loads(out.read_text())
    good = "SELECT count(*) FILTER (WHERE status <> 'success') FROM ops.sync_run"
    if ground.ask(database, good)[0][0]:
        raise RuntimeError(f"not all were synced: {found['message']}")
    return Cost(found["wall_s"], found["cpu_s"], postgres_s, prefect_s)


def _servers(ground: Ground) -> tuple[float, float]:
    return procs.tree_cpu_s(ground.postgres_pid), procs.tree_cpu_s(ground.prefect_pid)


def _section(tenants: int, costs: dict[bool, list[tuple[Cost, Cost]]]) -> Section:
    section = Section(
        f"GUARD: W3 with {tenants:,} tenants, with breakers and gates and without", HEAD
    )
    for place, name in enumerate(("first", "nothing changed")):
        guarded, bare = ([pair[place] for pair in costs[which]] for which in (True, False))
        wall = ratio(guarded, bare, lambda cost: cost.wall_s)
        cpu = ratio(guarded, bare, lambda cost: cost.cpu_s)
        section.rows.append(
            (
                name,
                *(every(costs, lambda cost: cost.wall_s) for costs in (guarded, bare)),
                *(every(costs, lambda cost: cost.cpu_s) for costs in (guarded, bare)),
                f"{wall:.2f}",
                f"{cpu:.2f}",
            )
        )
        for part in ("flow_s", "postgres_s", "prefect_s"):
            with_it, without = (
                median(getattr(cost, part) for cost in some) for some in (guarded, bare)
            )
            section.notes.append(f"{name}, CPU of {part[:-2]}: {with_it:.2f} s and {without:.2f} s")
        section.verdict(f"CPU, {name}, median of the pairs", cpu, MOST, " ×", least=False)
        section.verdict(f"wall, {name}, median of the pairs", wall, MOST, " ×", least=False)
    return section


def ratio(guarded: Sequence[Cost], bare: Sequence[Cost], of: Callable[[Cost], float]) -> float:
    """The median of the pairs' ratios."""
    return median(of(one) / of(other) for one, other in zip(guarded, bare, strict=True))


def every(costs: Sequence[Cost], of: Callable[[Cost], float]) -> str:
    """Each run's figure."""
    return " · ".join(f"{of(cost):.2f}" for cost in costs)
