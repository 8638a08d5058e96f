"""QUALITY: what the gate costs W3, by a sync without it; and the audit of a W3 run."""

from __future__ import annotations

import asyncio
import time
from statistics import median
from uuid import uuid4

from adapters import registry
from benchmarks import guard, w3
from benchmarks.ground import Ground
from benchmarks.guard import Cost
from benchmarks.report import Section
from models.records import Driver, HosClock, Record
from store.connection import connect
from store.landed import landed
from tasks.audit import _ask
from tasks.samples import Sample, Whose

PAIRS = 5
MOST, AUDIT_S = 1.15, 3.0
HEAD = ("", "wall s, gated", "without", "CPU s, gated", "without", "wall ratio", "CPU ratio")
RECORDS: dict[str, type[Record]] = {"drivers": Driver, "hos_clocks": HosClock}


def run(ground: Ground, *, quick: bool) -> Section:
    """Pairs of a first sync and one with nothing changed, gated and not, by turns; then audits."""
    tenants, pairs = (100, 1) if quick else (1_000, PAIRS)
    told = {"count": tenants, "drivers": w3.DRIVERS, "loads": 0, "prefix": f"gate-{tenants}-"}
    slugs = ground.vendor.ask("POST", "tenants", told)["slugs"]
    ground.vendor.warm(slugs, with_drivers=True)
    guard.register(ground)
    costs: dict[bool, list[tuple[Cost, Cost]]] = {True: [], False: []}
    section = Section(f"QUALITY: W3 with {tenants:,} tenants, with the gate and without", HEAD)
    ground.vendor.answer_after(w3.LATENCY_MS)
    try:
        with ground.tenants("gate_empty", slugs) as empty:
            for number in range(pairs):
                # Each goes first every other time: the machine changes while this runs.
                for gated in (True, False) if number % 2 else (False, True):
                    with ground.database("gate_ours", empty) as ours:
                        first = _sync(ground, ours, gated=gated)
                        costs[gated].append((first, _sync(ground, ours, gated=gated)))
                        if gated and number == pairs - 1:
                            _audit(section, ground.postgres.url(ours))
    finally:
        ground.vendor.answer_after(0)
    _judge(section, costs)
    return section


def _sync(ground: Ground, database: str, *, gated: bool) -> Cost:
    told = {"gated": gated, "datasets": w3.DATASETS}
    return guard.measured(ground, database, "benchmarks.gate_job", told)


def _judge(section: Section, costs: dict[bool, list[tuple[Cost, Cost]]]) -> None:
    for place, name in enumerate(("first", "nothing changed")):
        gated, bare = ([pair[place] for pair in costs[which]] for which in (True, False))
        wall = guard.ratio(gated, bare, lambda cost: cost.wall_s)
        cpu = guard.ratio(gated, bare, lambda cost: cost.cpu_s)
        section.rows.append(
            (
                name,
                *(guard.every(some, lambda cost: cost.wall_s) for some in (gated, bare)),
                *(guard.every(some, lambda cost: cost.cpu_s) for some in (gated, bare)),
                f"{wall:.2f}",
                f"{cpu:.2f}",
            )
        )
        section.verdict(f"CPU, {name}, median of the pairs", cpu, MOST, " ×", least=False)
        section.verdict(f"wall, {name}, median of the pairs", wall, MOST, " ×", least=False)


def _audit(section: Section, url: str) -> None:
    """What landed, audited as the flow run would: in a process of its own."""
    samples = asyncio.run(_samples(url))
    walls, imports, works = [], [], []
    for _ in range(3):
        begun = time.perf_counter()
        answer = asyncio.run(_ask(samples))
        walls.append(time.perf_counter() - begun)
        imports.append(answer["import_s"])
        works.append(walls[-1] - answer["import_s"])
        if any(one.get("error") for one in answer["datasets"]):
            raise RuntimeError(f"the audit failed: {answer}")
    rows = sum(len(sample.rows) for sample in samples)
    section.notes.append(
        f"audit of {rows:,} rows of {len(samples)} datasets: "
        f"{' · '.join(f'{wall:.2f}' for wall in walls)} s in all, "
        f"of which importing Great Expectations {median(imports):.2f} s"
    )
    section.verdict("audit after its import, start of its process with it", median(works),
                    AUDIT_S, " s", least=False)  # fmt: skip


async def _samples(url: str) -> list[Sample]:
    vendor, run = registry.vendor("samsara"), uuid4()
    samples = []
    async with connect(url) as conn:
        for name in w3.DATASETS:
            sample = Sample(vendor.dataset(name))
            for integration_id, record in await landed(conn, RECORDS[name], sample.most):
                sample.add([record], Whose(run, integration_id, run, True))
            samples.append(sample)
    return samples
