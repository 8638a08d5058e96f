"""Prefect's entrypoint for Samsara: drivers, vehicles, positions and hours of service."""

from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from adapters.samsara import VENDOR
from flows.parameters import Force, Tenant
from tasks.summary import publish
from tasks.sync import Request, sync_vendor

Dataset = Literal["drivers", "vehicles", "positions", "hos_clocks", "hos_daily_logs"]


@flow(name="sync-samsara", log_prints=False)
async def sync_samsara(
    tenant: Tenant = None,
    datasets: Annotated[
        list[Dataset] | None, Field(description="Only these datasets; leave empty for all.")
    ] = None,
    force: Force = False,
) -> State[Any]:
    """Bring drivers, vehicles, positions and hours up to date for every tenant that is due."""
    done = await sync_vendor(VENDOR, Request(tenant, datasets, force))
    return await publish(VENDOR, done)
