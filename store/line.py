"""A line to the database for questions that may not hold up what they are about.

Each question is given a moment; when the database does not answer in it, the caller goes on
without an answer, and what was asked is finished later or dropped. What many ask at once is put in
one question: a queue of our own must not look like a database that is silent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from psycopg import AsyncConnection

from store.connection import UNREACHABLE, connect

ANSWER_S = 0.25
LAST_S = 2.0  # at the end, for what is still unanswered
SAID_EVERY_S = 10.0
Answer = TypeVar("Answer")
Item = TypeVar("Item")
Question = Callable[[AsyncConnection[Any]], Awaitable[Answer]]
Carry = Callable[[AsyncConnection[Any], Sequence[Item]], Awaitable[None]]
log = logging.getLogger("sally.guard")


class Line:
    """One connection, used by one question at a time: ``async with Line(url) as line``."""

    def __init__(self, url: str, answer_s: float = ANSWER_S) -> None:
        self.answer_s = answer_s
        self._url = url
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
            _, hanging = await asyncio.wait(late, timeout=max(LAST_S, self.answer_s))
            for task in hanging:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._held.aclose()

    @property
    def number(self) -> int | None:
        """The server process at the other end; None while there is none."""
        return None if self._conn is None or self._conn.closed else self._conn.info.backend_pid

    async def ask(
        self,
        question: Question[Answer],
        undo: Question[object] | None = None,
        *,
        patience_s: float = 0.0,
    ) -> Answer | None:
        """The answer, or None when the database did not give one in time.

        ``undo``: asked when an answer comes that nobody waits for any more. ``patience_s``:
        how long to wait at least, where nothing is held up by it.
        """
        task = asyncio.create_task(self.put(question))
        try:
            done, _ = await asyncio.wait({task}, timeout=max(patience_s, self.answer_s))
        except asyncio.CancelledError:
            self._leave(task, undo)
            raise
        if not done:
            self.say_late()
            self._leave(task, undo)
            return None
        return self._outcome(task)

    async def put(self, question: Question[Answer]) -> Answer:
        """The answer, whenever it comes."""
        async with self._turn:
            return await question(await self._connection())

    def go_on(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Have it done in passing; the end of the line waits a moment for it."""
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return task

    def say_late(self) -> None:
        """Say that there was no answer in time."""
        self.say(f"did not answer within {self.answer_s * 1000:g} ms")

    def say(self, words: str) -> None:
        """Once in a while: a database that is gone is asked for every call."""
        now = asyncio.get_running_loop().time()
        if now - self._said_at >= SAID_EVERY_S:
            self._said_at = now
            log.warning("The database %s; calls to vendors go on without asking.", words)

    def _leave(self, task: asyncio.Task[Any], undo: Question[object] | None) -> None:
        """Let it finish by itself, and take back what came too late."""

        async def finish() -> None:
            try:
                await asyncio.wait({task})
            finally:  # the line ends: its connection is not closed while somebody uses it
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            if self._outcome(task) is not None and undo is not None:
                await self.put(undo)

        self.go_on(finish())

    def _outcome(self, task: asyncio.Task[Answer]) -> Answer | None:
        try:
            return task.result()
        except UNREACHABLE as error:
            self.say(f"could not be asked ({type(error).__name__})")
            return None

    async def _connection(self) -> AsyncConnection[Any]:
        if self._conn is None or self._conn.closed:
            await self._held.aclose()
            self._conn = await self._held.enter_async_context(
                connect(self._url, application_name="sally guard")
            )
        return self._conn


class Gathered(Generic[Item]):
    """What many bring at once, carried to the database together: one load at a time.

    ``carry`` gets a whole load. What comes while a load is on its way goes with the next one.
    """

    def __init__(self, line: Line, carry: Carry[Item]) -> None:
        self._line = line
        self._carry = carry
        self._load: list[Item] = []
        self._arrived: asyncio.Future[bool] | None = None
        self._carrying: asyncio.Task[None] | None = None

    async def bring(self, *items: Item, patience_s: float = 0.0) -> bool:
        """Whether it arrived in time; what is late arrives later or is dropped."""
        if not items:
            return True
        self._load += items
        if self._arrived is None:
            self._arrived = asyncio.get_running_loop().create_future()
        arrived = self._arrived
        if self._carrying is None or self._carrying.done():
            self._carrying = self._line.go_on(self._carry_all())
        done, _ = await asyncio.wait({arrived}, timeout=max(patience_s, self._line.answer_s))
        if not done:
            self._line.say_late()
        return bool(done) and arrived.result()

    async def _carry_all(self) -> None:
        while (arrived := self._arrived) is not None:
            try:
                await self._line.put(self._carry_load)
            except UNREACHABLE as error:
                self._line.say(f"could not be asked ({type(error).__name__})")
                if self._arrived is arrived:  # it never left
                    self._unload()
                arrived.set_result(False)
            except Exception as error:
                arrived.set_exception(error)
            else:
                arrived.set_result(True)

    async def _carry_load(self, conn: AsyncConnection[Any]) -> None:
        await self._carry(conn, self._unload())

    def _unload(self) -> list[Item]:
        load, self._load, self._arrived = self._load, [], None
        return load
