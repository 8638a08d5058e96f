"""Prefect's entrypoint for Samsara: drivers, vehicles, positions and hours of service."""

from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State

from adapters.samsara import VENDOR
from tasks.ending import let_go, synced
from tasks.sync import Request

Dataset = Literal["drivers", "vehicles", "positions", "hos_clocks", "hos_daily_logs"]


@flow(name="sync-samsara", on_crashed=[let_go], on_cancellation=[let_go])
async def sync_samsara(
    tenant: str = "",
    datasets: list[Dataset] = [],
    force: bool = False,
) -> State[Any]:
    """Bring drivers, vehicles, positions and hours up to date for every tenant that is due.

    Args:
        tenant: A tenant's short name, such as "acme": sync it now, due or not.
            Leave empty for every tenant that is due.
        datasets: Only these datasets. Leave empty for all.
        force: Sync also what is not due yet. For one tenant this is always so.

    """
    return await synced(VENDOR, Request(tenant, datasets, force))
