"""How a flow run that is told to stop comes to its end.

Prefect raises its signal as an exception at whatever line is being run. In a task of a group it
comes out wrapped in a group of errors; in a callback of the event loop, or where a library turns
every exception into one of its own, it would be lost, and the run would go on or end as failed.
So the signal is heard beside that, and ends the flow's own task by cancelling it.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from prefect.exceptions import TerminationSignal


@asynccontextmanager
async def stopping_plainly() -> AsyncIterator[None]:
    """Within, a signal to stop ends what is being done, and leaves as itself.

    Whatever the signal turned into on its way comes out as the TerminationSignal; what was done
    when it arrived stays done. Errors that have nothing to do with it are left as they are.
    """
    with _heard() as hearing:
        try:
            yield
        except BaseException as error:
            told = _told(error)
            if told is None and not hearing.is_told():
                raise
            hearing.take_back()
            raise told or TerminationSignal(signal.SIGTERM) from error


def _told(error: BaseException) -> TerminationSignal | None:
    if isinstance(error, TerminationSignal):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_told, error.exceptions)), None)
    return None


class _Hearing:
    """Cancels a task once when the signal to stop arrives. `ears`: gets the numbers of signals."""

    def __init__(self, task: asyncio.Task[object] | None) -> None:
        self.ears, self._mouth = socket.socketpair()
        self.ears.setblocking(False)
        self._mouth.setblocking(False)
        self._task = task
        self._is_told = self._has_cancelled = False

    @property
    def mouth(self) -> int:
        """The descriptor that the interpreter writes the numbers to."""
        return self._mouth.fileno()

    def is_told(self) -> bool:
        """Whether the signal arrived; one of this moment, too."""
        self._read()
        return self._is_told

    def listen(self) -> None:
        """Cancel the task if it was the signal to stop, and it is not being cancelled already."""
        was_told = self._is_told
        if self.is_told() and not was_told and self._task and not self._task.cancelling():
            self._has_cancelled = self._task.cancel()

    def take_back(self) -> None:
        """The task ends by an error of its own, not by our cancelling."""
        if self._has_cancelled and self._task:
            self._task.uncancel()

    def _read(self) -> None:
        try:
            numbers = self.ears.recv(4096)
        except BlockingIOError:
            return
        self._is_told |= signal.SIGTERM in numbers

    def close(self) -> None:
        """Hear no more."""
        self.ears.close()
        self._mouth.close()


@contextmanager
def _heard() -> Iterator[_Hearing]:
    """Hear the signal beside Prefect's handler, which goes on as it is.

    Only the main thread's first flow can; for others the exception must do.
    """
    hearing = _Hearing(asyncio.current_task())
    loop = asyncio.get_running_loop()
    loop.add_reader(hearing.ears, hearing.listen)
    is_written = _write_to(hearing.mouth)
    try:
        yield hearing
    finally:
        if is_written:
            signal.set_wakeup_fd(-1)
        loop.remove_reader(hearing.ears)
        hearing.close()


def _write_to(descriptor: int) -> bool:
    """Have the numbers of signals written there; False if that cannot be."""
    if threading.current_thread() is not threading.main_thread():
        return False
    before = signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)
    if before == -1:
        return True
    # An event loop reads them there already, for handlers of its own.
    signal.set_wakeup_fd(before)
    return False
