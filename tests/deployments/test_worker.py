"""The warm worker on a real Prefect server: runs start, die alone, and are never left Running."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun

from core.settings import Settings
from deployments import bootstrap
from deployments.stack import Part, running

FLOW = """
import asyncio, os
from pathlib import Path
from prefect import flow

@flow(name="trivial")
async def trivial(note: str, seconds: float = 0) -> None:
    Path(note).write_text(f"{os.getpid()} {os.getppid()}")
    await asyncio.sleep(seconds)
"""
PROJECT = """
name: trivial
deployments:
  - {name: trivial, entrypoint: 'flow.py:trivial', work_pool: {name: sally}}
"""


@pytest.mark.e2e
def test_runs_start_warm_and_end_one_by_one(
    data: Path, tmp_path: Path, until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Completed; Crashed by `kill -9` beside one that goes on; Crashed when the stack stops."""
    (tmp_path / "flow.py").write_text(FLOW)
    (tmp_path / "prefect.yaml").write_text(PROJECT)
    monkeypatch.setattr(bootstrap, "PROJECT", tmp_path)
    settings = Settings(sally_data=data, sally_prefect_port=0, sally_postgres_port=0)
    notes = {name: tmp_path / f"{name}.note" for name in ("quick", "killed", "stopped")}

    with (
        running(settings, want={Part.PREFECT}) as server,
        SyncPrefectClient(server.env["PREFECT_API_URL"]) as client,
    ):

        def start(name: str, seconds: float) -> FlowRun:
            parameters = {"note": str(notes[name]), "seconds": seconds}
            deployment = client.read_deployment_by_name("trivial/trivial").id
            run = client.create_flow_run_from_deployment(deployment, parameters=parameters)
            until(notes[name].exists)
            return run

        def state(run: FlowRun) -> str:
            now = client.read_flow_run(run.id).state
            return now.name if now is not None else ""

        with running(settings, want={Part.WORKER}):
            killed, stopped = start("killed", 1000), start("stopped", 1000)
            until(notes["killed"].read_text)
            os.kill(int(notes["killed"].read_text().split()[0]), signal.SIGKILL)
            until(lambda: state(killed) == "Crashed")
            quick = start("quick", 0)
            until(lambda: state(quick) == "Completed")
            assert state(stopped) == "Running"

        assert state(stopped) == "Crashed"

    parents = {note.read_text().split()[1] for note in notes.values()}
    assert len(parents) == 1
    assert int(parents.pop()) != os.getpid()
