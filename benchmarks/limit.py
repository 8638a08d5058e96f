"""The limit of this machine: the same requests and rows with nothing around them.

    python -m benchmarks.limit told.json

aiohttp, orjson, binary COPY, one MERGE. Nothing is validated, nobody's credentials are opened, and
there are no runs, leases, cursors, quarantine, deletions or Prefect. No sync can be faster here.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import psycopg

from benchmarks import procs
from benchmarks.dlt_by_hand import ACTIVATIONS, AT_ONCE, Row, clock

CLOCK = """tenant text, driver_id text, driver_name text, duty_status text, vehicle_id text,
    vehicle_name text, drive_ms float8, shift_ms float8, cycle_ms float8, cycle_tomorrow_ms float8,
    cycle_started_at timestamptz, break_ms float8, shift_violation_ms float8,
    cycle_violation_ms float8"""
DRIVER = "tenant text, driver_id text, name text, sent jsonb"
COPY_ROWS = 4096
TABLES = {"drivers": DRIVER, "hos_clocks": CLOCK}


def clock_row(sent: Row, slug: str) -> tuple[Any, ...]:
    """A clock as it is copied."""
    made = clock(sent, slug)
    if made["cycle_started_at"]:
        made["cycle_started_at"] = datetime.fromisoformat(made["cycle_started_at"])
    return tuple(made.values())


def driver_row(sent: Row, slug: str) -> tuple[Any, ...]:
    """A driver as it is copied."""
    return slug, sent["id"], sent.get("name"), orjson.dumps(sent).decode()


class Landing:
    """The way to the tables: COPY as rows come, MERGE at the end."""

    def __init__(self, conn: psycopg.AsyncConnection[Any], names: list[str]) -> None:
        self.conn, self.lock = conn, asyncio.Lock()
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in names}

    async def do(self, statement: str) -> None:
        """Run a statement; its words come from this file."""
        await self.conn.execute(statement.encode())

    async def prepare(self) -> None:
        """Make the tables."""
        await self.do("CREATE SCHEMA IF NOT EXISTS fleet")
        for name in self.rows:
            key = "PRIMARY KEY (tenant, driver_id)"
            await self.do(f"CREATE TABLE IF NOT EXISTS fleet.{name} ({TABLES[name]}, {key})")
            await self.do(f"CREATE TEMPORARY TABLE stage_{name} ({TABLES[name]})")

    async def put(self, name: str, rows: list[tuple[Any, ...]]) -> None:
        """Keep rows until there are enough for a COPY."""
        self.rows[name] += rows
        if len(self.rows[name]) >= COPY_ROWS:
            await self.copy(name)

    async def copy(self, name: str) -> None:
        """COPY what is kept."""
        rows, self.rows[name] = self.rows[name], []
        copied = f"COPY stage_{name} FROM STDIN (FORMAT binary)".encode()
        async with self.lock, self.conn.cursor() as cursor, cursor.copy(copied) as copy:
            copy.set_types([kind for _, kind in columns(name)])
            for row in rows:
                await copy.write_row(row)

    async def merge(self, name: str) -> None:
        """Write the rows that differ."""
        await self.copy(name)
        await self.do(f"ANALYZE stage_{name}")
        names = [column for column, _ in columns(name)]
        ours, theirs = (", ".join(f"{one}.{column}" for column in names) for one in ("s", "t"))
        changed = ", ".join(f"{column} = s.{column}" for column in names[2:])
        await self.do(
            f"MERGE INTO fleet.{name} t USING stage_{name} s "
            f"ON t.tenant = s.tenant AND t.driver_id = s.driver_id "
            f"WHEN MATCHED AND ({theirs}) IS DISTINCT FROM ({ours}) THEN UPDATE SET {changed} "
            f"WHEN NOT MATCHED THEN INSERT ({', '.join(names)}) VALUES ({ours})"
        )


class Sync:
    """One run over all tenants."""

    def __init__(self, told: Row, http: aiohttp.ClientSession, landing: Landing) -> None:
        self.base: str = told["url"] + "/samsara"
        self.http, self.landing = http, landing
        self.slots = asyncio.Semaphore(AT_ONCE)

    async def tenant(self, slug: str, key: str) -> None:
        """All that is asked for one tenant."""
        if "drivers" in self.landing.rows:
            for which in ACTIVATIONS:
                asked = {"driverActivationStatus": which}
                await self.pages("drivers", slug, key, "/fleet/drivers", asked, driver_row)
        await self.pages("hos_clocks", slug, key, "/fleet/hos/clocks", {}, clock_row)

    async def pages(
        self, name: str, slug: str, key: str, path: str, params: Row, read: Any
    ) -> None:
        """The pages of one list; the next one is on its way while this one is read."""
        headers = {"Authorization": f"Bearer {key}"}

        async def ask(cursor: str) -> Any:
            query = {"limit": "512", **params, **({"after": cursor} if cursor else {})}
            asked = self.http.get(self.base + path, params=query, headers=headers)
            async with self.slots, asked as answer:
                answer.raise_for_status()
                return orjson.loads(await answer.read())

        ahead: asyncio.Task[Any] | None = asyncio.create_task(ask(""))
        while ahead is not None:
            page = await ahead
            onward = page["pagination"]
            ahead = asyncio.create_task(ask(onward["endCursor"])) if onward["hasNextPage"] else None
            await asyncio.sleep(0)  # the request leaves before the page is taken apart
            await self.landing.put(name, [read(row, slug) for row in page["data"]])


def columns(name: str) -> list[tuple[str, str]]:
    """The columns of a table with their types."""
    pairs = [column.split() for column in TABLES[name].split(",")]
    return [(title, kind) for title, kind in pairs]


async def sync(told: Row) -> None:
    """Fetch and stage, then land in one transaction."""
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    database = psycopg.AsyncConnection.connect(told["database"], autocommit=True)
    async with aiohttp.ClientSession(connector=connector) as http, await database as conn:
        landing = Landing(conn, told["datasets"])
        await landing.prepare()
        run = Sync(told, http, landing)
        await asyncio.gather(*(run.tenant(slug, key) for slug, key in told["keys"].items()))
        async with conn.transaction():
            for name in told["datasets"]:
                await landing.merge(name)


def main(told: Row) -> None:
    """Run it once and write down what it cost."""
    begun, used = time.monotonic(), time.process_time()
    asyncio.run(sync(told))
    found = {
        "wall_s": time.monotonic() - begun,
        "cpu_s": time.process_time() - used,
        "children_cpu_s": 0.0,
        "peak_mb": procs.peak_mb(),
    }
    Path(told["out"]).write_text(json.dumps(found))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
