"""How a flow run that is told to stop comes to its end.

Prefect raises its signal as an exception at whatever line is being run. In a task of a group it
comes out wrapped in a group of errors, which Prefect would take for a crash.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.exceptions import TerminationSignal


@contextmanager
def stopping_plainly() -> Iterator[None]:
    """Within, a signal to stop leaves as itself, out of however many groups of tasks."""
    try:
        yield
    except BaseExceptionGroup as group:
        told = _told(group)
        if told is None:
            raise
        raise told from group


def _told(error: BaseException) -> TerminationSignal | None:
    if isinstance(error, TerminationSignal):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_told, error.exceptions)), None)
    return None
