"""An integration's sync history: figures, seven days, every sync and event; and “Sync now”."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response

from adapters import registry
from console import connecting, syncing
from console.api import problems
from console.api.integrations import known, one, site
from console.api.who import Me, acting
from console.orchestrator import OrchestratorError
from console.pages import chart, standing, times
from console.pages.routing import Dispatcher, House, Housed, pages
from console.pages.viewing import page
from console.pages.words import EVENTS, FRESHNESS, RUN
from models.ops import RunStatus, SyncType
from store import run_pages, timeline
from store.connected import Connected
from store.run_pages import Figures, Row, Wanted
from store.timeline import Happening

router = pages()
log = logging.getLogger("sally.console")
PER_PAGE = 20
LAST_ID = 2**128 - 1
SPANS = {"24h": "24 hours", "7d": "7 days", "30d": "30 days"}
Flow = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9-]*$")]
Chosen = Annotated[str, Query(max_length=20, pattern=r"^[a-z]*$")]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: a sync, or something else that happened."""

    at: datetime
    run: Row | None = None
    event: Happening | None = None


@router.get("/integrations/{integration_id}")
async def show(
    integration_id: UUID, request: Request, me: Dispatcher, house: Housed, flow: Flow = "",
    status: Chosen = "", kind: Chosen = "", waits: bool = False,
) -> Response:  # fmt: skip
    """The tab; its parts come by themselves, so that it stands at once."""
    held = await one(house, me, integration_id)
    return page(
        request, me, "history.html", now=held.now, one=held, vendor=registry.vendor(held.vendor),
        standing=standing.of(held), tab="history", flow=flow, waits=waits,
        chosen_status=status, kind=kind,
        statuses=[each.value for each in RunStatus], kinds=[each.value for each in SyncType],
        run_words=RUN, freshness=FRESHNESS,
    )  # fmt: skip


@router.get("/integrations/{integration_id}/figures")
async def figures(
    integration_id: UUID,
    request: Request,
    me: Dispatcher,
    house: Housed,
    span: Annotated[str, Query(max_length=3)] = "7d",
) -> Response:
    """Four cards and the chart."""
    async with acting(house, me) as conn:
        held = await known(conn, integration_id)
        spans = await run_pages.figures(conn, held.id)
        days = await run_pages.days(conn, held.id, times.zone(request.cookies.get("tz", "UTC")).key)
    chosen = next((each for each in spans if each.span == span), spans[1])
    return page(
        request, me, "parts/figures.html", now=held.now, one=held, chosen=chosen, spans=SPANS,
        rate=_rate(chosen), chart=chart.draw(days), width=chart.WIDTH,
        height=chart.HEIGHT, bar=chart.BAR,
    )  # fmt: skip


@router.get("/integrations/{integration_id}/timeline")
async def rows(
    integration_id: UUID, request: Request, me: Dispatcher, house: Housed, status: Chosen = "",
    kind: Chosen = "", before: UUID | None = None, until: datetime | None = None,
) -> Response:  # fmt: skip
    """Syncs and events, the newest first, from where the page before ended."""
    wanted = Wanted(limit=PER_PAGE, before=before, status=status or None, sync_type=kind or None)
    async with acting(house, me) as conn:
        held = await known(conn, integration_id)
        found, total = await run_pages.page(conn, held.id, wanted)
        events = [] if status or kind else await timeline.of(conn, held.id, limit=100, before=until)
    is_last = len(found) < PER_PAGE
    return page(
        request, me, "parts/timeline.html", now=held.now, one=held, total=total,
        entries=merged(found, events, None if is_last else found[-1].started_at),
        last=None if is_last else found[-1], chosen_status=status, kind=kind,
        is_first=before is None,
        run_words=RUN, event_words=EVENTS,
    )  # fmt: skip


@router.post("/integrations/{integration_id}/sync")
async def sync(integration_id: UUID, request: Request, me: Dispatcher, house: Housed) -> Response:
    """Start one, or show the one that is going on."""
    held = await one(house, me, integration_id)
    if held.status == "disabled":
        raise problems.conflict("This connection is switched off.", "Switch it on first.")
    try:
        found = await syncing.start(house.orchestrator, held, me.tenant_slug)
    except OrchestratorError as error:
        raise problems.unavailable(str(error), "The next sync on schedule comes anyway.") from None
    if found.run_id is None:
        await connecting.note(
            site(house, me), "integration.sync", held.id, flow_run_id=found.flow_run_id
        )
    return await _progress(request, me, house, held, found.flow_run_id or "")


@router.get("/integrations/{integration_id}/progress")
async def progress(
    integration_id: UUID, request: Request, me: Dispatcher, house: Housed, flow: Flow = "",
    run: UUID | None = None,
) -> Response:  # fmt: skip
    """How the sync goes; asked again every moment while it does. ``run``: the one that is shown."""
    held = await one(house, me, integration_id)
    return await _progress(request, me, house, held, flow, run)


async def _progress(
    request: Request, me: Me, house: House, held: Connected, flow: str, shown: UUID | None = None
) -> Response:
    run = await _run(house, me, held, flow, shown)
    is_gone = run is None and bool(flow) and await _ended(house, flow)
    if is_gone:
        # It may have begun and ended between the two questions.
        run = await _run(house, me, held, flow)
    whole = None
    if run is not None:
        async with acting(house, me) as conn:
            whole, _ = await run_pages.whole(conn, run.id)
    is_over = whole is not None and whole.status != "running"
    response = page(
        request, me, "parts/progress.html", now=held.now, one=held,
        vendor=registry.vendor(held.vendor), flow=flow, run=whole, is_over=is_over,
        is_gone=is_gone and run is None, standing=standing.of(held), run_words=RUN,
        wanted=run.datasets if run else [],
    )  # fmt: skip
    if is_over or (run is not None and shown is None):
        # It has begun or ended: the figures and the list on the page ask anew.
        response.headers["HX-Trigger"] = "synced"
    return response


async def _run(
    house: House, me: Me, held: Connected, flow: str, shown: UUID | None = None
) -> Row | None:
    """The run that is shown already, or that flow run's, or else the run that goes on."""
    if shown is not None:
        wanted = Wanted(limit=1, before=UUID(int=min(shown.int + 1, LAST_ID)))
    else:
        wanted = Wanted(limit=1, flow_run_id=flow) if flow else Wanted(limit=1, status="running")
    async with acting(house, me) as conn:
        found, _ = await run_pages.page(conn, held.id, wanted)
    return found[0] if found and shown in (None, found[0].id) else None


async def _ended(house: House, flow: str) -> bool:
    """Whether Prefect says that it is over; when it does not answer, nobody knows."""
    try:
        async with house.orchestrator() as prefect:
            found = (await prefect.runs([flow])).get(flow)
    except OrchestratorError as error:
        log.warning("How the sync goes is not known: %s", error)
        return False
    return found is not None and found.is_over


def merged(
    runs: Sequence[Row], events: Sequence[Happening], down_to: datetime | None
) -> list[Entry]:
    """One timeline, the newest first. ``down_to``: older events belong to the next page."""
    entries = [Entry(each.started_at, run=each) for each in runs]
    entries += [
        Entry(each.happened_at, event=each)
        for each in events
        if down_to is None or each.happened_at >= down_to
    ]
    return sorted(entries, key=lambda entry: entry.at.astimezone(UTC), reverse=True)


def _rate(of: Figures) -> float | None:
    """Of those that ended well or badly."""
    ended = of.succeeded + of.partial + of.failed
    return None if not ended else (of.succeeded + of.partial) / ended
