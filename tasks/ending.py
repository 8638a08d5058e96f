"""When a flow run is cut off, its integrations are free at once, not when their leases run out."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow

from store.claims import give_back
from store.connection import connect
from store.lookup import running_of_flow
from tasks.config import database_url


async def let_go(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Close what the flow run left open: crashed if it broke, deferred if somebody cancelled it.

    Safe even if its process should still live: without the lease it can store nothing.
    """
    status = "crashed" if state.is_crashed() else "deferred"
    async with connect(database_url()) as conn:
        await give_back(conn, await running_of_flow(conn, str(flow_run.id)), status)
