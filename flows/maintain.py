"""Prefect's entrypoint for what keeps the house tidy."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks import maintenance
from tasks.stopping import stopping_plainly


@flow(name="maintain")
async def maintain() -> State[Any]:
    """Close what was left open, free what was left held, remove what is older than its retention.

    Runs whose lease ran out become crashed, probes of circuit breakers that never ended are freed,
    old rows leave the database, flow runs whose process is gone are ended in Prefect, and old
    ones deleted. It may run at any time, and any number of times at once. Nothing to do costs
    nothing; a step that fails leaves the others done, and the run says which it was.
    """
    async with stopping_plainly():
        return await maintenance.publish(await maintenance.maintain())
