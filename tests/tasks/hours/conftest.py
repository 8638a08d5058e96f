"""Tenants on the sandbox with synced rows, without Prefect: what answers about hours stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import stamina
from psycopg import AsyncConnection

import sandbox
from adapters import registry
from adapters._kit.http import VendorClient
from core import settings
from core.hours_override import Override
from core.secrets import KeyRing
from models.asking import Ask
from models.hours import DriverHours
from sandbox.box import Box
from store import claims, hos, integrations, overrides, tenants
from store.connection import connect, session
from store.loading import DatasetResult, RunClose, RunResult, Staging
from store.lookup import database_now
from tasks.hos import Desk, desk
from tasks.hos_answer import feeds

KEY = "ab" * 32
CLOCKS = "samsara /fleet/hos/clocks"
CLOCK_NAMES = ("drive", "shift", "break", "cycle")


@pytest.fixture(scope="session")
def served_box() -> Iterator[Box]:
    """The sandbox, served from a thread of its own."""
    with sandbox.in_thread() as box:
        yield box


@pytest.fixture
def box(served_box: Box) -> Iterator[Box]:
    """The sandbox at a fixed instant, without faults and limits."""
    served_box.freeze("2026-10-07T18:00:00Z")  # a Wednesday afternoon in the US: trucks drive
    served_box.limits.turn(on=False)
    served_box.reset_stats()
    yield served_box
    served_box.clear()


@pytest.fixture
def _quick_retries() -> Iterator[None]:
    """The second attempt follows at once."""
    stamina.set_testing(True, attempts=2, cap=True)
    yield
    stamina.set_testing(False)


@dataclass
class Hours:
    """A database, the sandbox, and a desk that answers for drivers' hours."""

    url: str
    box: Box
    conn: AsyncConnection[Any]
    desk: Desk

    def add(self, slug: str = "acme", keys: dict[str, str] | None = None) -> None:
        """A tenant of the sandbox, connected to Samsara."""
        held = keys or self.box.keys(slug)["samsara"]
        with session(self.url) as db:
            tenants.add(db, slug, slug.title(), is_sandbox=True)
            integrations.add(
                db, KeyRing.parse(KEY), slug, "samsara", held, poll_seconds=300
            )  # fmt: skip

    async def sync(
        self, slug: str = "acme", datasets: Sequence[str] = ("drivers", "hos_clocks")
    ) -> None:
        """What a sync brings, without the flow around it."""
        vendor = registry.vendor("samsara")
        (claim,) = await claims.claim(
            self.conn, vendor="samsara", flow_run_id="test", batch="1", limit=1, poll_seconds=300,
            tenant_slugs=[slug], datasets=datasets, force=True,
        )  # fmt: skip
        key = self.box.keys(slug)["samsara"]
        results = []
        async with Staging.connected(self.url) as staging, VendorClient(vendor) as client:
            await staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
            session = client.session(self.box.base("samsara"), key)
            for dataset in map(vendor.dataset, datasets):
                now = await database_now(self.conn)
                pages = dataset.pages(session.for_dataset(dataset), Ask(now))
                rows = [dataset.read(row) async for page in pages for row in page]
                await staging.add(claim.run_id, dataset.record, rows)
                results.append(
                    DatasetResult(
                        dataset.name, dataset.record, "success", fetched=len(rows),
                        is_complete=True, is_snapshot=True, started_at=now,
                    )
                )  # fmt: skip
            end = RunResult(claim.run_id, claim.integration_id, RunClose("success"), results)
            assert (await staging.land([end]))[claim.run_id].error is None

    async def age(self, **by: float) -> None:
        """Everything that was confirmed, was so this much earlier."""
        earlier = timedelta(**by)
        await self.conn.execute(
            "UPDATE ops.dataset_state SET confirmed_at = confirmed_at - %(by)s::interval",
            {"by": earlier},
        )
        await self.conn.execute(
            "UPDATE ops.hos_live SET confirmed_at = confirmed_at - %(by)s::interval,"
            " landed_at = landed_at - %(by)s::interval",
            {"by": earlier},
        )

    async def read(self, driver: str, slug: str = "acme", **more: Any) -> DriverHours:
        """One answer of the desk."""
        return await self.desk.read(slug, driver, **more)

    def driver(self, slug: str = "acme", **like: Any) -> dict[str, Any]:
        """The clocks of the first driver that is so, as they truly are."""
        for row in self.box.truth(slug)["hos_clocks"]:
            if all(row[name] == value for name, value in like.items()):
                return row
        raise LookupError(like)

    @property
    def asked(self) -> int:
        """How often the vendor was asked for clocks since the last reset."""
        return self.box.stats()["by_path"].get(CLOCKS, 0)

    async def rows(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return await (await self.conn.execute(statement, arguments)).fetchall()

    async def row(self, statement: str, *arguments: object) -> tuple[Any, ...]:
        """The one row that a query finds."""
        (found,) = await self.rows(statement, *arguments)
        return found


@pytest.fixture
async def hours(
    database: str, box: Box, monkeypatch: pytest.MonkeyPatch, _quick_retries: None
) -> AsyncIterator[Hours]:
    """An empty database and the sandbox, wired as the stack wires them, and an open desk."""
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", KEY)
    monkeypatch.setenv("SALLY_SANDBOX_URL", box.url)
    settings.settings.cache_clear()
    async with connect(database) as conn, desk() as opened:
        yield Hours(database, box, conn, opened)
    settings.settings.cache_clear()


@pytest.fixture
async def acme(hours: Hours) -> dict[str, Any]:
    """A synced tenant with a driver at the wheel; his true clocks."""
    hours.add()
    await hours.sync()
    hours.box.reset_stats()
    return hours.driver(duty_status="driving")


def left(clocks: Any) -> list[int | None]:
    """The four clocks of an answer, of a reading."""
    return [getattr(clocks, f"{name}_s") for name in CLOCK_NAMES]


def truly(row: dict[str, Any]) -> list[int | None]:
    """The four clocks of a driver, as they truly are."""
    return [row[f"{name}_remaining_s"] for name in CLOCK_NAMES]


async def enter(hours: Hours, row: dict[str, Any], **more: Any) -> None:
    """Ann enters two hours of driving for a driver, for six hours."""
    found = await hos.look(hours.conn, await tenant_id(hours), row["driver_id"], feeds())
    given = {"drive_s": 7200, "expires_at": found.read_at + timedelta(hours=6)} | more
    wanted = Override(author="Ann", reason="ELD malfunction", created_at=found.read_at, **given)
    with session(hours.url) as db:
        overrides.enter(db, found, wanted, actor="Ann")


async def tenant_id(hours: Hours, slug: str = "acme") -> UUID:
    """The id of a tenant."""
    found: UUID = (await hours.row("SELECT id FROM ops.tenant WHERE slug = %s", slug))[0]
    return found
