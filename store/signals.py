"""What processes tell each other through PostgreSQL: that a breaker or a gate has changed.

A signal only names what changed; who needs it reads it anew. Lost signals are harmless: what is
remembered is read again every few seconds.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

from store.connection import DatabaseLost

CHANNEL = "sally_guard"


def breaker(vendor: str, is_sandbox: bool, integration_id: UUID | None) -> str:
    """The name of a breaker."""
    return f"breaker {vendor} {'sandbox' if is_sandbox else 'live'} {integration_id or 'all'}"


def gate(scope: str) -> str:
    """The name of a gate."""
    return f"gate {scope}"


async def tell(conn: AsyncConnection[Any], name: str) -> None:
    """Send when the transaction commits."""
    await conn.execute("SELECT pg_notify(%s, %s)", [CHANNEL, name])


async def listen(conn: AsyncConnection[Any]) -> None:
    """Hear from now on what others tell."""
    await conn.execute(f"LISTEN {CHANNEL}")


async def heard(conn: AsyncConnection[Any]) -> AsyncGenerator[tuple[str, int], None]:
    """Each name that is told, and the number of the server process of who told it."""
    try:
        async for notice in conn.notifies():
            yield notice.payload, notice.pid
    except psycopg.Error:
        raise DatabaseLost("The connection that listens for changes was lost.") from None
