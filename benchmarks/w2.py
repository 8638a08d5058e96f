"""W2: one large tenant, hours-of-service clocks only; first, with 1 % changed, and unchanged."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks import measure
from benchmarks.ground import Ground
from benchmarks.measure import Sync
from benchmarks.others import DLT, LIMIT, PLAIN
from benchmarks.report import SYNC_HEAD, Section, best, log_verdict, sync_row

DATASETS = ("hos_clocks",)
CHANGED = 0.01
ROWS_A_SECOND, PEAK_MB, AGAINST_DLT = 30_000, 200, 6
FLAT_MB = 40  # what 90,000 rows more may take
OURS = "ours"
NAMES = ("first", "1 % changed")
Round = dict[str, list[Sync]]  # by program: the first sync, the second, and ours unchanged


def run(ground: Ground, *, quick: bool) -> Section:
    """Growing tenants for the memory; the largest three times, side by side with the others."""
    sizes = (1_000, 2_000, 10_000) if quick else (10_000, 50_000, 100_000)
    most = sizes[-1]
    section = Section(f"W2: one tenant, {most:,} clocks, pages of 512, no latency", SYNC_HEAD)
    peaks: dict[int, float] = {}
    for size in sizes[:-1]:
        small = turn(ground, size, 0, ())[OURS]
        peaks[size] = max(sync.peak_mb for sync in small)
        section.rows.append(sync_row(f"{size:,} rows, first", small[:1]))
    rounds = [turn(ground, most, n, (LIMIT, *DLT)) for n in range(1 if quick else 3)]
    peaks[most] = max(sync.peak_mb for one in rounds for sync in one[OURS])
    for program in (OURS, LIMIT, *DLT):
        for place, name in enumerate(NAMES):
            runs = [one[program][place] for one in rounds]
            section.rows.append(sync_row(f"{program}, {name}", runs))
    section.rows.append(sync_row("ours, nothing changed", [one[OURS][2] for one in rounds]))
    _judge(section, most, peaks, rounds)
    _compare(section, rounds)
    log_verdict(section, "one tenant", [one[OURS][2] for one in rounds])
    return section


def _judge(section: Section, rows: int, peaks: dict[int, float], rounds: list[Round]) -> None:
    for place, name in enumerate(NAMES):
        one = best([each[OURS][place] for each in rounds])
        rate, whole = rows / one.wall_s, rows / one.process_wall_s
        section.verdict(f"rows/s, {name}, after imports", rate, ROWS_A_SECOND, "", least=True)
        section.notes.append(f"rows/s, {name}, with interpreter start and imports: {whole:,.0f}")
        section.notes.append(f"rows per CPU second of the client, {name}: {rows / one.cpu_s:,.0f}")
    section.verdict("peak memory", max(peaks.values()), PEAK_MB, " MB", least=False)
    said = ", ".join(f"{peak:.0f} MB at {size:,} rows" for size, peak in peaks.items())
    first = best([each[OURS][0] for each in rounds])
    section.notes.append(f"memory: {said}; {first.imports_mb:.0f} MB after imports alone")
    sizes = list(peaks)
    more = peaks[sizes[-1]] - peaks[sizes[0]]
    section.verdict("memory that grows with the rows", more, FLAT_MB, " MB", least=False)
    section.notes.append(
        f"sandbox: {first.vendor_cpu_s:.2f} CPU s for {first.requests} requests; "
        f"the client used {first.cpu_s:.2f}"
    )


def _compare(section: Section, rounds: list[Round]) -> None:
    for place, name in enumerate(NAMES):
        ours = [one[OURS][place] for one in rounds]
        section.ratio(LIMIT, name, [one[LIMIT][place] for one in rounds], ours)
        for program in DLT:
            theirs = [one[program][place] for one in rounds]
            target = AGAINST_DLT if program in PLAIN else None
            section.ratio(program, name, theirs, ours, target)


def slug_of(size: int) -> str:
    """The tenant of that many clocks."""
    return f"w2-{size}"


def turn(ground: Ground, size: int, number: int, programs: tuple[str, ...]) -> Round:
    """Everyone's first sync, then, after exactly 1 % changed, everyone's second."""
    slug, name = slug_of(size), f"w2_{size}"
    if number == 0:
        ground.vendor.ask("POST", "tenants", {"slug": slug, "drivers": size, "loads": 0})
    ground.vendor.answer_after(0)
    ground.vendor.warm([slug], with_drivers=False)
    with ExitStack() as stack:
        empty = stack.enter_context(ground.tenants(f"{name}_empty", [slug]))
        ours = stack.enter_context(ground.database(f"{name}_ours", empty))
        theirs = {
            program: stack.enter_context(ground.database(f"{name}_{place}"))
            for place, program in enumerate(programs)
        }
        found: Round = {OURS: [measure.product(ground, ours, DATASETS)]}
        for program, database in theirs.items():
            found[program] = [measure.other(ground, program, database, [slug], DATASETS)]
        changed = ground.vendor.change(slug, CHANGED, seed=number + 1)
        ground.vendor.warm([slug], with_drivers=False)
        found[OURS].append(measure.product(ground, ours, DATASETS))
        for program, database in theirs.items():
            found[program].append(measure.other(ground, program, database, [slug], DATASETS))
        found[OURS].append(measure.product(ground, ours, DATASETS))
    _check(found, size, changed)
    return found


def _check(found: Round, size: int, changed: int) -> None:
    """That everyone did the work."""
    written = [(sync.inserted, sync.updated) for sync in found[OURS]]
    if written != [(size, 0), (0, changed), (0, 0)]:
        raise RuntimeError(f"{changed} of {size} rows were changed, but {written} were written")
    for program, syncs in found.items():
        if any(sync.fetched != size for sync in syncs):
            raise RuntimeError(f"{program} holds {[sync.fetched for sync in syncs]} of {size} rows")
