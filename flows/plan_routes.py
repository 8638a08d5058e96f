"""Prefect's entrypoint for route plans."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from core.errors import ConfigurationError
from store.connection import connect
from tasks.alerting import end_routes
from tasks.config import database_url
from tasks.plan_events import tell
from tasks.planning import plan_all, plan_load
from tasks.stopping import stopping_plainly

BY = "flow plan-routes"


@flow(name="plan-routes")
async def plan_routes(tenant: str | None = None, load: str | None = None) -> State[Any]:
    """Plan every open load that has a driver, or one load of a tenant by its number or id.

    What changed enough becomes a new version; a plan that turned infeasible is told as an event.
    """
    url = database_url()
    async with stopping_plainly():
        if load is None:
            said = (await plan_all(url, tenant, by=BY)).said
        elif tenant is None:
            raise ConfigurationError("Name the load's tenant too.")
        else:
            said = (await plan_load(url, tenant, load, by=BY)).plan.said
        async with connect(url) as conn:
            told = await tell(conn)
        await end_routes(url)
    return Completed(message=f"{said} {told} turned infeasible." if told else said)
