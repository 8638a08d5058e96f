"""An integration's settings: its key, how often it syncs, switched off or on, disconnected."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from adapters import registry
from console import connecting
from console.api import limits
from console.api.integrations import one, site
from console.api.who import Me
from console.connecting import KeyRefused
from console.pages import standing
from console.pages.adding import Answers, credentials
from console.pages.routing import Admin, Dispatcher, House, Housed, fields, pages, see_other
from console.pages.viewing import page
from console.pages.words import FRESHNESS
from core.errors import ConfigurationError
from store.connected import Connected

router = pages()
# What can be chosen, in seconds: who asks more often than a vendor changes asks in vain.
INTERVALS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400)


@router.get("/integrations/{integration_id}/settings")
async def show(integration_id: UUID, request: Request, me: Dispatcher, house: Housed) -> Response:
    """The tab."""
    return _tab(request, me, await one(house, me, integration_id))


@router.post("/integrations/{integration_id}/test")
async def test(integration_id: UUID, request: Request, me: Dispatcher, house: Housed) -> Response:
    """Each endpoint's answer to the key that is stored; changes nothing."""
    held = await one(house, me, integration_id)
    await limits.count(house, me, "test", limits.TESTS)
    found = await connecting.try_stored(site(house, me), held.vendor)
    outcome = "accepted" if found.refused is None else "refused"
    await connecting.note(site(house, me), "integration.test", held.id, after=outcome)
    answers = Answers(registry.vendor(held.vendor), found)
    return page(request, me, "parts/answers.html", answers=answers, why="")


@router.post("/integrations/{integration_id}/key")
async def replace_key(integration_id: UUID, request: Request, me: Admin, house: Housed) -> Response:
    """Another key: tried first, then it syncs at once."""
    form = await fields(request)
    held = await one(house, me, integration_id)
    await limits.count(house, me, "test", limits.TESTS)
    try:
        await _change(house, me, held, given=credentials(form), test_first=True)
    except KeyRefused as error:
        answers = Answers(registry.vendor(held.vendor), error.verdict)
        return _tab(
            request, me, held, code=422, answers=answers, why=f"{error} Nothing was stored."
        )
    except ConfigurationError as error:
        return _tab(request, me, held, code=422, why=str(error))
    return see_other(request, f"/integrations/{integration_id}/settings?done=key")


@router.post("/integrations/{integration_id}/interval")
async def set_interval(
    integration_id: UUID, request: Request, me: Admin, house: Housed
) -> Response:
    """How often it syncs."""
    held, chosen = await one(house, me, integration_id), (await fields(request)).get("seconds", "")
    if not chosen.isdigit() or int(chosen) not in INTERVALS:
        return _tab(request, me, held, code=422, why="Choose one of the intervals.")
    await _change(house, me, held, poll_seconds=int(chosen))
    return see_other(request, f"/integrations/{integration_id}/settings?done=interval")


@router.post("/integrations/{integration_id}/switch")
async def switch(integration_id: UUID, request: Request, me: Admin, house: Housed) -> Response:
    """Off, or on again."""
    held, to = await one(house, me, integration_id), (await fields(request)).get("to")
    await _change(house, me, held, enabled=to == "on")
    return see_other(request, f"/integrations/{integration_id}/settings?done=switch")


@router.post("/integrations/{integration_id}/remove")
async def remove(integration_id: UUID, request: Request, me: Admin, house: Housed) -> Response:
    """Disconnect it; its vendor's name has to be typed, for the key is destroyed."""
    held, said = await one(house, me, integration_id), (await fields(request)).get("confirm", "")
    title = registry.vendor(held.vendor).title
    if said.strip().lower() != title.lower():
        return _tab(request, me, held, code=422, why=f"Type {title} to disconnect it.")
    await connecting.remove(site(house, me), held.vendor)
    return see_other(request, "/integrations")


async def _change(house: House, me: Me, held: Connected, **what: Any) -> None:
    told: dict[str, Any] = {"given": None, "settings": None, "poll_seconds": None, "enabled": None,
                            "test_first": False}  # fmt: skip
    await connecting.change(site(house, me), held.vendor, **(told | what))


def _tab(
    request: Request, me: Me, held: Connected, *, code: int = 200, why: str = "",
    answers: Answers | None = None,
) -> Response:  # fmt: skip
    vendor = registry.vendor(held.vendor)
    every = held.poll_seconds or int(vendor.poll_every.total_seconds())
    return page(
        request, me, "settings.html", code=code, now=held.now, one=held, vendor=vendor,
        standing=standing.of(held), every=every, intervals=sorted({*INTERVALS, every}), why=why,
        answers=answers, done=request.query_params.get("done", ""), freshness=FRESHNESS,
        tab="settings",
    )  # fmt: skip
