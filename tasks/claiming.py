"""What one flow run takes on: the next batch that is due; nothing while a vendor is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from prefect.logging import get_run_logger

from store import claims
from store.claims import Claim
from store.connection import Connection
from store.results import RunClose
from tasks import outcome
from tasks.drifting import Answers
from tasks.samples import Samples
from tasks.tools import Tools

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Request:
    """Which part of a vendor to sync. Nothing given (or empty) means all that is due."""

    tenant: str | None = None
    datasets: Sequence[str] = ()
    force: bool = False

    @property
    def is_forced(self) -> bool:
        """A person who names a tenant wants it now, due or not."""
        return self.force or bool(self.tenant)


@dataclass(slots=True)
class Cycle:
    """One flow run over one vendor. ``samples``: what its audit will look at, if it has one."""

    tools: Tools
    request: Request
    flow_run_id: str
    sync_type: str
    datasets: tuple[str, ...]
    started: datetime
    samples: Samples | None = None
    answers: Answers = field(default_factory=Answers)
    size: int = 1
    numbers: count[int] = field(default_factory=lambda: count(1))
    live: set[UUID] = field(default_factory=set)


async def put_off(cycle: Cycle, conn: Connection) -> None:
    """While the vendor is left alone, what is due ends as deferred: no task run, no call."""
    for is_sandbox in (False, True):
        refusal = await cycle.tools.watch.refusal(is_sandbox=is_sandbox)
        if refusal is None:
            continue
        close = outcome.put_off(refusal)
        ended = await claim(cycle, conn, None, is_sandbox=is_sandbox, close=close)
        if ended:
            get_run_logger().warning("%d put off. %s", len(ended), refusal.happened)


async def claim(
    cycle: Cycle,
    conn: Connection,
    number: int | None,
    *,
    is_sandbox: bool | None = None,
    close: RunClose | None = None,
) -> list[Claim]:
    """The next batch; or, without a number, all that is left, closed at once."""
    return await claims.claim(
        conn,
        vendor=cycle.tools.vendor.name,
        flow_run_id=cycle.flow_run_id,
        batch=None if number is None else f"{number}",
        limit=None if number is None else cycle.size,
        is_sandbox=is_sandbox,
        close=close,
        poll_seconds=int(cycle.tools.vendor.poll_every.total_seconds()),
        tenant_slugs=[cycle.request.tenant] if cycle.request.tenant else None,
        datasets=cycle.datasets,
        sync_type=cycle.sync_type,
        force=cycle.request.is_forced,
        started_before=cycle.started,
        lease_s=LEASE.total_seconds(),
    )
