"""Runs that Prefect shows as under way although nobody works on them, on a real server."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, LogCreate, WorkPoolCreate
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    DeploymentFilter,
    DeploymentFilterId,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import StateType
from prefect.events import emit_event
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL
from prefect.states import Cancelling, Completed, Pending, Running

from deployments import bootstrap
from tasks import flow_runs
from tests.support.ground import make_older

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SILENT = 16 * MINUTE


class Left:
    """Flow runs of a pool, in the states that a vanished process leaves."""

    def __init__(self, client, conn, prefect_database, deployment):
        self.client = client
        self.conn = conn
        self.prefect_database = prefect_database
        self.deployment = deployment

    async def run(self, *states, age=SILENT):
        """A run that took these states so long ago."""
        run = await self.client.create_flow_run_from_deployment(self.deployment)
        for state in states:
            await self.client.set_flow_run_state(run.id, state, force=True)
        make_older(self.prefect_database, run.id, age)
        return run.id

    async def beat(self, run, age=0 * MINUTE):
        """A heartbeat such as the run's process sends."""
        resource = f"prefect.flow-run.{run}"
        emit_event(flow_runs.HEARTBEAT, resource={"prefect.resource.id": resource})
        for _ in range(600):
            with psycopg.connect(self.prefect_database) as prefect:
                found = prefect.execute(
                    "UPDATE events SET occurred = occurred - %s"
                    " WHERE event = %s AND resource_id = %s RETURNING id",
                    [age, flow_runs.HEARTBEAT, resource],
                ).fetchall()
            if found:
                return
            await asyncio.sleep(0.05)
        pytest.fail("the heartbeat never arrived")

    async def work(self, run, lease):
        """A sync of this flow run whose lease ends then."""
        await self.conn.execute(
            "INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, flow_run_id,"
            " sync_type, started_at, lease_expires_at) SELECT gen_random_uuid(), tenant_id, id,"
            " vendor, %s, 'manual', now() - interval '20 minutes', now() + %s"
            " FROM ops.integration",
            [str(run), lease],
        )

    async def end_gone(self):
        ended = await flow_runs.end_gone(self.client, self.conn, datetime.now(UTC))
        return {run.id for run in ended}

    async def state(self, run):
        return (await self.client.read_flow_run(run)).state


@pytest.fixture
async def pools(prefect_server):
    """Makes a deployment in a pool; the pools' runs are gone afterwards."""
    bootstrap.create_pool(PREFECT_API_URL.value())

    @flow(name="test-left")
    def left_flow() -> None: ...

    async with get_client() as client:
        made = []

        async def deployed(pool):
            flow_id = await client.create_flow(left_flow)
            name = f"left-{uuid4().hex}"
            made.append(await client.create_deployment(flow_id, name=name, work_pool_name=pool))
            return made[-1]

        yield client, deployed
        of_these = DeploymentFilter(id=DeploymentFilterId(any_=made))
        for run in await client.read_flow_runs(deployment_filter=of_these):
            await client.delete_flow_run(run.id)
        for deployment in made:
            await client.delete_deployment(deployment)


@pytest.fixture
async def left(pools, prefect_server, fleet):
    client, deployed = pools
    fleet.add("acme", "samsara")
    return Left(client, fleet.conn, prefect_server, await deployed(flow_runs.POOL))


async def test_a_run_whose_heartbeats_stopped_is_crashed(left):
    """Its process went without a word: so did its machine."""
    run = await left.run(Running())
    await left.beat(run, age=SILENT)

    assert await left.end_gone() == {run}
    state = await left.state(run)
    assert state.type == StateType.CRASHED
    assert "Its process is gone: nothing was heard of it since" in state.message


async def test_a_run_that_sends_heartbeats_lives(left):
    """However long it has been running."""
    run = await left.run(Running(), age=20 * HOUR)
    await left.beat(run)

    assert await left.end_gone() == set()
    assert (await left.state(run)).type == StateType.RUNNING


@pytest.mark.parametrize(
    ("lease", "gone"), [(MINUTE, False), (-5 * MINUTE, False), (-SILENT, True)]
)
async def test_a_run_whose_syncs_hold_leases_lives(left, lease, gone):
    """Though its events got lost: a lease is prolonged every 15 seconds, and outlives it by 60."""
    run = await left.run(Running())
    await left.beat(run, age=SILENT)
    await left.work(run, lease)

    assert await left.end_gone() == ({run} if gone else set())


async def test_a_run_that_was_never_heard_is_left_alone_for_a_day(left):
    """Heartbeats can be turned off, and a server may keep no events."""
    young, old = await left.run(Running(), age=23 * HOUR), await left.run(Running(), age=25 * HOUR)

    assert await left.end_gone() == {old}
    assert (await left.state(young)).type == StateType.RUNNING


async def test_a_run_that_never_came_to_life_is_crashed(left):
    """The worker took it on, and died."""
    run, young = await left.run(Pending()), await left.run(Pending(), age=5 * MINUTE)

    assert await left.end_gone() == {run}
    assert (await left.state(run)).type == StateType.CRASHED
    assert (await left.state(young)).type == StateType.PENDING


async def test_a_run_that_nobody_is_left_to_cancel_is_cancelled(left):
    """As was asked for."""
    run = await left.run(Running(), Cancelling())
    await left.beat(run, age=SILENT)

    assert await left.end_gone() == {run}
    assert (await left.state(run)).type == StateType.CANCELLED


async def test_a_run_that_ends_meanwhile_keeps_its_own_end(left, monkeypatch):
    """Between our looking and our telling."""
    run = await left.run(Running())
    await left.beat(run, age=SILENT)
    seen = await left.client.read_flow_run(run)

    async def as_it_was(**_):
        return [seen]

    monkeypatch.setattr(left.client, "read_flow_runs", as_it_was)
    await left.client.set_flow_run_state(run, Completed(message="All is well."))

    assert await left.end_gone() == set()
    assert (await left.state(run)).message == "All is well."


async def test_runs_of_another_pool_are_not_ours(left, pools):
    """Neither ended nor deleted, whatever their age."""
    client, deployed = pools
    pool = f"other-{uuid4().hex}"
    await client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
    left.deployment = await deployed(pool)
    silent, old = (
        await left.run(Pending(), age=2 * DAY),
        await left.run(Completed(), age=30 * DAY),
    )

    assert await left.end_gone() == set()
    assert await flow_runs.delete_old(client, datetime.now(UTC), seconds=5) == 0
    assert (await left.state(silent)).type == StateType.PENDING
    assert (await left.state(old)).type == StateType.COMPLETED
    await client.delete_work_pool(pool)


async def test_old_runs_go_with_their_logs_and_artifacts(left):
    """Where the server does not remove them by itself."""
    old, young = await left.run(Completed(), age=16 * DAY), await left.run(Completed(), age=DAY)
    client = left.client
    for run in (old, young):
        await client.create_artifact(ArtifactCreate(key="kept", data="words", flow_run_id=run))
    at = datetime.now(UTC)
    log = LogCreate(name="a", level=20, message="words", timestamp=at, flow_run_id=old)
    await client.create_logs([log])

    deleted = await flow_runs.delete_old(client, at, seconds=5)

    assert deleted == 1
    with pytest.raises(ObjectNotFound):
        await client.read_flow_run(old)
    assert (await left.state(young)).type == StateType.COMPLETED
    both = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[old, young]))
    artifacts = await client.read_artifacts(artifact_filter=both)
    assert [artifact.flow_run_id for artifact in artifacts] == [young]
    logs = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[old]))
    while await client.read_logs(logs):  # noqa: ASYNC110  # the server removes them a little later
        await asyncio.sleep(0.05)


async def test_deleting_stops_when_its_time_is_over(left):
    """What is left waits for the next time."""
    for _ in range(3):
        await left.run(Completed(), age=16 * DAY)
    now = datetime.now(UTC)

    assert await flow_runs.delete_old(left.client, now, seconds=0) == 1
    assert await flow_runs.delete_old(left.client, now, seconds=5) == 2
