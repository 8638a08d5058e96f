"""The worker's side of the fork server: ask for a flow run's process, hear of its end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio.abc
from prefect.client.schemas.objects import FlowRun
from prefect.runner._control_channel import ControlChannel
from prefect.runner._process_manager import ProcessHandle, create_isolated_termination_scope
from prefect.settings import get_current_settings
from prefect.utilities.processutils import sanitize_subprocess_env

from deployments.environment import for_a_run
from deployments.forkserver import ENGINE

START_S = 60.0


@dataclass
class Fork:
    """The process of one flow run, with what Prefect reads of a process."""

    name: str
    pid: int = 0
    returncode: int | None = None
    started: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    error: str = ""

    def hear(self, message: Mapping[str, Any]) -> None:
        """Take in what the fork server said about this process."""
        self.pid = message.get("pid", self.pid)
        self.error = message.get("error", self.error)
        self.started.set()
        if "status" in message:
            self.returncode = message["status"]
            self.ended.set()


class Forks:
    """A fork server and its processes; a server that dies is started again when needed.

    `branched`: the number of one that was forked off this process, and the line to it.
    """

    def __init__(self, branched: tuple[int, socket.socket] | None = None) -> None:
        self._branched = branched
        self._server = branched[0] if branched else 0
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._forks: dict[str, Fork] = {}
        self._starting = asyncio.Lock()
        self._counter = 0

    async def start(self) -> None:
        """Return when the server has imported everything and waits for work."""
        async with self._starting:
            if self._listener is not None and not self._listener.done():
                return
            if self._branched is not None:
                line, self._branched = self._branched[1], None
            else:
                line = self._spawn()
            reader, self._writer = await asyncio.open_unix_connection(sock=line, limit=1 << 20)
            async with asyncio.timeout(START_S):
                if not await reader.readline():
                    raise RuntimeError("The fork server ended while it started.")
            self._listener = asyncio.create_task(self._listen(reader))

    def _spawn(self) -> socket.socket:
        """Start a new server, and return the line to it."""
        ours, theirs = socket.socketpair()
        descriptor = theirs.fileno()
        command = [sys.executable, "-m", "deployments.forkserver", str(descriptor)]
        self._server = subprocess.Popen(command, pass_fds=[descriptor]).pid
        theirs.close()
        return ours

    async def fork(
        self, module: str, arguments: Sequence[str], env: Mapping[str, str], cwd: Path
    ) -> Fork:
        """A new process that runs a module as a command; `ended` is set when it is over."""
        await self.start()
        assert self._writer is not None
        self._counter += 1
        fork = Fork(f"{module}-{self._counter}")
        self._forks[fork.name] = fork
        request = {
            "id": fork.name,
            "module": module,
            "arguments": list(arguments),
            "env": dict(env),
            "cwd": str(cwd),
        }
        self._writer.write(json.dumps(request).encode() + b"\n")
        await fork.started.wait()
        if not fork.pid:
            self._forks.pop(fork.name, None)
            raise RuntimeError(f"No process for {module}: {fork.error}")
        return fork

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            message = json.loads(line)
            fork = self._forks.get(message["id"])
            if fork is None:
                continue
            fork.hear(message)
            if fork.ended.is_set():
                del self._forks[fork.name]
        # The server died, and took its children with it.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._server, os.WNOHANG)  # noqa: ASYNC222  # it does not wait
        for fork in self._forks.values():
            fork.hear({"error": "the fork server died", "status": -signal.SIGKILL})
        self._forks.clear()

    def signal_all(self, number: int) -> None:
        """Send every run's process group a signal."""
        for fork in list(self._forks.values()):
            if fork.pid:
                try:
                    os.killpg(fork.pid, number)
                except ProcessLookupError:
                    continue

    def close(self) -> None:
        """End the server; it ends what still runs."""
        if self._writer is not None:
            self._writer.close()


class ForkStarter:
    """How Prefect's executor starts a flow run: by a fork instead of a new interpreter."""

    def __init__(
        self, forks: Forks, env: Mapping[str, str | None], cwd: Path, channel: ControlChannel
    ) -> None:
        self._forks = forks
        self._env = env
        self._cwd = cwd
        self._channel = channel

    async def start(
        self,
        flow_run: FlowRun,
        task_status: anyio.abc.TaskStatus[ProcessHandle] = anyio.TASK_STATUS_IGNORED,
    ) -> None:
        """Start the run's process, hand over its handle, and return when it has ended."""
        fork = await self._forks.fork(
            ENGINE, [str(flow_run.id)], self._environment(flow_run), self._cwd
        )
        handle = ProcessHandle(
            fork,  # type: ignore[arg-type]  # it has what a handle reads: pid and returncode
            termination_scope=create_isolated_termination_scope(fork.pid),
        )
        task_status.started(handle)
        await fork.ended.wait()

    def _environment(self, flow_run: FlowRun) -> dict[str, str]:
        """The environment that the stock worker would give the process, and what spares it work."""
        env: dict[str, str | None] = {
            **os.environ,
            **get_current_settings().to_environment_variables(exclude_unset=True),
            **self._env,
            "PREFECT__FLOW_RUN_ID": str(flow_run.id),
            "PREFECT__ENABLE_CANCELLATION_AND_CRASHED_HOOKS": "false",
        }
        # Where no channel can be opened, cancelling works by signal alone.
        with contextlib.suppress(RuntimeError):
            port, token = self._channel.register(flow_run.id)
            env |= {"PREFECT__CONTROL_PORT": str(port), "PREFECT__CONTROL_TOKEN": token}
        return sanitize_subprocess_env(for_a_run(env))
