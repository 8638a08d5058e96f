"""What is kept of many drivers' hours at once, for the board: nobody is asked."""

# ruff: noqa: S608 - what is put into SQL here are constants of this file and the next.

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from psycopg.rows import dict_row

from store.connection import Connection
from store.hos import LOOK, Case, case_of

# The same question as for one driver, for those of a page.
LOOK_MANY = (
    LOOK.replace("%(driver)s", "w.id")
    .replace("SELECT clock_timestamp()", "SELECT w.id AS driver_id, clock_timestamp()")
    .replace("AS f(vendor, dataset)", "AS f(vendor, dataset)\nCROSS JOIN page w")
)
BOARD = f"""
WITH fed AS (
    SELECT id FROM ops.integration WHERE tenant_id = %(tenant)s AND removed_at IS NULL
        AND vendor = ANY(%(vendors)s::text[])
), page AS MATERIALIZED (
    SELECT k.id FROM (
        SELECT d.vendor_id AS id FROM fleet.driver d
        WHERE d.integration_id IN (SELECT id FROM fed) AND d.deleted_at IS NULL
            AND (d.is_active IS NOT false OR %(inactive)s)
        UNION
        SELECT c.vendor_id FROM fleet.hos_clock c
        WHERE c.integration_id IN (SELECT id FROM fed) AND c.deleted_at IS NULL
            AND NOT EXISTS (SELECT FROM fleet.driver x WHERE x.integration_id = c.integration_id
                AND x.vendor_id = c.vendor_id)
    ) k
    WHERE (%(after)s::text IS NULL OR k.id > %(after)s)
        AND (%(only)s::text IS NULL OR k.id = %(only)s)
    ORDER BY k.id LIMIT %(limit)s
)
{LOOK_MANY} ORDER BY w.id
"""


async def board(
    conn: Connection,
    tenant: UUID,
    feeds: Mapping[str, str],
    *,
    limit: int,
    after: str | None = None,
    only: str | None = None,
    with_inactive: bool = False,
) -> list[Case]:
    """A page of the tenant's drivers by id; the connection is behind the tenant's wall.

    ``feeds``: the vendors that know hours, and the name of their dataset of clocks.
    """
    told = {"tenant": tenant, "vendors": list(feeds), "datasets": list(feeds.values()),
            "limit": limit, "after": after, "only": only, "inactive": with_inactive}  # fmt: skip
    async with conn.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(BOARD, told)).fetchall()
    return [case_of(row, row["driver_id"]) for row in rows]
