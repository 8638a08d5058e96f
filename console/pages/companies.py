"""For a SUPER_ADMIN: which company to look at. Chosen explicitly, kept by the session."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from console.api import problems
from console.api.who import cookie_name
from console.pages.routing import Housed, SuperAdmin, fields, pages, see_other
from console.pages.viewing import page
from store import people

router = pages()
MOST = 100


@router.get("/companies")
async def show(
    request: Request,
    me: SuperAdmin,
    house: Housed,
    name: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Those whose name has this in it."""
    async with house.walled.outside() as conn:
        known = await people.tenants(conn)
    wanted = name.strip().lower()
    found = [each for each in known if wanted in each.slug.lower() or wanted in each.name.lower()]
    return page(
        request, me, "companies.html", companies=found[:MOST], name=name, left=len(found) - MOST
    )


@router.post("/companies")
async def choose(request: Request, me: SuperAdmin, house: Housed) -> Response:
    """Look at it from now on."""
    slug = (await fields(request)).get("company", "")
    async with house.walled.outside() as conn:
        chosen = await people.tenant(conn, slug=slug)
    if chosen is None:
        raise problems.not_found("company")
    _, _, token = request.cookies.get(cookie_name(house), "").partition(".")
    is_own = chosen.id == me.person.tenant_id
    async with house.walled.within(me.person.tenant_id) as conn:
        await people.act_for(conn, token, None if is_own else chosen.id)
    return see_other(request, "/integrations")
