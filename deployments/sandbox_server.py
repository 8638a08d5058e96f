"""The sandbox of the local stack: the four vendors as one server, when no real ones are set."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from core.settings import PROJECT
from deployments.child import Launch, Service
from deployments.environment import inherited
from deployments.ports import free_port
from deployments.prefect_server import HOST, answers

START_S = 60.0


class SandboxServer:
    """The sandbox of one data folder. `begin` starts or joins it, `wait` until it answers."""

    def __init__(self, data: Path, port: int = 4210) -> None:
        """`port`: where it listens if we are the ones who start it; 0 for any free one."""
        self.service = Service(data, "sandbox", self._is_ready)
        self._wanted_port = port
        self._where = data / "run" / "sandbox.json"

    @property
    def port(self) -> int:
        """The port of the sandbox that runs."""
        return int(json.loads(self._where.read_text())["port"])

    @property
    def url(self) -> str:
        """Its address; each vendor is a path below."""
        return f"http://{HOST}:{self.port}"

    def begin(self) -> None:
        """Start it, or join the one that runs."""
        self.service.begin(self._launch)

    def wait(self) -> None:
        """Return when it answers."""
        self.service.wait(START_S)

    def _launch(self) -> Launch:
        port = free_port(self._wanted_port, "SALLY_SANDBOX_PORT")
        self._where.unlink(missing_ok=True)
        written = self._where.with_suffix(".new")
        written.write_text(json.dumps({"port": port}))
        written.rename(self._where)
        return Launch(
            command=[sys.executable, "-m", "sandbox", "--port", str(port)],
            env=inherited(),
            grace=3,
            cwd=PROJECT,
        )

    def _is_ready(self) -> bool:
        try:
            port = self.port
        except FileNotFoundError:
            return False
        return answers(port, "/control/health")
