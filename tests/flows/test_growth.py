"""More is due than one flow run does in its time: others of its deployment share it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas import filters as by
from prefect.flow_engine import run_flow_async
from prefect.states import Completed

from core import settings
from flows.truckbase import sync_truckbase
from tasks import growing

ALL = 12


@pytest.fixture
async def deployment(fleet):
    """A deployment of Truckbase's flow that no worker serves: what it starts stays to be seen."""
    async with get_client() as client:
        flow_id = await client.create_flow(sync_truckbase)
        made = await client.create_deployment(
            flow_id, name="growing", parameter_openapi_schema=sync_truckbase.parameters.model_dump()
        )
        yield made
        await client.delete_deployment(made)


@pytest.fixture
def hurried(monkeypatch):
    """A flow run has no time for more than the batches that it begins with."""
    monkeypatch.setenv("SALLY_RUN_SECONDS", "0.001")
    settings.settings.cache_clear()


async def started_by(deployment, *, tags=(), **parameters):
    """Run the deployment once, here; its flow run, and its end."""
    async with get_client() as client:
        made = await client.create_flow_run_from_deployment(
            deployment, parameters=parameters, tags=tags
        )
    return await goes(made)


async def goes(flow_run):
    ended = await run_flow_async(
        sync_truckbase, flow_run=flow_run, parameters=flow_run.parameters, return_type="state"
    )
    return flow_run, ended


async def helpers(deployment):
    """The runs of the deployment that others started, oldest first."""
    async with get_client() as client:
        found = await client.read_flow_runs(
            deployment_filter=by.DeploymentFilter(id=by.DeploymentFilterId(any_=[deployment]))
        )
    mine = [run for run in found if growing.HELPER in run.tags]
    return sorted(mine, key=lambda run: run.idempotency_key or "")


async def synced(fleet):
    """How often each integration was synced, and by how many flow runs."""
    found = await fleet.conn.execute("SELECT integration_id, flow_run_id FROM ops.sync_run")
    rows = await found.fetchall()
    return Counter(row[0] for row in rows), {row[1] for row in rows}


async def test_what_one_run_does_not_come_to_is_shared_and_synced_once(
    fleet, deployment, hurried, monkeypatch
):
    monkeypatch.setattr("tasks.claiming.SIDE_BY_SIDE", 2)
    fleet.add_many(ALL, "truckbase")

    first, _ = await started_by(deployment, tags=["auto-scheduled"], datasets=["loads"])
    asked = await helpers(deployment)

    # Two of twelve were taken; three others may share the rest with this one, which ends.
    assert sum((await synced(fleet))[0].values()) == 2
    assert 3 <= len(asked) <= 4
    for number, run in enumerate(asked):
        assert {growing.HELPER, growing.SCHEDULED} <= set(run.tags)
        assert run.parameters == {"datasets": ["loads"]}
        assert run.deployment_id == deployment
        assert run.idempotency_key.startswith(f"helper {deployment} ")
        assert run.idempotency_key.endswith(f" {2 + number}") or number == 3
        assert run.state.is_scheduled()

    monkeypatch.setenv("SALLY_RUN_SECONDS", "120")
    settings.settings.cache_clear()
    for run in asked:
        await goes(run)

    times, flow_runs = await synced(fleet)
    assert len(times) == ALL
    assert set(times.values()) == {1}
    assert flow_runs <= {str(first.id), *(str(run.id) for run in asked)}
    found = await fleet.conn.execute("SELECT DISTINCT sync_type, status FROM ops.sync_run")
    assert await found.fetchall() == [("scheduled", "success")]


async def test_helpers_start_none_beyond_the_bound(fleet, deployment, hurried, monkeypatch):
    """Each of them is as hurried, and none of the others gets to work: no storm all the same."""
    monkeypatch.setattr("tasks.claiming.SIDE_BY_SIDE", 1)
    monkeypatch.setattr(growing, "WAVE_S", 10**9)
    monkeypatch.setenv("SALLY_MOST_RUNS", "3")
    settings.settings.cache_clear()
    fleet.add_many(ALL, "truckbase")

    await started_by(deployment)
    before = await helpers(deployment)
    await goes(before[0])

    there = [run for run in await helpers(deployment) if not run.state.is_final()]
    assert len(before) == 2  # with the first they are three
    assert len(there) <= 3


async def test_two_that_decide_in_the_same_minute_ask_for_the_same(
    fleet, deployment, hurried, monkeypatch
):
    """Neither need know of the other: what both ask for is there once."""
    monkeypatch.setattr("tasks.claiming.SIDE_BY_SIDE", 1)
    monkeypatch.setattr(growing, "WAVE_S", 10**9)
    fleet.add_many(ALL, "truckbase")
    await started_by(deployment)
    before = await helpers(deployment)
    async with get_client() as client:
        for run in before:
            await client.set_flow_run_state(run.id, Completed(), force=True)

    await started_by(deployment)

    after = {run.id for run in await helpers(deployment)}
    assert {run.id for run in before} <= after
    # The one more is in its own place: the second had ended when it looked.
    assert len(after) <= 4


async def test_a_run_that_comes_to_all_of_it_starts_none(fleet, deployment):
    fleet.add_many(ALL, "truckbase")

    _, ended = await started_by(deployment)

    assert ended.is_completed()
    assert await helpers(deployment) == []
    assert sum((await synced(fleet))[0].values()) == ALL


@pytest.mark.parametrize("asked", [{"tenant": "t0001"}, {"force": True}], ids=["one", "all"])
async def test_a_persons_run_does_all_by_itself(fleet, deployment, hurried, asked):
    """Nobody would do what it leaves: it is not due."""
    fleet.add_many(ALL, "truckbase")

    await started_by(deployment, **asked)

    assert sum((await synced(fleet))[0].values()) == (1 if "tenant" in asked else ALL)
    assert await helpers(deployment) == []


async def test_a_prefect_that_refuses_is_said_and_costs_nothing(
    fleet, hurried, monkeypatch, caplog
):
    monkeypatch.setattr("tasks.claiming.SIDE_BY_SIDE", 2)
    monkeypatch.setattr("tasks.growing._deployment_id", uuid4)  # one that is not there
    fleet.add_many(ALL, "truckbase")

    ended = await sync_truckbase(return_state=True)

    assert ended.is_completed()
    assert "10 were still due when its time was over" in ended.message
    assert "No further run could be started" in caplog.text
    times, _ = await synced(fleet)
    assert len(times) == 2


async def test_an_idle_run_costs_one_statement_and_starts_nothing(fleet, deployment, monkeypatch):
    fleet.add_many(3, "truckbase")
    await fleet.sync("truckbase")
    before = await pulse(fleet)
    told: list[str] = []

    class Counting(psycopg.AsyncCursor):
        async def execute(self, query, *args, **more):
            told.append(query if isinstance(query, str) else query.as_string())
            return await super().execute(query, *args, **more)

    plain = psycopg.AsyncConnection.connect

    async def connect(**given):
        return await plain(**given, cursor_factory=Counting)

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", connect)
    _, ended = await started_by(deployment)

    settles = [query for query in told if query.startswith("SET ROLE")]
    assert len(settles) == 1  # one connection
    assert len(told) - len(settles) == 1
    assert ended.message == "No Truckbase integration was due."
    assert await helpers(deployment) == []
    assert await pulse(fleet) > before  # whoever listens hears that schedules work


async def pulse(fleet):
    found = await fleet.conn.execute("SELECT at FROM ops.pulse WHERE name = 'cycle'")
    return (await found.fetchone())[0]


def test_the_bound_is_what_prefect_lets_run_at_once():
    """A helper beyond the deployments' limit would only wait."""
    told = yaml.safe_load(Path("prefect.yaml").read_text())["deployments"]
    limits = {each["concurrency_limit"]["limit"] for each in told if "sync" in each["tags"]}

    assert limits == {settings.Settings(_env_file=None).sally_most_runs}
