"""LIMITS: W2 and W3 beside the least program that could do it, by turns and without the others."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import psycopg

from benchmarks import measure, w2, w3
from benchmarks.ground import Ground
from benchmarks.measure import Sync
from benchmarks.others import LIMIT
from benchmarks.report import SYNC_HEAD, Section, sync_row

TURNS = 5
MOST = {"W2": 1.5, "W3": 2.0}  # of the limit's wall
Pair = tuple[Sync, Sync]  # ours and the limit's
# What a first sync writes besides the rows, and the limit does not.
WITHOUT_HISTORY = "ALTER TABLE fleet.hos_clock DISABLE TRIGGER keep_history_of_new"


def run(ground: Ground, *, quick: bool) -> Section:
    """Each kind of sync by us and by the limit, some times by turns."""
    turns, rows, tenants = (1, 2_000, 100) if quick else (TURNS, 100_000, 1_000)
    section = Section(f"LIMITS: W2 with {rows:,} clocks and W3 with {tenants:,} tenants", SYNC_HEAD)
    large: list[w2.Round] = []
    bare: list[Sync] = []
    for number in range(turns):
        large.append(w2.turn(ground, rows, number, (LIMIT,)))
        bare.append(_without_history(ground, rows))
    for place, name in enumerate(w2.NAMES):
        pairs = [(one[w2.OURS][place], one[LIMIT][place]) for one in large]
        _compare(section, "W2", name, pairs)
    limits = [one[LIMIT][0] for one in large]
    _compare(section, "W2", "first, no histories kept", list(zip(bare, limits, strict=True)))
    small = _small(ground, tenants, turns)
    for place, name in enumerate(w3.NAMES):
        _compare(section, "W3", name, [(ours[place], limit[place]) for ours, limit in small])
    return section


def _without_history(ground: Ground, rows: int) -> Sync:
    """Our first sync into a database that keeps no histories: what they cost."""
    name = "limits_bare"
    slug = w2.slug_of(rows)
    with ground.tenants(f"{name}_empty", [slug]) as empty, ground.database(name, empty) as ours:
        with psycopg.connect(ground.postgres.url(ours), autocommit=True) as conn:
            conn.execute(WITHOUT_HISTORY)
        return measure.product(ground, ours, w2.DATASETS)


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
    # Of each turn, because the machine is faster in one moment than in the next.
    ratio = median(one.wall_s / other.wall_s for one, other in pairs)
    section.verdict(f"{work}, {name}, against the limit", ratio, MOST[work], " ×", least=False)
    each = " · ".join(f"{one.wall_s / other.wall_s:.2f}" for one, other in pairs)
    section.notes.append(f"{work}, {name}, turn by turn: {each} ×")
