"""A vendor that is down for everybody: few calls reach it, every run waits, all recover together.

A cycle is one flow run over all that is due. Time passes by moving what was decided back.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from functools import partial
from itertools import pairwise

import httpx
import pytest

from adapters._kit.http import VendorClient
from flows.samsara import sync_samsara
from tasks import tools

DATASETS = ("drivers", "hos_clocks")
MOST_CALLS = 19  # a minute, whatever the number of tenants
HOUR_S = 3600
VENDOR = "SELECT state, retry_at FROM ops.breaker WHERE scope = 'vendor'"
NOT_FRESH = """
SELECT count(*) FROM ops.integration i CROSS JOIN unnest(%s::text[]) AS d(name)
LEFT JOIN ops.dataset_state s ON s.integration_id = i.id AND s.dataset = d.name
WHERE s.confirmed_at IS NULL OR s.confirmed_at < %s
"""


async def cycle(fleet, **more):
    """One flow run over what is due: how its runs ended, and the calls that it made."""
    fleet.box.reset_stats()
    done = await fleet.sync("samsara", datasets=DATASETS, force=more.pop("force", False), **more)
    return Counter(run.status for run in done.runs), fleet.box.stats()["total"], done


async def one(fleet, statement, *values):
    return await (await fleet.conn.execute(statement, list(values))).fetchone()


async def until(holds):
    """Wait for what the sandbox, in its own thread, is about to do."""
    async with asyncio.timeout(30):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)


def each_waited_for_the_one_before(box):
    """Of each call but the first, in the order of their coming."""
    log = box.stats(log=10_000)["log"]
    spans = sorted((entry["at"], entry["at"] + entry["seconds"]) for entry in log)
    return [later[0] >= earlier[1] for earlier, later in pairwise(spans)]


async def test_a_thousand_tenants_wait_out_an_outage_and_recover_together(fleet):
    fleet.add_many(1_000, "samsara")
    fleet.box.faults(kind="unavailable_503", vendor="samsara")

    statuses, found_out, done = await cycle(fleet)
    state, retry_at = await one(fleet, VENDOR)
    assert statuses == {"deferred": 1_000}
    assert state == "OPEN"
    assert {run.not_before for run in done.runs} == {retry_at}
    assert {run.fetched for run in done.runs} == {0}
    # Once a run is put off it is not due again before the vendor may be probed.
    early = "SELECT count(*) FROM ops.integration WHERE next_sync_at < %s"
    assert await one(fleet, early, retry_at) == (0,)

    statuses, pressed, _ = await cycle(fleet, force=True)
    assert statuses == {"deferred": 1_000}
    assert pressed == 0

    await fleet.pass_time(120 / HOUR_S)
    statuses, probed, _ = await cycle(fleet)
    assert statuses == {"deferred": 1_000}
    assert probed == 1
    assert found_out + pressed + probed <= MOST_CALLS

    fleet.box.clear()
    await fleet.pass_time(300 / HOUR_S)
    (recovered_at,) = await one(fleet, "SELECT clock_timestamp()")
    for _ in range(2):
        await cycle(fleet)
    assert await one(fleet, NOT_FRESH, list(DATASETS), recovered_at) == (0,)
    assert await one(fleet, VENDOR) == ("CLOSED", None)


@pytest.mark.parametrize("kind", ["error_500", "reset", "hang", "truncated"])
async def test_every_kind_of_outage_defers_every_run(fleet, kind, monkeypatch):
    impatient = partial(VendorClient, timeout=httpx.Timeout(1.5))
    monkeypatch.setattr(tools, "VendorClient", impatient)
    fleet.add_many(60, "samsara")
    fleet.box.faults(kind=kind, vendor="samsara")

    statuses, calls, _ = await cycle(fleet)

    assert statuses == {"deferred": 60}
    assert calls <= MOST_CALLS


@pytest.mark.parametrize("kind", ["unavailable_503", "reset"])
@pytest.mark.parametrize(
    ("tenants", "status"),
    [
        pytest.param(3, "deferred", id="three are evidence against the vendor"),
        pytest.param(2, "failed", id="two are not"),
    ],
)
async def test_a_run_fails_only_where_too_few_are_due_to_blame_the_vendor(
    fleet, kind, tenants, status
):
    fleet.add_many(tenants, "samsara")
    # Attempts follow each other at once here: the others must come before one has used up its own.
    slow = {"kind": "latency", "vendor": "samsara", "args": {"ms": 200}}
    fleet.box.faults(slow, {"kind": kind, "vendor": "samsara"})

    statuses, _, _ = await cycle(fleet)

    assert statuses == {status: tenants}


async def test_four_flow_runs_at_once_find_out_together(fleet):
    """As many as the deployments allow side by side."""
    fleet.add_many(200, "samsara")
    fleet.box.faults(kind="unavailable_503", vendor="samsara")

    four = await asyncio.gather(*(fleet.sync("samsara", datasets=DATASETS) for _ in range(4)))

    runs = [run for done in four for run in done.runs]
    assert Counter(run.status for run in runs) == {"deferred": len(runs)}
    assert len({run.integration_id for run in runs}) == 200
    assert fleet.box.stats()["total"] <= MOST_CALLS


async def test_an_outage_in_the_middle_of_a_cycle_meets_only_the_calls_under_way(fleet):
    fleet.add_many(300, "samsara")
    running = asyncio.create_task(cycle(fleet))
    await until(lambda: fleet.box.ledger.total >= 200)
    fleet.box.faults(kind="unavailable_503", vendor="samsara")

    statuses, _, _ = await running

    assert set(statuses) == {"success", "deferred"}
    refused = fleet.box.stats()["by_status"]["samsara 503"]
    assert refused <= 50 + MOST_CALLS  # as many as may be under way at a vendor that answers


async def test_after_the_rest_one_probes_and_the_others_follow_in_the_same_cycle(fleet):
    fleet.add_many(60, "samsara")
    fleet.box.faults(kind="unavailable_503", vendor="samsara")
    await cycle(fleet)
    fleet.box.clear()
    fleet.box.faults(kind="latency", vendor="samsara", args={"ms": 50})
    await fleet.pass_time()

    statuses, _, _ = await cycle(fleet)

    assert statuses == {"success": 60}
    alone = each_waited_for_the_one_before(fleet.box)
    assert alone[:2] == [True, True]  # two probes, one after the other, then all the others
    assert not all(alone)


async def test_what_a_person_reads_of_a_cycle_in_which_all_wait(fleet):
    fleet.add_many(12, "samsara")
    fleet.box.faults(kind="unavailable_503", vendor="samsara")

    state = await sync_samsara(force=True, return_state=True)

    assert (state.name, state.type.value) == ("Deferred", "COMPLETED")
    assert re.fullmatch(
        r"12 deferred of 12 integrations; 0 rows fetched, 0 changed\. "
        r"Samsara does not answer, so it is left alone: \d+ failures in a row\. "
        r"Next try at \d\d:\d\d:\d\d UTC\.",
        state.message,
    )
    run = await one(
        fleet, "SELECT DISTINCT error_kind, error_who, error_next_step FROM ops.sync_run"
    )
    assert run == (
        "deferred",
        "Who must act: nobody.",
        "Nothing to do: the next sync starts by itself at the time given.",
    )
