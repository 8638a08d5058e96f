"""Asks Prefect to run a deployment and how the run goes; reads and edits its blocks.

Speaks Prefect's REST interface with httpx, because importing Prefect's own client costs a command
two seconds before it has done anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from core.errors import SallyError
from core.settings import Settings

FINAL = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})


class OrchestratorError(SallyError):
    """Prefect could not be asked, or refused. The text says what to do."""


@dataclass(frozen=True, slots=True)
class FlowRun:
    """A flow run as Prefect sees it. ``state_type``: SCHEDULED, PENDING, RUNNING, COMPLETED …"""

    id: str
    name: str
    state_type: str
    message: str

    @property
    def is_over(self) -> bool:
        """Whether it will not change any more."""
        return self.state_type in FINAL


@dataclass(frozen=True, slots=True)
class Block:
    """A block document as Prefect keeps it."""

    id: str
    name: str
    data: Mapping[str, Any]


class Orchestrator:
    """One Prefect server, asked over HTTP. ``timeout``: seconds for each question."""

    def __init__(
        self,
        settings: Settings,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float = 30,
    ) -> None:
        self._address = str(settings.prefect_api_url or "").rstrip("/")
        headers, auth = {}, None
        if settings.prefect_api_key:
            headers["Authorization"] = f"Bearer {settings.prefect_api_key.get_secret_value()}"
        if settings.prefect_api_auth_string:
            name, _, password = settings.prefect_api_auth_string.get_secret_value().partition(":")
            auth = httpx.BasicAuth(name, password)
        self._http = httpx.AsyncClient(
            base_url=self._address, headers=headers, auth=auth, timeout=timeout, transport=transport
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def start(
        self,
        flow: str,
        deployment: str,
        parameters: Mapping[str, object],
        idempotency_key: str | None = None,
    ) -> FlowRun:
        """Start a run of a deployment; its worker picks it up.

        ``idempotency_key``: whoever gives the same one gets the same run, however it stands by now.
        """
        found = await self._ask("GET", f"/deployments/name/{flow}/{deployment}")
        if found is None:
            raise OrchestratorError(
                f"Prefect at {self._address} has no deployment {flow}/{deployment}. "
                "Apply prefect.yaml with `prefect deploy --all`."
            )
        asked: dict[str, object] = {"parameters": dict(parameters)}
        if idempotency_key is not None:
            asked["idempotency_key"] = idempotency_key
        path = f"/deployments/{found['id']}/create_flow_run"
        return _flow_run(await self._ask("POST", path, asked))

    async def runs(self, ids: Sequence[str]) -> dict[str, FlowRun]:
        """The present state of these runs, by id."""
        asked = {"flow_runs": {"id": {"any_": list(ids)}}}
        return {
            run["id"]: _flow_run(run) for run in await self._ask("POST", "/flow_runs/filter", asked)
        }

    async def blocks(self, kind: str) -> dict[str, Block]:
        """Every block of one type, by name; ``kind``: the type as its address has it."""
        found = await self._ask("GET", f"/block_types/slug/{kind}/block_documents") or []
        return {each["name"]: Block(each["id"], each["name"], each["data"]) for each in found}

    async def change_block(self, block: Block, changes: Mapping[str, object]) -> None:
        """Set these fields of a block and leave the others as they are at that moment."""
        body = {"data": dict(changes), "merge_existing_data": True}
        if await self._ask("PATCH", f"/block_documents/{block.id}", body) is None:
            raise OrchestratorError(
                f"The block {block.name} is gone from Prefect at {self._address}. "
                "Somebody deleted it just now; look under Blocks in Prefect's UI."
            )

    async def _ask(self, method: str, path: str, body: object = None) -> Any:
        try:
            response = await self._http.request(method, path, json=body)
        except httpx.TransportError as error:
            raise OrchestratorError(
                f"Prefect at {self._address} does not answer ({type(error).__name__}). "
                "Check PREFECT_API_URL, or start the local stack with `make up`."
            ) from None
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        if response.is_error:
            raise OrchestratorError(
                f"Prefect at {self._address} refused {path.split('/')[1]} "
                f"with status {response.status_code}: {response.text[:200]}"
            )
        return response.json() if response.content else {}


def _flow_run(sent: Mapping[str, Any]) -> FlowRun:
    state = sent.get("state") or {}
    return FlowRun(
        id=sent["id"],
        name=sent["name"],
        state_type=state.get("type", "SCHEDULED"),
        message=state.get("message") or "",
    )
