"""Open loads as their tenant's people see them: each with its plan in force, and who drives it.

Asked behind the tenant's wall. What needs a person comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from store.connection import Connection


@dataclass(frozen=True, slots=True)
class LoadLine:
    """One load. The plan's fields are None where there is none yet; ``now``: the database's clock.

    ``place``, ``opens_at``, ``closes_at``, ``timezone``: of its last delivery.
    """

    integration_id: UUID
    load_id: str
    number: str | None
    status: str
    is_open: bool
    driver_id: str | None
    driver_name: str | None
    hours_driver_id: str | None
    basis: str | None
    place: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str | None
    plan_id: UUID | None
    version: int | None
    verdict: str | None
    said: str | None
    arrives_at: datetime | None
    degraded: int
    checked_at: datetime | None
    now: datetime

    @property
    def name(self) -> str:
        """What people call it."""
        return self.number or self.load_id

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to plan."""
        return not self.is_open or self.status in ("delivered", "cancelled")


LINES = """
SELECT l.integration_id, l.vendor_id AS load_id, l.load_number AS number, l.status, l.is_open,
    l.driver_id, l.driver_name, k.hours_driver_id, k.basis, s.place, s.opens_at, s.closes_at,
    s.timezone, p.id AS plan_id, p.version, p.verdict, p.said, p.arrives_at,
    coalesce(jsonb_array_length(p.degraded), 0) AS degraded, p.checked_at, now() AS now
FROM fleet.load l
LEFT JOIN fleet.driver_link k ON k.load_integration_id = l.integration_id
    AND k.driver_id = l.driver_id
LEFT JOIN LATERAL (
    SELECT coalesce(nullif(concat_ws(', ', s.city, s.state), ''), s.name) AS place,
        s.appointment_start_at AS opens_at, s.appointment_end_at AS closes_at, s.timezone
    FROM fleet.load_stop s
    WHERE s.integration_id = l.integration_id AND s.parent_id = l.vendor_id
        AND s.deleted_at IS NULL
    ORDER BY s.sequence DESC LIMIT 1
) s ON true
LEFT JOIN fleet.route_plan p ON p.load_integration_id = l.integration_id
    AND p.load_id = l.vendor_id AND p.status IN ('draft', 'accepted')
WHERE l.tenant_id = %(tenant)s AND l.deleted_at IS NULL
"""
# The worst first: what cannot be done, what nobody can say, what is not planned, what is in time.
ORDER = """
    AND l.is_open AND l.status <> 'delivered'
ORDER BY array_position(ARRAY['impossible', 'late', 'unverified', 'none', 'on_time'],
    coalesce(p.verdict, 'none')), s.closes_at NULLS LAST, l.vendor_id
LIMIT %(limit)s OFFSET %(offset)s
"""
ONE = """
    AND (l.vendor_id = %(load)s OR l.load_number = %(load)s)
ORDER BY l.vendor_id = %(load)s DESC, l.is_open DESC, l.source_updated_at DESC NULLS LAST LIMIT 1
"""
COUNT = """
SELECT count(*) FROM fleet.load l WHERE l.tenant_id = %s AND l.deleted_at IS NULL AND l.is_open
    AND l.status <> 'delivered'
"""


async def page(
    conn: Connection, tenant: UUID, *, limit: int, offset: int = 0
) -> tuple[list[LoadLine], int]:
    """Open loads, and how many there are in all."""
    told = {"tenant": tenant, "limit": limit, "offset": offset}
    async with conn.cursor(row_factory=class_row(LoadLine)) as cursor:
        await cursor.execute((LINES + ORDER).encode(), told)
        found = await cursor.fetchall()
    row = await (await conn.execute(COUNT, [tenant])).fetchone()
    return found, row[0] if row else 0


async def one(conn: Connection, tenant: UUID, load: str) -> LoadLine | None:
    """The load with that id or number, open or not; its id goes before another's number."""
    async with conn.cursor(row_factory=class_row(LoadLine)) as cursor:
        await cursor.execute((LINES + ONE).encode(), {"tenant": tenant, "load": load})
        return await cursor.fetchone()
