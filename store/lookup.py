"""Small questions of the sync path: the database's clock, whether a tenant exists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from core.errors import NotFoundError

Connection = AsyncConnection[Any]


async def database_now(conn: Connection) -> datetime:
    """The database's clock, which decides leases and due times. Aware UTC."""
    row = await (await conn.execute("SELECT now()")).fetchone()
    assert row is not None  # a SELECT without FROM always has one row
    instant: datetime = row[0]
    return instant


async def check_tenant(conn: Connection, slug: str | None) -> None:
    """NotFoundError for a tenant that does not exist; None asks for nothing."""
    if slug is None:
        return
    found = await conn.execute("SELECT 1 FROM ops.tenant WHERE slug = %s", [slug])
    if await found.fetchone() is None:
        raise NotFoundError(f"There is no tenant “{slug}”. See: sally tenant list")
