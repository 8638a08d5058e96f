"""Prefect played over its REST interface: a flow run that is asked for really syncs, or plans.

The sandbox is asked and the rows land by the statements of a sync; only the flow is not Prefect's.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx
import orjson

from adapters import registry
from adapters._kit.http import VendorClient, VendorSession
from adapters._kit.vendor import Dataset
from core.errors import VendorError
from core.secrets import KeyRing, Owner
from models.asking import Ask
from sandbox.box import Box
from store import claims
from store.claims import Claim
from store.connection import Connection, connect
from store.loading import DatasetResult, RunResult, Staging
from store.lookup import database_now
from tasks import outcome
from tasks.planning import plan_load
from tests.support.console import KEY


class PlayedPrefect:
    """Answers what the console asks. ``is_away``: not at all. ``cancels``: every run."""

    def __init__(self, url: str, box: Box) -> None:
        self.url, self.box = url, box
        self.is_away = self.cancels = False
        self.asked: dict[str, dict[str, Any]] = {}
        self.go = threading.Event()
        self.go.set()
        self._threads: list[threading.Thread] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        if self.is_away:
            raise httpx.ConnectError("nobody listens", request=request)
        if request.url.path.endswith("/create_flow_run"):
            return httpx.Response(201, json=self._run(request))
        if request.url.path.endswith("/flow_runs/filter"):
            return httpx.Response(200, json=list(self.asked.values()))
        vendor = request.url.path.rpartition("/")[2]
        return httpx.Response(200, json={"id": vendor})

    def _run(self, request: httpx.Request) -> dict[str, Any]:
        body = orjson.loads(request.content)
        key = body.get("idempotency_key") or str(uuid4())
        if key in self.asked:
            return self.asked[key]
        run = {"id": str(uuid4()), "name": "played", "state": {"type": "SCHEDULED"}}
        self.asked[key] = run
        if self.cancels:
            run["state"] = {"type": "CANCELLED"}
            return run
        vendor = request.url.path.split("/")[-2]
        told = body["parameters"]
        what = self._plan(told, run) if "load" in told else self._sync(vendor, told["tenant"], run)
        thread = threading.Thread(target=lambda: asyncio.run(what), daemon=True)
        self._threads.append(thread)
        thread.start()
        return run

    async def _plan(self, told: dict[str, Any], run: dict[str, Any]) -> None:
        await asyncio.to_thread(self.go.wait, 10)
        await plan_load(self.url, told["tenant"], told["load"], by="a test")
        run["state"] = {"type": "COMPLETED"}

    async def _sync(self, name: str, slug: str, run: dict[str, Any]) -> None:
        vendor = registry.vendor(name)
        wanted = [each.name for each in vendor.datasets if not each.needs_places][:2]
        async with AsyncExitStack() as stack:
            conn = await stack.enter_async_context(connect(self.url))
            (claim,) = await claims.claim(
                conn, vendor=name, flow_run_id=run["id"], batch="1", limit=1, poll_seconds=300,
                tenant_slugs=[slug], datasets=wanted, force=True,
            )  # fmt: skip
            await asyncio.to_thread(self.go.wait, 10)
            staging = await stack.enter_async_context(Staging.connected(self.url))
            client = await stack.enter_async_context(VendorClient(vendor))
            await staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
            owner = Owner(claim.tenant_id, name, claim.integration_id)
            session = client.session(
                self.box.base(name), KeyRing.parse(KEY).open(claim.sealed, owner)
            )
            results = [
                await _fetched(conn, staging, claim, session, vendor.dataset(each))
                for each in wanted
            ]
            end = outcome.close(results, not_before=None, attempts=1, poll_every=vendor.poll_every)
            await staging.land([RunResult(claim.run_id, claim.integration_id, end, results)])
        run["state"] = {"type": "COMPLETED"}

    def close(self) -> None:
        """Wait for what is under way."""
        self.go.set()
        for thread in self._threads:
            thread.join(15)


async def _fetched(
    conn: Connection, staging: Staging, claim: Claim, session: VendorSession, dataset: Dataset
) -> DatasetResult:
    now = await database_now(conn)
    try:
        pages = dataset.pages(session.for_dataset(dataset), Ask(now))
        rows = [dataset.read(row) async for page in pages for row in page]
    except VendorError as error:
        return DatasetResult(
            dataset.name, dataset.record, "failed", error=outcome.error_fields(error)
        )
    await staging.add(claim.run_id, dataset.record, rows)
    return DatasetResult(
        dataset.name, dataset.record, "success", fetched=len(rows), is_complete=True,
        is_snapshot=dataset.is_snapshot, started_at=now,
    )  # fmt: skip
