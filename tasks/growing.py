"""Further flow runs, when more is due than this one does in its time.

They are runs of the same deployment, for any worker of the pool; claims keep them apart. How many
is decided in `core.growth`. Nothing here stops a sync: a Prefect that refuses is one line in its
log.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import UTC, datetime
from uuid import UUID

from prefect import runtime
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas import filters as by
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext
from prefect.logging import get_run_logger

from core import growth, redaction
from store import due
from store.connection import connect
from tasks import config
from tasks.claiming import Cycle, Request, Share

HELPER = "helper"  # the tag of a run that was started to share
SCHEDULED = "scheduled"  # and of one whose first was started by a schedule
THERE = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING]
LOOK_AT = 0.25  # of its time, a run whose first batch takes longer decides without it
PREFECT_S = 15.0
# Two that decide in the same minute ask for the same runs: no more a minute than the bound allows.
WAVE_S = 60


def sync_type() -> str:
    """Whether the running flow run was started by a schedule, itself or the run it helps."""
    is_scheduled = {"auto-scheduled", SCHEDULED} & set(runtime.flow_run.get_tags())
    return "scheduled" if is_scheduled else "manual"


def share_of(request: Request) -> Share | None:
    """The share of a run that others can help; None for one that has to do all by itself.

    That is a run that no deployment started, because there is nobody to follow it, and one for
    which a person asked whatever is due: what it leaves would not be done.
    """
    deployment_id = None if request.is_forced else _deployment_id()
    if deployment_id is None:
        return None
    return Share(deployment_id, config.run_seconds(), config.most_runs())


def _deployment_id() -> UUID | None:
    # `runtime.deployment.id` asks Prefect's server, and holds up the event loop meanwhile.
    context = FlowRunContext.get()
    run = None if context is None else context.flow_run
    return None if run is None else run.deployment_id


async def call_for_help(cycle: Cycle, share: Share) -> None:
    """Once it is known how fast this run is, start those that do what it will not come to."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(share.budget_s * LOOK_AT):
            await share.first.wait()
    await _grow(cycle, share, goes_on=True)


async def hand_on(cycle: Cycle, share: Share) -> None:
    """At its end: start those that do what it has not come to, unless enough are there."""
    await _grow(cycle, share, goes_on=False)


async def _grow(cycle: Cycle, share: Share, *, goes_on: bool) -> None:
    if share.is_drained:
        share.left = 0
        return
    takes = share.pace().takes(share.budget_s)
    try:
        share.left = await _left(cycle)
        if not growth.runs_to_start(share.left, takes, int(goes_on), share.most_runs):
            return
        async with asyncio.timeout(PREFECT_S), get_client() as client:
            started = await _start(client, cycle, share, takes, goes_on)
    except Exception as error:  # whatever it is, the sync goes on
        _refused(error)
        return
    share.asked |= started
    if started:
        get_run_logger().info(
            "%d more are due and one run does about %d in its time: %d further asked for.",
            share.left, takes, len(started),
        )  # fmt: skip


def _refused(error: Exception) -> None:
    get_run_logger().warning(
        "No further run could be started (%s). Nothing is lost: what this run does not come to is "
        "due at once for the next.",
        redaction.text(f"{type(error).__name__}: {error}")[:300],
    )


async def _left(cycle: Cycle) -> int:
    async with connect(cycle.tools.database_url) as conn:
        return await due.count(conn, cycle.tools.vendor.name, started_before=cycle.started)


async def _start(
    client: PrefectClient, cycle: Cycle, share: Share, takes: int, goes_on: bool
) -> set[UUID]:
    """Ask for the runs that are missing; returns which those are, old or new."""
    sharing = await _there(client, share.deployment_id) - int(not goes_on)
    count = growth.runs_to_start(share.left, takes, sharing, share.most_runs)
    wave = int(time.time() // WAVE_S)
    runs = [
        await client.create_flow_run_from_deployment(
            share.deployment_id,
            parameters={"datasets": list(cycle.request.datasets)},
            tags=[HELPER, *([SCHEDULED] if cycle.sync_type == SCHEDULED else [])],
            idempotency_key=f"helper {share.deployment_id} {wave} {number}",
        )
        for number in range(sharing + 1, sharing + 1 + count)
    ]
    return {run.id for run in runs}


async def _there(client: PrefectClient, deployment_id: UUID) -> int:
    """The runs of this deployment that go on or wait to begin, but not those planned for later."""
    return await client.count_flow_runs(
        deployment_filter=by.DeploymentFilter(id=by.DeploymentFilterId(any_=[deployment_id])),
        flow_run_filter=by.FlowRunFilter(
            state=by.FlowRunFilterState(type=by.FlowRunFilterStateType(any_=THERE)),
            expected_start_time=by.FlowRunFilterExpectedStartTime(before_=datetime.now(UTC)),
        ),
    )
