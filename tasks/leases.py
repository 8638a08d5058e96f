"""The leases of a flow run: renewed while its batches run, given back when it ends early."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prefect.logging import get_run_logger

from core.errors import SallyError
from store import claims
from store.connection import connect
from tasks.claiming import LEASE, Cycle


@asynccontextmanager
async def kept(cycle: Cycle) -> AsyncIterator[None]:
    """Renew the leases while their batches run; give back what an early end leaves open.

    On a connection of the moment: one that is cut between two renewals costs nothing, and a
    renewal that fails is tried again while the leases still hold.
    """
    url, log = cycle.tools.database_url, get_run_logger()

    async def renew() -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            try:
                async with connect(url) as conn:
                    await claims.renew(conn, list(cycle.live), LEASE.total_seconds())
            except SallyError as error:
                log.warning("The leases could not be renewed; they hold for a while. %s", error)

    keeper = asyncio.create_task(renew())
    try:
        yield
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
        if cycle.live:
            # Without a database the leases run out by themselves; why we end early goes first.
            with contextlib.suppress(SallyError):
                async with connect(url) as conn:
                    await claims.give_back(conn, list(cycle.live))
