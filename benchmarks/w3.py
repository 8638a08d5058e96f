"""W3: a thousand small tenants at a vendor that takes its time; first, and again unchanged."""

from __future__ import annotations

from benchmarks import measure
from benchmarks.ground import Ground
from benchmarks.measure import Sync
from benchmarks.report import SYNC_HEAD, Section, best, sync_row

DATASETS = ("drivers", "hos_clocks")
DRIVERS, LATENCY_MS = 10, 50
WALL_S, WAL_MB, AGAINST_DLT = 8.0, 0.2, 10
LOG_ROWS = 20_000  # the target for the log is given for so many rows


def run(ground: Ground, *, quick: bool) -> Section:
    """Three times ours; dlt once each, after ours."""
    tenants, times = (100, 1) if quick else (1_000, 3)
    prefix = f"w3-{tenants}-"
    told = {"count": tenants, "drivers": DRIVERS, "loads": 0, "prefix": prefix}
    slugs = ground.vendor.ask("POST", "tenants", told)["slugs"]
    ground.vendor.warm(slugs, with_drivers=True)
    section = Section(
        f"W3: {tenants:,} tenants × {DRIVERS} drivers, drivers and clocks, {LATENCY_MS} ms latency",
        SYNC_HEAD,
    )
    ground.vendor.answer_after(LATENCY_MS)
    try:
        with ground.tenants("w3_empty", slugs) as empty:
            ours = [_pair(ground, empty) for _ in range(times)]
        with ground.database("w3_dlt") as theirs:
            dlt = [measure.dlt(ground, theirs, slugs, DATASETS) for _ in range(2)]
    finally:
        ground.vendor.answer_after(0)
    if dlt[0].fetched != ours[0][0].fetched:
        raise RuntimeError(f"dlt holds {dlt[0].fetched} rows, ours are {ours[0][0].fetched}")
    for place, name in enumerate(("first", "nothing changed")):
        section.rows.append(sync_row(name, [pair[place] for pair in ours]))
    for one, name in zip(dlt, ("first", "nothing changed"), strict=True):
        section.rows.append(sync_row(f"dlt, {name}, once", [one]))
    _judge(section, ours, dlt)
    return section


def _pair(ground: Ground, empty: str) -> tuple[Sync, Sync]:
    with ground.database("w3_ours", empty) as ours:
        first = measure.product(ground, ours, DATASETS)
        second = measure.product(ground, ours, DATASETS)
    if second.inserted or second.updated:
        raise RuntimeError(f"nothing changed, but {second.updated + second.inserted} were written")
    return first, second


def _judge(section: Section, ours: list[tuple[Sync, Sync]], dlt: list[Sync]) -> None:
    pairs = zip(("first", "nothing changed"), range(2), dlt, strict=True)
    for name, place, other in pairs:
        one = best([pair[place] for pair in ours])
        section.verdict(f"wall, {name}", one.wall_s, WALL_S, " s", least=False)
        section.notes.append(
            f"{name}: {one.requests:,} requests, {one.task_runs} task runs, "
            f"{one.transactions:,} transactions; Prefect server {one.prefect_cpu_s:.2f} CPU s, "
            f"PostgreSQL of the rows {one.postgres_cpu_s:.2f}, sandbox {one.vendor_cpu_s:.2f}"
        )
        section.notes.append(f"dlt against ours, {name}: CPU × {other.cpu_s / one.cpu_s:.1f}")
        section.verdict(
            f"dlt against ours, {name}, wall", other.wall_s / one.wall_s, AGAINST_DLT, " ×",
            least=True,
        )  # fmt: skip
    again = min((pair[1] for pair in ours), key=lambda run: run.wal_mb)
    section.verdict(
        f"log of a sync with nothing changed, per {LOG_ROWS:,} rows (with its bookkeeping)",
        again.wal_mb * LOG_ROWS / max(again.fetched, 1), WAL_MB, " MB", least=False,
    )  # fmt: skip
    rate = again.requests / max(again.vendor_cpu_s, 0.01)
    section.notes.append(
        f"sandbox: by its CPU alone it could answer {rate:,.0f} requests/s (not measured under "
        f"load); the sync asked {again.requests / again.wall_s:,.0f} a second"
    )
