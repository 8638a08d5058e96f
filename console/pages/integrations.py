"""The first page: every vendor by category, how each connection fares, what to do if it is ill."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from fastapi import Request
from fastapi.responses import Response

from adapters import registry
from adapters._kit.vendor import Vendor
from console.api.who import Me, acting
from console.pages import standing
from console.pages.routing import Dispatcher, House, Housed, pages
from console.pages.standing import Standing
from console.pages.viewing import is_fragment, page
from console.pages.words import CATEGORIES, FRESHNESS
from store import connected
from store.connected import Connected

router = pages()


@dataclass(frozen=True, slots=True)
class Card:
    """One vendor: connected, or to be connected."""

    vendor: Vendor
    one: Connected | None
    standing: Standing | None


@router.get("/integrations")
async def show(request: Request, me: Dispatcher, house: Housed) -> Response:
    """All of them; htmx asks again for the list alone."""
    cards = await _cards(house, me)
    known = [card for card in cards if card.one is not None]
    groups = [
        (CATEGORIES.get(category, category), list(group))
        for category, group in groupby(cards, key=lambda card: card.vendor.category)
    ]
    name = "parts/integrations.html" if is_fragment(request) else "integrations.html"
    return page(
        request, me, name, now=known[0].one.now if known and known[0].one else None,
        groups=groups, known=len(known), freshness=FRESHNESS,
        wrong=sum(1 for card in known if card.standing and card.standing.is_wrong),
    )  # fmt: skip


async def _cards(house: House, me: Me) -> list[Card]:
    async with acting(house, me) as conn:
        found = {each.vendor: each for each in await connected.listed(conn)}
    return [
        Card(vendor, one, None if one is None else standing.of(one))
        for vendor in registry.VENDORS
        for one in (found.get(vendor.name),)
    ]
