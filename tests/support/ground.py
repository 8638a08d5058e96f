"""The stack's parts, each on its own: a Prefect server to restart, workers to stop and kill."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from prefect.client.orchestration import SyncPrefectClient

from core.settings import PROJECT
from deployments.errors import StackError
from deployments.ports import free_port
from deployments.stack import Stack
from sandbox.box import Box
from tests.conftest import with_database

OVER = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
AGED = (
    "UPDATE flow_run_state SET timestamp = timestamp - %(by)s WHERE flow_run_id = %(run)s",
    "UPDATE flow_run SET state_timestamp = state_timestamp - %(by)s,"
    " start_time = start_time - %(by)s, end_time = end_time - %(by)s WHERE id = %(run)s",
    "UPDATE events SET occurred = occurred - %(by)s"
    " WHERE resource_id = 'prefect.flow-run.' || %(run)s",
)


def lasting_port() -> int:
    """A free port that no outgoing connection can take while its server restarts."""
    for port in random.sample(range(15_000, 30_000), 100):
        with contextlib.suppress(StackError):
            return free_port(port, "SALLY_PREFECT_PORT")
    raise AssertionError("no port is free")


def until_free(port: int) -> None:
    """Return when whoever listened there is gone: a process dies a moment after it was killed."""

    def is_free() -> bool:
        with contextlib.suppress(StackError):
            return free_port(port, "") == port
        return False

    until(is_free, 30)


def make_older(prefect_database: str, run: object, by: timedelta) -> None:
    """Move all that Prefect knows of a flow run into the past."""
    with psycopg.connect(prefect_database) as conn:
        for statement in AGED:
            conn.execute(statement, {"run": str(run), "by": by})


def until(is_so: Callable[[], Any], seconds: float = 120.0) -> Any:
    """What `is_so` answers, once that is true; real processes take their time."""
    end = time.monotonic() + seconds
    while not (answer := is_so()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
    return answer


@dataclass
class Ground:
    """One Prefect server, one database, the sandbox, and the workers that a test starts."""

    folder: Path
    stack: Stack
    box: Box
    key: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def database(self) -> str:
        """The URL of our database."""
        return self.stack.env["DATABASE_URL"]

    @property
    def prefect_database(self) -> str:
        """The URL of Prefect's."""
        return with_database(self.database, "prefect")

    def warm_worker(self) -> subprocess.Popen[bytes]:
        """Our worker, polling, started unless it runs; it finds every schedule paused."""
        if self.workers and self.workers[-1].poll() is None:
            return self.workers[-1]
        ready = self.folder / f"ready-{len(self.workers)}"
        module = [sys.executable, "-m", "deployments.worker", "--ready-file", ready]
        known = ["--records", self.folder / "records"]
        worker = self._work([*module, *known, "--deploy", PROJECT, self.folder, "local"])
        until(ready.exists)
        if len(self.workers) == 1:
            self._pause()
        return worker

    def _pause(self) -> None:
        for deployment in self.ask("POST", "/deployments/filter", {}):
            self.tell("PATCH", f"/deployments/{deployment['id']}", {"paused": True})
        busy = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING"]}}}}
        until(lambda: not self.ask("POST", "/flow_runs/filter", busy))

    def stock_worker(self) -> subprocess.Popen[bytes]:
        """Prefect's own worker on the same pool."""
        prefect = [sys.executable, "-m", "prefect", "worker", "start"]
        return self._work([*prefect, "--pool", "sally", "--type", "process"])

    def _work(self, command: list[str | Path]) -> subprocess.Popen[bytes]:
        with (self.folder / "workers.log").open("ab") as log:
            worker = subprocess.Popen(
                [str(part) for part in command],
                cwd=PROJECT,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def _environment(self) -> Mapping[str, str]:
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        return {
            **os.environ,
            **self.stack.env,
            # Prefect keeps a folder there, which would be another's who ran tests before us.
            "TMPDIR": str(temporary),
            "CREDENTIALS_ENCRYPTION_KEY": self.key,
            "SALLY_SANDBOX_URL": self.box.url,
            "PREFECT_WORKER_QUERY_SECONDS": "1",
        }

    def restart_server(self, number: signal.Signals) -> None:
        """End the Prefect server, in order or by force, and start it again where it was."""
        assert self.stack.prefect is not None
        service = self.stack.prefect.service
        watcher = service._process
        assert watcher is not None
        if number == signal.SIGKILL:
            os.killpg(watcher.pid, number)
        else:
            children = Path(f"/proc/{watcher.pid}/task/{watcher.pid}/children").read_text()
            os.kill(int(children.split()[0]), number)
        watcher.wait(60)
        until_free(self.stack.prefect.port)
        service.revive()
        service.wait(120)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What the server answers."""
        with SyncPrefectClient(self.stack.env["PREFECT_API_URL"]) as client:
            return client.request(method, path, json=body).json()  # type: ignore[arg-type]

    def tell(self, method: str, path: str, body: object) -> None:
        """The same, where it answers nothing."""
        with SyncPrefectClient(self.stack.env["PREFECT_API_URL"]) as client:
            client.request(method, path, json=body)  # type: ignore[arg-type]

    def start(self, deployment: str, **parameters: object) -> str:
        """Start a run of a deployment, named as flow/deployment."""
        found = self.ask("GET", f"/deployments/name/{deployment}")
        path = f"/deployments/{found['id']}/create_flow_run"
        run: str = self.ask("POST", path, {"parameters": parameters})["id"]
        return run

    def state(self, run: str) -> dict[str, Any]:
        """The state of a flow run."""
        found: dict[str, Any] = self.ask("GET", f"/flow_runs/{run}")["state"]
        return found

    def ended(self, run: str) -> dict[str, Any]:
        """The same, once it is over."""
        until(lambda: self.state(run)["type"] in OVER)
        return self.state(run)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask our database."""
        with psycopg.connect(self.database) as conn:
            return conn.execute(query).fetchall()

    def change(self, *statements: str) -> None:
        """Change our database."""
        with psycopg.connect(self.database) as conn:
            for statement in statements:
                conn.execute(statement)

    def close(self) -> None:
        """End the workers, and all that they started."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.terminate()
                worker.wait(60)
