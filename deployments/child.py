"""The long-lived processes of the local stack: shared by all who use them, gone with the last.

Each service has a named pipe. Whoever uses the service holds the pipe's writing end; a small shell
beside the service reads it. When the last user ends, however it ends (SIGKILL too), the kernel
closes the pipe, the shell reads end-of-file, and stops the service and everything it started.
A service that needs another holds that one's pipe in turn, so they stop in the right order.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deployments.errors import StackError
from deployments.folders import Owner

# $1 how to ask it to stop, $2 seconds until its whole process group is killed, then the command.
# The service starts with the default signals; the shell itself outlives Ctrl-C and stop requests.
WATCH = """signal=$1 grace=$2; shift 2
trap '' INT TERM HUP; exec 3<&0
( trap - INT TERM HUP; exec "$@" ) </dev/null 3<&- & service=$!
{ while read -r _; do :; done <&3; kill -$signal $service; sleep $grace; kill -KILL 0; } &
wait $service; echo "(ended with exit status $?)" >&2
kill -KILL 0"""

POLL_S = 0.02
# A service that was told to stop a moment ago still looks well for as long.
SETTLE_S = 0.05
# How long somebody who leaves waits for the end; it comes without being waited for.
STOP_S = 30.0
TAIL_BYTES = 2000


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a service. `stop`: the signal that asks it to end; `grace`: seconds it gets."""

    command: Sequence[str | Path]
    env: Mapping[str, str]
    stop: str = "TERM"
    grace: int = 10
    user: Owner | None = None
    cwd: Path = Path("/")
    needs: Sequence[Service] = field(default=())


class Service:
    """One shared process: `begin` starts or joins it, `wait` until it is ready, `leave` lets go.

    `is_ready` answers whether the process serves; it is asked about ours and about others' alike.
    """

    def __init__(self, data: Path, name: str, is_ready: Callable[[], bool]) -> None:
        self.name = name
        self.log = data / "logs" / f"{name}.log"
        self.started = False
        self._run = data / "run"
        self._is_ready = is_ready
        self._launch: Callable[[], Launch] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._line: int | None = None
        self._users: int | None = None

    def begin(self, launch: Callable[[], Launch]) -> None:
        """Start it, or join the one that runs. `launch` is asked only when we start it."""
        for folder in (self._run, self.log.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        self._launch = launch
        self._users = self._use()
        # Once its pipe can be opened, whoever started it has written down where it serves.
        while not self._advance() and self._line is None:
            time.sleep(POLL_S)

    def wait(self, timeout: float) -> None:
        """Return when it is ready; a service that dies or hangs at start is a StackError."""
        end = time.monotonic() + timeout
        while not self._advance():
            if time.monotonic() > end:
                raise StackError(
                    f"{self.name} was not ready after {timeout:.0f} seconds. "
                    f"Its log is {self.log}:\n{self.tail()}"
                )
            time.sleep(POLL_S)

    def revive(self) -> None:
        """Start it again after it died, unless another of its users was quicker."""
        if self._process is not None:
            self._process.wait()
            self._process = None
        # Its users' ends of the pipe and their marks stay good; what is left of it dies just now.
        end = time.monotonic() + SETTLE_S * 20
        while (lock := self._locked("lock", fcntl.LOCK_EX)) is None and time.monotonic() < end:
            time.sleep(POLL_S)
        if lock is not None:
            try:
                self._start(lock)
            finally:
                os.close(lock)

    def leave(self) -> None:
        """Let go. If nobody else uses it, it stops, and this returns when it has."""
        if self._line is not None:
            os.close(self._line)
            self._line = None
        if self._users is None:
            return
        alone = _try_flock(self._users, fcntl.LOCK_EX)
        os.close(self._users)
        self._users = None
        if self._process is not None and alone:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
        self._process = None

    def is_alive(self) -> bool:
        """Whether the process still runs, ours or another's."""
        if self._process is not None:
            return self._process.poll() is None
        lock = self._locked("lock", fcntl.LOCK_EX)
        if lock is None:
            return True
        os.close(lock)
        return False

    def tail(self) -> str:
        """The end of its log, for an error message."""
        try:
            return self.log.read_bytes()[-TAIL_BYTES:].decode(errors="replace").strip()
        except FileNotFoundError:
            return "(it wrote no log)"

    def holders(self) -> list[int]:
        """What a dependent service inherits: an end of its pipe, and the mark of a user."""
        if self._line is None:
            raise StackError(f"{self.name} is needed, but was not started.")
        user = self._use()
        try:
            return [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10) for descriptor in (self._line, user)]
        finally:
            os.close(user)

    def _use(self) -> int:
        """A descriptor that marks one more user, for as long as it is open anywhere."""
        while (users := self._locked("users", fcntl.LOCK_SH)) is None:
            time.sleep(POLL_S)
        return users

    def _advance(self) -> bool:
        """One step towards a ready service; True once it is."""
        if self._process is not None:
            if self._process.poll() is not None:
                raise StackError(
                    f"{self.name} did not start. The end of {self.log}:\n{self.tail()}"
                )
            return self._is_ready()
        lock = self._locked("lock", fcntl.LOCK_EX)
        if lock is not None:
            try:
                self._start(lock)
            finally:
                os.close(lock)
            return False
        if self._line is None:
            self._line = self._open_line()
        if self._line is None or not self._is_ready():
            return False
        time.sleep(SETTLE_S)
        return self._is_ready()

    def _start(self, lock: int) -> None:
        """Start the process. It keeps the lock for as long as any part of it lives."""
        assert self._launch is not None
        launch = self._launch()
        reading = self._make_line()
        # Above the numbers that the shell uses itself.
        passed = [fcntl.fcntl(lock, fcntl.F_DUPFD, 10)]
        passed += [descriptor for need in launch.needs for descriptor in need.holders()]
        user = launch.user if launch.user is not None and launch.user.drops else None
        try:
            with self.log.open("ab") as log:
                command = ["sh", "-c", WATCH, "sh", launch.stop, str(launch.grace)]
                self._process = subprocess.Popen(
                    [*command, *map(str, launch.command)],
                    stdin=reading,
                    stdout=log,
                    stderr=log,
                    cwd=launch.cwd,
                    env=dict(launch.env),
                    start_new_session=True,
                    pass_fds=passed,
                    user=user.uid if user else None,
                    group=user.gid if user else None,
                    extra_groups=[] if user else None,
                )
        finally:
            for descriptor in (reading, *passed):
                os.close(descriptor)
        self.started = True

    def _make_line(self) -> int:
        """Make the pipe, keep the writing end, return the reading end (blocking)."""
        path = self._run / f"{self.name}.pipe"
        with contextlib.suppress(FileExistsError):
            os.mkfifo(path, 0o600)
        reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        if self._line is None:
            self._line = os.open(path, os.O_WRONLY)
        os.set_blocking(reading, True)
        return reading

    def _open_line(self) -> int | None:
        """The writing end of a running service's pipe; None when nothing reads it."""
        try:
            return os.open(self._run / f"{self.name}.pipe", os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno in (errno.ENXIO, errno.ENOENT):
                return None
            raise

    def _locked(self, suffix: str, how: int) -> int | None:
        """A descriptor that holds the lock, or None when another holds it."""
        path = self._run / f"{self.name}.{suffix}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if _try_flock(descriptor, how):
            return descriptor
        os.close(descriptor)
        return None


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of this file; wait for whoever holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _try_flock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
