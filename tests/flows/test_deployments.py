"""What prefect.yaml promises: schedules that fire, and a run form that explains itself."""

import importlib
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import IntervalSchedule

from adapters import registry

DEPLOYMENTS = yaml.safe_load(Path("prefect.yaml").read_text())["deployments"]


async def test_a_schedule_makes_runs(prefect_server):
    """A Prefect whose libraries do not fit logs an error each minute and never starts a run."""

    @flow(name="test-scheduled")
    def scheduled() -> None: ...

    every = IntervalSchedule(interval=timedelta(minutes=1))
    async with get_client() as client:
        deployment = await client.create_deployment(
            await client.create_flow(scheduled),
            name="scheduled",
            schedules=[DeploymentScheduleCreate(schedule=every, active=True)],
        )
        made = await client._client.post(
            f"/deployments/{deployment}/schedule", json={"min_runs": 3}
        )
        assert made.status_code == 200
        found = await client._client.post("/flow_runs/filter", json={})

    mine = [run for run in found.json() if run["deployment_id"] == str(deployment)]
    assert {run["state"]["type"] for run in mine} == {"SCHEDULED"}
    assert len(mine) >= 3


@pytest.mark.parametrize("told", DEPLOYMENTS, ids=lambda told: told["name"])
def test_a_deployment_is_complete(told):
    path, _, name = told["entrypoint"].partition(":")
    found = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)

    is_sync = told["name"] in {vendor.name for vendor in registry.VENDORS}
    assert found.name == (f"sync-{told['name']}" if is_sync else told["name"])
    assert told["description"]
    assert ("sync" in told["tags"]) is is_sync
    assert told["tags"]
    assert told["schedules"]
    assert told["work_pool"]["name"] == "sally"


def test_every_flow_is_deployed():
    """A flow that no deployment names never runs by itself."""
    named = {told["entrypoint"].partition(":")[0] for told in DEPLOYMENTS}

    assert named == {str(path) for path in Path("flows").glob("[a-z]*.py")}


@pytest.mark.parametrize("vendor", registry.VENDORS, ids=lambda vendor: vendor.name)
def test_the_run_form_explains_every_parameter_and_asks_for_none(vendor):
    found = getattr(importlib.import_module(f"flows.{vendor.name}"), f"sync_{vendor.name}")
    form = found.parameters.model_dump()

    assert form["required"] == []
    assert all(field["description"] for field in form["properties"].values())
    offered = form["properties"]["datasets"]["items"]
    names = offered.get("enum") or [offered["const"]]
    assert names == [dataset.name for dataset in vendor.datasets]
