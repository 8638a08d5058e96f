"""Counting answers about hours beside the answers: nobody waits for it, and none fails by it.

What comes while a count is being written is written with the next: however many answers, one
connection at most is busy with counting.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from store import answers
from store.answers import Answered
from store.connection import Connection

log = logging.getLogger("sally.hos")
Lend = Callable[[], AbstractAsyncContextManager[Connection]]


class Tally:
    """Counts what was answered, until it is closed. Lost when the process is killed: a figure."""

    def __init__(self, lend: Lend) -> None:
        self._lend = lend
        self._waiting: Counter[Answered] = Counter()
        self._writing: asyncio.Task[None] | None = None

    def add(self, answered: Answered) -> None:
        """Count it soon."""
        self._waiting[answered] += 1
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Return when all that was added is written, or could not be."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            given, self._waiting = self._waiting, Counter()
            try:
                async with self._lend() as conn:
                    await answers.count(conn, given)
            except Exception as error:
                # Whatever it is: a figure is lost, and whoever asked has the answer already.
                log.warning("%d answers about hours were not counted: %s", given.total(), error)
