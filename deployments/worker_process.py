"""The worker of the local stack, as one of its services."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.settings import PROJECT
from deployments import bootstrap
from deployments.child import Launch, Service
from deployments.environment import inherited
from deployments.errors import StackError

START_S = 120.0
# Polls a second apart: a run that is due starts at the next one. A value that was set wins.
QUERY_S = "1"
# Prefect's server crashes a run whose heartbeats stay away (an automation of ours): several of them
# must fit into those minutes, and by default they are three minutes apart.
HEARTBEAT_S = "30"
# Threads of a mathematics library would not survive the forks.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Often enough for an accident, few enough for a worker that cannot live.
MOST_REVIVALS = 5


class WorkerProcess:
    """The worker of one data folder. `begin` starts or joins it, `wait` until it polls."""

    def __init__(self, data: Path) -> None:
        self.service = Service(data, "worker", self._is_ready)
        self._ready = data / "run" / "worker.ready"
        self._data = data
        self._revivals = 0

    def begin(self, env: Mapping[str, str], needs: Sequence[Service], server: str) -> None:
        """Start it with the stack's environment, or join the one that runs.

        One that is started brings `server` in step with what we declare, before it polls.
        """
        self.service.begin(lambda: self._launch(env, needs, server))

    def wait(self) -> None:
        """Return when it polls for flow runs."""
        self.service.wait(START_S)

    def tend(self) -> None:
        """Start it again if it died; a StackError when it died too often."""
        if self.service.is_alive():
            return
        self._revivals += 1
        if self._revivals > MOST_REVIVALS:
            raise StackError(
                f"The worker ended {self._revivals} times. "
                f"The end of {self.service.log}:\n{self.service.tail()}"
            )
        self.service.revive()
        self.service.wait(START_S)

    def _launch(self, env: Mapping[str, str], needs: Sequence[Service], server: str) -> Launch:
        self._ready.unlink(missing_ok=True)
        # Prefect keeps a folder of a fixed name among the temporary files, which only the first of
        # a machine's users could write to. A worker that was killed leaves some behind.
        temporary = self._data / "run" / "tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(mode=0o700)
        command: list[str | Path] = [sys.executable, "-m", "deployments.worker"]
        command += ["--ready-file", self._ready]
        command += ["--records", self._data / "run" / "flow-runs"]
        command += ["--deploy", *bootstrap.arguments(self._data, server)]
        return Launch(
            command=command,
            env={
                "PREFECT_WORKER_QUERY_SECONDS": QUERY_S,
                "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": HEARTBEAT_S,
                **ONE_THREAD,
                **inherited(),
                **env,
            }
            | {"TMPDIR": str(temporary)},
            grace=8,
            cwd=PROJECT,
            needs=needs,
        )

    def _is_ready(self) -> bool:
        return self._ready.exists()
