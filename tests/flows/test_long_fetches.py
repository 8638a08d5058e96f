"""A fleet that takes long holds up nobody, and what it cannot finish is given back."""

from __future__ import annotations

import asyncio

import pytest

from core import settings
from tasks import batch

SECONDS = "3"


@pytest.fixture
def impatient(fleet, monkeypatch):
    """Rounds follow each other at once, and a batch has little time."""
    monkeypatch.setattr(batch, "ROUND_S", 0.05)
    monkeypatch.setenv("SALLY_BATCH_SECONDS", SECONDS)
    settings.settings.cache_clear()
    return fleet


async def run_of(fleet, slug):
    found = await fleet.conn.execute(
        "SELECT r.status, r.error_kind, r.not_before <= now() FROM ops.sync_run r"
        " JOIN ops.tenant t ON t.id = r.tenant_id WHERE t.slug = %s",
        [slug],
    )
    return await found.fetchone()


async def test_the_others_of_its_batch_land_while_it_goes_on(impatient):
    """All three are one batch; two are read by the time that the third is given up."""
    fleet = impatient
    fleet.add("acme", "samsara")
    fleet.add("bluemesa", "samsara")
    fleet.box.faults(kind="hang", vendor="samsara", credential="bluemesa")
    syncing = asyncio.create_task(fleet.sync("samsara", datasets=["drivers"]))

    async with asyncio.timeout(60):
        while (await run_of(fleet, "acme") or ["running"])[0] == "running":  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    still = await run_of(fleet, "bluemesa")
    await syncing

    assert (await run_of(fleet, "acme"))[0] == "success"
    assert still is None or still[0] == "running"


async def test_what_is_not_finished_in_time_is_given_back_and_due_at_once(impatient):
    fleet = impatient
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="hang", vendor="samsara", path="/fleet/hos/clocks")

    done = await fleet.sync("samsara")

    run = done.runs[0]
    assert (run.status, run.error_kind) == ("deferred", "out_of_time")
    by_name = {dataset.dataset: dataset.status for dataset in run.datasets}
    assert by_name["drivers"] == "success"
    assert by_name["hos_clocks"] == by_name["hos_daily_logs"] == "deferred"
    fleet.box.clear()
    await fleet.pass_time()
    again = await fleet.sync("samsara", force=False)
    assert [run.status for run in again.runs] == ["success"]
    await assert_samsara_is_true(fleet)


async def assert_samsara_is_true(fleet):
    from tests.support import truth

    expected = fleet.box.truth("acme")
    for check in (truth._drivers, truth._vehicles, truth._clocks, truth._logs):
        await check(fleet.conn, expected, "acme")


async def test_a_fetch_that_is_cut_off_takes_no_row_of_another_with_it(impatient):
    """What is being copied then holds rows of its neighbours as well."""
    fleet = impatient
    keys = fleet.box.add_tenant("large", drivers=3000)
    fleet.add("large", "samsara", keys=keys)
    fleet.add("acme", "samsara")
    # The large one is slow enough to be in the middle of its pages when the time is over.
    fleet.box.faults(kind="latency", vendor="samsara", credential="large", args={"ms": 900})

    await fleet.sync("samsara", datasets=["drivers", "hos_clocks"])

    assert (await run_of(fleet, "acme"))[0] == "success"
    assert (await run_of(fleet, "large"))[0] == "deferred"
    counts = await fleet.conn.execute(
        "SELECT count(*), (SELECT sum(inserted) FROM ops.sync_run_dataset d"
        "  WHERE d.dataset = 'hos_clocks') FROM fleet.hos_clock"
    )
    held, inserted = await counts.fetchone()
    assert held == inserted
