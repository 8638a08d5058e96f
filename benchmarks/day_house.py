"""DAY's stack: `sally up` as a process that may end at any time and is started again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import psycopg

from benchmarks import procs
from benchmarks.day_faults import Tenant
from benchmarks.ground import settings
from core.secrets import KeyRing
from core.settings import PROJECT
from deployments.environment import inherited
from deployments.errors import StackError
from deployments.ports import free_port
from deployments.stack import database
from store import integrations, migrate, tenants
from store.connection import session

READY_S, STOP_S, LOOK_S = 180.0, 90.0, 0.1
PORTS = ("SALLY_POSTGRES_PORT", "SALLY_PREFECT_PORT", "SALLY_CONSOLE_PORT")
IS_UP = "stop with Ctrl-C"
# Calls that say what the stack is to do; the database and Prefect are away for moments.
AWAY = (psycopg.Error, httpx.HTTPError)


class House:
    """One data folder, its fixed ports, and the `up` that runs on it."""

    def __init__(self, folder: Path, more: Mapping[str, str]) -> None:
        self.data, self.starts = folder / "stack", 0
        self.ports = {name: _lasting_port() for name in PORTS}
        told = {name: str(port) for name, port in self.ports.items()}
        temporary = folder / "tmp"
        temporary.mkdir(mode=0o1777)
        self.env = {
            **inherited(), **told, **more, "SALLY_DATA": str(self.data), "COLUMNS": "200",
            "TMPDIR": str(temporary), "PREFECT_LOGGING_LEVEL": "WARNING",
        }  # fmt: skip
        self.key = ""
        self._up: subprocess.Popen[bytes] | None = None

    def seed(self, given: Sequence[Tenant], polls: Mapping[str, int]) -> None:
        """Migrate, and add the tenants, each with an admin. ``polls``: seconds, by vendor."""
        told = settings(self.data, sally_postgres_port=self.ports["SALLY_POSTGRES_PORT"])
        with database(told) as stack:
            self.key = stack.env["CREDENTIALS_ENCRYPTION_KEY"]
            ring, url = KeyRing.parse(self.key), stack.env["DATABASE_URL"]
            migrate.upgrade(url)
            with session(url) as db:
                for tenant in given:
                    tenants.add(db, tenant.slug, tenant.slug, is_sandbox=True)
                    tenants.add_user(db, tenant.slug, tenant.admin, "An admin", "ADMIN")
                    for vendor, keys in tenant.keys.items():
                        integrations.add(
                            db, ring, tenant.slug, vendor, dict(keys), poll_seconds=polls[vendor]
                        )

    @property
    def pid(self) -> int:
        """Of `up`."""
        assert self._up is not None
        return self._up.pid

    @property
    def url(self) -> str:
        """Our database's address."""
        password = (self.data / "postgres.password").read_text()
        return f"postgresql://postgres:{password}@127.0.0.1:{self.ports[PORTS[0]]}/sally"

    def start(self) -> None:
        """Start `up`, and return when it says that everything runs."""
        self.starts += 1
        log = self.data.parent / f"up-{self.starts}.log"
        sally = Path(sys.executable).with_name("sally")
        with log.open("wb") as out:
            self._up = subprocess.Popen(
                [str(sally), "up"], env=self.env, cwd=PROJECT, stdout=out, stderr=out
            )
        until(lambda: IS_UP in log.read_text() or self._up_ended(), READY_S, "the stack")
        if self._up_ended():
            raise RuntimeError(f"The stack did not start: {log.read_text()[-2000:]}")

    def ended(self) -> None:
        """Return when `up` has ended: by itself, or because it was killed."""
        assert self._up is not None
        self._up.wait(STOP_S)
        # What it had started stops a moment later; the next one would join it on its way out.
        until(lambda: not self.left(), STOP_S, "the end of what it had started")

    def left(self) -> list[int]:
        """Processes of this stack, whoever their parent is now."""
        return [pid for pid in procs.naming(str(self.data)) if pid != os.getpid()]

    def stop(self) -> None:
        """As an operator stops it, with SIGTERM."""
        if self._up is not None and self._up.poll() is None:
            self._up.send_signal(signal.SIGTERM)
            self._up.wait(STOP_S)

    def of(self, *words: str) -> int:
        """The first of our processes with these words in its command line, watchers aside."""
        for pid in sorted(procs.below(self.pid), key=lambda each: procs.born(each) or 0):
            line = procs.command(pid)
            if line and line[0] != "sh" and set(words) <= set(line):
                return pid
        raise LookupError(f"no process of the stack runs with {words}")

    def rows(self, query: str, *told: Any) -> list[tuple[Any, ...]]:
        """What the pipeline, who sees all tenants, is answered."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute("SET ROLE sally_pipeline")
            return conn.execute(query.encode(), told).fetchall()

    def prefect(self, method: str, path: str, body: Any = None) -> Any:
        """What Prefect answers."""
        url = f"http://127.0.0.1:{self.ports[PORTS[1]]}/api/{path}"
        answer = httpx.request(method, url, json=body, timeout=30).raise_for_status()
        return answer.json() if answer.content else None

    def pace(self, seconds: Mapping[str, float]) -> None:
        """Give each deployment's schedule this interval; those that are not named are paused."""
        for each in self.prefect("POST", "deployments/filter", {}):
            path, every = f"deployments/{each['id']}", seconds.get(each["name"])
            if every is None:
                self.prefect("PATCH", path, {"paused": True})
                continue
            for one in each["schedules"]:
                told = {"schedule": {"interval": every}}
                self.prefect("PATCH", f"{path}/schedules/{one['id']}", told)

    def rest_after(self, seconds: int) -> None:
        """Each breaker's rest until its first probe, as an operator sets it."""
        path = "block_types/slug/circuit-breaker/block_documents"
        for document in self.prefect("GET", path):
            told = {"data": {"recovery_timeout_s": seconds}, "merge_existing_data": True}
            self.prefect("PATCH", f"block_documents/{document['id']}", told)

    def flows_under_way(self, deployment: str | None = None) -> list[dict[str, Any]]:
        """Flow runs that Prefect takes for pending or running."""
        states = ["PENDING", "RUNNING", "CANCELLING"]
        body: dict[str, Any] = {"flow_runs": {"state": {"type": {"any_": states}}}}
        if deployment is not None:
            body["deployments"] = {"name": {"any_": [deployment]}}
        found: list[dict[str, Any]] = self.prefect("POST", "flow_runs/filter", body)
        return found

    def _up_ended(self) -> bool:
        return self._up is not None and self._up.poll() is not None


def until(is_so: Callable[[], Any], seconds: float, what: str) -> Any:
    """What it answers, once that is true. RuntimeError when it takes longer than this."""
    end = time.monotonic() + seconds
    while not (answer := is_so()):
        if time.monotonic() > end:
            raise RuntimeError(f"Waited {seconds:.0f} s in vain for {what}.")
        time.sleep(LOOK_S)
    return answer


def _lasting_port() -> int:
    """A free port that no outgoing connection takes while its server restarts."""
    for port in random.sample(range(15_000, 30_000), 100):
        with contextlib.suppress(StackError):
            return free_port(port, "")
    raise RuntimeError("no port is free")
