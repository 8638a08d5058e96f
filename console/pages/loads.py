"""Open loads with their verdicts, and a load's route plan: why, on a map, and planned again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from console import plan_drawing, planning
from console import plans as words
from console.api.plans import LoadId, known, started
from console.api.who import Me, acting
from console.pages.routing import Dispatcher, House, Housed, pages
from console.pages.viewing import is_fragment, page
from console.pages.words import CLOCKS, CONFIDENCE, PLANS
from core.route.links import Basis
from core.route.words import clock_time, span
from store import load_pages, plans
from store.load_pages import LoadLine
from store.plan_rows import Kept

router = pages()
PER_PAGE = 50
Flow = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9-]*$")]


@router.get("/loads")
async def show(
    request: Request, me: Dispatcher, house: Housed,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:  # fmt: skip
    """What needs a person first."""
    async with acting(house, me) as conn:
        found, total = await load_pages.page(conn, me.tenant_id, limit=PER_PAGE, offset=offset)
    name = "parts/loads.html" if is_fragment(request) else "loads.html"
    end = offset + len(found)
    return page(
        request, me, name, now=found[0].now if found else None, loads=found, total=total,
        offset=offset, more=end if end < total else None, verdicts=PLANS, against=against,
        clock_time=clock_time, is_guess=is_guess,
    )  # fmt: skip


@router.get("/loads/{load_id}")
async def one(load_id: LoadId, request: Request, me: Dispatcher, house: Housed) -> Response:
    """One load and its plan; htmx asks for the plan alone."""
    async with acting(house, me) as conn:
        load = await known(conn, me, load_id)
        kept = await plans.of_load(conn, me.tenant_id, load.load_id)
    name = "parts/plan.html" if is_fragment(request) else "load.html"
    return page(request, me, name, now=load.now, load=load, **_progress(load), **_shown(kept))


@router.post("/loads/{load_id}/plan")
async def plan_again(load_id: LoadId, request: Request, me: Dispatcher, house: Housed) -> Response:
    """Have it planned now, or show that it is being planned."""
    load = await _line(house, me, load_id)
    run = await started(house, me, load)
    return page(request, me, "parts/planning.html", now=load.now, load=load,
                **_progress(load, run.id, load.checked_at, load.version))  # fmt: skip


@router.get("/loads/{load_id}/progress")
async def progress(
    load_id: LoadId, request: Request, me: Dispatcher, house: Housed, flow: Flow = "",
    since: datetime | None = None, version: int | None = None,
) -> Response:  # fmt: skip
    """How it goes; asked again every moment. ``since``, ``version``: of the plan until now."""
    load = await _line(house, me, load_id)
    told = _progress(load, flow, since, version)
    if told["is_going"] and await planning.is_over(house.orchestrator, flow):
        # It may have kept its plan between the two questions.
        load = await _line(house, me, load_id)
        told = _progress(load, flow, since, version)
        told["is_gone"], told["is_going"] = told["is_going"], False
    response = page(request, me, "parts/planning.html", now=load.now, load=load, **told)
    if told["is_done"]:
        response.headers["HX-Trigger"] = "planned"
    return response


def against(load: LoadLine) -> str | None:
    """How the arrival stands against the end of the appointment; None when either is not known."""
    if load.arrives_at is None or load.closes_at is None:
        return None
    seconds = int((load.closes_at - load.arrives_at).total_seconds())
    if seconds < 0:
        return f"{span(-seconds)} after it closes"
    return f"{span(seconds)} before it closes"


def is_guess(load: LoadLine) -> bool:
    """Whether the hours may be another person's."""
    return load.basis is not None and Basis(load.basis).is_guess


async def _line(house: House, me: Me, load_id: str) -> LoadLine:
    async with acting(house, me) as conn:
        return await known(conn, me, load_id)


def _progress(
    load: LoadLine, flow: str = "", since: datetime | None = None, version: int | None = None
) -> dict[str, Any]:
    """Whether that flow run's plan is there: one that was made, or found to hold, later."""
    made = load.checked_at
    is_done = bool(flow) and made is not None and (since is None or made > since)
    return {
        "flow": flow, "since": since, "before": version, "is_done": is_done, "is_gone": False,
        "is_going": bool(flow) and not is_done,
    }  # fmt: skip


def _shown(kept: Kept | None) -> dict[str, Any]:
    """What the template needs of a plan. The drawings escape every word in them."""
    if kept is None:
        return {"plan": None}
    plan = kept.plan
    drawn, days = plan_drawing.map_of(plan), plan_drawing.timeline_of(plan)
    return {
        "plan": plan, "kept": kept, "verdict": PLANS[str(plan.verdict)], "words": words,
        "map": Markup(drawn) if drawn else None,  # noqa: S704 - escaped where it is drawn
        "days": Markup(days) if days else None,  # noqa: S704 - the same
        "clocks": CLOCKS, "confidence": CONFIDENCE, "span": span, "clock_time": clock_time,
    }  # fmt: skip
