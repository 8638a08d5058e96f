"""What the server must hear of runs that ended: one that it takes for running is in the way.

It holds one of its deployment's few places, and nothing runs there until somebody tells its end.
"""

from __future__ import annotations

import contextlib
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed

from deployments.run_records import RunRecords

UNDER_WAY = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)


async def forget(client: PrefectClient, records: RunRecords, flow_run_id: UUID) -> None:
    """Drop the record of a run that is over here, once the server knows that it is.

    A server that is away, or whose database died, could not be told: the next worker does it.
    """
    try:
        state = (await client.read_flow_run(flow_run_id)).state
    except ObjectNotFound:
        state = None
    except httpx.HTTPError:
        return
    if state is None or state.type not in UNDER_WAY:
        records.remove(flow_run_id)


async def close_left(records: RunRecords) -> None:
    """Tell the server the end of runs that an earlier worker left; their processes died with it."""
    async with get_client() as client:
        for flow_run_id in records.left():
            with contextlib.suppress(ObjectNotFound):
                state = (await client.read_flow_run(flow_run_id)).state
                if state is not None and state.type in (StateType.PENDING, StateType.RUNNING):
                    said = "The worker of this run was killed, and the run with it."
                    await client.set_flow_run_state(flow_run_id, Crashed(message=said), force=True)
                elif state is not None and state.type == StateType.CANCELLING:
                    await client.set_flow_run_state(flow_run_id, Cancelled(), force=True)
            records.remove(flow_run_id)
