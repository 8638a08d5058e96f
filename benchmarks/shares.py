"""PROFILE: where the CPU of a sync goes, by what the code is there for.

cProfile counts each function's own time; built-in functions count for whoever called them. It makes
small functions look dearer than they are, so the shares say where to look and no more.
"""

from __future__ import annotations

import pstats
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from benchmarks import measure, w2, w3
from benchmarks.ground import Ground
from benchmarks.report import Section

BUILTIN = "~"
MADE = "<string>"  # rules as functions, and the constructors of named tuples
# The first that fits a file's path decides.
KINDS = (
    ("quality", r"/quality/|great_expectations"),
    (
        "validation and mapping",
        r"/adapters/(samsara|truckbase|fuelfinder|openweather)/|/pydantic|"
        r"/models/records|/tasks/(collecting|samples|drifting)|/adapters/_kit/(reading|rows|vendor)",
    ),
    ("HTTP", r"/adapters/|/aiohttp/|/httpx/|/httpcore/|/yarl/|/multidict/|/ssl\.py|/urllib"),
    ("load", r"/store/(loading|staging|merging|absence)|/psycopg"),
    ("bookkeeping", r"/store/|/tasks/|/core/|/flows/"),
    ("Prefect", r"/prefect/|/anyio/|/sqlalchemy/|/websockets/|/fastapi/|/starlette/"),
    ("event loop", r"/asyncio/|/selectors\.py"),
)
REST = "the rest of Python"
Entry = tuple[str, int, str]


def run(ground: Ground, *, quick: bool) -> Section:
    """W2's first sync and W3's, each once under the profiler."""
    drivers, tenants = (10_000, 50) if quick else (100_000, 1_000)
    section = Section(
        "PROFILE: shares of the flow's CPU, first sync",
        ("", *(kind for kind, _ in KINDS), REST),
    )
    large = f"profile-{drivers}"
    ground.vendor.ask("POST", "tenants", {"slug": large, "drivers": drivers, "loads": 0})
    told = {"count": tenants, "drivers": w3.DRIVERS, "loads": 0, "prefix": "profile-"}
    slugs = ground.vendor.ask("POST", "tenants", told)["slugs"]
    for name, whose, datasets in (
        (f"W2, {drivers:,} clocks", [large], w2.DATASETS),
        (f"W3, {tenants:,} tenants", slugs, w3.DATASETS),
    ):
        ground.vendor.warm(whose, with_drivers=len(datasets) > 1)
        file = ground.folder / "profile.out"
        with ground.tenants("profiled", whose) as rows:
            sync = measure.product(ground, rows, datasets, profile=file)
        shares = _shares(pstats.Stats(str(file)))
        section.rows.append((name, *(f"{shares[kind]:.0%}" for kind in section.head[1:])))
        section.notes.append(
            f"{name}: {sync.cpu_s:.1f} CPU s under the profiler, PostgreSQL beside it "
            f"{sync.postgres_cpu_s:.1f}, Prefect's server {sync.prefect_cpu_s:.1f}"
        )
    return section


def _shares(stats: pstats.Stats) -> defaultdict[str, float]:
    """Each kind's share of all own time, waiting for the network left out."""
    spent: defaultdict[str, float] = defaultdict(float)
    for kind, seconds in _own_times(stats.stats):  # type: ignore[attr-defined]  # no stub has it
        spent[kind] += seconds
    total = sum(spent.values()) or 1.0
    return defaultdict(float, {kind: seconds / total for kind, seconds in spent.items()})


def _own_times(entries: dict[Entry, Any]) -> Iterator[tuple[str, float]]:
    for (file, _, name), (_, _, own, _, callers) in entries.items():
        if file != BUILTIN:
            yield _kind(file, name), own
        elif not _waits(name):
            for (whose, _, caller), told in callers.items():
                yield _kind(whose, caller), told[2]


def _waits(name: str) -> bool:
    return bool(re.search(r"select\.epoll|time\.sleep|_thread\.lock", name))


def _kind(file: str, function: str) -> str:
    if file == MADE:
        return "quality" if function.startswith("check") else "validation and mapping"
    return next((kind for kind, pattern in KINDS if re.search(pattern, file)), REST)
