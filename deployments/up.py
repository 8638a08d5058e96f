"""`make up`: the whole stack, staying up until Ctrl-C or a stop request."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from types import FrameType

from core.settings import Settings
from deployments.stack import Meanwhile, OnStep, Part, Stack, running

EVERYTHING = frozenset({Part.PREFECT, Part.SANDBOX, Part.DEPLOYMENTS, Part.WORKER, Part.CONSOLE})
CHECK_S = 1.0


def up(
    configured: Settings | None = None,
    *,
    want: Set[Part] = EVERYTHING,
    on_step: OnStep = print,
    on_ready: Callable[[Stack], None] | None = None,
    meanwhile: Meanwhile | None = None,
) -> None:
    """Bring the parts in `want` up, say where they are, and return when asked to stop.

    They stop in order (worker, sandbox, Prefect, PostgreSQL), however this process ends; a part
    that another process uses as well goes on until that one ends. A part that dies is a StackError.
    """
    try:
        with (
            stop_requests(),
            running(configured, want=want, on_step=on_step, meanwhile=meanwhile) as stack,
        ):
            (on_ready or _announcer(on_step))(stack)
            _watch(stack)
    except (KeyboardInterrupt, StopRequested):
        on_step("Stopped.")


class StopRequested(BaseException):
    """SIGTERM arrived. Like KeyboardInterrupt, no `except Exception` may swallow it."""


@contextmanager
def stop_requests() -> Iterator[None]:
    """Within it a SIGTERM ends what is being done in order, as Ctrl-C does."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise StopRequested

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _watch(stack: Stack) -> None:
    never = threading.Event()
    while not never.wait(CHECK_S):
        stack.check()


def _announcer(on_step: OnStep) -> Callable[[Stack], None]:
    def announce(stack: Stack) -> None:
        for name, url in stack.urls.items():
            on_step(f"{name}: {url}")
        on_step(f"Data and logs: {stack.data}. Ctrl-C stops everything.")

    return announce
