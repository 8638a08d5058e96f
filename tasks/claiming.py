"""What one flow run takes on: the next batch that is due; nothing while a vendor is left alone."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from prefect.logging import get_run_logger

from adapters._kit.http import MOST_IN_FLIGHT
from core.growth import Pace
from store import claims
from store.claims import Claim
from store.connection import Connection
from store.results import RunClose
from tasks import outcome
from tasks.drifting import Answers
from tasks.samples import Samples
from tasks.tools import Tools

LEASE = timedelta(seconds=60)
MOST_TASK_RUNS = 32
SIDE_BY_SIDE = 4  # batches in flight: enough to hide a vendor's latency, few enough connections
# A task run and its two dozen statements cost as much as twenty small integrations.
WORTH_A_TASK_RUN = 125
# Of a run that others can help: smaller ones leave it less to finish when its time is over.
MOST_IN_A_BATCH = 250


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
class Share:
    """What one flow run takes of all that is due, before its time is over.

    ``deployment_id``: of which others can be started. ``first``: a batch is done, or none is left.
    ``left``: were due, and nobody's, when that was last looked at; ``asked``:
    the further flow runs.
    """

    deployment_id: UUID
    budget_s: float
    most_runs: int
    began: float = field(default_factory=time.monotonic)
    first: asyncio.Event = field(default_factory=asyncio.Event)
    claimed: int = 0
    done: int = 0
    left: int = 0
    asked: set[UUID] = field(default_factory=set)
    is_drained: bool = False

    @property
    def is_over(self) -> bool:
        """Whether its time is over: no further batch is begun."""
        return time.monotonic() - self.began >= self.budget_s

    def took(self, batch: int) -> None:
        """Count a claimed batch; an empty one says that nothing is left."""
        self.claimed += batch
        if not batch:
            self.is_drained = True
            self.first.set()

    def did(self, batch: int) -> None:
        """Count what landed of a batch."""
        self.done += batch
        self.first.set()

    def pace(self) -> Pace:
        """How fast it has been so far."""
        return Pace(self.claimed, self.done, time.monotonic() - self.began)


@dataclass(slots=True)
class Cycle:
    """One flow run over one vendor. ``samples``: what its audit will look at, if it has one.

    ``share``: what it takes of all that is due; None where it takes all of it.
    """

    tools: Tools
    request: Request
    flow_run_id: str
    sync_type: str
    datasets: tuple[str, ...]
    started: datetime
    samples: Samples | None = None
    answers: Answers = field(default_factory=Answers)
    share: Share | None = None
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


def batch_size(count: int, *, is_shared: bool) -> int:
    """How many integrations a batch holds when so many are due.

    Few go one by one, each under its own name. As soon as the batches in flight fill the calls that
    may be under way at a vendor, larger ones meet an outage with no more: then they are as large as
    pays, in twice as many as are in flight, so that some are fetched while others land.
    """
    size = math.ceil(count / MOST_TASK_RUNS)
    if size * SIDE_BY_SIDE >= MOST_IN_FLIGHT:
        size = max(size, min(WORTH_A_TASK_RUN, math.ceil(count / (2 * SIDE_BY_SIDE))))
    return min(size, MOST_IN_A_BATCH) if is_shared else size


def next_batch(cycle: Cycle) -> int | None:
    """The next batch's number; None when this flow run begins no more.

    However little time it has, it takes those that it begins with: every run gets something done.
    """
    number = next(cycle.numbers)
    is_over = number > SIDE_BY_SIDE and cycle.share is not None and cycle.share.is_over
    return None if number > MOST_TASK_RUNS or is_over else number


async def claim(
    cycle: Cycle,
    conn: Connection,
    number: int | None,
    *,
    is_sandbox: bool | None = None,
    close: RunClose | None = None,
) -> list[Claim]:
    """The next batch; or, without a number, all that is left, closed at once."""
    claimed = await claims.claim(
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
    if number is not None and cycle.share is not None:
        cycle.share.took(len(claimed))
    return claimed
