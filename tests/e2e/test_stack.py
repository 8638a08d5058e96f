"""What the stack promises beyond the commands: warm runs, each on its own; Prefect's own words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture
def slow(stack: Any, until: Any) -> Callable[[str], dict[str, Any]]:
    """Start a sync of a tenant that takes some seconds, and return it when it runs."""
    stack.sandbox("POST", "faults", {"kind": "latency", "vendor": "samsara", "args": {"ms": 1500}})

    def start(tenant: str) -> dict[str, Any]:
        run = stack.run_flow("samsara", tenant=tenant)

        def is_running() -> bool:
            now = stack.flow_run(run)
            return now["state_type"] == "RUNNING" and bool(now["infrastructure_pid"])

        until(is_running)
        found: dict[str, Any] = stack.flow_run(run)
        return found

    return start


def parent(run: dict[str, Any]) -> int:
    """The number of the process that started this run's."""
    status = Path(f"/proc/{run['infrastructure_pid']}/stat").read_text()
    return int(status.rsplit(")", 1)[1].split()[1])


def test_runs_start_warm_and_die_alone(stack: Any, slow: Any) -> None:
    """Both are forks of one process; `kill -9` of one is Crashed, and its neighbour goes on."""
    killed, other = slow("acme"), slow("bluemesa")
    assert parent(killed) == parent(other) != os.getpid()

    os.kill(int(killed["infrastructure_pid"]), signal.SIGKILL)

    assert stack.ended(killed)["state_type"] == "CRASHED"
    assert stack.ended(other)["state_type"] == "COMPLETED"


def test_a_run_can_be_cancelled(stack: Any, slow: Any) -> None:
    """As the button of the Prefect UI does it."""
    run = slow("acme")

    state = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
    stack.prefect("POST", f"flow_runs/{run['id']}/set_state", state)

    assert stack.ended(run)["state_type"] == "CANCELLED"


def test_what_was_applied_is_what_prefect_deploy_applies(stack: Any) -> None:
    """Our way of applying prefect.yaml is only a faster one."""
    ours = deployments(stack)

    port = stack.env["SALLY_PREFECT_PORT"]
    where = {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api", "PREFECT_HOME": str(stack.home)}
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    subprocess.run(
        command, cwd=stack.home, env={**stack.env, **where}, check=True, capture_output=True
    )
    stack.pause()

    assert deployments(stack) == ours
    asked = yaml.safe_load((stack.home / "prefect.yaml").read_text())["deployments"]
    assert [each["name"] for each in ours] == sorted(each["name"] for each in asked)


def deployments(stack: Any) -> list[dict[str, Any]]:
    """All that the server keeps of each, but for instants and for what an operator turned off."""
    passing = {"id", "created", "updated", "anchor_date", "active", "paused", "status"}
    passing |= {"last_polled", "version_id"}

    def lasting(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: lasting(each) for key, each in value.items() if key not in passing}
        return [lasting(each) for each in value] if isinstance(value, list) else value

    found: list[dict[str, Any]] = stack.prefect("POST", "deployments/filter", {"sort": "NAME_ASC"})
    return [lasting(each) for each in found]


def test_data_in_use_is_not_removed(stack: Any) -> None:
    """`make clean-data` refuses, and says what to stop."""
    done = subprocess.run(
        [sys.executable, "-m", "deployments.clean"],
        cwd=stack.home, env=stack.env, text=True, capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "is running" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (stack.data / "postgres/PG_VERSION").exists()
