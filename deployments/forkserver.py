"""A process that has imported Prefect and the flows, and forks one child for each flow run.

It starts as a fork itself, of a worker that has imported these and done nothing yet, so that they
are imported once; as a command of its own when it has to be replaced.

A new interpreter needs seconds of imports before a flow's first line; a fork needs milliseconds.
Each run still is a process of its own: killing one hurts no other. The worker talks to this
process over a socket, in lines of JSON, and when that socket closes everything ends.

It has one thread, no event loop and no connection: only such a process may fork and go on.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import random
import runpy
import select
import signal
import socket
import sys
import threading
import time
import traceback
import warnings
from typing import Any

from core.parent import end_with_parent

PRELOAD = (
    "prefect.client.orchestration",
    "prefect.deployments.steps",
    "prefect.deployments.steps.core",
    "prefect.deployments.steps.pull",
    "prefect.events.clients",
    "prefect.events.worker",
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.logging.handlers",
    "prefect.artifacts",
    "prefect._internal.metrics",
    "prefect._internal.control_listener",
    # What Prefect and httpx import only when a run gets there: 0.15 s of each.
    "prefect.utilities.visualization",
    "fastapi.encoders",
    "anyio._backends._asyncio",
)
FLOWS = "flows"
ENGINE = "prefect.engine"
END_GRACE_S = 2.0
MOST_DESCRIPTORS = 1 << 20


def preload() -> None:
    """Import what flow runs need. A module that fails here fails in its run, with a log."""
    names = list(PRELOAD)
    with contextlib.suppress(ImportError):
        package = importlib.import_module(FLOWS)
        names += [f"{FLOWS}.{module.name}" for module in pkgutil.iter_modules(package.__path__)]
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:
            sys.stderr.write(f"Could not preload {name}:\n{traceback.format_exc()}\n")
    # A module of the house that fails is told of above.
    with contextlib.suppress(ImportError):
        importlib.import_module("adapters._kit.transport").tls()
    if threading.active_count() > 1:
        sys.stderr.write(f"Imports started threads: {threading.enumerate()}\n")
    gc.collect()
    # Children share these pages with us as long as no collection writes to them.
    gc.freeze()


class ForkServer:
    """Forks on request and reports exits. `serve` returns only in a child, with its request."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._buffer = b""
        self._children: dict[int, str] = {}
        self._wakeup, self._waker = os.pipe()
        for end in (self._wakeup, self._waker):
            os.set_blocking(end, False)

    def serve(self) -> dict[str, Any] | None:
        """Answer until the socket closes (None, everything ended); in a child: its request."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        # The worker decides when runs end; a signal to its whole group must not race with it.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        self._say({"ready": os.getpid()})
        while True:
            readable, _, _ = select.select([self._line.fileno(), self._wakeup], [], [])
            if self._wakeup in readable:
                os.read(self._wakeup, 4096)
            self._reap()
            if self._line.fileno() in readable:
                received = self._line.recv(1 << 16)
                if not received:
                    self._end_all()
                    return None
                self._buffer += received
                *lines, self._buffer = self._buffer.split(b"\n")
                for line in lines:
                    request: dict[str, Any] = json.loads(line)
                    if self._fork(request):
                        return request

    def _fork(self, request: dict[str, Any]) -> bool:
        """Fork; True in the child."""
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            self._say({"id": request["id"], "error": str(error)})
            return False
        if pid == 0:
            self._detach(parent)
            return True
        self._children[pid] = request["id"]
        self._say({"id": request["id"], "pid": pid})
        return False

    def _detach(self, parent: int) -> None:
        """In the child: keep nothing of the server's, and never outlive it."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setpgid(0, 0)
        end_with_parent(parent, group=True)
        self._line.close()
        os.close(self._wakeup)
        os.close(self._waker)

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            name = self._children.pop(pid, None)
            if name is not None:
                self._say({"id": name, "status": os.waitstatus_to_exitcode(status)})

    def _say(self, message: dict[str, Any]) -> None:
        # A worker that is gone closes the socket: the next read says so.
        with contextlib.suppress(OSError):
            self._line.sendall(json.dumps(message).encode() + b"\n")

    def _end_all(self) -> None:
        """The worker is gone: end the runs, politely first."""
        self._kill(signal.SIGTERM)
        end = time.monotonic() + END_GRACE_S
        while self._children and time.monotonic() < end:
            self._reap()
            time.sleep(0.02)
        self._kill(signal.SIGKILL)

    def _kill(self, number: int) -> None:
        for pid in self._children:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)


def become(request: dict[str, Any]) -> None:
    """Turn this fresh fork into what `python -m prefect.engine` would be with that environment."""
    logging_before = _logging_settings()
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    time.tzset()
    # Python reseeds `random` itself; numpy, if some import brought it, must be told.
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    from prefect.context import refresh_global_settings_context

    from core import logs
    from core.errors import ConfigurationError
    from core.settings import settings

    settings.cache_clear()
    refresh_global_settings_context()
    if _logging_settings() != logging_before:
        from prefect.logging.configuration import setup_logging

        setup_logging(incremental=False)
    # What cannot be used is said by the run itself, in one sentence.
    with contextlib.suppress(ConfigurationError):
        logs.install()


def run(request: dict[str, Any]) -> None:
    """Run a module as a command: for a flow run Prefect's engine, as the stock worker's child does.

    `request`: the `module`, its `arguments`, the `env` and the `cwd`. Ends by SystemExit.
    """
    become(request)
    module: str = request["module"]
    sys.argv = [module, *request["arguments"]]
    sys.path.insert(0, request["cwd"])
    with warnings.catch_warnings():
        # Prefect imported its engine already; running it as the main program is what we want.
        warnings.filterwarnings("ignore", message=".*found in sys.modules after import.*")
        runpy.run_module(module, run_name="__main__")


def _logging_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("PREFECT_LOGGING")}


def branch() -> tuple[int, socket.socket]:
    """Fork a fork server off this process, which has one thread; its number and our line to it.

    In the fork, and in all that it forks, this does not return: they end when they are done.
    """
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        theirs.close()
        return pid, ours
    end_with_parent(parent, group=True)
    _keep_only(theirs.fileno())
    serve(theirs)
    sys.exit(0)


def _keep_only(descriptor: int) -> None:
    """Close what we inherited: the locks and pipes that say who is alive are the worker's."""
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, MOST_DESCRIPTORS)


def serve(line: socket.socket) -> None:
    """Serve this line; returns when it closes, or in a child whose command is over."""
    request = ForkServer(line).serve()
    if request is not None:
        run(request)


def main() -> None:
    """Preload, then serve the socket whose descriptor is the only argument."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("descriptor", type=int)
    descriptor: int = parser.parse_args().descriptor
    end_with_parent(os.getppid(), group=True)
    preload()
    serve(socket.socket(fileno=descriptor))


if __name__ == "__main__":
    main()
