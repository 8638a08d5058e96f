"""Vendors' rows that could not be used: why, what was sent, and reading one of them again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response

from adapters import registry
from console.api.quarantine import replayed
from console.api.who import acting
from console.pages.routing import Dispatcher, Housed, pages
from console.pages.viewing import is_fragment, page
from store import connected, run_pages
from store.lookup import database_now
from tasks.replaying import Fate

router = pages()
PER_PAGE = 25
TITLES = {each.name: each.title for each in registry.VENDORS}
FATES = {
    Fate.LANDED: "It landed.",
    Fate.SUPERSEDED: "A newer row is here already, so this one is not needed.",
    Fate.STILL_BAD: "It still cannot be used.",
    Fate.NOT_KEPT: "The whole row is not kept any more: it has to be sent again.",
    Fate.BUSY: "A sync of this connection is going on. Try again when it is over.",
    Fate.FAILED: "It could not be stored.",
}


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
        titles=TITLES, before=before,
        last=rows[-1].id if len(rows) == PER_PAGE else None,
    )  # fmt: skip


@router.post("/quarantine/{entry_id}/replay")
async def replay(entry_id: UUID, request: Request, me: Dispatcher, house: Housed) -> Response:
    """Read a row again with today's mapping and rules, and say what became of it."""
    told, row = await replayed(house, me, entry_id)
    async with acting(house, me) as conn:
        now = await database_now(conn)
    said = " ".join(part for part in (FATES[told.fate], told.why.rstrip(".")) if part)
    return page(
        request, me, "parts/set_aside.html", now=now, rows=[row], titles=TITLES,
        said=said if said.endswith(".") else f"{said}.", is_good=row.resolved_at is not None,
    )  # fmt: skip
