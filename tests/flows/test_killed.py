"""A flow process killed at any moment loses nothing, repeats nothing and leaves nothing running."""

import asyncio
import os
import random
import signal
import sys

import pytest
from prefect.settings import PREFECT_API_URL

from tests.support.truth import assert_samsara_is_true

VICTIM = """
import asyncio
from flows.samsara import sync_samsara
print("ready", flush=True)
asyncio.run(sync_samsara(force=True, return_state=True))
"""


@pytest.mark.parametrize("seed", range(6))
async def test_a_killed_flow_leaves_the_next_sync_right(fleet, seed):
    """Whatever was staged or landed so far, the rows are the truth afterwards."""
    dice = random.Random(seed)
    slugs = ["acme", "bluemesa", *(f"kill{number}" for number in range(8))]
    for slug in slugs:
        keys = fleet.box.add_tenant(slug, drivers=12) if slug.startswith("kill") else None
        fleet.add(slug, "samsara", keys=keys)
    fleet.box.faults(kind="latency", vendor="samsara", args={"ms": 20})

    await kill_after_requests(fleet, dice.randint(0, 60))
    # The lease runs out: the database's clock cannot be moved, so the lease is.
    await fleet.conn.execute(
        "UPDATE ops.integration SET lease_expires_at = now() - interval '1s'"
        " WHERE lease_run_id IS NOT NULL"
    )
    await fleet.conn.execute(
        "UPDATE ops.sync_run SET lease_expires_at = now() - interval '1s' WHERE status = 'running'"
    )
    fleet.box.clear()
    done = await fleet.sync("samsara")

    assert {run.status for run in done.runs} == {"success"}
    assert len(done.runs) == len(slugs)
    left = await fleet.conn.execute("SELECT count(*) FROM ops.sync_run WHERE status = 'running'")
    assert await left.fetchone() == (0,)
    for slug in slugs:
        await assert_samsara_is_true(fleet.conn, fleet.box, slug)


async def kill_after_requests(fleet, number):
    """Run the flow in a process of its own and kill it once it has made so many requests."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        VICTIM,
        env={**os.environ, "PREFECT_API_URL": PREFECT_API_URL.value()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await process.stdout.readline()
    while fleet.box.stats()["total"] < number and process.returncode is None:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    if process.returncode is None:
        process.send_signal(signal.SIGKILL)
    await process.wait()
