"""What a fetch has to be told: cursors, open records and the places that matter to a tenant."""

# ruff: noqa: S608 - what is put into SQL here are constants and names from the models.

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from psycopg import AsyncConnection

from models.asking import Place
from store.work import uuids

POSITION_DAYS = 7

ASKS = """
SELECT i.id, now(),
    (SELECT s.cursor FROM ops.dataset_state s
        WHERE s.integration_id = i.id AND s.dataset = %(dataset)s),
    (SELECT array_agg(l.vendor_id) FROM fleet.load l
        WHERE l.integration_id = i.id AND l.is_open AND l.deleted_at IS NULL)
FROM ops.integration i WHERE i.id = ANY(%(integrations)s::uuid[])
"""
PLACES = f"""
WITH asking AS (
    SELECT id, tenant_id FROM ops.integration WHERE id = ANY(%(integrations)s::uuid[])
), whose AS (
    SELECT DISTINCT tenant_id FROM asking
), place AS (
    SELECT l.tenant_id, CASE WHEN l.status = 'in_transit' THEN 1 ELSE 3 END AS rank,
        coalesce(s.appointment_start_at, l.pickup_at) AS at, s.latitude, s.longitude, s.vendor_id
    FROM whose w
    JOIN fleet.load l ON l.tenant_id = w.tenant_id AND l.is_open AND l.deleted_at IS NULL
    JOIN fleet.load_stop s ON s.integration_id = l.integration_id AND s.parent_id = l.vendor_id
        AND s.deleted_at IS NULL
        AND s.status NOT IN ('completed', 'skipped', 'cancelled') AND s.departed_at IS NULL
    WHERE s.latitude IS NOT NULL AND s.longitude IS NOT NULL
    UNION ALL
    SELECT v.tenant_id, 2, v.source_updated_at, v.latitude, v.longitude, v.vendor_id
    FROM whose w JOIN fleet.vehicle_position v ON v.tenant_id = w.tenant_id
        AND v.deleted_at IS NULL
    WHERE v.latitude IS NOT NULL AND v.longitude IS NOT NULL
        AND v.source_updated_at > now() - interval '{POSITION_DAYS} days'
)
SELECT a.id, p.latitude, p.longitude FROM asking a JOIN place p ON p.tenant_id = a.tenant_id
ORDER BY a.id, p.rank, p.at NULLS LAST, p.vendor_id
"""


class HasIntegration(Protocol):
    """A claim, or anything else that names an integration."""

    @property
    def integration_id(self) -> UUID:
        """The integration's id."""
        ...


@dataclass(frozen=True, slots=True)
class AskParts:
    """What is known for one integration's fetch of one dataset.

    ``places_raw``: stops of loads in transit first, then vehicles, then the other open loads'
    stops; repeated places are the caller's to drop. ``now``: the database's clock.
    """

    cursor: str | None
    open_ids: frozenset[str]
    places_raw: tuple[Place, ...]
    now: datetime


async def asks(
    conn: AsyncConnection[Any],
    claims: Iterable[HasIntegration | UUID],
    dataset: str,
    with_places: bool = True,
) -> dict[UUID, AskParts]:
    """The parts of each integration's `Ask`; ``with_places=False`` spares the query for places."""
    ids = [each if isinstance(each, UUID) else each.integration_id for each in claims]
    told = {"integrations": uuids(ids), "dataset": dataset}
    rows = await (await conn.execute(ASKS, told)).fetchall()
    places = await _places(conn, ids) if with_places else {}
    return {
        row[0]: AskParts(row[2], frozenset(row[3] or ()), tuple(places.get(row[0], ())), row[1])
        for row in rows
    }


async def _places(conn: AsyncConnection[Any], ids: list[UUID]) -> dict[UUID, list[Place]]:
    found: dict[UUID, list[Place]] = {}
    for row in await (await conn.execute(PLACES, {"integrations": uuids(ids)})).fetchall():
        found.setdefault(row[0], []).append(Place(row[1], row[2]))
    return found
