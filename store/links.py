"""Links of drivers: who of the TMS is who where the hours come from, found or confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, dict_row
from sqlalchemy import func
from sqlmodel import Session, col, select

from core.errors import ConfigurationError, NotFoundError
from core.route.links import Basis, Hand, Logged
from models.fleet import Driver, DriverLink, Load
from store import audit
from store.connection import Connection

HANDS = """
SELECT DISTINCT ON (l.integration_id, l.driver_id) l.integration_id, l.driver_id, l.driver_name
FROM fleet.load l
WHERE l.tenant_id = %(tenant)s AND l.driver_id IS NOT NULL AND l.deleted_at IS NULL AND l.is_open
ORDER BY l.integration_id, l.driver_id, l.source_updated_at DESC NULLS LAST
"""
LOGGED = """
SELECT d.integration_id, d.vendor_id, d.name, d.license_number, d.license_state,
    ARRAY(SELECT e.value FROM jsonb_each_text(d.external_ids) e) AS external_ids
FROM fleet.driver d JOIN ops.integration i ON i.id = d.integration_id
WHERE d.tenant_id = %(tenant)s AND d.deleted_at IS NULL AND i.vendor = ANY(%(vendors)s)
"""
HELD = """
SELECT k.load_integration_id, k.driver_id, k.driver_name, k.hours_integration_id,
    k.hours_driver_id, d.name AS hours_driver_name, k.basis, k.confirmed_by, k.confirmed_at
FROM fleet.driver_link k
LEFT JOIN fleet.driver d ON d.integration_id = k.hours_integration_id
    AND d.vendor_id = k.hours_driver_id
WHERE k.tenant_id = %(tenant)s ORDER BY k.driver_name, k.driver_id
"""
# What a person confirmed stays; what was only found may be found otherwise.
KEEP = """
INSERT INTO fleet.driver_link AS k (tenant_id, load_integration_id, driver_id, driver_name,
    hours_integration_id, hours_driver_id, basis)
VALUES (%(tenant)s, %(load_integration)s, %(driver)s, %(name)s, %(hours_integration)s,
    %(hours_driver)s, %(basis)s)
ON CONFLICT (load_integration_id, driver_id) DO UPDATE SET driver_name = excluded.driver_name,
    hours_integration_id = excluded.hours_integration_id,
    hours_driver_id = excluded.hours_driver_id, basis = excluded.basis, updated_at = now()
WHERE k.basis <> 'confirmed' AND (k.hours_integration_id, k.hours_driver_id, k.basis)
    IS DISTINCT FROM (excluded.hours_integration_id, excluded.hours_driver_id, excluded.basis)
"""
DROP = """
DELETE FROM fleet.driver_link k WHERE k.tenant_id = %(tenant)s
    AND k.load_integration_id = %(load_integration)s AND k.basis <> 'confirmed'
    AND k.driver_id = ANY(%(drivers)s)
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A driver of the TMS and who he is where the hours come from; ``basis``: what it rests on."""

    load_integration_id: UUID
    driver_id: str
    driver_name: str | None
    hours_integration_id: UUID
    hours_driver_id: str
    hours_driver_name: str | None
    basis: str
    confirmed_by: str | None
    confirmed_at: datetime | None

    @property
    def is_guess(self) -> bool:
        """May it be another person?"""
        return Basis(self.basis).is_guess


@dataclass(frozen=True, slots=True)
class Known:
    """Both sides of a tenant's drivers: by the connection that knows them."""

    hands: Mapping[UUID, Sequence[Hand]]
    logged: Mapping[UUID, Sequence[Logged]]


async def known(conn: Connection, tenant: UUID, vendors: Sequence[str]) -> Known:
    """The drivers of open loads, and those of the vendors that know hours."""
    hands: dict[UUID, list[Hand]] = {}
    logged: dict[UUID, list[Logged]] = {}
    told = {"tenant": tenant, "vendors": list(vendors)}
    async with conn.cursor(row_factory=dict_row) as cursor:
        for row in await (await cursor.execute(HANDS, told)).fetchall():
            hand = Hand(row["driver_id"], row["driver_name"])
            hands.setdefault(row["integration_id"], []).append(hand)
        for row in await (await cursor.execute(LOGGED, told)).fetchall():
            one = Logged(row["vendor_id"], row["name"], frozenset(row["external_ids"]),
                         row["license_number"], row["license_state"])  # fmt: skip
            logged.setdefault(row["integration_id"], []).append(one)
    return Known(hands, logged)


async def keep(
    conn: Connection, tenant: UUID, load_integration: UUID, hours_integration: UUID,
    found: Mapping[str, tuple[str | None, str, Basis]], lost: Sequence[str],
) -> None:  # fmt: skip
    """Keep what was found, by the TMS's id: name, the other id, basis; drop what no longer holds.

    What a person confirmed is left as it is.
    """
    base = {"tenant": tenant, "load_integration": load_integration}
    async with conn.transaction():
        if lost:
            await conn.execute(DROP, {**base, "drivers": list(lost)})
        for driver, (name, hours_driver, basis) in sorted(found.items()):
            row = {**base, "driver": driver, "name": name, "hours_driver": hours_driver,
                   "hours_integration": hours_integration, "basis": str(basis)}  # fmt: skip
            await conn.execute(KEEP, row)


async def held(conn: Connection, tenant: UUID) -> list[Link]:
    """The tenant's links."""
    async with conn.cursor(row_factory=class_row(Link)) as cursor:
        await cursor.execute(HELD, {"tenant": tenant})
        return await cursor.fetchall()


def confirm(
    session: Session, tenant_id: UUID, driver_id: str, hours_driver_id: str, *, actor: str
) -> DriverLink:
    """A person says who the driver is; NotFoundError for a stranger on either side."""
    if not actor.strip():
        raise ConfigurationError("Say who confirms the link.")
    on_load = select(Load).where(Load.tenant_id == tenant_id, Load.driver_id == driver_id)
    load = _first(session, on_load, f"driver “{driver_id}” on a load")
    with_hours = select(Driver).where(
        Driver.tenant_id == tenant_id,
        Driver.vendor_id == hours_driver_id,
        col(Driver.deleted_at).is_(None),
    )
    driver = _first(session, with_hours, f"driver “{hours_driver_id}” with hours")
    now: datetime = session.exec(select(func.now())).one()
    row = session.get(DriverLink, (load.integration_id, driver_id)) or DriverLink(
        load_integration_id=load.integration_id, driver_id=driver_id, tenant_id=tenant_id,
        created_at=now,
    )  # fmt: skip
    row.driver_name, row.updated_at = load.driver_name, now
    row.hours_integration_id, row.hours_driver_id = driver.integration_id, hours_driver_id
    row.basis, row.confirmed_by, row.confirmed_at = str(Basis.CONFIRMED), actor, now
    session.add(row)
    session.flush()
    audit.note(session, actor, "driver_link.confirm", None, tenant_id,
               driver_id=driver_id, hours_driver_id=hours_driver_id)  # fmt: skip
    return row


def _first(session: Session, query: Any, what: str) -> Any:
    found = session.exec(query.limit(1)).first()
    if found is None:
        raise NotFoundError(f"There is no {what}. A new one is known after the next sync.")
    return found
