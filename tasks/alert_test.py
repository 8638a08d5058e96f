"""A marked test alert, sent the way that real ones take, and what became of it."""

from __future__ import annotations

import asyncio
from uuid import UUID

from core.settings import settings
from models.ops import new_id
from store import incident_care
from store.connection import connect
from store.incident_care import Delivery
from tasks import alert_words
from tasks.alerting import Notice, Signal, deliver, handle
from tasks.post import Post

# Another process may be sending the test just now; it takes no longer than this.
OTHERS_S, LOOK_S = 20.0, 0.5


async def send(
    url: str, tenant_id: UUID | None, *, others_s: float = OTHERS_S
) -> tuple[list[Delivery], str | None]:
    """The test's messages when they have been tried, or why there are none.

    ``tenant_id``: whose admins get it; None for the operator.
    """
    event_id = new_id()
    key = alert_words.test(tenant_id, event_id).key
    await handle(url, Notice(Signal.TEST, tenant_id=tenant_id, event_id=event_id))
    await deliver(url, Post(settings()))
    async with connect(url) as conn:
        for _ in range(int(others_s / LOOK_S)):
            found = await incident_care.deliveries(conn, key=key)
            if all(each.status != "pending" or each.error for each in found):
                break
            await asyncio.sleep(LOOK_S)
        return found, await incident_care.note_of(conn, key)
