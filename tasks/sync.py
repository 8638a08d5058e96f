"""One vendor's sync: claim what is due, batch by batch, until nothing is left.

Any number of flow runs may do this at once: a claim is a lease, so each integration is synced by
one of them. A flow run makes at most 32 task runs, whatever the number of tenants.
"""

from __future__ import annotations

import asyncio
import gc
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from adapters._kit.vendor import Vendor
from core import logs, traces
from core.errors import ConfigurationError, SallyError
from store import asking, claims, due, quality
from store.claims import Claim
from store.connection import Connection, connect
from store.history import RunWithDatasets, runs_of_flows
from store.loading import Staging
from store.lookup import check_tenant, database_now
from tasks import claiming, growing, leases, retries
from tasks.audit import samples_of
from tasks.batch import Batch
from tasks.claiming import Cycle, Request, Share
from tasks.config import batch_seconds, database_url
from tasks.drifting import Answers
from tasks.events import tell_breakers
from tasks.run_events import close_expired, tell_batch, tell_cycle, tell_idle
from tasks.samples import Samples
from tasks.tools import tools_for, whose
from tasks.work import Work

__all__ = ["Request"]

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
    ``share``: what it took of all that was due, if others could take the rest.
    """

    runs: list[RunWithDatasets]
    busy: UUID | None
    samples: Samples | None = None
    answers: Answers = field(default_factory=Answers)
    share: Share | None = None


async def sync_vendor(vendor: Vendor, request: Request) -> Done:
    """Sync every integration of a vendor that is due (or asked for), and say what became of it."""
    datasets = chosen(vendor, request.datasets)
    tenant = request.tenant or None
    with _few_collections(), logs.about(vendor=vendor.name):
        return await _sync(vendor, request, datasets, tenant)


async def _sync(
    vendor: Vendor, request: Request, datasets: tuple[str, ...], tenant: str | None
) -> Done:
    flow_run_id = runtime.flow_run.get_id() or "local"
    async with AsyncExitStack() as opened:
        async with connect(database_url()) as conn:
            await check_tenant(conn, tenant)
            is_idle = not await due.look(conn, vendor.name, tenant, force=request.is_forced)
            if is_idle and not tenant:
                tell_idle(vendor, flow_run_id)
                return Done([], None)
            tools = await opened.enter_async_context(tools_for(vendor))
            # What breakers and operators say is asked for meanwhile.
            preparing = asyncio.create_task(tools.watch.prepare([]))
            try:
                await close_expired(conn)
                started = await database_now(conn)
            finally:
                await preparing
            cycle = Cycle(
                tools=tools,
                request=request,
                flow_run_id=flow_run_id,
                sync_type=growing.sync_type(),
                datasets=datasets,
                started=started,
                share=growing.share_of(request),
            )
            cycle.samples = samples_of(cycle.sync_type)
            count = await _due(cycle, conn)
        with traces.span("sync", prefect__run__id=flow_run_id, sally__sync_type=cycle.sync_type):
            await _run(cycle, count)
        return await _told(cycle, vendor, tenant)


async def _due(cycle: Cycle, conn: Connection) -> int:
    """How many integrations there are to sync; while the vendor is left alone, they are put off."""
    await claiming.put_off(cycle, conn)
    return await due.count(
        conn,
        cycle.tools.vendor.name,
        cycle.request.tenant or None,
        force=cycle.request.is_forced,
        started_before=cycle.started,
    )


async def _told(cycle: Cycle, vendor: Vendor, tenant: str | None) -> Done:
    """What became of all; events that nobody was told of yet are told."""
    async with connect(cycle.tools.database_url) as conn:
        runs = await runs_of_flows(conn, [cycle.flow_run_id])
        await tell_cycle(conn, vendor, cycle.flow_run_id, runs)
        busy = None
        if not runs and tenant:
            busy = await claims.running(conn, vendor.name, tenant)
    return Done(runs, busy, cycle.samples, cycle.answers, cycle.share)


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


async def _run(cycle: Cycle, count: int) -> None:
    if not count:
        return
    share = cycle.share
    cycle.size = claiming.batch_size(count, is_shared=share is not None)
    _batches.set({})
    async with leases.kept(cycle), asyncio.TaskGroup() as group:
        for _ in range(min(claiming.SIDE_BY_SIDE, math.ceil(count / cycle.size))):
            group.create_task(_drain(cycle))
        if share is not None:
            group.create_task(growing.call_for_help(cycle, share))
    if share is not None:
        await growing.hand_on(cycle, share)


async def _drain(cycle: Cycle) -> None:
    """Claim and sync batches until nothing is due or the flow run has made its task runs.

    Or until its time is over: what is not claimed then is due for others as it was.
    """
    async with Staging.connected(cycle.tools.database_url) as staging:
        conn = staging.connection
        while (number := claiming.next_batch(cycle)) is not None:
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
            if cycle.share is not None:
                cycle.share.did(len(batch.landed))
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
    for work, said, is_good in batch.told():
        with work.named():
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
    with traces.span(
        "batch", sally__batch=number, sally__integrations=len(batch.works), sally__attempt=attempt
    ):
        try:
            await batch.attempt(is_last=attempt >= retries.ATTEMPTS)
        finally:
            _tell(batch)
    if failed := batch.all_failed():
        raise EverythingFailed(failed)
