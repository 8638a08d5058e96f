"""dlt, by hand: an extractor written for this one job, with dlt left to load the rows.

As many requests at once and the next page asked for before this one is handed on, as the product
does, on bare aiohttp and orjson; rows flattened here, so that dlt has no nesting to take apart.
What dlt's own way of fetching costs is in `dlt_plain`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import orjson

AT_ONCE = 100  # as in the product
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
        self.slots = asyncio.Semaphore(AT_ONCE)  # over both datasets, as in the product

    async def drivers(self) -> AsyncIterator[list[Row]]:
        """The drivers of all tenants, active and not."""
        asked = [(slug, {"driverActivationStatus": which})
                 for slug in self.keys for which in ACTIVATIONS]  # fmt: skip
        async for rows in self._all("/fleet/drivers", asked, driver):
            yield rows

    async def clocks(self) -> AsyncIterator[list[Row]]:
        """The clocks of all tenants."""
        asked: list[tuple[str, Row]] = [(slug, {}) for slug in self.keys]
        async for rows in self._all("/fleet/hos/clocks", asked, clock):
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
