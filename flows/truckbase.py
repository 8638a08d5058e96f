"""Prefect's entrypoint for Truckbase: loads and their stops."""

from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State

from adapters.truckbase import VENDOR
from tasks.ending import let_go, synced
from tasks.sync import Request

Dataset = Literal["loads"]


@flow(name="sync-truckbase", on_crashed=[let_go], on_cancellation=[let_go])
async def sync_truckbase(
    tenant: str = "",
    datasets: list[Dataset] = [],
    force: bool = False,
) -> State[Any]:
    """Bring loads and their stops up to date for every tenant that is due.

    Args:
        tenant: A tenant's short name, such as "acme": sync it now, due or not.
            Leave empty for every tenant that is due.
        datasets: Only these datasets. Leave empty for all.
        force: Sync also what is not due yet. For one tenant this is always so.

    """
    return await synced(VENDOR, Request(tenant, datasets, force))
