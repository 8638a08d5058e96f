"""Judges how old each integration's data is, and tells Prefect what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid5

from prefect.events import emit_event

from adapters._kit.vendor import Vendor
from core.freshness import Level, judge
from store import freshness
from store.connection import Connection, connect
from store.freshness import Change
from tasks.run_events import related

# Whoever did not look for as long was not running, and then nothing was synced either: first the
# syncs get the time to catch up.
GAP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: how many integrations of each level, and how many changed."""

    integrations: int
    warning: int
    critical: int
    told: int
    is_first: bool = False

    @property
    def said(self) -> str:
        """One line for the flow run."""
        if self.is_first:
            return "Nobody looked for a while: the syncs get time to catch up before the next look."
        fresh = self.integrations - self.warning - self.critical
        return (
            f"{fresh} of {self.integrations} integrations are fresh, {self.warning} late, "
            f"{self.critical} critically; {self.told} changed."
        )


async def check(url: str, vendors: Sequence[Vendor]) -> Checked:
    """Judge every integration of these vendors, and emit what changed since it was last told."""
    async with connect(url) as conn:
        gap = await freshness.beat(conn, freshness.LOOK)
        if gap is None or gap > GAP:
            return Checked(0, 0, 0, 0, is_first=True)
        found = await freshness.held(conn, datasets_of(vendors))
        judged = [(one, judge(one.held, one.now)) for one in found]
        await freshness.keep(conn, judged)
        levels = [judgement.level for _, judgement in judged]
        return Checked(
            integrations=len(found),
            warning=levels.count(Level.WARNING),
            critical=levels.count(Level.CRITICAL),
            told=await tell(conn),
        )


async def tell(conn: Connection) -> int:
    """Emit the levels that Prefect has yet to hear of, and note that they are told."""
    changes = await freshness.untold(conn)
    for change in changes:
        emit_event(**event_of(change))
    await freshness.mark_told(conn, changes)
    return len(changes)


def event_of(change: Change) -> dict[str, Any]:
    """A change of level as a Prefect event."""
    is_fresh = change.level == Level.FRESH
    return {
        "id": uuid5(change.integration_id, f"{change.changed_at.isoformat()} {change.level}"),
        "event": f"sally.freshness.{'fresh' if is_fresh else 'stale'}",
        "resource": {
            "prefect.resource.id": f"sally.integration.{change.integration_id}",
            "prefect.resource.name": f"{change.tenant_slug} {change.vendor}",
            "sally.vendor": change.vendor,
            "sally.sandbox": "true" if change.is_sandbox else "false",
            "sally.level": change.level,
        },
        "related": related(change.vendor, change.tenant_id, change.tenant_slug),
        "payload": {"level": change.level, "stale": change.stale, "said": change.said},
    }


def datasets_of(vendors: Sequence[Vendor]) -> list[tuple[str, str, timedelta]]:
    """Every dataset of these vendors, and how often it comes unless an integration says so."""
    return [
        (vendor.name, dataset.name, vendor.poll_every)
        for vendor in vendors
        for dataset in vendor.datasets
    ]
