"""A few connections that are lent, for a process that answers many small questions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import psycopg
from psycopg.pq import TransactionStatus

from store.connection import Connection, DatabaseLost, opened

# A connection that lay still so long is asked whether it lives: the server may have restarted.
UNTRIED_S = 1.0


class Connections:
    """At most ``most`` connections of one role, each lent to one caller at a time.

    Who finds none free waits. One that broke, or came back in a transaction, is not lent again.
    """

    def __init__(self, url: str, role: str = "sally_pipeline", *, most: int = 4) -> None:
        self._url, self._role = url, role
        self._slots = asyncio.Semaphore(most)
        self._idle: list[tuple[Connection, float]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        while self._idle:
            await self._idle.pop()[0].close()

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Connection]:
        """A connection in autocommit; DatabaseLost when it breaks or the server gives up."""
        async with self._slots:
            conn = await self._take()
            try:
                yield conn
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                raise _lost(error) from None
            finally:
                await self._give_back(conn)

    async def _take(self) -> Connection:
        while self._idle:
            conn, since = self._idle.pop()
            if time.monotonic() - since < UNTRIED_S or await _lives(conn):
                return conn
            await conn.close()
        return await opened(self._url, self._role)

    async def _give_back(self, conn: Connection) -> None:
        if conn.closed or conn.info.transaction_status is not TransactionStatus.IDLE:
            await conn.close()
        else:
            self._idle.append((conn, time.monotonic()))


async def _lives(conn: Connection) -> bool:
    try:
        await conn.execute("SELECT")
    except psycopg.Error:
        return False
    return True


def _lost(error: psycopg.Error) -> DatabaseLost:
    why = type(error).__name__ if error.sqlstate else "the connection was lost"
    return DatabaseLost(
        f"The database did not answer ({why}). Try again; if it happens again, look at "
        "PostgreSQL's log."
    )
