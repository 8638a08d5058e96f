"""Mass deletions that wait for a person: held, approved, over when the rows are back or deleted.

Everything here runs in the transaction that lands a batch, under its runs' leases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from store.work import Work, uuids

OPEN = """
SELECT id, integration_id, dataset, decided_at FROM ops.held_deletion
WHERE integration_id = ANY(%s::uuid[]) AND ended_at IS NULL
ORDER BY id FOR NO KEY UPDATE
"""
HOLD = """
INSERT INTO ops.held_deletion AS h (tenant_id, integration_id, dataset, live, gone, first_run_id,
    last_run_id)
VALUES (%(tenant)s, %(integration)s, %(dataset)s, %(live)s, %(gone)s, %(run)s, %(run)s)
ON CONFLICT (integration_id, dataset) WHERE ended_at IS NULL DO UPDATE SET
    live = excluded.live, gone = excluded.gone, last_seen_at = now(),
    last_run_id = excluded.last_run_id
"""
END = """
UPDATE ops.held_deletion SET status = %(status)s, deleted = %(deleted)s, last_run_id = %(run)s,
    ended_at = now()
WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class Hold:
    """An open one. ``approved_at``: None while it waits."""

    id: UUID
    approved_at: datetime | None


Holds = dict[tuple[UUID, str], Hold]


async def open_of(conn: AsyncConnection[Any], works: Sequence[Work]) -> Holds:
    """The open ones of these works' integrations, locked until the transaction ends."""
    found = await conn.execute(OPEN, [uuids(work.run.integration_id for work in works)])
    return {(row[1], row[2]): Hold(row[0], row[3]) for row in await found.fetchall()}


def of(holds: Holds, work: Work) -> Hold | None:
    """The open one that this work is about."""
    return holds.get((work.run.integration_id, work.told.dataset))


async def settle(conn: AsyncConnection[Any], works: Sequence[Work], holds: Holds) -> None:
    """Keep what complete fetches say: held anew or still, over by deletion, or the rows are back.

    A fetch that could not count its absences decides nothing about an approval.
    """
    for work in works:
        hold = of(holds, work)
        if hold is not None and (hold.approved_at is None or work.counts):
            status = "deleted" if work.covered else "released"
            if hold.approved_at is not None or work.held is None:
                await conn.execute(END, _told(work) | {"id": hold.id, "status": status})
                hold = None
        if work.held is not None and (hold is None or hold.approved_at is None):
            await conn.execute(HOLD, _told(work))


def _told(work: Work) -> dict[str, Any]:
    return {
        "tenant": work.run.tenant_id,
        "integration": work.run.integration_id,
        "run": work.run.run_id,
        "dataset": work.told.dataset,
        "live": work.held.live if work.held else 0,
        "gone": work.held.absent if work.held else 0,
        "deleted": work.covered or None,
    }
