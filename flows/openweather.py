"""Prefect's entrypoint for OpenWeather: the weather at the places that matter."""

from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State

from adapters.openweather import VENDOR
from tasks.ending import let_go, synced
from tasks.sync import Request

Dataset = Literal["weather"]


@flow(name="sync-openweather", on_crashed=[let_go], on_cancellation=[let_go])
async def sync_openweather(
    tenant: str = "",
    datasets: list[Dataset] = [],
    force: bool = False,
) -> State[Any]:
    """Bring the weather at the places that matter up to date for every tenant that is due.

    Args:
        tenant: A tenant's short name, such as "acme": sync it now, due or not.
            Leave empty for every tenant that is due.
        datasets: Only these datasets. Leave empty for all.
        force: Sync also what is not due yet. For one tenant this is always so.

    """
    return await synced(VENDOR, Request(tenant, datasets, force))
