"""The console of the local stack: its API and its pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.settings import PROJECT
from deployments.child import Launch, Service
from deployments.environment import inherited
from deployments.ports import free_port
from deployments.prefect_server import HOST, answers

START_S = 60.0


class ConsoleServer:
    """The console of one data folder. `begin` starts or joins it, `wait` until it answers."""

    def __init__(self, data: Path, port: int = 4230) -> None:
        """`port`: where it listens if we are the ones who start it; 0 for any free one."""
        self.service = Service(data, "console", self._is_ready)
        self._wanted_port = port
        self._where = data / "run" / "console.json"

    @property
    def port(self) -> int:
        """The port of the console that runs."""
        return int(json.loads(self._where.read_text())["port"])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"

    def begin(self, env: Mapping[str, str], needs: Sequence[Service]) -> None:
        """Start it with the stack's environment, or join the one that runs."""
        self.service.begin(lambda: self._launch(env, needs))

    def wait(self) -> None:
        """Return when it answers."""
        self.service.wait(START_S)

    def _launch(self, env: Mapping[str, str], needs: Sequence[Service]) -> Launch:
        port = free_port(self._wanted_port, "SALLY_CONSOLE_PORT")
        self._where.unlink(missing_ok=True)
        written = self._where.with_suffix(".new")
        written.write_text(json.dumps({"port": port}))
        written.rename(self._where)
        return Launch(
            command=[sys.executable, "-m", "console.api", "--host", HOST, "--port", str(port)],
            env={**inherited(), **env},
            grace=5,
            cwd=PROJECT,
            needs=needs,
        )

    def _is_ready(self) -> bool:
        try:
            port = self.port
        except FileNotFoundError:
            return False
        return answers(port, "/healthz")
