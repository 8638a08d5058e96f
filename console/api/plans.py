"""`/loads` and `/driver-links`: route plans, planning a load now, and whose hours are whose."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path

from console import linking, planning
from console.api import problems
from console.api.history import Limit, Offset
from console.api.house import House, Housed
from console.api.shapes import plans as shapes
from console.api.shapes.plans import (
    DriverLinks,
    DriverLinkShown,
    Loads,
    NewLink,
    Planning,
    RoutePlan,
)
from console.api.who import Admin, Dispatcher, Me, acting
from console.linking import Linked
from console.orchestrator import FlowRun, OrchestratorError
from core.errors import Sentences
from store import breaker_log, load_pages, plans
from store.connection import Connection
from store.load_pages import LoadLine

router = APIRouter(tags=["plans"])

ONE_LINE = r"^[^\x00-\x1f\x7f]+$"
LoadId = Annotated[
    str, Path(min_length=1, max_length=200, pattern=ONE_LINE,
              description="The load's id at the TMS, or its number.")
]  # fmt: skip
HandId = Annotated[
    str, Path(min_length=1, max_length=200, pattern=ONE_LINE,
              description="The driver's id at the TMS.")
]  # fmt: skip


@router.get("/loads", responses=problems.documented(401, 403, 404))
async def list_loads(me: Dispatcher, house: Housed, limit: Limit = 50, offset: Offset = 0) -> Loads:
    """Open loads and what their plans come to: what needs a person first."""
    async with acting(house, me) as conn:
        found, total = await load_pages.page(conn, me.tenant_id, limit=limit, offset=offset)
    return Loads(items=[shapes.load(each) for each in found], total=total)


@router.get("/loads/{load_id}/route-plan", responses=problems.documented(401, 403, 404))
async def read_route_plan(load_id: LoadId, me: Dispatcher, house: Housed) -> RoutePlan:
    """The plan in force, whole: what to do and why, stop by stop, and what it rests on."""
    async with acting(house, me) as conn:
        held = await known(conn, me, load_id)
        kept = await plans.of_load(conn, me.tenant_id, held.load_id)
    if kept is None:
        raise none_yet()
    return shapes.route_plan(kept)


@router.post(
    "/loads/{load_id}/plan", status_code=202, responses=problems.documented(401, 403, 404, 409)
)
async def plan_now(load_id: LoadId, me: Dispatcher, house: Housed) -> Planning:
    """Plan it now, its driver's hours asked for if need be: the run under way, or a new one."""
    async with acting(house, me) as conn:
        held = await known(conn, me, load_id)
    run = await started(house, me, held)
    return Planning(status="scheduled", load_id=held.load_id, flow_run_id=run.id,
                    checked_at=held.checked_at)  # fmt: skip


@router.get("/driver-links", responses=problems.documented(401, 403, 404))
async def list_driver_links(me: Dispatcher, house: Housed) -> DriverLinks:
    """Whose hours are used for whom, and what that rests on: those that need a person first."""
    async with acting(house, me) as conn:
        found = await linking.lines(conn, me.tenant_id)
    return DriverLinks(items=[DriverLinkShown.model_validate(each) for each in found])


@router.put("/driver-links/{load_driver_id}", responses=problems.documented(401, 403, 404, 413))
async def link_driver(
    load_driver_id: HandId, given: NewLink, me: Admin, house: Housed
) -> DriverLinkShown:
    """Say whose hours a driver of the TMS has. It stays until somebody says otherwise."""
    return DriverLinkShown.model_validate(
        await confirmed(house, me, load_driver_id, given.hours_driver_id)
    )


def none_yet() -> problems.Refusal:
    """The load is there, and nobody has planned it."""
    said = Sentences("There is no plan of this load yet.", problems.YOU, "Have it planned now.")
    return problems.Refusal(404, "not-planned", said)


async def known(conn: Connection, me: Me, load_id: str) -> LoadLine:
    """One of the tenant's loads, by id or number; 404 for a stranger's."""
    found = await load_pages.one(conn, me.tenant_id, load_id)
    if found is None:
        raise problems.not_found("load")
    return found


async def started(house: House, me: Me, load: LoadLine) -> FlowRun:
    """Have it planned by Prefect; a refusal where there is nothing to plan, or nobody to ask."""
    if load.is_over:
        raise problems.conflict("This load is over.", "Plan one that is open.")
    try:
        run = await planning.start(house.orchestrator, load, me.tenant_slug)
    except OrchestratorError as error:
        raise problems.unavailable(str(error), "The next plan on schedule comes anyway.") from None
    async with acting(house, me) as conn:
        told = {"flow_run_id": run.id}
        await breaker_log.note(conn, me.actor, "load.plan", load.load_id, told, me.tenant_id)
    return run


async def confirmed(house: House, me: Me, driver_id: str, hours_driver_id: str) -> Linked:
    """Link a driver as the person says; 404 for a stranger's, 422 for hours that nobody has."""
    async with acting(house, me) as conn:
        held, _ = await linking.choice(conn, me.tenant_id, driver_id)
    if held is None:
        raise problems.not_found("driver of a load")
    told = (house.url, me.tenant_id, driver_id, hours_driver_id, me.actor)
    is_done = await asyncio.to_thread(linking.confirm, *told)
    if not is_done:
        raise problems.unusable(
            "Nobody of that id has hours.", "Take the id from the list of drivers."
        )
    async with acting(house, me) as conn:
        held, _ = await linking.choice(conn, me.tenant_id, driver_id)
    if held is None:
        raise problems.not_found("driver of a load")
    return held
