"""What is due for one vendor, by one question: all that a flow run with nothing to do asks."""

# ruff: noqa: S608 - what is put into SQL here are constants of this package.

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from store import claims, freshness
from store.connection import Connection

# An idle run is a cycle like any other, and whoever listens for its pulse must hear it.
LOOK = f"""
WITH seen AS MATERIALIZED ({claims.COUNT}),
beat AS (
    INSERT INTO ops.pulse (name) SELECT '{freshness.CYCLE}' FROM seen WHERE seen.count = 0
    ON CONFLICT (name) DO UPDATE SET at = now()
)
SELECT seen.count, now() AS at FROM seen
"""


@dataclass(frozen=True, slots=True)
class Due:
    """``count``: the integrations that could be claimed ``at`` that instant, expired leases too."""

    count: int
    at: datetime


async def look(
    conn: Connection, vendor: str, tenant_slug: str | None = None, *, force: bool = False
) -> Due:
    """How many are due, and the database's clock. Where none is, the cycle's pulse is kept."""
    tenants = None if tenant_slug is None else [tenant_slug]
    told = claims.condition(vendor, tenants, force, None)
    async with conn.cursor(row_factory=class_row(Due)) as cursor:
        found = await (await cursor.execute(LOOK, told)).fetchone()
    assert found is not None  # an aggregate always has one row
    return found
