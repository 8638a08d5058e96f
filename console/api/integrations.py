"""`/integrations`: a tenant's connections to vendors."""

from __future__ import annotations

from fastapi import APIRouter

from console.api import problems
from console.api.house import Housed
from console.api.shapes.integrations import Integrations, integration
from console.api.who import Dispatcher, acting
from store import connected

router = APIRouter(prefix="/integrations", tags=["integrations"])


@router.get("", responses=problems.documented(401, 403, 404))
async def list_integrations(me: Dispatcher, house: Housed) -> Integrations:
    """Every vendor that the tenant is connected to, and how each connection fares."""
    async with acting(house, me) as conn:
        found = await connected.listed(conn)
    return Integrations(items=[integration(each) for each in found])
