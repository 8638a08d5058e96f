"""Looks after the worker while somebody uses the stack: one that dies is started again."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from deployments.errors import StackError
from deployments.worker_process import WorkerProcess

LOOK_EVERY_S = 0.5


class Care:
    """A thread that tends the worker from entering to leaving; `check` tells when it gave up."""

    def __init__(self, worker: WorkerProcess) -> None:
        self.worker = worker
        self._is_over = threading.Event()
        self._failure: StackError | None = None
        self._thread = threading.Thread(target=self._tend, name="worker's care", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def check(self) -> None:
        """Raise the StackError that ended the care, if one did."""
        if self._failure is not None:
            raise self._failure

    def _tend(self) -> None:
        while not self._is_over.wait(LOOK_EVERY_S):
            try:
                self.worker.tend()
            except StackError as error:
                self._failure = error
                return
