"""HOS: how long a dispatcher waits for one driver's hours when nobody has to be asked."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import psycopg

from benchmarks.ground import temporary_folder
from benchmarks.report import Section
from deployments.postgres import Postgres
from models.hours import DriverHours, Source
from store import migrate
from tasks.hos import desk, read_driver_hos

SLUG, TARGET_MS = "big", 20.0
AT_ONCE = 50
Read = Callable[[str], Awaitable[DriverHours]]
# A fleet whose clocks were synced a minute ago, beside others that share the tables with it.
SEED = """
INSERT INTO ops.tenant (slug, name) SELECT 'other' || n, 'Other' FROM generate_series(1, 20) n;
INSERT INTO ops.tenant (slug, name) VALUES ('big', 'Big');
INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext, credentials_key_id,
    credentials_fingerprint) SELECT id, 'samsara', 'sealed', 'key', slug FROM ops.tenant;
INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, confirmed_at)
    SELECT id, 'hos_clocks', tenant_id, now() - interval '1 min' FROM ops.integration;
INSERT INTO fleet.driver (tenant_id, integration_id, run_id, row_hash, vendor_id, name,
    home_timezone, eld_day_start_hour, external_ids, tags, rulesets)
    SELECT tenant_id, id, id, n, 'd' || n, 'Driver ' || n, 'America/Chicago', 0,
        '{{}}', '[]', '[{{"shift": "US Interstate Property", "cycle": "USA 70 hour / 8 day"}}]'
    FROM ops.integration, generate_series(1, {drivers}) n;
INSERT INTO fleet.hos_clock (tenant_id, integration_id, run_id, row_hash, vendor_id, duty_status,
    drive_remaining_s, shift_remaining_s, break_remaining_s, cycle_remaining_s, cycle_tomorrow_s)
    SELECT tenant_id, id, id, n, 'd' || n, 'driving', 30000, 40000, 20000, 100000, 120000
    FROM ops.integration, generate_series(1, {drivers}) n;
INSERT INTO ops.hos_override (tenant_id, driver_id, author, reason, drive_remaining_s, expires_at)
    SELECT id, 'd1', 'Ann', 'ELD', 9000, now() + interval '6 h' FROM ops.tenant;
"""


def run(*, quick: bool) -> Section:
    """Every way of asking, each answered from what is kept."""
    drivers, answers = (200, 100) if quick else (5_000, 2_000)
    section = Section(
        f"HOS: one driver's hours from the cache, of {drivers:,} drivers, 21 tenants",
        ("", "answers", "median ms", "p95 ms", "p99 ms", "CPU ms an answer"),
    )
    with temporary_folder() as folder:
        postgres = Postgres(_entered(folder / "rows"))
        try:
            postgres.start()
            url = postgres.url("sally")
            migrate.upgrade(url)
            with psycopg.connect(url, autocommit=True) as conn:
                conn.execute(SEED.format(drivers=drivers).encode())
                conn.execute("VACUUM ANALYZE")
            asyncio.run(_measure(section, url, drivers, answers))
        finally:
            postgres.stop()
    return section


def _entered(folder: Path) -> Path:
    folder.mkdir(mode=0o711)
    return folder


async def _measure(section: Section, url: str, drivers: int, answers: int) -> None:
    dice = random.Random(7)
    ids = [f"d{dice.randint(2, drivers)}" for _ in range(answers)]
    async with desk(url) as opened:

        async def read(driver: str) -> DriverHours:
            return await opened.read(SLUG, driver)

        await _each(read, ids[:50])  # the first ones prepare statements
        p95 = _row(section, "one after another", *await _each(read, ids))
        _row(section, f"{AT_ONCE} at once, 4 connections", *await _at_once(read, ids))
        names = [f"Driver {driver[1:]}" for driver in ids[: answers // 10]]
        _row(section, "by name", *await _each(read, names))
        _row(section, "an override", *await _each(read, ["d1"] * (answers // 10), Source.OVERRIDE))

    async def alone(driver: str) -> DriverHours:
        async with desk(url) as own:
            return await read_driver_hos(SLUG, driver, at=own)

    _row(section, "each on a connection of its own", *await _each(alone, ids[: answers // 10]))
    section.verdict("p95, one after another", p95, TARGET_MS, " ms", least=False)


async def _each(
    read: Read, drivers: Sequence[str], source: Source = Source.CACHE
) -> tuple[list[float], float]:
    """Milliseconds of each answer, and CPU seconds of all."""
    took, before = [], time.process_time()
    for driver in drivers:
        took.append(await _timed(read, driver, source))
    return took, time.process_time() - before


async def _at_once(read: Read, drivers: Sequence[str]) -> tuple[list[float], float]:
    """The same by many readers side by side: each waits for its turn as well."""
    before, took = time.process_time(), list[float]()
    waiting = iter(drivers)

    async def reader() -> None:
        for driver in waiting:
            took.append(await _timed(read, driver, Source.CACHE))

    await asyncio.gather(*[reader() for _ in range(AT_ONCE)])
    return took, time.process_time() - before


async def _timed(read: Read, driver: str, source: Source) -> float:
    begun = time.perf_counter()
    found = await read(driver)
    took = time.perf_counter() - begun
    if found.source is not source:
        raise RuntimeError(f"the answer came from {found.source}, not from {source}")
    return took * 1000


def _row(section: Section, name: str, took: list[float], cpu_s: float) -> float:
    """A line of the table; returns the p95."""
    ordered = sorted(took)

    def share(of: float) -> float:
        return ordered[min(int(len(ordered) * of), len(ordered) - 1)]

    figures = [f"{share(of):.1f}" for of in (0.5, 0.95, 0.99)]
    cpu_ms = f"{cpu_s * 1000 / len(ordered):.1f}"
    section.rows.append((name, f"{len(ordered):,}", *figures, cpu_ms))
    return share(0.95)
