"""What Prefect hears of syncs: runs that did not simply go well, and that a cycle is over.

An event only says where to look. No secret and no vendor's words travel in one: whoever acts on it
reads what a person is told from the database. Events are queued; a sync never waits for Prefect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from prefect.events import emit_event

from adapters._kit.vendor import Vendor
from store import claims, endings, freshness
from store.connection import Connection
from store.endings import CRASHED, Ended
from store.history import RunWithDatasets
from store.results import Landed
from tasks import outcome
from tasks.batch import Batch
from tasks.work import Work

TROUBLED = ("failed", "crashed", "deferred")
COUNTS = ("fetched", "inserted", "updated", "unchanged", "quarantined", "duplicate")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, and how the one before it did.

    ``landed_all``: every dataset was fetched to its end, though rows may have been set aside.
    """

    status: str
    previous: str | None
    landed_all: bool = False
    error_kind: str | None = None

    @property
    def name(self) -> str | None:
        """What the event is called; None when a good run followed a good one."""
        if self.status != "success":
            return "failed" if self.status == "crashed" else self.status
        return None if self.previous in (None, "success") else "recovered"

    @property
    def ends_trouble(self) -> bool:
        """Whether what was wrong before is over. Rows that are set aside are another matter."""
        if self.status == "partial":
            return self.landed_all and self.previous in TROUBLED
        return self.name == "recovered"


def tell_batch(batch: Batch) -> None:
    """Emit how the works of a batch ended, as far as they landed."""
    for work in batch.works:
        landed = batch.landed.get(work.claim.run_id)
        if landed is None or landed.lost_lease:
            continue
        _tell(_whose(work), ending_of(work, landed))


async def tell_crashed(conn: Connection, run_ids: Sequence[UUID]) -> None:
    """Emit as failed what was closed as crashed by another than its own flow run."""
    for ended in await endings.of_runs(conn, run_ids):
        if ended.status == CRASHED:
            _tell(ended, Ending(CRASHED, previous=None, error_kind=ended.error_kind))


async def close_expired(conn: Connection) -> int:
    """Close every run whose lease ran out as crashed, and tell so; returns how many there were."""
    closed = await claims.close_expired_runs(conn)
    await tell_crashed(conn, closed)
    return len(closed)


async def tell_cycle(
    conn: Connection, vendor: Vendor, flow_run_id: str, runs: Sequence[RunWithDatasets]
) -> None:
    """Emit that a flow run went over a vendor, and what it did there; also when nothing was due."""
    await freshness.beat(conn, freshness.CYCLE)
    emit_event(**cycle_event(vendor, flow_run_id, runs))


def tell_idle(vendor: Vendor, flow_run_id: str) -> None:
    """Emit that a flow run found nothing due; whoever looked has kept the pulse."""
    emit_event(**cycle_event(vendor, flow_run_id, []))


def ending_of(work: Work, landed: Landed) -> Ending:
    """How a claimed integration's run ended, as it is stored."""
    results = list(work.results.values())
    statuses = [result.status for result in results]
    error = landed.error or outcome.worst([each.error for each in results if each.error])
    return Ending(
        status="failed" if landed.error else outcome.run_status(results),
        previous=landed.previous_status,
        landed_all=not landed.error and all(each in ("success", "partial") for each in statuses),
        error_kind=error.kind if error else None,
    )


def run_event(ended: Ended, ending: Ending) -> dict[str, Any] | None:
    """The end of a run as a Prefect event; it names the integration, never its credential."""
    if ending.name is None:
        return None
    return {
        # One run ends once: told twice, it is still one event.
        "id": uuid5(ended.run_id, ending.name),
        "event": f"sally.sync.{ending.name}",
        "resource": {
            "prefect.resource.id": f"sally.integration.{ended.integration_id}",
            "prefect.resource.name": f"{ended.tenant_slug} {ended.vendor}",
            "sally.vendor": ended.vendor,
            "sally.sandbox": _word(ended.is_sandbox),
            "sally.error-kind": ending.error_kind or "none",
            "sally.previous-status": ending.previous or "none",
            "sally.ends-trouble": _word(ending.ends_trouble),
        },
        "related": related(ended.vendor, ended.tenant_id, ended.tenant_slug),
        "payload": {"run_id": str(ended.run_id), "status": ending.status},
    }


def cycle_event(
    vendor: Vendor, flow_run_id: str, runs: Sequence[RunWithDatasets]
) -> dict[str, Any]:
    """A flow run's work as a Prefect event: how many integrations, and how many rows."""
    statuses = Counter(run.status for run in runs)
    return {
        "event": "sally.cycle.finished",
        "resource": {
            "prefect.resource.id": f"sally.vendor.{vendor.name}",
            "prefect.resource.name": vendor.title,
        },
        "payload": {
            "flow_run_id": flow_run_id,
            "integrations": len(runs),
            "statuses": dict(sorted(statuses.items())),
            **{name: sum(getattr(run, name) for run in runs) for name in COUNTS},
        },
    }


def related(vendor: str, tenant_id: UUID, tenant_slug: str) -> list[dict[str, str]]:
    """The vendor and the tenant that an integration's event concerns."""
    return [
        {"prefect.resource.id": f"sally.vendor.{vendor}", "prefect.resource.role": "vendor"},
        {
            "prefect.resource.id": f"sally.tenant.{tenant_id}",
            "prefect.resource.role": "tenant",
            "prefect.resource.name": tenant_slug,
        },
    ]


def _tell(ended: Ended, ending: Ending) -> None:
    event = run_event(ended, ending)
    if event is not None:
        emit_event(**event)


def _whose(work: Work) -> Ended:
    claim = work.claim
    return Ended(
        run_id=claim.run_id,
        integration_id=claim.integration_id,
        tenant_id=claim.tenant_id,
        tenant_slug=claim.tenant_slug,
        vendor=claim.vendor,
        is_sandbox=claim.is_sandbox,
    )


def _word(is_so: bool) -> str:
    return "true" if is_so else "false"
