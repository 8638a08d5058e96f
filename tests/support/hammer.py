"""Several processes that call a vendor as fast as their guards let them.

Started with orders as JSON on the command line, it forks as many as these say; they call until
the parent's input ends. Each probe that one is given is printed, so that a test knows whom to kill.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

from adapters import samsara
from adapters._kit.http import VendorClient
from core.breaker import Policy
from core.errors import Origin, VendorError
from store.breakers import Policies
from tasks.guard import IntegrationGuard, Pass, watching
from tasks.guard_watch import Watch, Whose

PAUSE_S = 0.01
ANSWER_S = 30.0  # a busy machine is no dead database


class Announced(IntegrationGuard):
    """Says when it was given the probe."""

    async def admit(self, limit: str, origin: Origin) -> Pass:
        """The same, printed."""
        given = await super().admit(limit, origin)
        if given.is_probe:
            print("probe", os.getpid(), flush=True)
        return given


async def hammer(orders: dict[str, Any], stop: asyncio.Event) -> None:
    """Call until told to stop."""
    policy = Policy(
        recovery_timeout=timedelta(seconds=orders["rest_s"]),
        probe_lease=timedelta(seconds=orders["lease_s"]),
        jitter_share=0.0,
    )

    async def load() -> Policies:
        return Policies(policy, policy)

    whose = Whose(UUID(orders["integration"]), UUID(orders["tenant"]), orders["fingerprint"], False)
    watching_it = watching(samsara.VENDOR, orders["database"], load, answer_s=ANSWER_S)
    async with VendorClient(samsara.VENDOR) as client, watching_it as watch:
        await watch.prepare([])
        await _call(client, watch, whose, orders, stop)


async def _call(
    client: VendorClient, watch: Watch, whose: Whose, orders: dict[str, Any], stop: asyncio.Event
) -> None:
    session = client.session(orders["base"], {"api_key": orders["key"]}, Announced(watch, whose))
    while not stop.is_set():
        with contextlib.suppress(VendorError):
            await session.get("/fleet/drivers", {"limit": "1"})
        await asyncio.sleep(PAUSE_S)


async def called(orders: dict[str, Any]) -> None:
    """One process's part, until it is told to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await hammer(orders, stop)


def main() -> None:
    """Fork, wait for the end of the input, end the forks."""
    orders = json.loads(sys.argv[1])
    forks = []
    for _ in range(orders["processes"]):
        pid = os.fork()
        if pid == 0:
            asyncio.run(called(orders))
            os._exit(0)
        forks.append(pid)
    sys.stdin.read()
    for pid in forks:
        os.kill(pid, signal.SIGTERM)
    for pid in forks:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
