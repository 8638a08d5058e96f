"""The console's way to the database: one tenant at a time, behind the wall.

Each use is a transaction of the role ``sally_console`` that sees one tenant; it commits when the
block ends. Nothing slow is done inside: a vendor or Prefect is asked outside of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from psycopg import sql

from core.errors import ConfigurationError
from store.connection import Connection, DatabaseLost, session
from store.pool import Connections

if TYPE_CHECKING:
    from sqlmodel import Session

ROLE = "sally_console"
# A person waits for it.
LONGEST = "15s"
# One message, for each costs a round trip, and a page asks several times.
ENTER = "BEGIN; SET LOCAL sally.tenant_id = {}; SET LOCAL statement_timeout = {}"


class Walled:
    """A few connections of the console; ``most`` at a time, who finds none free waits."""

    def __init__(self, url: str, *, most: int = 8) -> None:
        self.url = url
        self._connections = Connections(url, ROLE, most=most)

    @asynccontextmanager
    async def within(self, tenant_id: UUID) -> AsyncIterator[Connection]:
        """A transaction that sees this tenant; DatabaseLost when there is no database."""
        told = sql.Literal(str(tenant_id)), sql.Literal(LONGEST)
        async with self.outside() as conn:
            await conn.execute(sql.SQL(ENTER).format(*told))
            try:
                yield conn
            except Exception:
                # One that broke cannot; it is not lent again.
                with suppress(psycopg.Error):
                    await conn.execute("ROLLBACK")
                raise
            await conn.execute("COMMIT")

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[Connection]:
        """A connection that sees no tenant: what concerns all, and who may sign in."""
        lent = self._connections.lent()
        try:
            conn = await lent.__aenter__()
        except ConfigurationError as error:
            raise DatabaseLost(str(error)) from None
        try:
            yield conn
        except BaseException as error:
            if not await lent.__aexit__(type(error), error, error.__traceback__):
                raise
        else:
            await lent.__aexit__(None, None, None)

    async def close(self) -> None:
        """Close what is not in use."""
        await self._connections.__aexit__(None, None, None)


@contextmanager
def walled_session(url: str, tenant_id: UUID) -> Iterator[Session]:
    """A SQLModel session behind the same wall, for changes; use it beside the loop."""
    from sqlalchemy import text

    with session(url, ROLE) as db:
        db.connection().execute(
            text("SELECT set_config('sally.tenant_id', :tenant, true)"), {"tenant": str(tenant_id)}
        )
        yield db
