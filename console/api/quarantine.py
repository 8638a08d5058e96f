"""`/quarantine`: vendors' rows that could not be used, and reading one of them again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from console.api import problems
from console.api.history import Cursor, Limit
from console.api.house import House, Housed
from console.api.shapes.history import Quarantine, Quarantined, Replayed
from console.api.who import Dispatcher, Me, acting
from console.api.words import Name
from store import entries, run_pages
from store.run_pages import SetAside
from tasks.replaying import Told, replay

router = APIRouter(tags=["quarantine"])


@router.get("/quarantine", responses=problems.documented(401, 403, 404))
async def read_quarantine(
    me: Dispatcher,
    house: Housed,
    limit: Limit = 50,
    cursor: Cursor = None,
    integration_id: UUID | None = None,
    dataset: Name | None = None,
    resolved: Annotated[bool, Query(description="Those that are resolved as well.")] = False,
) -> Quarantine:
    """Vendors' rows that could not be used, the newest first."""
    async with acting(house, me) as conn:
        rows = await run_pages.set_aside(
            conn,
            limit=limit,
            before=cursor,
            integration_id=integration_id,
            dataset=dataset,
            with_resolved=resolved,
        )
    last = rows[-1].id if len(rows) == limit else None
    return Quarantine(items=[Quarantined.model_validate(each) for each in rows], next_cursor=last)


@router.post("/quarantine/{entry_id}/replay", responses=problems.documented(401, 403, 404, 409))
async def replay_row(entry_id: UUID, me: Dispatcher, house: Housed) -> Replayed:
    """Read a row again with today's mapping and rules; it lands if it can be used now."""
    told, row = await replayed(house, me, entry_id)
    return Replayed(fate=told.fate, why=told.why, entry=Quarantined.model_validate(row))


async def replayed(house: House, me: Me, entry_id: UUID) -> tuple[Told, SetAside]:
    """Replay an open entry of the person's tenant: what became of it, and how it stands now."""
    async with acting(house, me) as conn:
        found = await entries.one(conn, entry_id)
    if found is None:
        raise problems.not_found("row in quarantine")
    if found.resolved_at is not None:
        raise problems.conflict("This row is resolved already.", "Nothing to do.")
    (told,) = await replay(house.url, house.ring, [found], who=me.actor)
    async with acting(house, me) as conn:
        row = await run_pages.set_aside_one(conn, entry_id)
    if row is None:
        raise problems.not_found("row in quarantine")
    return told, row
