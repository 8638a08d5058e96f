"""One sync, whole: its datasets, its attempts and waits, what went wrong, the rows it set aside."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from adapters import registry
from console.api.who import acting
from console.pages.routing import Dispatcher, Housed, pages
from console.pages.viewing import page
from console.pages.words import RUN
from models.ops import Role
from store import run_pages
from store.lookup import database_now

router = pages()
COUNTS = ("fetched", "inserted", "updated", "unchanged", "quarantined", "duplicate")


@router.get("/runs/{run_id}")
async def show(run_id: UUID, request: Request, me: Dispatcher, house: Housed) -> Response:
    """The run; for operators with the way to Prefect's own page of it."""
    async with acting(house, me) as conn:
        found, rows = await run_pages.whole(conn, run_id)
        now = await database_now(conn)
    vendor = registry.vendor(found.vendor)
    titles = {each.name: each.title for each in vendor.datasets}
    api = house.settings.prefect_api_url
    ui = str(api).rstrip("/").removesuffix("/api") if api and me.may(Role.SUPER_ADMIN) else None
    return page(
        request, me, "run.html", now=now, run=found, rows=rows, vendor=vendor, titles=titles,
        run_words=RUN, counts=COUNTS,
        prefect=f"{ui}/runs/flow-run/{found.flow_run_id}" if ui and found.flow_run_id else None,
        ms=_ms(found.seconds, (now - found.started_at).total_seconds()),
    )  # fmt: skip


def _ms(seconds: float | None, so_far: float) -> float:
    return (so_far if seconds is None else seconds) * 1000
