"""“Sync now” against a real Prefect server: however often it is asked, one flow run."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from prefect.settings import PREFECT_API_URL

from console import syncing
from console.orchestrator import Orchestrator
from core.settings import Settings
from store.connected import Connected

NOW = datetime.now(UTC)


@pytest.fixture
async def api(prefect_server):
    """Asks the server's REST interface; a deployment of that name is there for these tests."""
    async with httpx.AsyncClient(base_url=PREFECT_API_URL.value()) as http:
        flow = (await http.post("/flows/", json={"name": "sync-acme"})).json()
        made = await http.post("/deployments/", json={"name": "acme", "flow_id": flow["id"]})
        yield http
        await http.delete(f"/deployments/{made.json()['id']}")


def ask():
    return Orchestrator(Settings(_env_file=None, prefect_api_url=PREFECT_API_URL.value()))


def integration(**changed):
    made = Connected(
        id=uuid4(), vendor="acme", status="active", fingerprint="", key_changed_at=NOW,
        settings={}, poll_seconds=300, next_sync_at=NOW, last_started_at=None,
        last_success_at=None, last_run_status=None, consecutive_failures=0, error_kind=None,
        error_happened=None, error_who=None, error_next_step=None, created_at=NOW, updated_at=NOW,
        running=None, age_level="fresh", age_said=None, breaker_state="CLOSED",
        breaker_retry_at=None, now=NOW,
    )  # fmt: skip
    return replace(made, **changed)


async def test_many_who_ask_at_once_get_one_flow_run(api):
    one = integration()

    found = await asyncio.gather(*(syncing.start(ask, one, "acme") for _ in range(5)))

    assert len({each.flow_run_id for each in found}) == 1
    asked = (await api.get(f"/flow_runs/{found[0].flow_run_id}")).json()
    assert asked["parameters"] == {"tenant": "acme", "datasets": [], "force": True}


async def test_after_a_claim_or_an_end_there_is_another(api):
    """One that was cancelled does not stand in the way, nor one whose sync has begun and ended."""
    one = integration()
    first = await syncing.start(ask, one, "acme")
    cancelled = {"state": {"type": "CANCELLED"}, "force": True}
    await api.post(f"/flow_runs/{first.flow_run_id}/set_state", json=cancelled)

    second = await syncing.start(ask, one, "acme")
    claimed = await syncing.start(ask, replace(one, last_started_at=NOW), "acme")

    assert len({first.flow_run_id, second.flow_run_id, claimed.flow_run_id}) == 3


async def test_two_tenants_do_not_share_a_flow_run(api):
    first = await syncing.start(ask, integration(), "acme")
    second = await syncing.start(ask, integration(), "bluemesa")

    assert first.flow_run_id != second.flow_run_id
