"""However `sally up` ends, nothing of it stays; and what a run leaves behind is never Running."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest


def slow_run(stack: Any, until: Any) -> dict[str, Any]:
    """A flow run that waits for a vendor."""
    stack.sandbox(
        "POST", "faults", {"kind": "latency", "vendor": "samsara", "args": {"ms": 60_000}}
    )
    run: dict[str, Any] = stack.run_flow("samsara", tenant="acme")
    until(lambda: stack.flow_run(run)["state_type"] == "RUNNING")
    return run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_it(stack: Any, until: Any, number: signal.Signals) -> None:
    """In the middle of a flow run, too; and the next start finds that run Crashed."""
    run = slow_run(stack, until)
    assert len(stack.processes()) > 8

    code = stack.end(number)

    until(lambda: not stack.processes(), seconds=20)
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    stack.up()
    assert stack.ended(run)["state_type"] == "CRASHED"
    assert stack("sync", "--tenant", "acme", "--vendor", "samsara").code == 0


def test_a_killed_worker_is_replaced_and_its_runs_are_crashed(stack: Any, until: Any) -> None:
    """Nobody needs to notice: the next run finds a worker."""
    run = slow_run(stack, until)
    workers = [pid for pid, said in stack.processes().items() if "-m deployments.worker" in said]

    for pid in workers:
        os.kill(pid, signal.SIGKILL)

    assert stack.ended(run)["state_type"] == "CRASHED"
    stack.sandbox("DELETE", "faults")
    assert stack.is_up()
    again = stack.ended(stack.run_flow("truckbase", tenant="acme"))
    assert again["state_type"] == "COMPLETED"
