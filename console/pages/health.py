"""What may keep data from being fresh: breakers, gates, and the age of each dataset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from fastapi.responses import Response

from adapters import registry
from adapters._kit.vendor import Vendor
from console.api.shapes import health as shapes
from console.api.shapes.health import IntegrationAge
from console.api.who import Me, acting
from console.pages import standing
from console.pages.routing import Dispatcher, House, Housed, pages
from console.pages.standing import Standing
from console.pages.viewing import is_fragment, page
from console.pages.words import BREAKERS, FRESHNESS
from store import connected, freshness, health
from store.connected import Connected
from store.health import Gate
from store.health import Standing as Breaker
from store.lookup import database_now

router = pages()
DATASETS = [
    (vendor.name, dataset.name, vendor.poll_every)
    for vendor in registry.VENDORS
    for dataset in vendor.datasets
]


@dataclass(frozen=True, slots=True)
class Vital:
    """One vendor's health for this tenant. ``vendors``: the breaker that all customers share."""

    vendor: Vendor
    one: Connected | None
    standing: Standing | None
    own: Breaker | None
    vendors: Breaker | None
    gates: tuple[Gate, ...]
    age: IntegrationAge | None


@router.get("/health")
async def show(request: Request, me: Dispatcher, house: Housed) -> Response:
    """By vendor; htmx asks again for the list alone."""
    vitals, now = await _vitals(house, me)
    name = "parts/health.html" if is_fragment(request) else "health.html"
    return page(
        request, me, name, now=now, vitals=vitals, breakers=BREAKERS, freshness=FRESHNESS,
    )  # fmt: skip


async def _vitals(house: House, me: Me) -> tuple[list[Vital], datetime]:
    async with acting(house, me) as conn:
        now = await database_now(conn)
        ours = {each.vendor: each for each in await connected.listed(conn)}
        breakers = await health.breakers(conn, me.tenant_id)
        gates = await health.gates(conn)
        held = await freshness.held(conn, DATASETS)
    by_id = {each.id: each.vendor for each in ours.values()}
    ages = {
        each.vendor: each
        for each in shapes.ages([one for one in held if one.integration_id in by_id], by_id).items
    }
    return [
        _vital(vendor, ours.get(vendor.name), breakers, gates, ages.get(vendor.name))
        for vendor in registry.VENDORS
    ], now


def _vital(
    vendor: Vendor, one: Connected | None, breakers: list[Breaker], gates: list[Gate],
    age: IntegrationAge | None,
) -> Vital:  # fmt: skip
    mine = [each for each in breakers if each.vendor == vendor.name]
    return Vital(
        vendor,
        one,
        None if one is None else standing.of(one),
        next((each for each in mine if each.integration_id is not None), None),
        next((each for each in mine if each.integration_id is None), None),
        () if one is None else tuple(each for each in gates if each.integration_id == one.id),
        age,
    )
