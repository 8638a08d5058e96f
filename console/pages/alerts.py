"""Incidents: what is wrong, who heard of it, who takes it on; and whether alerts arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response

from console.api import limits, problems
from console.api.health import OTHERS_S
from console.api.who import Me, acting
from console.pages.routing import Admin, Dispatcher, House, Housed, fields, pages
from console.pages.viewing import is_fragment, page
from console.pages.words import SEVERITIES
from store import breaker_log, incident_care, incident_pages
from store.incident_pages import Shown
from store.lookup import database_now
from tasks import alert_test

router = pages()
PER_PAGE = 25
SPANS = {60: "1 hour", 240: "4 hours", 1440: "1 day", 10_080: "7 days"}


@router.get("/alerts")
async def show(
    request: Request, me: Dispatcher, house: Housed,
    closed: Annotated[str, Query(max_length=1)] = "", before: UUID | None = None,
) -> Response:  # fmt: skip
    """The newest first."""
    async with acting(house, me) as conn:
        now = await database_now(conn)
        found = await incident_pages.page(
            conn, me.tenant_id, limit=PER_PAGE, before=before, with_closed=closed == "1"
        )
    name = "parts/incidents.html" if is_fragment(request) else "alerts.html"
    return page(
        request, me, name, now=now, incidents=found, severities=SEVERITIES, spans=SPANS,
        closed=closed, is_changed=False, last=found[-1].id if len(found) == PER_PAGE else None,
    )  # fmt: skip


@router.post("/alerts/test")
async def test(request: Request, me: Admin, house: Housed) -> Response:
    """Send a marked test alert, the way that real ones take, and say what became of it."""
    await limits.count(house, me, "alert test", limits.ALERT_TESTS)
    async with acting(house, me) as conn:
        await breaker_log.note(conn, me.actor, "alert.test", str(me.tenant_id), {}, me.tenant_id)
    messages, note = await alert_test.send(house.url, me.tenant_id, others_s=OTHERS_S)
    return page(request, me, "parts/test_alert.html", messages=messages, note_text=note)


@router.post("/alerts/{incident_id}/acknowledge")
async def take_on(incident_id: UUID, request: Request, me: Dispatcher, house: Housed) -> Response:
    """Take it on: nobody is reminded of it any more."""
    await _open(house, me, incident_id)
    async with acting(house, me) as conn:
        await incident_care.take_on(conn, incident_id, me.tenant_id, me.actor)
    return await _shown(request, me, house, incident_id)


@router.post("/alerts/{incident_id}/mute")
async def mute(incident_id: UUID, request: Request, me: Dispatcher, house: Housed) -> Response:
    """Tell nobody anything of it for a while."""
    chosen = (await fields(request)).get("minutes", "")
    if not chosen.isdigit() or int(chosen) not in SPANS:
        raise problems.unusable("There is no such span of time.", "Choose one from the list.")
    await _open(house, me, incident_id)
    async with acting(house, me) as conn:
        span = timedelta(minutes=int(chosen))
        await incident_care.mute(conn, incident_id, me.tenant_id, span, me.actor)
    return await _shown(request, me, house, incident_id)


async def _one(house: House, me: Me, incident_id: UUID) -> Shown:
    async with acting(house, me) as conn:
        found = await incident_pages.one(conn, me.tenant_id, incident_id)
    if found is None:
        raise problems.not_found("incident")
    return found


async def _open(house: House, me: Me, incident_id: UUID) -> None:
    if (await _one(house, me, incident_id)).closed_at is not None:
        raise problems.conflict("This incident is over.", "Nothing to do.")


async def _shown(request: Request, me: Me, house: House, incident_id: UUID) -> Response:
    found = await _one(house, me, incident_id)
    return page(
        request,
        me,
        "parts/incident.html",
        incident=found,
        severities=SEVERITIES,
        spans=SPANS,
        is_changed=True,
    )
