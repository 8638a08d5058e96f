"""Rows at rest as the records that they were: a few of each dataset, for looking at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from models.records import Record
from store.shapes import shape

LANDED = """
SELECT t.integration_id, {columns} FROM {table} t WHERE t.deleted_at IS NULL
ORDER BY t.synced_at DESC LIMIT %s
"""


async def landed(
    conn: AsyncConnection[Any], record: type[Record], limit: int
) -> list[tuple[UUID, Record]]:
    """The rows that changed last, each with its integration. JSON comes as objects, not as text."""
    shaped = shape(record)
    columns = ", ".join(f"t.{name}" for name in shaped.columns)
    found = await conn.execute(LANDED.format(columns=columns, table=shaped.name).encode(), [limit])
    return [(row[0], record(*row[1:])) for row in await found.fetchall()]
