"""One tenant's trouble is its own: the others are synced in time and asked for nothing more.

The vendor works; it refuses, fails or hangs for one credential only.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import httpx
import pytest

from adapters._kit.http import VendorClient
from tasks import batch, tools

DATASETS = ("drivers", "hos_clocks")
CALLS = 3  # of a tenant whose sync goes well: active drivers, deactivated ones, clocks
TENANTS = 40
POLL_HOURS = 5 / 60


@pytest.fixture
def fleet_of_forty(fleet, monkeypatch):
    """Forty tenants, and a client that waits for no answer longer than a moment."""
    impatient = partial(VendorClient, timeout=httpx.Timeout(1.5))
    monkeypatch.setattr(tools, "VendorClient", impatient)
    monkeypatch.setattr(batch, "ROUND_S", 0.2)
    fleet.slugs = fleet.add_many(TENANTS, "samsara")
    return fleet


async def cycle(fleet, **more):
    """One flow run over what is due: its runs by tenant, and the calls of each."""
    fleet.box.reset_stats()
    done = await fleet.sync("samsara", datasets=DATASETS, force=more.pop("force", False), **more)
    calls = fleet.box.stats()["by_credential"]
    return (
        {run.tenant_slug: run for run in done.runs},
        {slug: calls.get(fleet.box.fingerprint(slug, "samsara"), 0) for slug in fleet.slugs},
    )


async def until_landed(fleet, count):
    """Wait until so many runs were good."""
    landed = "SELECT count(*) FROM ops.sync_run WHERE status = 'success'"
    async with asyncio.timeout(30):
        while True:
            if await (await fleet.conn.execute(landed)).fetchone() == (count,):
                return
            await asyncio.sleep(0.02)


async def vendor_is_trusted(fleet):
    """Whether the vendor's own breaker never opened."""
    found = await fleet.conn.execute("SELECT 1 FROM ops.breaker_event WHERE integration_id IS NULL")
    return await found.fetchone() is None


async def until_the_last_is_due(fleet, troubled):
    """When the last of the others is due again."""
    found = await fleet.conn.execute(
        "SELECT max(i.next_sync_at - now()) FROM ops.integration i"
        " JOIN ops.tenant t ON t.id = i.tenant_id WHERE t.slug <> %s",
        [troubled],
    )
    return (await found.fetchone())[0]


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        # A dead key is tried again in an hour.
        pytest.param("unauthorized", ["failed", "not due", "not due"], id="a dead key"),
        # Its own breaker opens; each cycle after the rest probes it once.
        pytest.param("error_500", ["failed"] * 3, id="errors"),
        pytest.param("reset", ["failed"] * 3, id="lost connections"),
        pytest.param("hang", ["failed"] * 3, id="no answers"),
    ],
)
async def test_the_others_are_synced_in_every_cycle(fleet_of_forty, kind, ends):
    fleet = fleet_of_forty
    troubled, *others = fleet.slugs
    fleet.box.faults(kind=kind, credential=troubled)

    found = []
    for _ in range(3):
        runs, calls = await cycle(fleet)
        found.append(runs[troubled].status if troubled in runs else "not due")
        assert {(runs[slug].status, runs[slug].attempts) for slug in others} == {("success", 1)}
        assert {calls[slug] for slug in others} == {CALLS}
        assert calls[troubled] <= 6  # two datasets, three attempts
        assert await until_the_last_is_due(fleet, troubled) <= timedelta(minutes=5)
        await fleet.pass_time(POLL_HOURS)

    assert found == ends
    assert calls[troubled] <= 2
    assert await vendor_is_trusted(fleet)


async def test_a_tenant_whose_vendor_hangs_holds_up_neither_this_cycle_nor_the_next(fleet_of_forty):
    fleet = fleet_of_forty
    troubled, *others = fleet.slugs
    fleet.box.faults(kind="hang", credential=troubled)
    first = asyncio.create_task(cycle(fleet))
    await until_landed(fleet, len(others))

    # The first flow run still waits for the one.
    runs, _ = await cycle(fleet, force=True)

    assert not first.done()
    assert set(runs) == set(others)
    assert {run.status for run in runs.values()} == {"success"}
    ended, _ = await first
    assert ended[troubled].status == "failed"
