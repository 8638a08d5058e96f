"""Asking Prefect: one sentence when it cannot be asked."""

import httpx
import pytest

from console.orchestrator import Block, Orchestrator, OrchestratorError
from core.settings import Settings

SETTINGS = Settings(
    prefect_api_url="http://prefect.test/api", prefect_api_auth_string="ann:hidden", _env_file=None
)


def orchestrator(answer):
    return Orchestrator(SETTINGS, transport=httpx.MockTransport(answer))


async def test_a_run_is_started_from_its_deployment():
    asked = []

    def answer(request):
        asked.append((request.method, request.url.path, request.content))
        if request.method == "GET":
            return httpx.Response(200, json={"id": "d-1"})
        run = {"id": "f-1", "name": "calm-otter", "state": {"type": "SCHEDULED", "message": None}}
        return httpx.Response(201, json=run)

    async with orchestrator(answer) as prefect:
        run = await prefect.start("sync-acme", "acme", {"force": True})

    assert (run.id, run.state_type, run.is_over) == ("f-1", "SCHEDULED", False)
    assert asked[0][1] == "/api/deployments/name/sync-acme/acme"
    assert asked[1][2] == b'{"parameters":{"force":true}}'


async def test_credentials_travel_as_prefect_takes_them():
    def answer(request):
        assert request.headers["Authorization"].startswith("Basic ")
        return httpx.Response(200, json=[])

    async with orchestrator(answer) as prefect:
        assert await prefect.runs(["x"]) == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: httpx.Response(404), "no deployment sync-acme/acme"),
        (lambda _: httpx.Response(500, text="boom"), "status 500"),
        (lambda _: httpx.Response(403, text="Unauthorized"), "status 403"),
    ],
)
async def test_a_refusal_is_one_sentence(answer, said):
    async with orchestrator(answer) as prefect:
        with pytest.raises(OrchestratorError, match=said):
            await prefect.start("sync-acme", "acme", {})


async def test_no_answer_says_what_to_check():
    def answer(request):
        raise httpx.ConnectError("refused", request=request)

    async with orchestrator(answer) as prefect:
        with pytest.raises(OrchestratorError, match="make up"):
            await prefect.start("sync-acme", "acme", {})


async def test_a_block_is_changed_in_the_named_fields_only():
    """Prefect merges, so that what somebody saves in its UI meanwhile is kept."""
    asked = []
    block = {"id": "b-1", "name": "acme", "data": {"mode": "auto", "window_s": 120}}

    def answer(request):
        asked.append((request.method, request.url.path, request.content))
        return (
            httpx.Response(204) if request.method == "PATCH" else httpx.Response(200, json=[block])
        )

    async with orchestrator(answer) as prefect:
        found = await prefect.blocks("circuit-breaker")
        await prefect.change_block(found["acme"], {"mode": "disabled"})

    assert found["acme"].data == block["data"]
    assert asked[0][1] == "/api/block_types/slug/circuit-breaker/block_documents"
    assert asked[1] == (
        "PATCH",
        "/api/block_documents/b-1",
        b'{"data":{"mode":"disabled"},"merge_existing_data":true}',
    )


async def test_a_type_of_block_that_prefect_does_not_know_has_none():
    async with orchestrator(lambda _: httpx.Response(404)) as prefect:
        assert await prefect.blocks("circuit-breaker") == {}


async def test_a_block_that_is_gone_is_one_sentence():
    async with orchestrator(lambda _: httpx.Response(404)) as prefect:
        with pytest.raises(OrchestratorError, match="acme is gone from Prefect"):
            await prefect.change_block(Block("b-1", "acme", {}), {})
