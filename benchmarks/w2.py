"""W2: one large tenant, hours-of-service clocks only; first, and again with 1 % changed."""

from __future__ import annotations

from benchmarks import measure
from benchmarks.dlt_side import Tuning
from benchmarks.ground import Ground
from benchmarks.measure import Sync
from benchmarks.report import SYNC_HEAD, Section, best, sync_row

DATASETS = ("hos_clocks",)
CHANGED = 0.01
ROWS_A_SECOND, PEAK_MB, AGAINST_DLT = 30_000, 200, 6
FLAT_MB = 40  # what 90,000 rows more may take


def run(ground: Ground, *, quick: bool) -> Section:
    """Growing tenants for the memory, the largest three times and side by side with dlt."""
    sizes = (1_000, 2_000, 10_000) if quick else (10_000, 50_000, 100_000)
    times = 1 if quick else 3
    most = sizes[-1]
    section = Section(f"W2: one tenant, {most:,} clocks, pages of 512, no latency", SYNC_HEAD)
    peaks: dict[int, float] = {}
    for size in sizes[:-1]:
        runs = _ours(ground, size, 1)
        peaks[size] = max(run.peak_mb for pair in runs for run in pair)
        section.rows.append(sync_row(f"{size:,} rows, first", [runs[0][0]]))
    ours, theirs = _side_by_side(ground, most, times)
    peaks[most] = max(run.peak_mb for pair in ours for run in pair)
    names = ("first", "1 % changed")
    for place, name in enumerate(names):
        section.rows.append(sync_row(f"{most:,} rows, {name}", [pair[place] for pair in ours]))
    for place, name in enumerate(names):
        section.rows.append(sync_row(f"dlt, {name}", [pair[place] for pair in theirs]))
    with ground.database("w2_dlt_plain") as plain:
        tuning = Tuning(is_flat=False)
        as_sent = measure.dlt(ground, plain, [f"w2-{most}"], DATASETS, tuning)
    section.rows.append(sync_row("dlt, first, rows as sent, once", [as_sent]))
    _judge(section, most, peaks, ours)
    for place, name in enumerate(names):
        one = best([pair[place] for pair in ours])
        other = best([pair[place] for pair in theirs])
        section.notes.append(f"dlt against ours, {name}: CPU × {other.cpu_s / one.cpu_s:.1f}")
        section.verdict(
            f"dlt against ours, {name}, wall", other.wall_s / one.wall_s, AGAINST_DLT, " ×",
            least=True,
        )  # fmt: skip
    return section


def _judge(
    section: Section, rows: int, peaks: dict[int, float], ours: list[tuple[Sync, Sync]]
) -> None:
    first, second = best([pair[0] for pair in ours]), best([pair[1] for pair in ours])
    for name, one in (("first", first), ("again", second)):
        rate, whole = rows / one.wall_s, rows / one.process_wall_s
        section.verdict(f"rows/s, {name}, after imports", rate, ROWS_A_SECOND, "", least=True)
        section.notes.append(f"rows/s, {name}, with interpreter start and imports: {whole:,.0f}")
        section.notes.append(f"rows per CPU second of the client, {name}: {rows / one.cpu_s:,.0f}")
    section.verdict("peak memory", max(peaks.values()), PEAK_MB, " MB", least=False)
    said = ", ".join(f"{peak:.0f} MB at {size:,} rows" for size, peak in peaks.items())
    section.notes.append(f"memory: {said}; {first.imports_mb:.0f} MB after imports alone")
    sizes = list(peaks)
    more = peaks[sizes[-1]] - peaks[sizes[0]]
    section.verdict("memory that grows with the rows", more, FLAT_MB, " MB", least=False)
    section.notes.append(
        f"sandbox: {first.vendor_cpu_s:.2f} CPU s for {first.requests} requests; "
        f"the client used {first.cpu_s:.2f}"
    )


def _ours(ground: Ground, size: int, times: int) -> list[tuple[Sync, Sync]]:
    return [_pair(ground, size, number, with_dlt=False)[0] for number in range(times)]


def _side_by_side(
    ground: Ground, size: int, times: int
) -> tuple[list[tuple[Sync, Sync]], list[tuple[Sync, Sync]]]:
    pairs = [_pair(ground, size, number, with_dlt=True) for number in range(times)]
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs if theirs]


def _pair(
    ground: Ground, size: int, number: int, *, with_dlt: bool
) -> tuple[tuple[Sync, Sync], tuple[Sync, Sync] | None]:
    """A first sync and, after exactly 1 % changed, a second: ours, then dlt's."""
    slug, name = f"w2-{size}", f"w2_{size}"
    if number == 0:
        ground.vendor.ask("POST", "tenants", {"slug": slug, "drivers": size, "loads": 0})
    ground.vendor.answer_after(0)
    ground.vendor.warm([slug], with_drivers=False)
    with (
        ground.tenants(f"{name}_empty", [slug]) as empty,
        ground.database(f"{name}_ours", empty) as ours,
        ground.database(f"{name}_dlt") as theirs,
    ):
        first = measure.product(ground, ours, DATASETS)
        dlt_first = measure.dlt(ground, theirs, [slug], DATASETS) if with_dlt else None
        changed = ground.vendor.change(slug, CHANGED, seed=number + 1)
        ground.vendor.warm([slug], with_drivers=False)
        second = measure.product(ground, ours, DATASETS)
        if (second.inserted, second.updated) != (0, changed):
            raise RuntimeError(f"{changed} rows were changed, {second.updated} were written")
        if dlt_first is None:
            return (first, second), None
        if dlt_first.fetched != first.fetched:
            raise RuntimeError(f"dlt holds {dlt_first.fetched} rows, ours are {first.fetched}")
        return (first, second), (dlt_first, measure.dlt(ground, theirs, [slug], DATASETS))
