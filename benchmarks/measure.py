"""One sync measured whole: the process that does it, and what it makes the servers do."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import others, procs
from benchmarks.ground import Ground
from core.settings import PROJECT

COUNTS = """
WITH last AS (
    SELECT flow_run_id FROM ops.sync_run ORDER BY started_at DESC, id DESC LIMIT 1
)
SELECT coalesce(sum(fetched), 0), coalesce(sum(inserted), 0), coalesce(sum(updated), 0),
    coalesce(sum(unchanged), 0), count(DISTINCT batch), count(*) FILTER (WHERE status = 'success'),
    count(*)
FROM ops.sync_run WHERE flow_run_id = (SELECT flow_run_id FROM last)
"""
TRANSACTIONS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class Sync:
    """Seconds, MB and numbers of one sync.

    ``wall_s`` and ``cpu_s`` are of the flow (of dlt's pipeline) after the imports, ``process_...``
    of the whole process from its start to its end. ``wal_mb``: log of the server of the rows, and
    ``wal_pages`` how many whole pages (8 kB) are in it: first touches after a checkpoint.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    process_wall_s: float
    process_cpu_s: float
    imports_mb: float = 0.0
    postgres_cpu_s: float = 0.0
    prefect_cpu_s: float = 0.0
    vendor_cpu_s: float = 0.0
    requests: int = 0
    wal_mb: float = 0.0
    wal_pages: int = 0
    transactions: int = 0
    task_runs: int = 0
    fetched: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class _Before:
    vendor: float
    postgres: float
    prefect: float
    wal: int
    pages: int
    transactions: int


def _look(ground: Ground, database: str) -> _Before:
    return _Before(
        vendor=ground.vendor.counted()[1],
        postgres=procs.tree_cpu_s(ground.postgres_pid),
        prefect=procs.tree_cpu_s(ground.prefect_pid),
        wal=ground.log_position(),
        pages=int(ground.ask("postgres", "SELECT wal_fpi FROM pg_stat_wal")[0][0]),
        transactions=int(ground.ask(database, TRANSACTIONS)[0][0]),
    )


def product(
    ground: Ground, database: str, datasets: Sequence[str], *, profile: Path | None = None
) -> Sync:
    """One forced sync of all tenants through the Prefect flow, in a fresh process.

    ``profile``: a file for what cProfile saw, which slows it down.
    """
    out = ground.folder / "job.json"
    out.unlink(missing_ok=True)
    told = json.dumps(
        {"datasets": list(datasets), "out": str(out), "profile": str(profile) if profile else None}
    )
    before, begun = _look(ground, database), time.monotonic()
    command = [sys.executable, "-m", "benchmarks.job", told]
    cost = procs.run(command, ground.environment(database), PROJECT)
    process_wall_s = time.monotonic() - begun
    if cost.exit_code or not out.exists():
        raise RuntimeError(f"the sync failed: {cost.said[-2000:]}")
    said = json.loads(out.read_text())
    # Prefect records task runs, and backends their counts, up to a second late.
    time.sleep(1.5)
    requests, vendor_cpu_s = ground.vendor.counted()
    after = _look(ground, database)
    fetched, inserted, updated, unchanged, batches, good, runs = ground.ask(database, COUNTS)[0]
    if not runs or good != runs:
        raise RuntimeError(
            f"only {good} of {runs} were synced: {said['message']} {cost.said[-1000:]}"
        )
    return Sync(
        wall_s=said["wall_s"],
        cpu_s=said["cpu_s"],
        peak_mb=said["peak_mb"],
        imports_mb=said["imports_mb"],
        process_wall_s=process_wall_s,
        process_cpu_s=cost.cpu_s,
        postgres_cpu_s=after.postgres - before.postgres,
        prefect_cpu_s=after.prefect - before.prefect,
        vendor_cpu_s=vendor_cpu_s - before.vendor,
        requests=requests,
        wal_mb=(after.wal - before.wal) / 1e6,
        wal_pages=after.pages - before.pages,
        transactions=after.transactions - before.transactions,
        task_runs=batches,
        fetched=int(fetched),
        inserted=int(inserted),
        updated=int(updated),
        unchanged=int(unchanged),
    )


def other(
    ground: Ground, program: str, database: str, slugs: Sequence[str], datasets: Sequence[str]
) -> Sync:
    """The same by another program, into a database of its own on the same server."""
    before, begun = _look(ground, database), time.monotonic()
    said = others.sync(ground, program, database, slugs, datasets)
    process_wall_s = time.monotonic() - begun
    requests, vendor_cpu_s = ground.vendor.counted()
    after = _look(ground, database)
    return Sync(
        wall_s=said["wall_s"],
        cpu_s=said["cpu_s"] + said["children_cpu_s"],
        peak_mb=said["peak_mb"],
        process_wall_s=process_wall_s,
        process_cpu_s=said["process_cpu_s"],
        postgres_cpu_s=after.postgres - before.postgres,
        vendor_cpu_s=vendor_cpu_s - before.vendor,
        requests=requests,
        wal_mb=(after.wal - before.wal) / 1e6,
        wal_pages=after.pages - before.pages,
        transactions=after.transactions - before.transactions,
        # What lies in its tables, so that a job that loses rows does not look fast.
        fetched=sum(
            int(ground.ask(database, f"SELECT count(*) FROM fleet.{name}")[0][0])
            for name in datasets
        ),
    )
