"""Prefect's entrypoint for Fuel Finder: truck stops and their prices."""

from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State

from adapters.fuelfinder import VENDOR
from tasks.ending import let_go, synced
from tasks.sync import Request

Dataset = Literal["stations"]


@flow(name="sync-fuelfinder", on_crashed=[let_go], on_cancellation=[let_go])
async def sync_fuelfinder(
    tenant: str = "",
    datasets: list[Dataset] = [],
    force: bool = False,
) -> State[Any]:
    """Bring truck stops and their prices up to date for every tenant that is due.

    Args:
        tenant: A tenant's short name, such as "acme": sync it now, due or not.
            Leave empty for every tenant that is due.
        datasets: Only these datasets. Leave empty for all.
        force: Sync also what is not due yet. For one tenant this is always so.

    """
    return await synced(VENDOR, Request(tenant, datasets, force))
