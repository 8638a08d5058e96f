"""`/integrations/{id}/sync-history` and `/runs/{id}`: what every sync did."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import available_timezones

from fastapi import APIRouter, Query

from console.api import problems
from console.api.house import Housed
from console.api.integrations import known
from console.api.shapes import history as shapes
from console.api.shapes.history import Events, History, Run, Stats
from console.api.who import Dispatcher, acting
from models.ops import Role, RunStatus, SyncType
from store import run_pages, timeline
from store.lookup import database_now
from store.run_pages import Wanted

router = APIRouter(tags=["history"])

ZONES = available_timezones()  # read from the disk: once
Limit = Annotated[int, Query(ge=1, le=200, description="How many at the most.")]
Offset = Annotated[int, Query(ge=0, le=100_000, description="How many to leave out.")]
Cursor = Annotated[UUID | None, Query(description="The next_cursor of the page before.")]


@router.get(
    "/integrations/{integration_id}/sync-history", responses=problems.documented(401, 403, 404)
)
async def read_history(
    integration_id: UUID,
    me: Dispatcher,
    house: Housed,
    limit: Limit = 50,
    offset: Offset = 0,
    cursor: Cursor = None,
    status: RunStatus | None = None,
    sync_type: SyncType | None = None,
    flow_run_id: UUID | None = None,
    since: Annotated[
        datetime | None, Query(description="Only syncs that began then or later.")
    ] = None,
) -> History:
    """Every sync, the newest first."""
    wanted = Wanted(
        limit=limit,
        offset=offset,
        before=cursor,
        status=status,
        sync_type=sync_type,
        flow_run_id=None if flow_run_id is None else str(flow_run_id),
        since=since,
    )
    async with acting(house, me) as conn:
        await known(conn, integration_id)
        rows, total = await run_pages.page(conn, integration_id, wanted)
    last = rows[-1].id if len(rows) == limit else None
    return History(items=[shapes.sync(each) for each in rows], total=total, next_cursor=last)


@router.get(
    "/integrations/{integration_id}/sync-history/stats",
    responses=problems.documented(401, 403, 404),
)
async def read_stats(
    integration_id: UUID,
    me: Dispatcher,
    house: Housed,
    tz: Annotated[
        str, Query(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$", description="Whose days they are.")
    ] = "UTC",
) -> Stats:
    """The last day, week and month in figures, and the last seven days one by one."""
    if tz not in ZONES:
        raise problems.unusable("There is no such time zone.", "Give one such as America/Chicago.")
    async with acting(house, me) as conn:
        await known(conn, integration_id)
        spans = await run_pages.figures(conn, integration_id)
        days = await run_pages.days(conn, integration_id, tz)
    return shapes.stats(spans, days)


@router.get("/integrations/{integration_id}/events", responses=problems.documented(401, 403, 404))
async def read_events(
    integration_id: UUID,
    me: Dispatcher,
    house: Housed,
    limit: Limit = 50,
    before: Annotated[datetime | None, Query(description="Only what happened earlier.")] = None,
) -> Events:
    """What happened beside the syncs: keys changed, breakers opened, alerts sent."""
    async with acting(house, me) as conn:
        await known(conn, integration_id)
        found = await timeline.of(conn, integration_id, limit=limit, before=before)
    return shapes.events(found)


@router.get("/runs/{run_id}", responses=problems.documented(401, 403, 404))
async def read_run(run_id: UUID, me: Dispatcher, house: Housed) -> Run:
    """One sync, whole: its datasets, its attempts, what went wrong, the rows it set aside."""
    async with acting(house, me) as conn:
        found, rows = await run_pages.whole(conn, run_id)
        now = await database_now(conn)
    api = house.settings.prefect_api_url
    ui = str(api).rstrip("/").removesuffix("/api") if api and me.may(Role.SUPER_ADMIN) else None
    return shapes.run(found, rows, now=now, ui=ui)
