"""Prefect's entrypoint for Truckbase: loads and their stops."""

from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from adapters.truckbase import VENDOR
from flows.parameters import Force, Tenant
from tasks.summary import publish
from tasks.sync import Request, sync_vendor

Dataset = Literal["loads"]


@flow(name="sync-truckbase", log_prints=False)
async def sync_truckbase(
    tenant: Tenant = None,
    datasets: Annotated[
        list[Dataset] | None, Field(description="Only these datasets; leave empty for all.")
    ] = None,
    force: Force = False,
) -> State[Any]:
    """Bring loads and their stops up to date for every tenant that is due."""
    done = await sync_vendor(VENDOR, Request(tenant, datasets, force))
    return await publish(VENDOR, done)
