"""Many processes want one driver at once: the vendor is asked once, whoever dies on the way."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

from core.settings import PROJECT

PROCESSES, READERS = 4, 50
# A process that has answered before. It says when it is ready, reads on the word, and tells what
# each of its readers was answered.
READER = """
import asyncio, json, sys
import tasks.hos_live
from tasks.hos import desk
slug, driver, readers, budget_s, lease_s = sys.argv[1:]
async def main():
    async with desk(budget_s=float(budget_s), lease_s=float(lease_s)) as opened:
        await opened.look(slug, driver)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        asked = [opened.read(slug, driver) for _ in range(int(readers))]
        print(json.dumps([
            [one.source, one.as_of.isoformat(), one.why and one.why.kind]
            for one in await asyncio.gather(*asked)
        ]), flush=True)
asyncio.run(main())
"""


@asynccontextmanager
async def reader(driver: str, readers: int, budget_s: float = 3.0, lease_s: float = 5.0):
    """A process of its own that is ready to read."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", READER, "acme", driver, str(readers), str(budget_s), str(lease_s),
        cwd=PROJECT, env=dict(os.environ), stdin=PIPE, stdout=PIPE,
    )  # fmt: skip
    try:
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def go(process: Process) -> None:
    process.stdin.write(b"go\n")


async def answers(process: Process):
    return json.loads(await process.stdout.readline())


async def all_at_once(driver: str):
    """What every reader of every process was answered; all of them asked in one moment."""
    async with AsyncExitStack() as opened:
        starting = [opened.enter_async_context(reader(driver, READERS)) for _ in range(PROCESSES)]
        processes = await asyncio.gather(*starting)
        for process in processes:
            go(process)
        said = await asyncio.gather(*map(answers, processes))
    return [tuple(one) for process in said for one in process]


async def aged_driver(hours) -> str:
    """A driver whose last reading is too old."""
    hours.add()
    await hours.sync()
    await hours.age(minutes=42)
    hours.box.reset_stats()
    return hours.driver(duty_status="driving")["driver_id"]


async def test_two_hundred_readers_cause_one_call(hours):
    """Dispatchers who all refresh at once, in several processes, read the one new answer."""
    driver = await aged_driver(hours)
    hours.box.faults(kind="latency", vendor="samsara", args={"ms": 300})

    said = await all_at_once(driver)

    assert len(said) == PROCESSES * READERS
    assert hours.asked == 1
    (as_of,) = {as_of for _, as_of, _ in said}
    assert datetime.now(UTC) - datetime.fromisoformat(as_of) < timedelta(minutes=1)
    assert {why for _, _, why in said} == {None}
    # Who came when the answer had landed read it as a fresh one.
    assert {source for source, _, _ in said} <= {"live", "cache"}


async def test_two_hundred_readers_of_a_silent_vendor_cause_one_asking(hours):
    """Its two attempts, and the same reason for everybody."""
    driver = await aged_driver(hours)
    hours.box.faults(kind="latency", vendor="samsara", args={"ms": 100})
    hours.box.faults(kind="error_500", vendor="samsara")

    said = await all_at_once(driver)

    assert hours.asked == 2
    assert {(source, why) for source, _, why in said} == {("stale", "vendor_unavailable")}
    assert len(said) == PROCESSES * READERS


async def test_who_dies_asking_delays_the_others_by_its_lease_at_most(hours):
    """Killed in the middle of the call: another takes over and gets the answer."""
    driver = await aged_driver(hours)
    lease_s, budget_s = 2.0, 1.5
    hours.box.faults(kind="hang", vendor="samsara", times=1)
    async with (
        reader(driver, 1, budget_s, lease_s) as first,
        reader(driver, 5, budget_s, lease_s) as second,
    ):
        go(first)
        await until(lambda: hours.box.stats()["running"])
        go(second)
        first.kill()
        began = time.monotonic()
        said = await answers(second)
        waited = time.monotonic() - began

    assert [(source, why) for source, _, why in said] == [("live", None)] * 5
    assert waited < lease_s + 1.5
    assert hours.asked == 2, "the one that nobody waits for, and the one that was answered"


async def until(holds) -> None:
    """Wait for what another process does."""
    ends = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends
        await asyncio.sleep(0.01)


async def test_who_stops_waiting_stops_nobody_else(hours):
    """A closed browser tab: the asking goes on for the others of this process."""
    driver = await aged_driver(hours)
    hours.box.faults(kind="latency", vendor="samsara", args={"ms": 200})
    impatient = asyncio.create_task(hours.read(driver))
    patient = asyncio.create_task(hours.read(driver))
    await until(lambda: hours.box.stats()["running"])

    impatient.cancel()

    assert (await patient).source == "live"
    assert hours.asked == 1


async def test_nothing_is_held_while_the_vendor_is_asked(hours):
    """No transaction and no lock: else a slow vendor would hold up syncs and vacuum."""
    driver = await aged_driver(hours)
    hours.box.faults(kind="latency", vendor="samsara", args={"ms": 400})
    asking = asyncio.create_task(hours.read(driver))
    await until(lambda: hours.box.stats()["running"])

    held = await hours.rows(
        "SELECT state, query FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
    )
    locks = await hours.rows("SELECT mode FROM pg_locks WHERE relation = 'ops.hos_live'::regclass")

    assert (held, locks) == ([], [])
    assert (await asking).source == "live"
