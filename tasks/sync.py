"""One vendor's sync: claim what is due, batch by batch, until nothing is left.

Any number of flow runs may do this at once: a claim is a lease, so each integration is synced by
one of them. A flow run makes at most 32 task runs, whatever the number of tenants.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import math
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from adapters._kit.vendor import Vendor
from core.errors import ConfigurationError, SallyError
from store import asking, claims, quality
from store.claims import Claim
from store.connection import Connection, connect
from store.history import RunWithDatasets, runs_of_flows
from store.loading import Staging
from store.lookup import check_tenant, database_now
from tasks import claiming, retries
from tasks.audit import samples_of
from tasks.batch import Batch
from tasks.claiming import LEASE, Cycle, Request
from tasks.config import batch_seconds
from tasks.drifting import Answers
from tasks.events import tell_breakers
from tasks.run_events import close_expired, tell_batch, tell_cycle
from tasks.samples import Samples
from tasks.tools import tools_for, whose
from tasks.work import Work

__all__ = ["Request"]

MOST_TASK_RUNS = 32
SIDE_BY_SIDE = 4  # batches in flight: enough to hide a vendor's latency, few enough connections
# Rows make no cycles, yet every few hundred of them start a collection that walks over all that
# Prefect and SQLAlchemy keep: a third of a large sync.
COLLECT_EVERY = (50_000, 20, 100)
_batches: ContextVar[dict[int, Batch]] = ContextVar("batches")


class EverythingFailed(SallyError):
    """No integration of a task run or a flow run could be synced."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a flow run did: its runs, and who was already being synced by another.

    ``samples``: what its audit looks at; None where none is to be. ``answers``: some, as sent.
    """

    runs: list[RunWithDatasets]
    busy: UUID | None
    samples: Samples | None = None
    answers: Answers = field(default_factory=Answers)


async def sync_vendor(vendor: Vendor, request: Request) -> Done:
    """Sync every integration of a vendor that is due (or asked for), and say what became of it."""
    datasets = chosen(vendor, request.datasets)
    tenant = request.tenant or None
    with _few_collections():
        return await _sync(vendor, request, datasets, tenant)


async def _sync(
    vendor: Vendor, request: Request, datasets: tuple[str, ...], tenant: str | None
) -> Done:
    async with tools_for(vendor) as tools:
        async with connect(tools.database_url) as conn:
            await check_tenant(conn, tenant)
            await close_expired(conn)
            started = await database_now(conn)
        cycle = Cycle(
            tools=tools,
            request=request,
            flow_run_id=runtime.flow_run.get_id() or "local",
            sync_type="scheduled" if "auto-scheduled" in runtime.flow_run.get_tags() else "manual",
            datasets=datasets,
            started=started,
        )
        cycle.samples = samples_of(cycle.sync_type)
        await _run(cycle)
        async with connect(tools.database_url) as conn:
            runs = await runs_of_flows(conn, [cycle.flow_run_id])
            await tell_cycle(conn, vendor, cycle.flow_run_id, runs)
            busy = None
            if not runs and tenant:
                busy = await claims.running(conn, vendor.name, tenant)
    return Done(runs, busy, cycle.samples, cycle.answers)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Leave what is loaded out of the collector, and let it run rarely, while rows pass through."""
    usual = gc.get_threshold()
    if usual == COLLECT_EVERY:  # another flow of this process does so already
        yield
        return
    gc.freeze()
    gc.set_threshold(*COLLECT_EVERY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def chosen(vendor: Vendor, names: Sequence[str]) -> tuple[str, ...]:
    """The datasets asked for, in the vendor's order; all of them when none is named."""
    known = [dataset.name for dataset in vendor.datasets]
    if unknown := sorted(set(names) - set(known)):
        raise ConfigurationError(
            f"{vendor.title} has no dataset “{unknown[0]}”. It has: {', '.join(known)}."
        )
    return tuple(name for name in known if not names or name in names)


async def _run(cycle: Cycle) -> None:
    await cycle.tools.watch.prepare([])
    async with connect(cycle.tools.database_url) as conn:
        await claiming.put_off(cycle, conn)
        due = await claims.due_count(
            conn,
            cycle.tools.vendor.name,
            cycle.request.tenant or None,
            cycle.request.is_forced,
            cycle.started,
        )
    if not due:
        return
    cycle.size = math.ceil(due / MOST_TASK_RUNS)
    _batches.set({})
    async with _leases_kept(cycle), asyncio.TaskGroup() as group:
        for _ in range(min(SIDE_BY_SIDE, math.ceil(due / cycle.size))):
            group.create_task(_drain(cycle))


@asynccontextmanager
async def _leases_kept(cycle: Cycle) -> AsyncIterator[None]:
    """Renew the leases while their batches run; give back what an early end leaves open.

    On a connection of the moment: one that is cut between two renewals costs nothing, and a
    renewal that fails is tried again while the leases still hold.
    """
    url, log = cycle.tools.database_url, get_run_logger()

    async def renew() -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            try:
                async with connect(url) as conn:
                    await claims.renew(conn, list(cycle.live), LEASE.total_seconds())
            except SallyError as error:
                log.warning("The leases could not be renewed; they hold for a while. %s", error)

    keeper = asyncio.create_task(renew())
    try:
        yield
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
        if cycle.live:
            # Without a database the leases run out by themselves; why we end early goes first.
            with contextlib.suppress(SallyError):
                async with connect(url) as conn:
                    await claims.give_back(conn, list(cycle.live))


async def _drain(cycle: Cycle) -> None:
    """Claim and sync batches until nothing is due or the flow run has made its task runs."""
    url = cycle.tools.database_url
    async with connect(url) as conn, Staging.connected(url) as staging:
        while (number := next(cycle.numbers)) <= MOST_TASK_RUNS:
            await claiming.put_off(cycle, conn)
            claimed = await claiming.claim(cycle, conn, number)
            if not claimed:
                return
            cycle.live.update(claim.run_id for claim in claimed)
            batch = await _batch(cycle, conn, staging, number, claimed)
            for claim in claimed:
                await staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
            _batches.get()[number] = batch
            # The task run is marked failed and says why; its neighbours go on.
            await sync_batch(batch.label, number, return_state=True)  # type: ignore[misc]
            cycle.live.difference_update(batch.landed)
            tell_batch(batch)
            del _batches.get()[number]
            await tell_breakers(conn, cycle.tools.watch)


async def _batch(
    cycle: Cycle, conn: Connection, staging: Staging, number: int, claimed: Sequence[Claim]
) -> Batch:
    """What a task run works on: what its vendor may be asked, and what each fetch must know."""
    tools = cycle.tools
    limits = tools.vendor.likely_calls(cycle.datasets)
    preparing = asyncio.create_task(
        tools.watch.prepare([whose(claim) for claim in claimed], limits)
    )
    try:
        asks = await _asks(conn, cycle, claimed)
        usual = await quality.profiles(conn, _ids(claimed), cycle.datasets)
    finally:
        await preparing
    works = [
        Work(
            claim,
            tools,
            staging,
            {name: of[claim.integration_id] for name, of in asks.items()},
            usual={
                name: usual[claim.integration_id, name]
                for name in cycle.datasets
                if (claim.integration_id, name) in usual
            },
            samples=cycle.samples,
            answers=cycle.answers,
        )
        for claim in claimed
    ]
    return Batch(number, staging, works, time.monotonic() + batch_seconds())


async def _asks(
    conn: Connection, cycle: Cycle, claimed: Sequence[Claim]
) -> dict[str, dict[UUID, asking.AskParts]]:
    vendor = cycle.tools.vendor
    return {
        name: await asking.asks(conn, claimed, name, with_places=vendor.dataset(name).needs_places)
        for name in cycle.datasets
    }


def _ids(claimed: Sequence[Claim]) -> list[UUID]:
    return [claim.integration_id for claim in claimed]


def _tell(batch: Batch) -> None:
    """One line in the run's log for each integration that ended, with who must act."""
    log = get_run_logger()
    for said, is_good in batch.told():
        log.info(said) if is_good else log.warning(said)


@task(
    name="sync-batch",
    task_run_name="{label}",
    description="Fetches, checks and lands some integrations together.",
    retries=retries.ATTEMPTS - 1,
    retry_delay_seconds=retries.delays,
    retry_jitter_factor=retries.JITTER,
    retry_condition_fn=retries.may_get_better,
    cache_policy=NO_CACHE,
    persist_result=False,
)
async def sync_batch(label: str, number: int) -> None:
    """Sync one batch of the running flow; a retry redoes only what is not decided yet."""
    batch = _batches.get()[number]
    attempt = runtime.task_run.get_run_count() or 1
    try:
        await batch.attempt(is_last=attempt >= retries.ATTEMPTS)
    finally:
        _tell(batch)
    if failed := batch.all_failed():
        raise EverythingFailed(failed)
