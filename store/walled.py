"""The console's way to the database: one tenant at a time, behind the wall.

Each use is a transaction of the role ``sally_console`` that sees one tenant; it commits when the
block ends. Nothing slow is done inside: a vendor or Prefect is asked outside of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from core.errors import ConfigurationError
from store.connection import Connection, DatabaseLost, session
from store.pool import Connections

if TYPE_CHECKING:
    from sqlmodel import Session

ROLE = "sally_console"
# A person waits for it.
LONGEST = "15s"
ENTER = "SELECT set_config('sally.tenant_id', %s, true), set_config('statement_timeout', %s, true)"


class Walled:
    """A few connections of the console; ``most`` at a time, who finds none free waits."""

    def __init__(self, url: str, *, most: int = 8) -> None:
        self.url = url
        self._connections = Connections(url, ROLE, most=most)

    @asynccontextmanager
    async def within(self, tenant_id: UUID) -> AsyncIterator[Connection]:
        """A transaction that sees this tenant; DatabaseLost when there is no database."""
        async with self.outside() as conn, conn.transaction():
            await conn.execute(ENTER, [str(tenant_id), LONGEST])
            yield conn

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
