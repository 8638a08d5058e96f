"""Whose hours are whose: drivers of the TMS linked to drivers with hours, by hand if need be."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from console import linking
from console.api import problems
from console.api.plans import HandId, confirmed
from console.api.problems import Refusal
from console.api.who import Me, acting
from console.pages.routing import Admin, Dispatcher, House, Housed, fields, pages, see_other
from console.pages.viewing import page
from console.pages.words import BASES
from store.lookup import database_now

router = pages()


@router.get("/driver-links")
async def show(request: Request, me: Dispatcher, house: Housed) -> Response:
    """Who is linked to nobody first, then guesses, then the rest."""
    async with acting(house, me) as conn:
        found, now = await linking.lines(conn, me.tenant_id), await database_now(conn)
    return page(
        request, me, "driver_links.html", now=now, lines=found, bases=BASES,
        unlinked=sum(1 for each in found if each.basis is None),
        guesses=sum(1 for each in found if each.is_guess),
        done=request.query_params.get("done", ""),
    )  # fmt: skip


@router.get("/driver-links/{load_driver_id}")
async def choose(load_driver_id: HandId, request: Request, me: Admin, house: Housed) -> Response:
    """Choose whose hours the driver has."""
    return await _form(request, me, house, load_driver_id)


@router.post("/driver-links/{load_driver_id}")
async def link(load_driver_id: HandId, request: Request, me: Admin, house: Housed) -> Response:
    """Say whose hours the driver has."""
    chosen = (await fields(request)).get("hours_driver_id", "").strip()[:200]
    try:
        await confirmed(house, me, load_driver_id, chosen)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return await _form(request, me, house, load_driver_id, chosen, "Choose a driver.")
    return see_other(request, "/driver-links?done=linked")


async def _form(
    request: Request, me: Me, house: House, driver_id: str, chosen: str = "", why: str = ""
) -> Response:
    async with acting(house, me) as conn:
        held, logged = await linking.choice(conn, me.tenant_id, driver_id)
    if held is None:
        raise problems.not_found("driver of a load")
    return page(
        request, me, "driver_link.html", code=422 if why else 200, held=held, logged=logged,
        chosen=chosen or held.hours_driver_id or "", why=why, bases=BASES,
    )  # fmt: skip
