"""GROWTH: what a cycle costs with a hundred, a thousand and ten thousand tenants."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks import measure, w3
from benchmarks.ground import Ground
from benchmarks.measure import Sync
from benchmarks.report import Section

SIZES, QUICK = (100, 1_000, 10_000), (20, 40)
MOST = 1.2  # of the cost of an integration among the fewest
SIZE = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True, slots=True)
class Grown:
    """A first cycle and one with nothing changed. ``mb``: the database after each."""

    tenants: int
    cycles: tuple[Sync, Sync]
    mb: tuple[float, float]


def run(ground: Ground, *, quick: bool) -> Section:
    """Each size once, in a database of its own: first, and again with nothing changed."""
    sizes = QUICK if quick else SIZES
    section = Section(
        f"GROWTH: drivers and clocks of {w3.DRIVERS} drivers each, {w3.LATENCY_MS} ms latency",
        ("tenants", "wall s", "CPU s: flow", "PostgreSQL", "Prefect", "ms an integration",
         "peak MB", "database MB", "task runs"),
    )  # fmt: skip
    ground.vendor.answer_after(w3.LATENCY_MS)
    try:
        found = [_grown(ground, count) for count in sizes]
    finally:
        ground.vendor.answer_after(0)
    for place, name in enumerate(w3.NAMES):
        for one in found:
            section.rows.append(_row(one, place, name))
    for place, name in enumerate(w3.NAMES):
        least, most = (_cost_ms(one, place) for one in (found[0], found[-1]))
        what = f"{name}: an integration among {sizes[-1]:,} against one among {sizes[0]:,}"
        section.verdict(what, most / least, MOST, " ×", least=False)
        middle = _cost_ms(found[-2], place)
        section.notes.append(
            f"{name}: against one among {sizes[-2]:,}, where fixed costs weigh less: "
            f"{most / middle:.2f} ×"
        )
    return section


def _grown(ground: Ground, count: int) -> Grown:
    told = {"count": count, "drivers": w3.DRIVERS, "loads": 0, "prefix": f"grown-{count}-"}
    slugs = ground.vendor.ask("POST", "tenants", told)["slugs"]
    ground.vendor.warm(slugs, with_drivers=True)
    with ground.tenants("growth", slugs) as rows:
        cycles, sizes = [], []
        for _ in w3.NAMES:
            cycles.append(measure.product(ground, rows, w3.DATASETS))
            sizes.append(int(ground.ask(rows, SIZE)[0][0]) / 1e6)
    expected = count * w3.DRIVERS * len(w3.DATASETS)
    if any(cycle.fetched != expected for cycle in cycles):
        raise RuntimeError(f"with {count} tenants not all of {expected} rows were read")
    return Grown(count, (cycles[0], cycles[1]), (sizes[0], sizes[1]))


def _cost_ms(one: Grown, place: int) -> float:
    """CPU of the flow and both servers, in milliseconds for each integration."""
    cycle = one.cycles[place]
    total = cycle.cpu_s + cycle.postgres_cpu_s + cycle.prefect_cpu_s
    return 1000 * total / one.tenants


def _row(one: Grown, place: int, name: str) -> tuple[str, ...]:
    cycle = one.cycles[place]
    return (
        f"{one.tenants:,}, {name}",
        f"{cycle.wall_s:.1f}",
        f"{cycle.cpu_s:.2f}",
        f"{cycle.postgres_cpu_s:.2f}",
        f"{cycle.prefect_cpu_s:.2f}",
        f"{_cost_ms(one, place):.1f}",
        f"{cycle.peak_mb:.0f}",
        f"{one.mb[place]:.0f}",
        str(cycle.task_runs),
    )
