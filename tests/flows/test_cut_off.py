"""The Prefect server restarted, or the worker ended, in the middle of a flow run.

Real processes: our worker or Prefect's own, forks or interpreters, and a server that comes back.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.secrets import KeyRing
from core.settings import Settings
from deployments.stack import Part, running
from models.ops import ADDS_UP
from sandbox.box import Box
from store import integrations, migrate, tenants
from store.connection import connect, session
from tests.support.ground import Ground, lasting_port, make_older, until
from tests.support.truth import assert_samsara_is_true

from .conftest import KEY

TENANTS = ("acme", "bluemesa")
SYNC, MAINTAIN = "sync-samsara/samsara", "maintain/maintain"
LEASES_END = (
    "UPDATE ops.integration SET lease_expires_at = now() - interval '1 s'"
    " WHERE lease_run_id IS NOT NULL",
    "UPDATE ops.sync_run SET lease_expires_at = now() - interval '1 s' WHERE status = 'running'",
)
ENDS = "SELECT status, count(*) FROM ops.sync_run WHERE flow_run_id = '{}' GROUP BY 1 ORDER BY 1"


@pytest.fixture(scope="module")
def _ground(served_box: Box) -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="sally-tests-cut-off-"))
    folder.chmod(0o711)
    # It comes back where it was, as a real one does.
    configured = Settings(sally_data=folder, sally_prefect_port=lasting_port(), _env_file=None)
    with running(configured, want={Part.PREFECT}) as stack:
        ground = Ground(folder, stack, served_box, KEY)
        migrate.upgrade(ground.database)
        with session(ground.database) as db:
            for slug in TENANTS:
                held = served_box.keys(slug)["samsara"]
                tenants.add(db, slug, slug, is_sandbox=True)
                integrations.add(db, KeyRing.parse(KEY), slug, "samsara", held, poll_seconds=300)
        try:
            yield ground
        finally:
            ground.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def ground(_ground: Ground, box: Box) -> Ground:
    """With nothing synced yet, and everything due."""
    _ground.change(
        "TRUNCATE ops.sync_run, ops.sync_run_dataset, ops.dataset_state, fleet.driver,"
        " fleet.vehicle, fleet.vehicle_position, fleet.hos_clock, fleet.hos_daily_log CASCADE",
        "UPDATE ops.integration SET lease_run_id = NULL, lease_expires_at = NULL,"
        " next_sync_at = now()",
    )
    return _ground


def under_way(ground: Ground) -> str:
    """A flow run that has asked the vendor for something, and waits for the answers."""
    ground.box.faults(kind="latency", vendor="samsara", args={"ms": 1500})
    ground.box.reset_stats()
    run = ground.start(SYNC)
    until(lambda: ground.box.stats()["total"] >= 3)
    assert ground.state(run)["type"] == "RUNNING"
    return run


async def assert_next_cycle_is_right(ground: Ground) -> None:
    """Everything is due, the tables are the truth, no run is left open, and the books add up."""
    ground.box.clear()
    next_run = ground.start(SYNC)

    assert ground.ended(next_run)["type"] == "COMPLETED"
    assert ground.rows(ENDS.format(next_run)) == [("success", len(TENANTS))]
    assert ground.rows("SELECT id FROM ops.sync_run WHERE status = 'running'") == []
    assert ground.rows(f"SELECT id FROM ops.sync_run WHERE NOT ({ADDS_UP})") == []
    async with connect(ground.database) as conn:
        for slug in TENANTS:
            await assert_samsara_is_true(conn, ground.box, slug)


def task_states(ground: Ground, run: str) -> set[str]:
    tasks = ground.ask("POST", "/task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})
    return {task["state_type"] for task in tasks}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
async def test_a_restarted_prefect_server_costs_a_flow_run_nothing(
    ground: Ground, number: signal.Signals
) -> None:
    """The run goes on without it and tells it the end; the worker finds it again."""
    ground.warm_worker()
    run = under_way(ground)

    ground.restart_server(number)

    assert ground.ended(run)["type"] == "COMPLETED"
    assert ground.rows(ENDS.format(run)) == [("success", len(TENANTS))]
    until(lambda: task_states(ground, run) <= {"COMPLETED"})  # they are recorded a while later
    ground.change("UPDATE ops.integration SET next_sync_at = now()")
    await assert_next_cycle_is_right(ground)


async def test_a_worker_that_is_stopped_closes_its_runs(ground: Ground) -> None:
    """Crashed in Prefect, given back in our books, and due at once: nobody waits for a lease."""
    worker = ground.warm_worker()
    run = under_way(ground)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(30) == 0
    assert ground.state(run)["type"] == "CRASHED"
    assert ground.rows(ENDS.format(run)) == [("deferred", len(TENANTS))]
    ground.warm_worker()
    await assert_next_cycle_is_right(ground)


async def test_a_worker_that_is_killed_leaves_leases_that_run_out(ground: Ground) -> None:
    """The next worker tells Prefect; the next sync closes the runs."""
    worker = ground.warm_worker()
    run = under_way(ground)

    worker.kill()
    worker.wait(30)
    ground.warm_worker()

    assert ground.ended(run)["type"] == "CRASHED"
    assert ground.rows(ENDS.format(run)) == [("running", len(TENANTS))]
    ground.change(*LEASES_END)
    await assert_next_cycle_is_right(ground)
    assert ground.rows(ENDS.format(run)) == [("crashed", len(TENANTS))]


async def test_a_stock_worker_that_is_stopped_leaves_a_run_that_maintain_ends(
    ground: Ground,
) -> None:
    """Prefect's own worker exits and says nothing: its run would be Running for ever."""
    ground.warm_worker()
    ground.close()
    worker = ground.stock_worker()
    run = under_way(ground)
    began = datetime.now(UTC)

    worker.send_signal(signal.SIGTERM)
    worker.wait(60)
    ground.warm_worker()
    early = ground.ended(ground.start(MAINTAIN))
    still = ground.state(run)["type"]
    ground.change(*LEASES_END)
    first = ground.ended(ground.start(MAINTAIN))
    make_older(ground.prefect_database, run, datetime.now(UTC) - began + timedelta(minutes=15))
    ground.change("UPDATE ops.sync_run SET started_at = started_at - interval '20 minutes',"
                  " completed_at = completed_at - interval '20 minutes'")  # fmt: skip
    late = ground.ended(ground.start(MAINTAIN))

    assert (early["type"], still) == ("COMPLETED", "RUNNING")
    assert f"Closed {len(TENANTS)} runs as crashed" in first["message"]
    assert "Ended 1 flow run whose process is gone" in late["message"]
    assert ground.state(run)["type"] == "CRASHED"
    await assert_next_cycle_is_right(ground)
