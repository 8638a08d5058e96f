"""One light task in whatever process notices things: sends what is due while something is pending.

In the Prefect server it is what makes an alert leave within seconds; the flow deliver-alerts is
the second pair of hands. Any number may send at once: each message is leased to one of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta

from core import redaction, settings
from core.errors import SallyError
from tasks import alerting
from tasks.alerting import Delivered
from tasks.post import Post

SHORTEST_PAUSE = timedelta(seconds=0.5)
LONGEST_PAUSE = timedelta(minutes=5)
AFTER_A_FAULT = timedelta(seconds=15)
log = logging.getLogger("sally.alerts")


class Courier:
    """Sends for one database, from being woken until nothing is left to send."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._post = Post(settings.settings())
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Something was put out for delivery; returns at once."""
        self._woken.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="sally-courier")

    async def _work(self) -> None:
        while True:
            self._woken.clear()
            pause = await self._deliver()
            if self._woken.is_set():
                continue
            if pause is None:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause.total_seconds())

    async def _deliver(self) -> timedelta | None:
        """Send what is due; how long until something else is, or None when nothing is pending."""
        try:
            delivered = await alerting.deliver(self._url, self._post)
        except Exception as error:
            said = str(error) if isinstance(error, SallyError) else type(error).__name__
            log.error("Alerts could not be sent now: %s", redaction.text(said))
            return AFTER_A_FAULT
        return pause_after(delivered, datetime.now(UTC))


def pause_after(delivered: Delivered, now: datetime) -> timedelta | None:
    """How long until something is due again; None when nothing is open any more."""
    if delivered.next_at is None:
        return None
    return min(max(delivered.next_at - now, SHORTEST_PAUSE), LONGEST_PAUSE)


_couriers: dict[tuple[int, str], Courier] = {}


async def wake(url: str) -> None:
    """Have what is due there sent by this process, on the loop that runs."""
    key = (id(asyncio.get_running_loop()), url)
    if key not in _couriers:
        _couriers[key] = Courier(url)
    _couriers[key].wake()
