"""Connecting a vendor: choose it, enter the key, try it, save it; the first sync starts itself."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from adapters import registry
from adapters._kit.vendor import Vendor
from console import connecting, syncing
from console.api import limits
from console.api.integrations import one, site
from console.api.who import Me, acting
from console.connecting import KeyRefused
from console.orchestrator import OrchestratorError
from console.pages.routing import Admin, House, Housed, fields, pages, see_other
from console.pages.viewing import is_fragment, page
from console.pages.words import CATEGORIES, OUTCOMES
from core.errors import ConfigurationError, NotFoundError
from store import connected
from store.integrations import AlreadyConnected
from tasks.connection_test import Verdict

router = pages()
log = logging.getLogger("sally.console")
PREFIX = "credential_"  # of a form's field


@dataclass(frozen=True, slots=True)
class Answers:
    """What the vendor said to a key: each endpoint by the name that people know."""

    vendor: Vendor
    verdict: Verdict

    @property
    def rows(self) -> list[tuple[str, tuple[str, str, str], str, int]]:
        """Name, outcome (tone, icon, words), sentence, milliseconds."""
        titles = {each.name: each.title for each in self.vendor.datasets}
        return [
            (titles.get(each.dataset, "Account"), OUTCOMES[each.outcome], each.sentence, each.ms)
            for each in self.verdict.results
        ]


@router.get("/integrations/new")
async def choose(request: Request, me: Admin, house: Housed) -> Response:
    """The vendors that can be connected."""
    async with acting(house, me) as conn:
        known = {each.vendor: each for each in await connected.listed(conn)}
    return page(
        request, me, "choose.html", vendors=registry.VENDORS, known=known, categories=CATEGORIES
    )


@router.get("/integrations/new/{vendor}")
async def ask(vendor: str, request: Request, me: Admin, house: Housed) -> Response:
    """The form for its key."""
    return _form(request, me, vendor_of(vendor))


@router.post("/integrations/new/{vendor}/test")
async def test(vendor: str, request: Request, me: Admin, house: Housed) -> Response:
    """Each endpoint's answer to the key in the form; nothing is stored."""
    chosen, given = vendor_of(vendor), credentials(await fields(request))
    try:
        await limits.count(house, me, "test", limits.TESTS)
        verdict = await connecting.try_key(site(house, me), chosen.name, given)
    except ConfigurationError as error:
        return page(request, me, "parts/answers.html", code=422, answers=None, why=str(error))
    return page(request, me, "parts/answers.html", answers=Answers(chosen, verdict), why="")


@router.post("/integrations/new/{vendor}")
async def save(vendor: str, request: Request, me: Admin, house: Housed) -> Response:
    """Store it if the vendor accepts it (or if that is not asked), and start the first sync."""
    chosen, form = vendor_of(vendor), await fields(request)
    is_tried = form.get("anyway") != "yes"
    if is_tried:
        await limits.count(house, me, "test", limits.TESTS)
    try:
        made = await connecting.add(
            site(house, me), chosen.name, credentials(form), settings={}, poll_seconds=None,
            test_first=is_tried,
        )  # fmt: skip
    except KeyRefused as error:
        return _form(request, me, chosen, answers=Answers(chosen, error.verdict), why=str(error))
    except AlreadyConnected:
        return _form(request, me, chosen, why=f"{chosen.title} is connected already.")
    except ConfigurationError as error:
        return _form(request, me, chosen, why=str(error))
    return see_other(request, await _first_sync(house, me, made))


def vendor_of(name: str) -> Vendor:
    """The vendor of an address; a page that says that there is none."""
    try:
        return registry.vendor(name)
    except ConfigurationError as error:
        raise NotFoundError("There is no such vendor.") from error


def credentials(form: dict[str, str]) -> dict[str, str]:
    """The secrets of a form, by the vendor's names."""
    return {
        name.removeprefix(PREFIX): value for name, value in form.items() if name.startswith(PREFIX)
    }


async def _first_sync(house: House, me: Me, made: UUID) -> str:
    """Start it, and return the page that shows how it goes."""
    held = await one(house, me, made)
    try:
        found = await syncing.start(house.orchestrator, held, me.tenant_slug)
    except OrchestratorError as error:
        log.warning("The first sync waits for the schedule: %s", error)
        return f"/integrations/{made}?waits=1"
    return f"/integrations/{made}?flow={found.flow_run_id or ''}"


def _form(
    request: Request, me: Me, vendor: Vendor, *, answers: Answers | None = None, why: str = ""
) -> Response:
    name = "parts/add_form.html" if is_fragment(request) else "add.html"
    code = 422 if why else 200
    return page(request, me, name, code=code, vendor=vendor, answers=answers, why=why)
