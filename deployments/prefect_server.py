"""The Prefect server of the local stack: on our PostgreSQL, with the settings that matter."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet

from core.retention import EVENTS, FLOW_RUNS
from deployments.child import Launch, Service
from deployments.environment import inherited
from deployments.keys import kept
from deployments.ports import free_port
from deployments.postgres import Postgres

START_S = 120.0
HOST = "127.0.0.1"

# What measuring showed to matter; anything set in the environment wins.
TUNING = {
    # A quarter of the CPU per task run: rows are recorded in batches, a second late at most.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    # A task run costs about 16 kB, most of it events; by default only events are ever removed.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": f"{FLOW_RUNS.total_seconds():.0f}",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{EVENTS.days}D",
    # How long a run that was killed may block its deployment's next one.
    "PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "60",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_UI_ENABLED": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "DO_NOT_TRACK": "1",
}
ALERTS_NEED = ("DATABASE_URL", "CREDENTIALS_ENCRYPTION_KEY")


class PrefectServer:
    """The server of one data folder. `begin` starts or joins it, `wait` until it answers."""

    def __init__(self, data: Path, port: int = 4200) -> None:
        """`port`: where it listens if we are the ones who start it; 0 for any free one."""
        self.home = data / "prefect"
        self.service = Service(data, "prefect", self._is_ready)
        self._wanted_port = port
        self._where = data / "run" / "prefect.json"

    @property
    def port(self) -> int:
        """The port of the server that runs."""
        return int(json.loads(self._where.read_text())["port"])

    @property
    def url(self) -> str:
        """The address of the user interface."""
        return f"http://{HOST}:{self.port}"

    def begin(self, postgres: Postgres, env: Mapping[str, str] | None = None) -> None:
        """Start it on `postgres`, which serves, or join the one that runs.

        ``env``: where our own database is and the key of what is sealed there; alerts are sent
        by the server itself, so that they leave while no worker lives.
        """
        ours = {name: value for name, value in (env or {}).items() if name in ALERTS_NEED}
        self.service.begin(lambda: self._launch(postgres, ours))

    def wait(self) -> None:
        """Return when its API answers."""
        self.service.wait(START_S)

    def is_up(self) -> bool:
        """Whether it runs and answers; without starting it."""
        return self._where.exists() and self.service.is_alive() and self._is_ready()

    def client_environment(self) -> dict[str, str]:
        """What a process needs to reach it. The port is known as soon as it was begun."""
        return {
            "PREFECT_HOME": str(self.home),
            "PREFECT_API_URL": f"{self.url}/api",
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        }

    def _launch(self, postgres: Postgres, ours: Mapping[str, str]) -> Launch:
        port = free_port(self._wanted_port, "SALLY_PREFECT_PORT")
        self.home.mkdir(mode=0o700, exist_ok=True)
        self._where.unlink(missing_ok=True)
        written = self._where.with_suffix(".new")
        written.write_text(json.dumps({"port": port}))
        written.rename(self._where)
        server = ("-m", "uvicorn", "--factory", "deployments.logos:create_app")
        options = ("--host", HOST, "--port", str(port), "--log-level", "warning")
        timeouts = ("--timeout-keep-alive", "65", "--timeout-graceful-shutdown", "3")
        return Launch(
            command=[sys.executable, *server, *options, *timeouts],
            env={**self._environment(postgres, port), **ours},
            grace=8,
            cwd=self.home,
            needs=[postgres.service],
        )

    def _environment(self, postgres: Postgres, port: int) -> dict[str, str]:
        url = f"http://{HOST}:{port}"
        return {
            **TUNING,
            **inherited(),
            "PREFECT_HOME": str(self.home),
            "PREFECT_PROFILES_PATH": str(self.home / "profiles.toml"),
            "PREFECT_API_URL": f"{url}/api",
            "PREFECT_UI_URL": url,
            "PREFECT_SERVER_API_HOST": HOST,
            "PREFECT_SERVER_API_PORT": str(port),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": postgres.url("prefect", "postgresql+asyncpg"),
            "PREFECT_SERVER_ENCRYPTION_KEY": self._encryption_key(),
            "PREFECT__SERVER_FINAL": "1",
        }

    def _encryption_key(self) -> str:
        """The key of what Prefect's blocks keep; without one it lies in clear beside them."""
        return kept(self.home / "encryption.key", lambda: Fernet.generate_key().decode())

    def _is_ready(self) -> bool:
        try:
            port = self.port
        except FileNotFoundError:
            return False
        return answers(port, "/api/health")


def answers(port: int, path: str) -> bool:
    """Whether a server of this machine answers 200 there, within a second."""
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    except http.client.HTTPException:
        return False
    finally:
        connection.close()
