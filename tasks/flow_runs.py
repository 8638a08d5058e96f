"""What flow runs leave in Prefect: runs whose process is gone, and runs that are long over.

Prefect learns how a run ends from its process, or from the worker beside it. Where both went at
once (a machine died; the stock worker was told to stop) the run stays Running for ever. This asks
Prefect's client interface only, so it works against any server.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas import filters as by
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events import filters as events
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings
from prefect.states import Cancelled, Crashed

from core import retention
from store.connection import Connection
from store.lookup import newest_work_of_flows

POOL = "sally"
UNDER_WAY = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
OVER = [StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]
HEARTBEAT = "prefect.flow-run.heartbeat"
# A run that lives sends heartbeats, and its syncs prolong their leases four times a minute.
SILENCE = timedelta(minutes=15)
MISSED_BEATS = 5
# Heartbeats can be turned off, and a server may keep no events: no run of ours takes a day.
NEVER_HEARD = timedelta(days=1)
LOOKED_AT = 100
# The server that prunes by itself does so every hour: what it left a day longer, it leaves.
SLACK = timedelta(days=1)
DELETED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Signs:
    """When a flow run was last known to live.

    ``state_at``: its state began. ``beat_at``: its last heartbeat. ``work_at``: the last instant
    that its syncs stand for in our database; in the future while one of them holds a lease.
    """

    state_at: datetime
    beat_at: datetime | None = None
    work_at: datetime | None = None

    @property
    def newest(self) -> datetime:
        """The last of them."""
        return max(at for at in (self.state_at, self.beat_at, self.work_at) if at is not None)


def patience(beat_every: timedelta | None) -> timedelta:
    """How long a run that sent heartbeats may be silent. ``beat_every``: as it is set here."""
    return max(SILENCE, MISSED_BEATS * (beat_every or timedelta(0)))


def is_gone(signs: Signs, kind: StateType | None, now: datetime, silence: timedelta) -> bool:
    """Whether its process is gone: every sign of life is older than a living run allows.

    A pending run has no process that could send heartbeats yet; any other that was never heard
    is left alone for a day.
    """
    is_heard = signs.beat_at is not None or kind == StateType.PENDING
    return now - signs.newest > (silence if is_heard else max(silence, NEVER_HEARD))


async def end_gone(client: PrefectClient, conn: Connection, now: datetime) -> list[FlowRun]:
    """Tell Prefect the end of runs whose process is gone; returns those it took our word for.

    Never by force: a run that ends by itself meanwhile keeps its own end.
    """
    every = get_current_settings().flows.heartbeat_frequency
    silence = patience(None if every is None else timedelta(seconds=every))
    looked_at = [(run, await _signs(client, run, now, silence)) for run in await _under_way(client)]
    silent = [
        (run, signs) for run, signs in looked_at if is_gone(signs, run.state_type, now, silence)
    ]
    if not silent:
        return []
    works = await newest_work_of_flows(conn, [str(run.id) for run, _ in silent])
    ended = []
    for run, heard in silent:
        signs = replace(heard, work_at=works.get(str(run.id)))
        if is_gone(signs, run.state_type, now, silence) and await _end(client, run, signs):
            ended.append(run)
    return ended


async def delete_old(client: PrefectClient, now: datetime, *, seconds: float) -> int:
    """Delete runs past their retention, with their artifacts, for about so many seconds at most.

    A server that prunes by itself leaves none; deleting a run takes its task runs and logs along.
    """
    end, deleted = time.monotonic() + seconds, 0
    before = now - retention.FLOW_RUNS - SLACK
    over = by.FlowRunFilter(
        state=by.FlowRunFilterState(type=by.FlowRunFilterStateType(any_=OVER)),
        end_time=by.FlowRunFilterEndTime(before_=before),
    )
    while runs := await client.read_flow_runs(
        flow_run_filter=over, work_pool_filter=_ours(), limit=DELETED_AT_ONCE
    ):
        for run in runs:
            await _delete(client, run)
            deleted += 1
            if time.monotonic() >= end:
                return deleted
    return deleted


async def _under_way(client: PrefectClient) -> Sequence[FlowRun]:
    state = by.FlowRunFilterState(type=by.FlowRunFilterStateType(any_=UNDER_WAY))
    return await client.read_flow_runs(
        flow_run_filter=by.FlowRunFilter(state=state),
        work_pool_filter=_ours(),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        limit=LOOKED_AT,
    )


async def _signs(client: PrefectClient, run: FlowRun, now: datetime, silence: timedelta) -> Signs:
    """What Prefect knows; its events are only asked when the state does not tell enough."""
    began = run.state.timestamp if run.state is not None else run.created
    state_at = began or now
    if now - state_at <= silence:
        return Signs(state_at)
    beats = await client.read_events(
        events.EventFilter(
            event=events.EventNameFilter(name=[HEARTBEAT]),
            resource=events.EventResourceFilter(id=[f"prefect.flow-run.{run.id}"]),
        ),
        limit=1,
    )
    return Signs(state_at, max((event.occurred for event in beats.events), default=None))


async def _end(client: PrefectClient, run: FlowRun, signs: Signs) -> bool:
    said = f"Its process is gone: nothing was heard of it since {signs.newest:%Y-%m-%d %H:%M} UTC."
    is_wanted = run.state_type == StateType.CANCELLING
    state: State[None] = Cancelled(message=said) if is_wanted else Crashed(message=said)
    with suppress(ObjectNotFound):  # somebody deleted it meanwhile
        answer = await client.set_flow_run_state(run.id, state)
        return answer.status == SetStateStatus.ACCEPT
    return False


async def _delete(client: PrefectClient, run: FlowRun) -> None:
    mine = by.ArtifactFilter(flow_run_id=by.ArtifactFilterFlowRunId(any_=[run.id]))
    for artifact in await client.read_artifacts(artifact_filter=mine):
        with suppress(ObjectNotFound):
            await client.delete_artifact(artifact.id)
    with suppress(ObjectNotFound):
        await client.delete_flow_run(run.id)


def _ours() -> by.WorkPoolFilter:
    return by.WorkPoolFilter(name=by.WorkPoolFilterName(any_=[POOL]))
