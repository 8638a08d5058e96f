"""WORKERS: one, two and four workers of one pool on the same tenants; and one that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from benchmarks import procs, vendor
from benchmarks.ground import seed, settings, temporary_folder
from benchmarks.report import Section
from core.settings import PROJECT
from deployments.environment import inherited
from deployments.stack import Part, Stack, running

LATENCY_MS, DRIVERS = 200, 10
GIVE_UP_S, LOOK_S, READY_S = 300.0, 0.1, 60.0
# Due now, and not again before all is over.
DUE = """
UPDATE ops.integration SET next_sync_at = now(), last_started_at = NULL, poll_seconds = 86400
"""
# What became of a cycle, by the database's own clock.
CYCLE = """
SELECT count(*) FILTER (WHERE status = 'success'), count(DISTINCT integration_id),
    count(*) FILTER (WHERE status <> 'success'),
    extract(epoch FROM max(completed_at) - min(started_at))::float
FROM ops.sync_run WHERE started_at >= %s
"""
DOUBLED = """
SELECT count(*) FROM (SELECT FROM ops.sync_run WHERE started_at >= %s AND status = 'success'
    GROUP BY integration_id HAVING count(*) > 1) AS twice
"""
ROWS = "SELECT count(*), count(DISTINCT (tenant_id, vendor_id)) FROM fleet.hos_clock"


@dataclass(frozen=True, slots=True)
class Cycle:
    """One pass over all tenants. CPU in seconds, by kind of process."""

    wall_s: float
    cpu: dict[str, float]
    doubled: int


class Site:
    """A stack without a worker, its tenants, and the flow runs that are asked of it."""

    def __init__(self, stack: Stack, served: vendor.Sandbox, count: int) -> None:
        self.stack, self.served, self.count = stack, served, count
        self.conn: psycopg.Connection[Any] = psycopg.connect(
            stack.env["DATABASE_URL"], autocommit=True
        )
        self.prefect = httpx.Client(base_url=stack.env["PREFECT_API_URL"], timeout=30)
        self.deployment = self._only_when_asked()

    def start(self, runs: int) -> None:
        """So many flow runs over all that is due."""
        body = {"parameters": {"datasets": ["drivers", "hos_clocks"]}}
        for _ in range(runs):
            self.prefect.post(
                f"/deployments/{self.deployment}/create_flow_run", json=body
            ).raise_for_status()

    def make_due(self) -> Any:
        """Everybody is due; returns that instant."""
        self.conn.execute(DUE)
        return self.ask("SELECT clock_timestamp()")[0]

    def until(self, since: Any, share: float) -> None:
        """Return when this share of the tenants is synced."""
        begun = time.perf_counter()
        while self.ask(CYCLE, since)[0] < share * self.count:
            if time.perf_counter() - begun > GIVE_UP_S:
                raise RuntimeError(f"Not all were synced in {GIVE_UP_S:.0f} s.")
            time.sleep(LOOK_S)

    def ask(self, query: str, *told: Any) -> tuple[Any, ...]:
        """The first row of a query."""
        row = self.conn.execute(query.encode(), told).fetchone()
        assert row is not None
        return tuple(row)

    def cpu(self, workers: Sequence[subprocess.Popen[bytes]]) -> dict[str, float]:
        """CPU seconds so far, by kind of process."""
        assert self.stack.prefect is not None
        pid_file = self.stack.data / "postgres" / "postmaster.pid"
        prefect = procs.pid_of("uvicorn", "--factory", str(self.stack.prefect.port))
        return {
            "workers": sum(procs.tree_cpu_s(worker.pid) for worker in workers),
            "PostgreSQL": procs.tree_cpu_s(int(pid_file.read_text().split()[0])),
            "Prefect": procs.tree_cpu_s(prefect),
            "sandbox": procs.tree_cpu_s(self.served.pid),
        }

    def _only_when_asked(self) -> str:
        """Schedules off: what runs is what this starts. Returns the deployment's id."""
        found = self.prefect.post("/deployments/filter", json={}).raise_for_status().json()
        for each in found:
            self.prefect.patch(f"/deployments/{each['id']}", json={"paused": True})
        return next(str(each["id"]) for each in found if each["name"] == "samsara")


def run(*, quick: bool) -> Section:
    """A cycle that only fills the tables; then each number of workers, then a killed one."""
    count = 40 if quick else 4_000
    section = Section(
        f"WORKERS: {count:,} tenants × {DRIVERS} drivers, {LATENCY_MS} ms latency, one pool",
        ("workers", "wall s", "integrations/s", "against one", "CPU s", "of two cores", "doubled"),
    )
    with temporary_folder() as folder, vendor.serving() as served:
        told = {"count": count, "drivers": DRIVERS, "loads": 0, "prefix": "fleet-"}
        slugs = served.ask("POST", "tenants", told)["slugs"]
        served.warm(slugs, with_drivers=True)
        want = frozenset({Part.PREFECT, Part.DEPLOYMENTS, Part.SANDBOX})
        with running(settings(folder / "stack", sally_sandbox_url=served.url), want=want) as stack:
            seed(stack.env["DATABASE_URL"], stack.env["CREDENTIALS_ENCRYPTION_KEY"], slugs)
            site = Site(stack, served, count)
            served.answer_after(LATENCY_MS)
            with _workers(stack, folder, 1) as first:
                _cycle(site, first)
            cycles = {}
            for workers in (1, 2, 4):
                with _workers(stack, folder, workers) as several:
                    cycles[workers] = _cycle(site, several)
            _tell(section, site, cycles)
            with _workers(stack, folder, 2) as both:
                _killed(section, site, both)
    return section


def _tell(section: Section, site: Site, cycles: dict[int, Cycle]) -> None:
    one = cycles[1].wall_s
    for workers, cycle in cycles.items():
        total = sum(cycle.cpu.values())
        section.rows.append((
            str(workers), f"{cycle.wall_s:.1f}", f"{site.count / cycle.wall_s:,.0f}",
            f"{one / cycle.wall_s:.2f} ×", f"{total:.1f}",
            f"{total / cycle.wall_s / (os.cpu_count() or 1):.0%}", str(cycle.doubled),
        ))  # fmt: skip
        each = ", ".join(f"{kind} {seconds:.1f}" for kind, seconds in cycle.cpu.items())
        section.notes.append(f"CPU s with {workers}: {each}")
    section.verdict("two against one", one / cycles[2].wall_s, 1.8, " ×", least=True)
    section.verdict("four against one", one / cycles[4].wall_s, 3.0, " ×", least=True)
    doubled = sum(cycle.doubled for cycle in cycles.values())
    section.verdict("synced twice in a cycle", doubled, 0, "", least=False)


def _cycle(site: Site, workers: Sequence[subprocess.Popen[bytes]]) -> Cycle:
    since, before = site.make_due(), site.cpu(workers)
    site.start(len(workers))
    site.until(since, 1)
    after = site.cpu(workers)
    wall = site.ask(CYCLE, since)[3]
    cpu = {kind: after[kind] - before[kind] for kind in after}
    return Cycle(wall, cpu, site.ask(DOUBLED, since)[0])


def _killed(section: Section, site: Site, workers: Sequence[subprocess.Popen[bytes]]) -> None:
    """SIGKILL to one of two in the middle: its leases run out, and others take over."""
    since, idle = site.make_due(), [procs.tree_cpu_s(worker.pid) for worker in workers]
    site.start(2)
    site.until(since, 0.3)
    # The one that has worked the most since then: the other may hold no flow run.
    work = [procs.tree_cpu_s(worker.pid) for worker in workers]
    max(zip(work, idle, workers, strict=True), key=lambda one: one[0] - one[1])[2].kill()
    done_then = site.ask(CYCLE, since)[0]
    begun = time.perf_counter()
    while site.ask(CYCLE, since)[0] < site.count:
        if time.perf_counter() - begun > GIVE_UP_S:
            raise RuntimeError("What the killed worker held was not taken over.")
        time.sleep(10)
        site.start(1)  # as the schedule does each minute
    good, integrations_, bad, _ = site.ask(CYCLE, since)
    rows, different = site.ask(ROWS)
    section.notes.append(
        f"one of two killed after {done_then:,} of {site.count:,}: {good:,} synced well, "
        f"{integrations_:,} different, {bad} of its runs closed as crashed, "
        f"{site.ask(DOUBLED, since)[0]} synced twice; {rows:,} clocks, {different:,} different, "
        f"{site.count * DRIVERS:,} expected"
    )


@contextmanager
def _workers(stack: Stack, folder: Path, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many, all of them polling."""
    with ExitStack() as leaving:
        started = []
        for number in range(count):
            at = folder / f"worker-{count}-{number}-{time.monotonic_ns()}"
            at.mkdir()
            env = {
                **inherited(), **stack.env, "TMPDIR": str(at), "SALLY_MOST_RUNS": "1",
                "PREFECT_WORKER_QUERY_SECONDS": "1", "PREFECT_LOGGING_LEVEL": "WARNING",
                "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
            }  # fmt: skip
            command = [sys.executable, "-m", "deployments.worker"]
            command += ["--ready-file", str(at / "ready"), "--records", str(at / "runs")]
            process = subprocess.Popen(command, env=env, cwd=PROJECT)
            leaving.callback(_end, process)
            started.append((process, at / "ready"))
        begun = time.perf_counter()
        while not all(ready.exists() for _, ready in started):
            if time.perf_counter() - begun > READY_S:
                raise RuntimeError("A worker did not start.")
            time.sleep(LOOK_S)
        yield [process for process, _ in started]


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.wait(30)
