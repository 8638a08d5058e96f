"""Eight processes with one key call one vendor: what is decided in one holds in all of them.

Real processes, PostgreSQL and HTTP; times are compared on one machine's clock. A call that was on
its way when a decision was made arrives a moment later, so arrivals count from ``GRACE_S`` on.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

import sandbox

PROCESSES = 8
GRACE_S = 0.6
REST_S = 1.5
CLOSED = """
SELECT extract(epoch FROM happened_at)::float8 FROM ops.breaker_event
WHERE to_state = 'CLOSED' AND integration_id IS NOT NULL
"""


@pytest.fixture
def box():
    with sandbox.in_thread() as served:
        served.limits.turn(on=False)
        yield served


@dataclass
class Crowd:
    """The processes, and what they and the vendor saw."""

    box: Any
    conn: Any
    probes: asyncio.Queue[int]

    def arrivals(self, since: float, until: float) -> int:
        """Calls that reached the vendor between two instants."""
        log = self.box.stats(log=20_000)["log"]
        return sum(since <= entry["wall"] - entry["seconds"] < until for entry in log)

    async def until(self, statement: str, seconds: float = 30) -> Any:
        """The first row of a query, as soon as there is one."""
        async with asyncio.timeout(seconds):
            while True:
                row = await (await self.conn.execute(statement)).fetchone()
                if row is not None:
                    return row
                await asyncio.sleep(0.02)

    async def transitions(self) -> list[tuple[str, float]]:
        """Each state of the integration's breaker, and since when."""
        found = await self.conn.execute(
            "SELECT to_state, extract(epoch FROM happened_at)::float8 FROM ops.breaker_event"
            " WHERE integration_id IS NOT NULL ORDER BY happened_at"
        )
        return [(row[0], row[1]) for row in await found.fetchall()]


@pytest.fixture
async def crowd(database, conn, box, whose) -> Callable[..., Any]:
    """Starts them: ``async with crowd(lease_s=2) as running``."""

    @asynccontextmanager
    async def start(lease_s: float = 30.0) -> AsyncIterator[Crowd]:
        one = whose[0]
        orders = {
            "processes": PROCESSES, "rest_s": REST_S, "lease_s": lease_s,
            "database": database, "base": box.base("samsara"),
            "key": box.keys("acme")["samsara"]["api_key"], "fingerprint": one.fingerprint,
            "integration": str(one.integration_id), "tenant": str(one.tenant_id),
        }  # fmt: skip
        # Paced by nothing but what the tests are about.
        env = {**os.environ, "SAMSARA_RATE_LIMIT": "1000000/s"}
        parent = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.hammer", json.dumps(orders), env=env,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        running = Crowd(box, conn, asyncio.Queue())
        reading = asyncio.create_task(_read(parent, running.probes))
        try:
            yield running
        finally:
            parent.stdin.close()
            async with asyncio.timeout(30):
                await parent.wait()
            await reading

    return start


async def _read(process: asyncio.subprocess.Process, probes: asyncio.Queue[int]) -> None:
    async for line in process.stdout:
        probes.put_nowait(int(line.split()[1]))


async def test_open_means_no_call_and_half_open_exactly_one(crowd, box):
    async with crowd() as running:
        await running.until("SELECT 1 FROM ops.rate_gate")
        box.faults(kind="error_500", vendor="samsara")
        # Opened, probed in vain, opened again for twice as long, and probed again.
        await running.until("SELECT 1 FROM ops.breaker WHERE openings = 2 AND state = 'OPEN'")
        box.clear()
        await running.until(CLOSED)
        seen = await running.transitions()

    states = [state for state, _ in seen]
    assert states == ["OPEN", "HALF_OPEN", "OPEN", "HALF_OPEN", "CLOSED"]
    first, probed, second, again, closed = (at for _, at in seen)
    assert running.arrivals(0, first) >= 5
    assert running.arrivals(first + GRACE_S, probed) == 0
    assert running.arrivals(probed, second) == 1
    assert running.arrivals(second + GRACE_S, again) == 0
    assert running.arrivals(again, closed) == 2
    assert probed - first >= REST_S
    assert again - second >= 2 * REST_S


async def test_after_a_refusal_nobody_calls_until_the_vendor_said(crowd, box):
    async with crowd() as running:
        await running.until("SELECT 1 FROM ops.rate_gate")
        box.faults(kind="rate_limited", vendor="samsara", times=1, args={"retry_after": "2.5"})
        (until,) = await running.until(
            "SELECT extract(epoch FROM not_before)::float8 FROM ops.rate_gate"
            " WHERE not_before IS NOT NULL"
        )
        await running.until(
            "SELECT 1 FROM ops.rate_gate WHERE not_before + interval '0.5 s' < now()"
        )

    assert running.arrivals(until - 2.5 + GRACE_S, until) == 0
    assert running.arrivals(until, until + 1) > 0


async def test_a_killed_prober_delays_the_recovery_by_its_lease_at_most(crowd, box):
    lease_s = 2.0
    async with crowd(lease_s) as running:
        await running.until("SELECT 1 FROM ops.rate_gate")
        box.faults(kind="error_500", vendor="samsara")
        await running.until("SELECT 1 FROM ops.breaker WHERE state = 'OPEN'")
        box.clear()
        box.faults(kind="hang", vendor="samsara", times=1)
        async with asyncio.timeout(20):
            first = await running.probes.get()
        os.kill(first, signal.SIGKILL)
        (expires,) = await running.until(
            "SELECT extract(epoch FROM probe_expires_at)::float8 FROM ops.breaker"
            " WHERE probe_owner IS NOT NULL"
        )
        async with asyncio.timeout(20):
            second = await running.probes.get()
        (closed,) = await running.until(CLOSED)

    assert second != first
    assert closed > expires
    assert running.arrivals(expires - lease_s + GRACE_S, expires) == 0
