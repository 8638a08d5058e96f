"""What the adapters' tests share: recorded payloads, vendors that answer as told, raw servers."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from ssl import SSLContext
from typing import Any

import httpx
import pytest

from adapters._kit.http import VendorClient, VendorSession
from adapters._kit.vendor import Unreadable, Vanished, Vendor
from core.errors import RecordInvalid
from models.asking import Ask

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
KEY = "k3y-9f8e7d6c5b4a"
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)

Answer = Callable[[httpx.Request], httpx.Response]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def credentials(vendor: Vendor) -> dict[str, str]:
    return {field.name: KEY for field in vendor.credentials}


@pytest.fixture
def recorded() -> Callable[[str, str], bytes]:
    """The bytes of a recorded payload: ``recorded("samsara", "me_200")``."""

    def read(vendor: str, name: str) -> bytes:
        return (FIXTURES / vendor / f"{vendor}_{name}.json").read_bytes()

    return read


@pytest.fixture
async def answered() -> AsyncIterator[Callable[[Vendor, Answer], Awaitable[VendorSession]]]:
    """A session with a vendor that answers as told, without a network."""
    async with AsyncExitStack() as stack:

        async def open_session(vendor: Vendor, answer: Answer) -> VendorSession:
            client = VendorClient(vendor, transport=httpx.MockTransport(answer))
            await stack.enter_async_context(client)
            return client.session("https://vendor.test/base", credentials(vendor))

        yield open_session


@pytest.fixture
def served() -> Callable[[Serve], Any]:
    """A server on loopback that speaks bytes: what no mock can do."""

    @asynccontextmanager
    async def serve(handle: Serve, tls: SSLContext | None = None) -> AsyncIterator[str]:
        server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        try:
            yield f"{'https' if tls else 'http'}://localhost:{port}"
        finally:
            server.close()

    return serve


class Fetched:
    """What a dataset's fetch brought, row by row."""

    def __init__(self) -> None:
        self.pages = 0
        self.rows = 0
        self.records: list[Any] = []
        self.children: list[Any] = []
        self.unreadable: list[Unreadable] = []
        self.invalid: list[RecordInvalid] = []
        self.vanished: list[str] = []


@pytest.fixture
def fetched() -> Callable[..., Awaitable[Fetched]]:
    """Read a dataset as the sync does; ``into`` keeps what came before an error."""

    async def fetch(
        session: VendorSession, name: str, ask: Ask | None = None, into: Fetched | None = None
    ) -> Fetched:
        dataset = session.client.vendor.dataset(name)
        bag = into or Fetched()
        async for page in dataset.pages(session.for_dataset(dataset), ask or Ask(now=NOW)):
            bag.pages += 1
            for row in page:
                bag.rows += 1
                _put(bag, dataset, row)
        return bag

    return fetch


def _put(bag: Fetched, dataset: Any, row: Any) -> None:
    if isinstance(row, Unreadable):
        bag.unreadable.append(row)
    elif isinstance(row, Vanished):
        bag.vanished.append(row.vendor_id)
    else:
        try:
            record = dataset.read(row)
            children = dataset.children.read(row) if dataset.children else []
        except RecordInvalid as error:
            bag.invalid.append(error)
        else:
            bag.records.append(record)
            bag.children += children


@pytest.fixture
def new_bag() -> type[Fetched]:
    return Fetched


@pytest.fixture
def json_answer() -> Callable[..., httpx.Response]:
    def answer(value: object, status: int = 200, **headers: str) -> httpx.Response:
        return httpx.Response(status, content=json.dumps(value).encode(), headers=headers)

    return answer


@pytest.fixture
def holds_no_secret() -> Callable[[BaseException, str], None]:
    """Assert that nobody who prints an error, or what hangs on it, prints a secret."""

    def check(error: BaseException, secret: str) -> None:
        told = "".join(traceback.format_exception(error))
        seen: BaseException | None = error
        while seen is not None:
            told += f"{seen!s} {seen!r} {seen.args!r} {getattr(seen, 'request', '')!r}"
            seen = seen.__cause__ or seen.__context__
        assert secret not in told
        assert error.__cause__ is None
        assert error.__context__ is None

    return check
