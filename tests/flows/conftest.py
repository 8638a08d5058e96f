"""A real Prefect server, a real PostgreSQL and the sandbox: only the vendors are played."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from psycopg import AsyncConnection

import sandbox
from adapters import registry
from core import settings
from core.secrets import KeyRing
from core.settings import Settings
from deployments.stack import Part, running
from sandbox.box import Box
from store import integrations, tenants
from store.connection import connect, session
from tasks import sync as syncing
from tasks.sync import Done, Request, sync_vendor
from tests.conftest import with_database
from tests.support.passing import PASSING

KEY = "ab" * 32


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """The stack's own Prefect server, started once for all tests; the URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="sally-tests-prefect-"))
    folder.chmod(0o711)
    configured = Settings(sally_data=folder, sally_prefect_port=0, _env_file=None)
    with running(configured, want={Part.PREFECT}) as stack:
        home, api = stack.env["PREFECT_HOME"], stack.env["PREFECT_API_URL"]
        with temporary_settings({PREFECT_HOME: home, PREFECT_API_URL: api}):
            yield with_database(stack.env["DATABASE_URL"], "prefect")
            # What is still to be sent goes while there is a server to take it.
            for worker in (EventsWorker, APILogWorker):
                worker.drain_all(timeout=10)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def served_box() -> Iterator[Box]:
    """The sandbox, served from a thread of its own."""
    with sandbox.in_thread() as box:
        yield box


@pytest.fixture
def box(served_box: Box) -> Iterator[Box]:
    """The sandbox at a fixed instant, without faults and limits."""
    # A day behind the database's clock: tests move this one forward, and no further than that.
    served_box.freeze(datetime.now(UTC) - timedelta(days=1))
    served_box.limits.turn(on=False)
    served_box.reset_stats()
    yield served_box
    served_box.clear()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries follow at once."""
    monkeypatch.setattr(syncing.sync_batch, "retry_delay_seconds", 0)
    monkeypatch.setattr(syncing.sync_batch, "retry_jitter_factor", None)


@dataclass
class Fleet:
    """Tenants on the sandbox and the flows that sync them."""

    url: str
    box: Box
    conn: AsyncConnection[Any]

    def add(
        self, slug: str, *vendors: str, keys: dict[str, dict[str, str]] | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """A tenant of the sandbox with these vendors connected (all by default)."""
        held = keys or self.box.keys(slug)
        ring = KeyRing.parse(KEY)
        with session(self.url) as db:
            tenants.add(db, slug, slug.title(), is_sandbox=True)
            for vendor in registry.VENDORS:
                if not vendors or vendor.name in vendors:
                    integrations.add(
                        db, ring, slug, vendor.name, held[vendor.name],
                        poll_seconds=int(vendor.poll_every.total_seconds()), settings=settings,
                    )  # fmt: skip

    def add_many(self, count: int, vendor: str, drivers: int = 1) -> list[str]:
        """So many small tenants, each with this one vendor connected; their short names."""
        ring, slugs = KeyRing.parse(KEY), [f"t{number:04}" for number in range(1, count + 1)]
        every = int(registry.vendor(vendor).poll_every.total_seconds())
        with session(self.url) as db:
            for slug in slugs:
                keys = self.box.add_tenant(slug, drivers=drivers, loads=0)[vendor]
                tenants.add(db, slug, slug, is_sandbox=True)
                integrations.add(db, ring, slug, vendor, keys, poll_seconds=every)
        return slugs

    async def sync(self, vendor: str, tenant: str | None = None, **more: Any) -> Done:
        """One flow run of a vendor, through Prefect."""
        from prefect import flow

        asked = Request(tenant=tenant, force=more.pop("force", True), **more)

        @flow(name=f"test-{vendor}")
        async def run() -> Done:
            return await sync_vendor(registry.vendor(vendor), asked)

        return await run()

    async def pass_time(self, hours: float = 1) -> None:
        """Let all waits and rests that were decided lie so many hours further back."""
        for statement in PASSING:
            await self.conn.execute(statement, {"by": timedelta(hours=hours)})

    async def sync_all(self) -> list[Done]:
        """Every vendor once, in the order that places need."""
        return [await self.sync(vendor.name) for vendor in registry.VENDORS]


@pytest.fixture
async def fleet(
    prefect_server: str, database: str, box: Box, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Fleet]:
    """An empty database and the sandbox, wired as the stack wires them."""
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", KEY)
    monkeypatch.setenv("SALLY_SANDBOX_URL", box.url)
    # Tests ask more often than a vendor would take, and wait for nothing.
    for vendor in registry.VENDORS:
        monkeypatch.setenv(f"{vendor.name}_RATE_LIMIT".upper(), "1000000/s")
    settings.settings.cache_clear()
    async with connect(database) as conn:
        yield Fleet(database, box, conn)
    settings.settings.cache_clear()
