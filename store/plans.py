"""Route plans at rest: kept in versions, read back whole, and those that turned late to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, dict_row

from core.route.plan import Plan
from models.ops import new_id
from store.connection import Connection
from store.plan_rows import Kept, Subject, keys, plan_of, plan_row, stop_rows

NEWEST = """
SELECT * FROM fleet.route_plan p
WHERE p.tenant_id = %(tenant)s AND p.load_integration_id = %(integration)s AND p.load_id = %(load)s
ORDER BY p.version DESC LIMIT 1
"""
OF_LOAD = """
SELECT * FROM fleet.route_plan p
WHERE p.tenant_id = %(tenant)s AND (p.load_id = %(load)s OR p.load_number = %(load)s)
    AND p.status IN ('draft', 'accepted')
ORDER BY p.load_id = %(load)s DESC, p.created_at DESC LIMIT 1
"""
STOPS = "SELECT * FROM fleet.route_plan_stop WHERE route_plan_id = %s ORDER BY position"
LIST = """
SELECT p.id, p.load_id, p.load_number, p.driver_id, p.version, p.verdict, p.said, p.departs_at,
    p.arrives_at, p.created_at, p.checked_at, p.status
FROM fleet.route_plan p
WHERE p.tenant_id = %(tenant)s AND (%(all)s OR p.status IN ('draft', 'accepted'))
ORDER BY p.arrives_at NULLS LAST, p.load_id, p.version DESC
"""
# One planner at a time gives a load its next version.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"
SUPERSEDE = """
UPDATE fleet.route_plan SET status = 'superseded', updated_at = now()
WHERE tenant_id = %(tenant)s AND load_integration_id = %(integration)s AND load_id = %(load)s
    AND status IN ('draft', 'accepted')
"""
INSERT = """
INSERT INTO fleet.route_plan (id, tenant_id, load_integration_id, load_id, load_number, driver_id,
    hours_driver_id, vehicle_id, version, status, departs_at, arrives_at, distance_m, drive_s,
    fuel_cost, is_legal, inputs, created_by, verdict, said, hours_basis, degraded, warnings, missed,
    changes, road, is_risk_told, checked_at, created_at)
VALUES (%(id)s, %(tenant)s, %(integration)s, %(load)s, %(number)s, %(driver)s, %(hours_driver)s,
    %(vehicle)s, %(version)s, 'draft', %(departs_at)s, %(arrives_at)s, %(distance_m)s, %(drive_s)s,
    %(fuel_cost)s, %(is_legal)s, %(inputs)s, %(by)s, %(verdict)s, %(said)s, %(hours)s,
    %(degraded)s, %(warnings)s, %(missed)s, %(changes)s, %(road)s, %(is_risk_told)s, %(made_at)s,
    %(made_at)s)
"""
INSERT_STOP = """
INSERT INTO fleet.route_plan_stop (route_plan_id, position, tenant_id, kind, place_id, name,
    latitude, longitude, arrives_at, departs_at, distance_m, fuel_gallons, fuel_price, note, mile,
    clock, drive_s, wait_s, late_s, is_break, opens_at, closes_at, timezone, inputs)
VALUES (%(plan)s, %(position)s, %(tenant)s, %(kind)s, %(place_id)s, %(name)s, %(latitude)s,
    %(longitude)s, %(arrives_at)s, %(departs_at)s, %(distance_m)s, %(gallons)s, %(price)s, %(why)s,
    %(mile)s, %(clock)s, %(drive_s)s, %(wait_s)s, %(late_s)s, %(is_break)s, %(opens_at)s,
    %(closes_at)s, %(timezone)s, %(inputs)s)
"""
UNTOLD = """
SELECT p.id, p.tenant_id, t.slug AS tenant_slug, t.is_sandbox, p.load_id, p.load_number, p.version,
    p.said, p.created_at
FROM fleet.route_plan p JOIN ops.tenant t ON t.id = p.tenant_id
WHERE p.is_risk_told = false AND p.status IN ('draft', 'accepted') ORDER BY p.created_at
"""
TOLD = "UPDATE fleet.route_plan SET is_risk_told = true WHERE id = ANY(%s)"
CHECKED = "UPDATE fleet.route_plan SET checked_at = %s WHERE id = %s"
# A load that is over needs its plan no more.
CANCEL = """
UPDATE fleet.route_plan p SET status = 'cancelled', updated_at = now()
FROM fleet.load l
WHERE p.tenant_id = %(tenant)s AND p.status IN ('draft', 'accepted')
    AND l.integration_id = p.load_integration_id AND l.vendor_id = p.load_id
    AND (l.deleted_at IS NOT NULL OR NOT l.is_open OR l.status NOT IN ('assigned', 'in_transit'))
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of plans."""

    id: UUID
    load_id: str
    load_number: str | None
    driver_id: str | None
    version: int
    verdict: str
    said: str
    departs_at: datetime | None
    arrives_at: datetime | None
    created_at: datetime
    checked_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A plan that turned infeasible, of which Prefect has yet to hear."""

    id: UUID
    tenant_id: UUID
    tenant_slug: str
    is_sandbox: bool
    load_id: str
    load_number: str | None
    version: int
    said: str
    created_at: datetime


async def newest(conn: Connection, subject: Subject) -> Kept | None:
    """The load's plan of the highest version, if any."""
    return await _read(conn, NEWEST, keys(subject))


async def of_load(conn: Connection, tenant: UUID, load: str) -> Kept | None:
    """The plan in force of the load with that id or number, if any."""
    return await _read(conn, OF_LOAD, {"tenant": tenant, "load": load})


async def listed(conn: Connection, tenant: UUID, *, with_old: bool = False) -> list[Listed]:
    """The tenant's plans in force; ``with_old``: and all earlier versions."""
    async with conn.cursor(row_factory=class_row(Listed)) as cursor:
        await cursor.execute(LIST, {"tenant": tenant, "all": with_old})
        return await cursor.fetchall()


async def keep(
    conn: Connection, subject: Subject, plan: Plan, *, after: Kept | None, is_risk: bool, by: str
) -> bool:
    """Keep the next version; the one before stays, superseded.

    ``after``: the version that was compared with. False when another planner kept one meanwhile:
    then nothing is written, for his is as new. ``is_risk``: Prefect is to be told of it.
    """
    async with conn.transaction():
        await conn.execute(LOCK, [f"{subject.integration_id}:{subject.load_id}"])
        found = await conn.execute(
            "SELECT coalesce(max(version), 0) FROM fleet.route_plan"
            " WHERE load_integration_id = %s AND load_id = %s",
            [subject.integration_id, subject.load_id],
        )
        row = await found.fetchone()
        held = row[0] if row else 0
        if held != (after.version if after else 0):
            return False
        await conn.execute(SUPERSEDE, keys(subject))
        plan_id = new_id()
        told = plan_row(subject, plan, held + 1, by)
        told |= {"id": plan_id, "is_risk_told": False if is_risk else None}
        await conn.execute(INSERT, told)
        async with conn.cursor() as cursor:
            await cursor.executemany(INSERT_STOP, stop_rows(plan_id, subject.tenant_id, plan))
    return True


async def checked(conn: Connection, kept: Kept, at: datetime) -> None:
    """The plan was made anew and came out the same."""
    await conn.execute(CHECKED, [at, kept.id])


async def cancel_ended(conn: Connection, tenant: UUID) -> int:
    """Plans of loads that are over are over too; how many."""
    return (await conn.execute(CANCEL, {"tenant": tenant})).rowcount


async def untold(conn: Connection) -> list[AtRisk]:
    """The plans in force that turned infeasible and are still to be told of."""
    async with conn.cursor(row_factory=class_row(AtRisk)) as cursor:
        await cursor.execute(UNTOLD)
        return await cursor.fetchall()


async def mark_told(conn: Connection, told: Sequence[AtRisk]) -> None:
    """Note what Prefect was told."""
    if told:
        await conn.execute(TOLD, [[one.id for one in told]])


async def _read(conn: Connection, query: str, told: dict[str, Any]) -> Kept | None:
    async with conn.cursor(row_factory=dict_row) as cursor:
        row = await (await cursor.execute(query.encode(), told)).fetchone()
        if row is None:
            return None
        stops = await (await cursor.execute(STOPS, [row["id"]])).fetchall()
    subject = Subject(row["tenant_id"], row["load_integration_id"], row["load_id"],
                      row["load_number"], row["driver_id"], row["hours_driver_id"],
                      row["vehicle_id"])  # fmt: skip
    return Kept(row["id"], subject, row["version"], row["status"], row["created_at"],
                row["checked_at"], row["created_by"], plan_of(row, stops))  # fmt: skip
