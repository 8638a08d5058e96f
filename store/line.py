"""A line to the database for questions that may not hold up what they are about.

Each question is given a moment; when the database does not answer in it, the caller goes on
without an answer, and what was asked is finished later or dropped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self, TypeVar

from psycopg import AsyncConnection

from store.connection import UNREACHABLE, connect

ANSWER_S = 0.25
SAID_EVERY_S = 10.0
Answer = TypeVar("Answer")
Question = Callable[[AsyncConnection[Any]], Awaitable[Answer]]
log = logging.getLogger("sally.guard")


class Line:
    """One connection, used by one question at a time: ``async with Line(url) as line``."""

    def __init__(self, url: str, answer_s: float = ANSWER_S) -> None:
        self._url = url
        self._answer_s = answer_s
        self._held = AsyncExitStack()
        self._conn: AsyncConnection[Any] | None = None
        self._turn = asyncio.Lock()
        self._late: set[asyncio.Task[Any]] = set()
        self._said_at = float("-inf")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        late = list(self._late)
        if late:
            _, hanging = await asyncio.wait(late, timeout=self._answer_s)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._held.aclose()

    @property
    def number(self) -> int | None:
        """The server process at the other end; None while there is none."""
        return None if self._conn is None or self._conn.closed else self._conn.info.backend_pid

    async def ask(
        self, question: Question[Answer], undo: Question[object] | None = None
    ) -> Answer | None:
        """The answer, or None when the database did not give one in time.

        ``undo``: asked when an answer comes that nobody waits for any more.
        """
        if self._late:
            self._say("still has not answered")
            return None
        task = asyncio.create_task(self._put(question))
        try:
            done, _ = await asyncio.wait({task}, timeout=self._answer_s)
        except asyncio.CancelledError:
            self._leave(task, undo)
            raise
        if not done:
            self._say(f"did not answer within {self._answer_s * 1000:g} ms")
            self._leave(task, undo)
            return None
        return self._outcome(task)

    def _leave(self, task: asyncio.Task[Any], undo: Question[object] | None) -> None:
        """Let it finish by itself, and take back what came too late."""

        async def finish() -> None:
            await asyncio.wait({task})
            if self._outcome(task) is not None and undo is not None:
                await self._put(undo)

        finishing = asyncio.create_task(finish())
        self._late.add(finishing)
        finishing.add_done_callback(self._late.discard)

    def _outcome(self, task: asyncio.Task[Answer]) -> Answer | None:
        try:
            return task.result()
        except UNREACHABLE as error:
            self._say(f"could not be asked ({type(error).__name__})")
            return None

    async def _put(self, question: Question[Answer]) -> Answer:
        async with self._turn:
            return await question(await self._connection())

    async def _connection(self) -> AsyncConnection[Any]:
        if self._conn is None or self._conn.closed:
            await self._held.aclose()
            self._conn = await self._held.enter_async_context(
                connect(self._url, application_name="sally guard")
            )
        return self._conn

    def _say(self, words: str) -> None:
        """Once in a while: a database that is gone is asked for every call."""
        now = asyncio.get_running_loop().time()
        if now - self._said_at >= SAID_EVERY_S:
            self._said_at = now
            log.warning("The database %s; calls to vendors go on without asking.", words)
