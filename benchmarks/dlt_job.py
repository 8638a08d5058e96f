"""The same work by dlt, run in its own environment: `python dlt_job.py told.json`.

What it is given: as many requests at once and the next page asked for before this one is handed
on, as the product does; rows flattened by hand, so that it has no nesting to take apart; tables
typed beforehand. It measures itself after its imports.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import dlt
import orjson
from dlt.destinations import postgres

AT_ONCE = 50
HAND_ON_ROWS = 5_000
ACTIVATIONS = ("active", "deactivated")
Row = dict[str, Any]


def clock(sent: Row, slug: str) -> Row:
    """A clock, flat, with the columns that the product keeps."""
    clocks = sent.get("clocks") or {}
    cycle = clocks.get("cycle") or {}
    vehicle, broken = sent.get("currentVehicle") or {}, sent.get("violations") or {}
    return {
        "tenant": slug,
        "driver_id": sent["driver"]["id"],
        "driver_name": sent["driver"].get("name"),
        "duty_status": (sent.get("currentDutyStatus") or {}).get("hosStatusType"),
        "vehicle_id": vehicle.get("id"),
        "vehicle_name": vehicle.get("name"),
        "drive_ms": (clocks.get("drive") or {}).get("driveRemainingDurationMs"),
        "shift_ms": (clocks.get("shift") or {}).get("shiftRemainingDurationMs"),
        "cycle_ms": cycle.get("cycleRemainingDurationMs"),
        "cycle_tomorrow_ms": cycle.get("cycleTomorrowDurationMs"),
        "cycle_started_at": cycle.get("cycleStartedAtTime"),
        "break_ms": (clocks.get("break") or {}).get("timeUntilBreakDurationMs"),
        "shift_violation_ms": broken.get("shiftDrivingViolationDurationMs"),
        "cycle_violation_ms": broken.get("cycleViolationDurationMs"),
    }


def as_sent(sent: Row, slug: str) -> Row:
    """A row as the vendor sent it: dlt takes it apart itself."""
    found = sent.get("id") or sent["driver"]["id"]
    return {**sent, "tenant": slug, "driver_id": found}


def driver(sent: Row, slug: str) -> Row:
    """A driver; what is nested stays JSON text."""
    row = {
        key: orjson.dumps(value).decode() if isinstance(value, dict | list) else value
        for key, value in sent.items()
    }
    return {**row, "tenant": slug, "driver_id": row.pop("id")}


class Vendor:
    """The sandbox's Samsara, asked for the pages of many tenants at once."""

    def __init__(self, told: Row) -> None:
        self.base: str = told["url"] + "/samsara"
        self.keys: dict[str, str] = told["keys"]
        self.is_flat: bool = told["is_flat"]
        self.slots = asyncio.Semaphore(AT_ONCE)  # over both datasets, as in the product

    async def drivers(self) -> AsyncIterator[list[Row]]:
        """The drivers of all tenants, active and not."""
        asked = [(slug, {"driverActivationStatus": which})
                 for slug in self.keys for which in ACTIVATIONS]  # fmt: skip
        async for rows in self._all("/fleet/drivers", asked, driver if self.is_flat else as_sent):
            yield rows

    async def clocks(self) -> AsyncIterator[list[Row]]:
        """The clocks of all tenants."""
        asked: list[tuple[str, Row]] = [(slug, {}) for slug in self.keys]
        read = clock if self.is_flat else as_sent
        async for rows in self._all("/fleet/hos/clocks", asked, read):
            yield rows

    async def _all(
        self, path: str, asked: list[tuple[str, Row]], read: Any
    ) -> AsyncIterator[list[Row]]:
        """The rows of several lists, handed on in large pieces."""
        ready: asyncio.Queue[list[Row] | None] = asyncio.Queue(maxsize=2 * AT_ONCE)
        waiting: Iterator[tuple[str, Row]] = iter(asked)
        connector = aiohttp.TCPConnector(limit=AT_ONCE)
        async with aiohttp.ClientSession(connector=connector) as http:

            async def work() -> None:
                for slug, params in waiting:
                    await self._pages(http, path, slug, params, read, ready)
                await ready.put(None)

            tasks = [asyncio.create_task(work()) for _ in range(min(AT_ONCE, len(asked)))]
            left, held = len(tasks), list[Row]()
            while left:
                rows = await ready.get()
                if rows is None:
                    left -= 1
                    continue
                held += rows
                if len(held) >= HAND_ON_ROWS:
                    yield held
                    held = []
            await asyncio.gather(*tasks)
            if held:
                yield held

    async def _pages(
        self, http: aiohttp.ClientSession, path: str, slug: str, params: Row, read: Any,
        ready: asyncio.Queue[list[Row] | None],
    ) -> None:  # fmt: skip
        headers = {"Authorization": f"Bearer {self.keys[slug]}"}

        async def ask(cursor: str) -> Any:
            query = {"limit": "512", **params, **({"after": cursor} if cursor else {})}
            async with (
                self.slots,
                http.get(self.base + path, params=query, headers=headers) as answer,
            ):
                answer.raise_for_status()
                return orjson.loads(await answer.read())

        ahead: asyncio.Task[Any] | None = asyncio.create_task(ask(""))
        while ahead is not None:
            page = await ahead
            onward = page["pagination"]
            ahead = asyncio.create_task(ask(onward["endCursor"])) if onward["hasNextPage"] else None
            await ready.put([read(row, slug) for row in page["data"]])


def resources(told: Row) -> list[Any]:
    """The datasets asked for, as dlt's resources."""
    vendor = Vendor(told)
    made = {"drivers": vendor.drivers, "hos_clocks": vendor.clocks}
    times = {"cycle_started_at": {"data_type": "timestamp"}}
    return [
        dlt.resource(
            made[name](),
            name=name,
            primary_key=("tenant", "driver_id"),
            write_disposition={"disposition": "merge", "strategy": told["strategy"]},
            columns=times if name == "hos_clocks" and told["is_flat"] else None,
            max_table_nesting=0,
        )
        for name in told["datasets"]
    ]


def main(told: Row) -> None:
    """Run the pipeline once and write down what it cost."""
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=told["folder"],
        destination=postgres(told["database"]),
        dataset_name="fleet",
    )
    begun, used = time.monotonic(), time.process_time()
    below = resource.getrusage(resource.RUSAGE_CHILDREN)
    pipeline.run(resources(told), loader_file_format=told["format"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    status = Path("/proc/self/status").read_text()
    found = {
        "ready_at": begun,
        "wall_s": time.monotonic() - begun,
        "cpu_s": time.process_time() - used,
        "children_cpu_s": sum(after[:2]) - sum(below[:2]),
        "peak_mb": int(status.partition("VmHWM:")[2].split()[0]) / 1024,
    }
    Path(told["out"]).write_text(json.dumps(found, default=str))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
