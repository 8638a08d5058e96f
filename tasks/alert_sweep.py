"""The second pair of hands: finds what no event told of, and sends what is still to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from core.settings import settings
from store import unheard
from store.connection import connect
from tasks import alerting
from tasks.alerting import Delivered, Notice, Signal
from tasks.automation_rules import Rules
from tasks.post import Post


@dataclass(frozen=True, slots=True)
class Swept:
    """What a round did. ``found``: troubles that no event told of."""

    found: int
    delivered: Delivered

    @property
    def said(self) -> str:
        """One line for the flow run."""
        done = self.delivered
        parts = [
            (self.found, "found that no event told of"),
            (done.sent, "sent"),
            (done.retried, "to be tried again"),
            (done.failed, "given up"),
            (done.suppressed, "no longer wanted"),
        ]
        counted = ", ".join(f"{count} {what}" for count, what in parts if count)
        waiting = " ".join((done.waiting or {}).values())
        return f"{counted or 'Nothing was due'}. {waiting}".strip()


async def sweep(url: str, rules: Rules) -> Swept:
    """Tell the incidents what they missed, then deliver; cheap when nothing is due.

    ``rules``: what operators paused or changed holds here too.
    """
    async with connect(url) as conn:
        found = await unheard.find(conn, rules.failures, rules.window)
    missed = [one for one in found if one.signal not in rules.paused]
    for one in missed:
        await alerting.handle(
            url,
            Notice(
                signal=Signal(one.signal),
                integration_id=one.integration_id,
                tenant_id=one.tenant_id,
                vendor=one.vendor,
                is_sandbox=one.is_sandbox,
                detail=one.detail,
                level=one.level,
                plan_id=one.plan_id,
            ),
        )
    return Swept(len(missed), await alerting.deliver(url, Post(settings())))
