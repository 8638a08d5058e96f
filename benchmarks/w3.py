"""W3: a thousand small tenants at a vendor that takes its time; first, and again unchanged."""

from __future__ import annotations

from benchmarks import measure
from benchmarks.ground import Ground
from benchmarks.measure import Sync
from benchmarks.others import DLT, LIMIT, PLAIN
from benchmarks.report import SYNC_HEAD, Section, best, log_verdict, sync_row

DATASETS = ("drivers", "hos_clocks")
DRIVERS, LATENCY_MS = 10, 50
WALL_S, AGAINST_DLT = 8.0, 10
OURS = "ours"
NAMES = ("first", "nothing changed")
Runs = dict[str, list[list[Sync]]]  # by program: the first sync and the second, several times


def run(ground: Ground, *, quick: bool) -> Section:
    """Ours, the limit and dlt in turns, three times; dlt's slow program once."""
    tenants, times = (100, 1) if quick else (1_000, 3)
    slugs = fleets(ground, tenants)
    section = Section(
        f"W3: {tenants:,} tenants × {DRIVERS} drivers, drivers and clocks, {LATENCY_MS} ms latency",
        SYNC_HEAD,
    )
    runs: Runs = {}
    ground.vendor.answer_after(LATENCY_MS)
    try:
        with ground.tenants("w3_empty", slugs) as empty:
            for number in range(times):
                runs.setdefault(OURS, []).append(ours_twice(ground, empty))
                for program in (LIMIT, *DLT):
                    if number == 0 or program != PLAIN[-1]:
                        pair = other_twice(ground, program, slugs)
                        runs.setdefault(program, []).append(pair)
    finally:
        ground.vendor.answer_after(0)
    _check(runs, tenants * DRIVERS * len(DATASETS))
    for program in (OURS, LIMIT, *DLT):
        for place, name in enumerate(NAMES):
            section.rows.append(sync_row(f"{program}, {name}", _of(runs, program, place)))
    _judge(section, runs)
    return section


def fleets(ground: Ground, count: int) -> list[str]:
    """So many small tenants at the vendor, by their slugs, their pages made beforehand."""
    told = {"count": count, "drivers": DRIVERS, "loads": 0, "prefix": f"w3-{count}-"}
    slugs: list[str] = ground.vendor.ask("POST", "tenants", told)["slugs"]
    ground.vendor.warm(slugs, with_drivers=True)
    return slugs


def ours_twice(ground: Ground, empty: str) -> list[Sync]:
    """Our first sync of them, and our second."""
    with ground.database("w3_ours", empty) as ours:
        return [measure.product(ground, ours, DATASETS) for _ in NAMES]


def other_twice(ground: Ground, program: str, slugs: list[str]) -> list[Sync]:
    """The same by another program."""
    with ground.database("w3_other") as theirs:
        return [measure.other(ground, program, theirs, slugs, DATASETS) for _ in NAMES]


def _of(runs: Runs, program: str, place: int) -> list[Sync]:
    return [pair[place] for pair in runs[program]]


def _check(runs: Runs, rows: int) -> None:
    """That everyone did the work, and that we wrote no row twice."""
    for program, pairs in runs.items():
        if any(sync.fetched != rows for pair in pairs for sync in pair):
            raise RuntimeError(f"{program} does not hold {rows} rows")
    written = [sync.inserted + sync.updated for sync in _of(runs, OURS, 1)]
    if any(written):
        raise RuntimeError(f"nothing changed, but {written} were written")


def _judge(section: Section, runs: Runs) -> None:
    for place, name in enumerate(NAMES):
        ours = _of(runs, OURS, place)
        one = best(ours)
        section.verdict(f"wall, {name}", one.wall_s, WALL_S, " s", least=False)
        section.notes.append(
            f"{name}: {one.requests:,} requests, {one.task_runs} task runs, "
            f"{one.transactions:,} transactions; Prefect server {one.prefect_cpu_s:.2f} CPU s, "
            f"PostgreSQL of the rows {one.postgres_cpu_s:.2f}, sandbox {one.vendor_cpu_s:.2f}"
        )
        section.ratio(LIMIT, name, _of(runs, LIMIT, place), ours)
        for program in DLT:
            target = AGAINST_DLT if program in PLAIN else None
            section.ratio(program, name, _of(runs, program, place), ours, target)
    again = _of(runs, OURS, 1)
    log_verdict(section, "all tenants, their bookkeeping with it", again)
    one = best(again)
    rate = one.requests / max(one.vendor_cpu_s, 0.01)
    section.notes.append(
        f"sandbox: by its CPU alone it could answer {rate:,.0f} requests/s (not measured under "
        f"load); the sync asked {one.requests / one.wall_s:,.0f} a second"
    )
