"""Takes in what an automation noticed: the incident and its messages are written, then sent."""

from __future__ import annotations

import logging
from datetime import timedelta

from core import redaction
from core.errors import SallyError
from core.freshness import SILENCE
from store import freshness
from store.connection import connect
from tasks import alert_notice, alerting
from tasks.alerting import Signal
from tasks.config import database_url
from tasks.courier import wake

log = logging.getLogger("sally.alerts")


async def take(body: str, *, server_age: timedelta) -> int:
    """Write down what follows from it, and have it sent; returns how many messages that makes.

    Sending is not waited for: Prefect notifies two at a time, and hundreds may come at once.
    """
    notice = alert_notice.read(body)
    url = database_url()
    if notice.signal is Signal.SCHEDULER_SILENT and not await _is_silent(url, server_age):
        return 0
    made = await alerting.handle(url, notice)
    await wake(url)
    return made


async def _is_silent(url: str, server_age: timedelta) -> bool:
    """Whether nothing was synced while somebody could have noticed.

    A server that was away sees the silence of its own absence; and its event may be what is lost.
    """
    if server_age < SILENCE:
        log.info("Nothing was synced for a while; the server was away itself. It waits once more.")
        return False
    async with connect(url) as conn:
        since = await freshness.since_beat(conn, freshness.CYCLE)
    return since is None or since >= SILENCE


def said(error: Exception) -> str:
    """An error in words that hold no secret."""
    if isinstance(error, SallyError):
        return redaction.text(str(error))
    return f"A fault of ours ({type(error).__name__})."
