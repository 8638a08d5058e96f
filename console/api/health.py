"""`/breakers`, `/freshness`, `/incidents`, `/alerts/test`: what is wrong, and who heard of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from adapters import registry
from console.api import limits, problems
from console.api.history import Cursor, Limit
from console.api.house import House, Housed
from console.api.shapes import health as shapes
from console.api.shapes.health import Ages, AlertTest, Breakers, Incidents, IncidentShown, Mute
from console.api.who import Admin, Dispatcher, Me, acting
from store import breaker_log, connected, freshness, health, incident_care, incident_pages
from store.incident_pages import Shown
from tasks import alert_test

router = APIRouter(tags=["health"])

OTHERS_S = 5.0  # a person waits for the answer


@router.get("/breakers", responses=problems.documented(401, 403, 404))
async def read_breakers(me: Dispatcher, house: Housed) -> Breakers:
    """What may keep calls from going out: circuit breakers and the vendors' pace."""
    async with acting(house, me) as conn:
        standings = await health.breakers(conn, me.tenant_id)
        gates = await health.gates(conn)
    return shapes.breakers(standings, gates)


@router.get("/freshness", responses=problems.documented(401, 403, 404))
async def read_freshness(me: Dispatcher, house: Housed) -> Ages:
    """How old each dataset is, judged now."""
    datasets = [
        (vendor.name, dataset.name, vendor.poll_every)
        for vendor in registry.VENDORS
        for dataset in vendor.datasets
    ]
    async with acting(house, me) as conn:
        held = await freshness.held(conn, datasets)
        vendors = {each.id: each.vendor for each in await connected.listed(conn)}
    return shapes.ages([each for each in held if each.integration_id in vendors], vendors)


@router.get("/incidents", responses=problems.documented(401, 403, 404))
async def list_incidents(
    me: Dispatcher,
    house: Housed,
    limit: Limit = 50,
    cursor: Cursor = None,
    closed: Annotated[bool, Query(description="Those that are over as well.")] = False,
) -> Incidents:
    """What is wrong, the newest first."""
    async with acting(house, me) as conn:
        found = await incident_pages.page(
            conn, me.tenant_id, limit=limit, before=cursor, with_closed=closed
        )
    last = found[-1].id if len(found) == limit else None
    return Incidents(items=[IncidentShown.model_validate(each) for each in found], next_cursor=last)


@router.post("/incidents/{incident_id}/ack", responses=problems.documented(401, 403, 404, 409))
async def take_on(incident_id: UUID, me: Dispatcher, house: Housed) -> IncidentShown:
    """Take an incident on: nobody is reminded of it any more, but all hear when it is over."""
    await _open(house, me, incident_id)
    async with acting(house, me) as conn:
        await incident_care.take_on(conn, incident_id, me.tenant_id, me.actor)
    return IncidentShown.model_validate(await _one(house, me, incident_id))


@router.post(
    "/incidents/{incident_id}/mute", responses=problems.documented(401, 403, 404, 409, 413)
)
async def mute(incident_id: UUID, given: Mute, me: Dispatcher, house: Housed) -> IncidentShown:
    """Tell nobody anything of an incident for a while."""
    await _open(house, me, incident_id)
    async with acting(house, me) as conn:
        await incident_care.mute(
            conn, incident_id, me.tenant_id, timedelta(minutes=given.minutes), me.actor
        )
    return IncidentShown.model_validate(await _one(house, me, incident_id))


@router.post("/alerts/test", responses=problems.documented(401, 403, 404, 429))
async def test_alert(me: Admin, house: Housed) -> AlertTest:
    """Send a marked test alert to the tenant's admins, the way that real ones take."""
    await limits.count(house, me, "alert test", limits.ALERT_TESTS)
    async with acting(house, me) as conn:
        await breaker_log.note(conn, me.actor, "alert.test", str(me.tenant_id), {}, me.tenant_id)
    return shapes.alert_test(*await alert_test.send(house.url, me.tenant_id, others_s=OTHERS_S))


async def _one(house: House, me: Me, incident_id: UUID) -> Shown:
    async with acting(house, me) as conn:
        found = await incident_pages.one(conn, me.tenant_id, incident_id)
    if found is None:
        raise problems.not_found("incident")
    return found


async def _open(house: House, me: Me, incident_id: UUID) -> None:
    if (await _one(house, me, incident_id)).closed_at is not None:
        raise problems.conflict("This incident is over.", "Nothing to do.")
