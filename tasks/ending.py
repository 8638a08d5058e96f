"""How a vendor's flow run ends: truly and in words, and with nothing held when it is cut off."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow
from prefect.logging import get_run_logger
from prefect.states import Failed

from adapters._kit.vendor import Vendor
from core import redaction
from core.errors import SallyError
from store.claims import give_back
from store.connection import connect
from store.lookup import running_of_flow
from tasks.config import database_url
from tasks.quality_report import report
from tasks.run_events import tell_crashed
from tasks.stopping import stopping_plainly
from tasks.summary import publish
from tasks.sync import Request, sync_vendor


async def synced(vendor: Vendor, request: Request) -> State[Any]:
    """Sync, leave what people read, and answer with the flow run's state.

    An error of ours (a database that went away, a setting that is missing) is its sentence, for
    whoever reads the flow run's page; any other is a fault and keeps its trace.
    """
    try:
        async with stopping_plainly():
            done = await sync_vendor(vendor, request)
    except (SallyError, ExceptionGroup) as error:
        said = redaction.text(sentence(error))
        get_run_logger().error(said)
        return Failed(message=said)
    async with stopping_plainly():
        showing = asyncio.create_task(publish(vendor, done))
        await report(vendor, done)
        return await showing


async def let_go(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Close what the flow run left open: crashed if it broke, deferred if somebody cancelled it.

    Safe even if its process should still live: without the lease it can store nothing.
    """
    status = "crashed" if state.is_crashed() else "deferred"
    async with connect(database_url()) as conn:
        open_runs = await running_of_flow(conn, str(flow_run.id))
        await give_back(conn, open_runs, status)
        await tell_crashed(conn, open_runs)


def sentence(error: Exception) -> str:
    """What went wrong, each kind of trouble once; raises what is no error of ours."""
    return " ".join(_said(error).values())


def _said(error: Exception) -> dict[type[Exception], str]:
    if isinstance(error, SallyError):
        return {type(error): str(error)}
    # Batches side by side, each with its own connection.
    if isinstance(error, ExceptionGroup) and error.split(SallyError)[1] is None:
        return {kind: said for each in error.exceptions for kind, said in _said(each).items()}
    raise error
