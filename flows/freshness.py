"""Prefect's entrypoint for the look at how old everybody's data is."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from adapters import registry
from tasks.config import database_url
from tasks.freshness import check
from tasks.stopping import stopping_plainly


@flow(name="check-freshness")
async def check_freshness() -> State[Any]:
    """Find integrations whose data is older than it should be, whatever the reason."""
    async with stopping_plainly():
        checked = await check(database_url(), registry.VENDORS)
    return Completed(message=checked.said)
