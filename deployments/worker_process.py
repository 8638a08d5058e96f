"""The worker of the local stack, as one of its services."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.settings import PROJECT
from deployments.child import Launch, Service
from deployments.environment import inherited

START_S = 120.0
# Polls a second apart: a run that is due starts at the next one. A value that was set wins.
QUERY_S = "1"


class WorkerProcess:
    """The worker of one data folder. `begin` starts or joins it, `wait` until it polls."""

    def __init__(self, data: Path) -> None:
        self.service = Service(data, "worker", self._is_ready)
        self._ready = data / "run" / "worker.ready"

    def begin(self, env: Mapping[str, str], needs: Sequence[Service]) -> None:
        """Start it with the stack's environment, or join the one that runs."""
        self.service.begin(lambda: self._launch(env, needs))

    def wait(self) -> None:
        """Return when it polls for flow runs."""
        self.service.wait(START_S)

    def _launch(self, env: Mapping[str, str], needs: Sequence[Service]) -> Launch:
        self._ready.unlink(missing_ok=True)
        return Launch(
            command=[sys.executable, "-m", "deployments.worker", "--ready-file", self._ready],
            env={"PREFECT_WORKER_QUERY_SECONDS": QUERY_S, **inherited(), **env},
            grace=8,
            cwd=PROJECT,
            needs=needs,
        )

    def _is_ready(self) -> bool:
        return self._ready.exists()
