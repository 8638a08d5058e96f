"""Prefect's entrypoint for what is left of the alerts: the second pair of hands."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.alert_sweep import sweep
from tasks.automation_rules import rules
from tasks.config import database_url
from tasks.stopping import stopping_plainly


@flow(name="deliver-alerts")
async def deliver_alerts() -> State[Any]:
    """Send the alerts that are still to be sent, and find incidents that no event told of."""
    async with stopping_plainly():
        swept = await sweep(database_url(), await rules())
    return Completed(message=swept.said)
