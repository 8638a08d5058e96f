"""What operators made of the automations: the second pair of hands does not overrule them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from prefect.client.orchestration import get_client
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import Automation, EventTrigger

from core.alerts import FAILURE_WINDOW, FAILURES_TO_ALERT

TAG = "sally"


@dataclass(frozen=True, slots=True)
class Rules:
    """How many failures within which time are trouble, and which signals somebody paused."""

    failures: int = FAILURES_TO_ALERT
    window: timedelta = FAILURE_WINDOW
    paused: frozenset[str] = frozenset()


def rules_of(automations: Iterable[Automation]) -> Rules:
    """The rules as the server has them; what is missing there is as declared."""
    failures, window = FAILURES_TO_ALERT, FAILURE_WINDOW
    on: set[str] = set()
    off: set[str] = set()
    for one in automations:
        for action in one.actions if TAG in one.tags else ():
            if not isinstance(action, SendNotification):
                continue
            (on if one.enabled else off).add(action.subject)
            if action.subject == "failing" and isinstance(one.trigger, EventTrigger):
                failures, window = one.trigger.threshold, one.trigger.within
    return Rules(failures, window, frozenset(off - on))


async def rules() -> Rules:
    """The rules as Prefect's server has them now."""
    async with get_client() as client:
        return rules_of(await client.read_automations())
