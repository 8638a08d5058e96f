"""LIMITS: W2 and W3 beside the least program that could do it, by turns and without the others."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import w2, w3
from benchmarks.ground import Ground
from benchmarks.measure import Sync
from benchmarks.others import LIMIT
from benchmarks.report import SYNC_HEAD, Section, best, sync_row

TURNS = 3
MOST = {"W2": 1.5, "W3": 2.0}  # of the limit's wall
Pair = tuple[Sync, Sync]  # ours and the limit's


def run(ground: Ground, *, quick: bool) -> Section:
    """Each kind of sync by us and by the limit, three times by turns."""
    turns, rows, tenants = (1, 2_000, 100) if quick else (TURNS, 100_000, 1_000)
    section = Section(f"LIMITS: W2 with {rows:,} clocks and W3 with {tenants:,} tenants", SYNC_HEAD)
    large = [w2.turn(ground, rows, number, (LIMIT,)) for number in range(turns)]
    for place, name in enumerate(w2.NAMES):
        pairs = [(one[w2.OURS][place], one[LIMIT][place]) for one in large]
        _compare(section, "W2", name, pairs)
    small = _small(ground, tenants, turns)
    for place, name in enumerate(w3.NAMES):
        _compare(section, "W3", name, [(ours[place], limit[place]) for ours, limit in small])
    return section


def _small(ground: Ground, tenants: int, turns: int) -> list[tuple[list[Sync], list[Sync]]]:
    slugs = w3.fleets(ground, tenants)
    ground.vendor.answer_after(w3.LATENCY_MS)
    try:
        with ground.tenants("limits_empty", slugs) as empty:
            return [
                (w3.ours_twice(ground, empty), w3.other_twice(ground, LIMIT, slugs))
                for _ in range(turns)
            ]
    finally:
        ground.vendor.answer_after(0)


def _compare(section: Section, work: str, name: str, pairs: Sequence[Pair]) -> None:
    ours, limits = zip(*pairs, strict=True)
    section.rows.append(sync_row(f"{work}, {name}, ours", ours))
    section.rows.append(sync_row(f"{work}, {name}, {LIMIT}", limits))
    ratio = best(ours).wall_s / best(limits).wall_s
    section.verdict(f"{work}, {name}, against the limit", ratio, MOST[work], " ×", least=False)
    each = " · ".join(f"{one.wall_s / other.wall_s:.2f}" for one, other in pairs)
    section.notes.append(f"{work}, {name}, turn by turn: {each} ×")
