"""A real stack under the real commands: one copy of the product, one `sally up` for all tests.

The copy lies in a folder of its own (with a space in its path), so no `.env`, no data and no
running stack of the person who runs the tests is ever touched.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from core.settings import PROJECT
from deployments.postgres import Postgres
from tests.support.passing import PASSING

Until = Callable[..., Any]
NOT_COPIED = shutil.ignore_patterns(".*", "var", "tests", "benchmarks", "docs", "__pycache__")
SALLY = Path(sys.executable).with_name("sally")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder starts the whole stack, or counts on it."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.e2e)


def wait_until(is_so: Callable[[], Any], seconds: float = 120.0, every: float = 0.05) -> Any:
    """What `is_so` answers, once that is true; real processes take their time."""
    end = time.monotonic() + seconds
    while not (answer := is_so()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(every)
    return answer


@dataclass(frozen=True)
class Said:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def sentence(self) -> str:
        """What a person reads who made a mistake."""
        return " ".join(self.err.split())


def free_port() -> str:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@dataclass
class Sally:
    """The command `sally` of one copy of the product, on one data folder."""

    home: Path
    data: Path
    env: dict[str, str]
    said: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, home: Path, data: Path, **env: str) -> Sally:
        """A copy that knows nothing of the environment that the tests run in."""
        names = ("SALLY_PREFECT_PORT", "SALLY_SANDBOX_PORT", "SALLY_CONSOLE_PORT")
        ports = {name: free_port() for name in names}
        basis = {"PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "160", "LANG": "C.UTF-8"}
        where = {"PYTHONPATH": str(home), "SALLY_DATA": str(data)}
        return cls(home, data, {**basis, **where, **ports, **env})

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        """The command, running; what it writes is kept by `read`."""
        return subprocess.Popen(
            [sys.executable, SALLY, *arguments],
            cwd="/",
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def read(self, process: subprocess.Popen[str], began: float, timeout: float = 150) -> Said:
        """Wait for its end; what it wrote is also kept for the canary."""
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            pytest.fail(f"sally {process.args} did not end:\n{out}\n{err}")
        self.said += [out, err]
        return Said(process.returncode, out, err, time.monotonic() - began)

    def __call__(self, *arguments: str, **env: str) -> Said:
        """Run the command to its end."""
        began = time.monotonic()
        return self.read(self.start(*arguments, **env), began)

    def processes(self) -> dict[int, str]:
        """Every living process that has to do with this copy or its data, by number."""
        return processes_of(str(self.home), str(self.data))


@dataclass
class Stack(Sally):
    """The copy whose `sally up` runs, with the sandbox's clock standing and schedules paused."""

    process: subprocess.Popen[str] | None = None

    def is_up(self) -> bool:
        """Whether `sally up` runs."""
        return self.process is not None and self.process.poll() is None

    def up(self) -> None:
        """Start it and return when it says that it is ready; nothing then moves by itself."""
        # So many syncs in a minute are no vendor's idea of fair use, nor ours.
        for vendor in ("SAMSARA", "TRUCKBASE", "FUELFINDER", "OPENWEATHER"):
            self.env[f"{vendor}_RATE_LIMIT"] = "1000000/s"
        log = self.home / "up.log"
        with log.open("a") as written:
            said_before = written.tell()
            self.process = subprocess.Popen(
                [sys.executable, SALLY, "up"],
                cwd="/",
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
            )

        def is_ready() -> bool:
            assert self.is_up(), log.read_text()
            return "Schedules are on" in log.read_text()[said_before:]

        wait_until(is_ready)
        self.sandbox("POST", "clock", {"freeze": self.sandbox("GET", "clock")["now"]})
        self.sandbox("POST", "limits", {"on": False})
        self.pause()

    def pause(self) -> None:
        """Turn every schedule off, as an operator does, and wait until nothing runs."""
        for deployment in self.prefect("POST", "deployments/filter", {}):
            self.prefect("PATCH", f"deployments/{deployment['id']}", {"paused": True})
        wait_until(self.is_quiet)

    def end(self, number: signal.Signals) -> int:
        """Send `sally up` a signal and return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)

    def is_quiet(self) -> bool:
        """Whether no flow run is under way."""
        asked = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}}
        return not self.prefect("POST", "flow_runs/filter", asked)

    def prefect(self, method: str, path: str, body: object = None) -> Any:
        """Ask Prefect's REST interface."""
        return asked(f"http://127.0.0.1:{self.env['SALLY_PREFECT_PORT']}/api/{path}", method, body)

    def sandbox(self, method: str, path: str, body: object = None) -> Any:
        """Turn the sandbox's clock, or set faults."""
        port = self.env["SALLY_SANDBOX_PORT"]
        return asked(f"http://127.0.0.1:{port}/control/{path}", method, body)

    def run_flow(self, vendor: str, **parameters: object) -> dict[str, Any]:
        """Start a run as the form of the Prefect UI does."""
        found = self.prefect("GET", f"deployments/name/sync-{vendor}/{vendor}")
        path = f"deployments/{found['id']}/create_flow_run"
        run: dict[str, Any] = self.prefect("POST", path, {"parameters": parameters})
        return run

    def flow_run(self, run: dict[str, Any]) -> dict[str, Any]:
        """How that run is now."""
        now: dict[str, Any] = self.prefect("GET", f"flow_runs/{run['id']}")
        return now

    def ended(self, run: dict[str, Any]) -> dict[str, Any]:
        """That run once it is over."""
        over = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
        wait_until(lambda: self.flow_run(run)["state_type"] in over)
        return self.flow_run(run)

    def pass_time(self) -> None:
        """Let an hour pass for breakers, gates and due times."""
        postgres = Postgres(self.data)
        postgres.start()
        try:
            with psycopg.connect(postgres.url("sally")) as conn:
                for statement in PASSING:
                    conn.execute(statement, {"by": timedelta(hours=1)})
        finally:
            postgres.stop()

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Ask our database, as its superuser."""
        postgres = Postgres(self.data)
        postgres.start()
        try:
            with psycopg.connect(postgres.url("sally")) as conn:
                return conn.execute(query, arguments).fetchall()
        finally:
            postgres.stop()


def asked(url: str, method: str, body: object) -> Any:
    """A server's JSON answer; anything but a good status fails the test."""
    answer = httpx.request(method, url, json=body, timeout=30)
    assert answer.is_success, f"{method} {url}: {answer.status_code} {answer.text[:500]}"
    return json.loads(answer.text) if answer.text else None


def processes_of(*marks: str) -> dict[int, str]:
    """Processes whose command, environment, folder or descriptors name one of `marks`."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                continue
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (folder / "environ").read_bytes().decode(errors="replace")
            known = f"{command}\n{environment}\n{(folder / 'cwd').readlink()}"
        except (OSError, IndexError):
            continue
        if int(folder.name) != os.getpid() and any(mark in known for mark in marks):
            found[int(folder.name)] = command
    return found


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A copy of the product; PostgreSQL's user, who is not root, must be able to come in."""
    folder = Path(tempfile.mkdtemp(prefix="sally-e2e-"))
    folder.chmod(0o711)
    copy = folder / "a clone"
    shutil.copytree(PROJECT, copy, ignore=NOT_COPIED)
    copy.chmod(0o755)
    yield copy
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _session_stack(home: Path) -> Iterator[Stack]:
    stack = Stack.of(home, home / "var")
    assert isinstance(stack, Stack)
    yield stack
    if stack.is_up():
        stack.end(signal.SIGTERM)
    wait_until(lambda: not stack.processes(), 30)


@pytest.fixture
def stack(_session_stack: Stack) -> Iterator[Stack]:
    """The running stack, without faults; it is started when a test before left it stopped."""
    if not _session_stack.is_up():
        _session_stack.up()
    yield _session_stack
    if _session_stack.is_up():
        _session_stack.sandbox("DELETE", "faults")
        _session_stack.pass_time()


@pytest.fixture
def sally(home: Path) -> Iterator[Sally]:
    """The command on a data folder of its own, with nothing in it."""
    folder = Path(tempfile.mkdtemp(prefix="sally-e2e-data-"))
    folder.chmod(0o711)
    yield Sally.of(home, folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def until() -> Until:
    """Wait, for real processes take their time, until something is true."""
    return wait_until
