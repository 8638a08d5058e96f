"""Vendors' rows that could not be used: why, and what was sent."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response

from adapters import registry
from console.api.who import acting
from console.pages.routing import Dispatcher, Housed, pages
from console.pages.viewing import is_fragment, page
from store import connected, run_pages
from store.lookup import database_now

router = pages()
PER_PAGE = 25


@router.get("/quarantine")
async def show(
    request: Request, me: Dispatcher, house: Housed,
    vendor: Annotated[str, Query(max_length=40)] = "",
    resolved: Annotated[str, Query(max_length=1)] = "", before: UUID | None = None,
) -> Response:  # fmt: skip
    """The newest first."""
    async with acting(house, me) as conn:
        now = await database_now(conn)
        ours = await connected.listed(conn)
        chosen = next((each.id for each in ours if each.vendor == vendor), None)
        rows = await run_pages.set_aside(
            conn,
            limit=PER_PAGE,
            before=before,
            integration_id=chosen,
            with_resolved=resolved == "1",
        )
    name = "parts/rows_set_aside.html" if is_fragment(request) else "quarantine.html"
    return page(
        request, me, name, now=now, rows=rows, vendor=vendor if chosen else "", resolved=resolved,
        vendors=[(each.vendor, registry.vendor(each.vendor).title) for each in ours],
        titles={each.name: each.title for each in registry.VENDORS}, before=before,
        last=rows[-1].id if len(rows) == PER_PAGE else None,
    )  # fmt: skip
