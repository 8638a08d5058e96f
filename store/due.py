"""How much is due for one vendor: counted, by the same condition as it is claimed."""

# ruff: noqa: S608 - what is put into SQL here are constants of this package.

from __future__ import annotations

from datetime import datetime
from typing import Any, LiteralString

from store import claims, freshness
from store.connection import Connection

COUNT = f"""
SELECT count(*) FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id
WHERE {claims.CLAIMABLE}
"""
# An idle run is a cycle like any other, and whoever listens for its pulse must hear it.
LOOK = f"""
WITH seen AS MATERIALIZED ({COUNT}),
beat AS (
    INSERT INTO ops.pulse (name) SELECT '{freshness.CYCLE}' FROM seen WHERE seen.count = 0
    ON CONFLICT (name) DO UPDATE SET at = now()
)
SELECT seen.count FROM seen
"""


async def count(
    conn: Connection,
    vendor: str,
    tenant_slug: str | None = None,
    *,
    force: bool = False,
    started_before: datetime | None = None,
) -> int:
    """How many integrations could be claimed now; those whose lease ran out are among them."""
    return await _counted(conn, COUNT, vendor, tenant_slug, force, started_before)


async def look(
    conn: Connection, vendor: str, tenant_slug: str | None = None, *, force: bool = False
) -> int:
    """The same, and where none is due, the cycle's pulse is kept: all that an idle run asks."""
    return await _counted(conn, LOOK, vendor, tenant_slug, force, None)


async def _counted(
    conn: Connection, query: LiteralString, vendor: str, tenant_slug: str | None, force: bool,
    started_before: datetime | None,
) -> int:  # fmt: skip
    tenants = None if tenant_slug is None else [tenant_slug]
    told: dict[str, Any] = claims.condition(vendor, tenants, force, started_before)
    row = await (await conn.execute(query, told)).fetchone()
    return int(row[0]) if row else 0
