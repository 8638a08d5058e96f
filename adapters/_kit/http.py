"""The HTTP client of one vendor, and what one integration does with it.

``VendorClient`` holds the connections (one a vendor and flow run); ``VendorSession`` binds it to
an integration's base URL and credentials. Only errors of ``core.errors`` come out.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterable, Callable, Mapping
from datetime import datetime
from functools import lru_cache
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

import httpx

from adapters._kit import faults
from adapters._kit.guard import OPEN, Guard
from adapters._kit.slots import Slots
from adapters._kit.transport import Get, Transport
from adapters._kit.vendor import Authorization, Dataset, Vendor
from core import redaction, traces
from core.errors import AuthRejected, ContractBroken, Origin, VendorError

TIMEOUT = httpx.Timeout(connect=5.0, read=20.0, write=10.0, pool=30.0)
MOST_IN_FLIGHT = 100  # requests under way at once at one vendor, while it answers
TOTAL_S = 90.0  # a body that drips in passes every other timeout
MAX_BODY_BYTES = 32 * 1024 * 1024
_ERROR_BODY_BYTES = 16 * 1024
_HEADERS = {"Accept": "application/json", "User-Agent": "sally-integrations"}


def _is_quiet(record: logging.LogRecord) -> bool:
    """Drop what httpx logs of every URL at INFO: queries hold keys and places."""
    return record.levelno > logging.INFO


logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpx").addFilter(_is_quiet)


class VendorClient:
    """The connections to one vendor: ``async with VendorClient(vendor) as client``.

    ``transport`` stands in for the network in tests; ``max_in_flight`` bounds the requests under
    way at once over all sessions; ``total_s`` bounds one request whole.
    """

    def __init__(
        self,
        vendor: Vendor,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: httpx.Timeout = TIMEOUT,
        max_in_flight: int = MOST_IN_FLIGHT,
        total_s: float = TOTAL_S,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self.vendor = vendor
        self.total_s = total_s
        self.max_body_bytes = max_body_bytes
        self.slots = Slots(max_in_flight)
        self.transport = transport or Transport(max_in_flight, timeout)
        client = httpx.AsyncClient(transport=self.transport, headers=_HEADERS, trust_env=False)
        self.head = dict(client.headers)

    async def __aenter__(self) -> Self:
        await self.transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.transport.__aexit__(kind, error, trace)

    def session(
        self, base_url: str, credentials: Mapping[str, str], guard: Guard = OPEN
    ) -> VendorSession:
        """Bind this client to one integration. Its credentials are hidden from every log.

        ``guard``: is asked before each call and told after it.
        """
        return VendorSession(self, base_url, credentials, guard)


class VendorSession:
    """One integration's way to its vendor: ``await session.get(path, params) -> bytes``.

    ``requests`` counts those made; ``last_request_id`` and ``last_date`` are of the last answer.
    ``on_body`` is shown each good answer as it came.
    """

    def __init__(
        self,
        client: VendorClient,
        base_url: str,
        credentials: Mapping[str, str],
        guard: Guard = OPEN,
    ) -> None:
        self.client = client
        self.guard = guard
        self.dataset: Dataset | None = None
        self.requests = 0
        # The headers of the last answer; looking into them costs, so only where they are shown.
        self._answered: Mapping[str, str] = {}
        self._dated: Mapping[str, str] = {}
        self._parent: VendorSession | None = None
        self.on_body: Callable[[bytes], None] | None = None
        self._base_url = base_url.rstrip("/")
        self._entered = {name: value.strip() for name, value in credentials.items()}
        self._allowed: Authorization | None = None
        self._named: Mapping[str, str] = {}
        redaction.remember(self._entered.values())

    def __repr__(self) -> str:
        return f"VendorSession({self.client.vendor.name}, requests={self.requests})"

    @property
    def last_request_id(self) -> str | None:
        """The vendor's handle of its last answer, cleaned."""
        return faults.request_id(self._answered)

    @property
    def last_date(self) -> datetime | None:
        """The vendor's clock at its last answer."""
        return faults.http_date(self._dated.get("date", ""))

    def for_dataset(self, dataset: Dataset) -> VendorSession:
        """The same session, speaking for a dataset: errors name it, requests count for both."""
        bound = VendorSession(self.client, self._base_url, self._entered, self.guard)
        bound.dataset, bound._parent = dataset, self
        return bound

    def origin(self, path: str, status: int | None = None) -> Origin:
        """Where an error of this session comes from."""
        dataset = self.dataset.name if self.dataset else None
        return Origin(self.client.vendor.name, dataset, path, status, self.last_request_id)

    def broken(self, path: str, words: str) -> ContractBroken:
        """The error for an answer that cannot be read; ``words`` hold no value of it."""
        happened = f"{self.client.vendor.title}: the answer of {path} cannot be read: {words}."
        return ContractBroken(happened, self.origin(path, 200))

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> bytes:
        """The decoded body of a 200; every other outcome is a ``VendorError``."""
        authorization = self._allowed or self._authorization(path)
        vendor, dataset = self.client.vendor, self.dataset
        # Nothing has answered this call yet, so it has no handle of the vendor's.
        origin = Origin(vendor.name, dataset.name if dataset else None, path)
        limit = vendor.limit_of(path).name
        given = await self.guard.admit(limit, origin)
        settled = False
        try:
            async with self.client.slots:
                given = await self.guard.confirm(given, origin)
                body, failure = await self._call(path, params or {}, authorization)
                self.client.slots.answered(well=not (failure and failure.counts_for_breaker))
                settled = True
                # In the slot: who waits for it hears of a failure before the next call goes.
                await self.guard.settle(given, failure)
        finally:
            if not settled:
                await self.guard.give_up(given)
        # Raised out here so that no chained error can show a URL with a credential in it.
        if failure is not None:
            raise failure
        if self.on_body is not None:
            self.on_body(body)
        return body

    async def _call(
        self, path: str, params: Mapping[str, str], authorization: Authorization
    ) -> tuple[bytes, VendorError | None]:
        """The body, or what the answer (or silence) means."""
        self._count()
        with traces.span(
            f"GET {self.client.vendor.name}",
            traces.CALL,
            http__request__method="GET",
            url__path=path,
        ) as step:
            if step.is_kept:
                step.note(server__address=_host(self._base_url))
            body, failure = await self._answer(path, params, authorization)
            if failure is not None:
                step.failed(failure)
            step.note(
                http__response__status_code=failure.origin.status if failure else 200,
                http__response__body__size=None if failure else len(body),
            )
            return body, failure

    async def _answer(
        self, path: str, params: Mapping[str, str], authorization: Authorization
    ) -> tuple[bytes, VendorError | None]:
        try:
            async with asyncio.timeout(self.client.total_s):
                body = await self._ask(path, params, authorization)
            self._check_body(path, body)
        except VendorError as error:
            return b"", error
        except faults.TRANSPORT_ERRORS as error:
            return b"", faults.of_exception(error, self.client.vendor.title, self.origin(path))
        return body, None

    async def _ask(
        self, path: str, params: Mapping[str, str], authorization: Authorization
    ) -> bytes:
        self._answered = {}
        # Past httpx.AsyncClient, which parses each URL three times and looks for redirects,
        # cookies and proxies: there are none here.
        if authorization.params:
            query = urlencode({**params, **authorization.params})
        else:
            query = _query(tuple(params.items()))
        address = f"{self._base_url}{path}?{query}" if query else self._base_url + path
        response = await self.client.transport.handle_async_request(Get(address, self._named))
        try:
            self._note(response)
            if response.status_code != 200:
                raise await self._refusal(path, response)
            return await self._body(path, response)
        finally:
            # The stream's own end: httpx's wraps it in a context that costs more than closing.
            await response.stream.aclose()  # type: ignore[union-attr]  # ours is asynchronous

    async def _body(self, path: str, response: httpx.Response) -> bytes:
        most = self.client.max_body_bytes
        pieces: list[bytes] = []
        size = 0
        async for piece in _pieces(response):
            size += len(piece)
            if size > most:
                raise self.broken(path, f"it is larger than {most / 2**20:g} MiB")
            pieces.append(piece)
        return b"".join(pieces)

    async def _refusal(self, path: str, response: httpx.Response) -> VendorError:
        """The error for a status; a body that cannot be read does not hide the status."""
        body = b""
        try:
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > _ERROR_BODY_BYTES:
                    break
        except faults.TRANSPORT_ERRORS:
            body = b""
        return self._of_status(response.status_code, path, body, response.headers)

    def _of_status(
        self, status: int, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> VendorError:
        scope = self.dataset.scope if self.dataset else None
        title = self.client.vendor.title
        return faults.of_status(
            status, title, self.origin(path), scope=scope, headers=headers, body=body
        )

    def _check_body(self, path: str, body: bytes) -> None:
        """Some vendors hide an error in a 200."""
        look = self.client.vendor.error_200
        status = look(body) if look else None
        if status is not None:
            raise self._of_status(status, path, body)

    def _note(self, response: httpx.Response) -> None:
        self._answered = self._dated = response.headers
        if self._parent is not None:
            self._parent._answered = self._parent._dated = response.headers

    def _count(self) -> None:
        self.requests += 1
        if self._parent is not None:
            self._parent.requests += 1

    def _authorization(self, path: str) -> Authorization:
        """How the credentials travel; one that cannot be sent is a rejected one."""
        vendor = self.client.vendor
        for field in vendor.credentials:
            value = self._entered.get(field.name, "")
            if not value or not value.isascii() or not value.isprintable():
                wrong = "holds characters that no key has" if value else "is not entered"
                raise AuthRejected(f"{vendor.title}: the {field.title} {wrong}.", self.origin(path))
        self._allowed = vendor.authorize(self._entered)
        self._named = {**self.client.head, **self._allowed.headers}
        return self._allowed


@lru_cache(maxsize=256)
def _query(params: tuple[tuple[str, str], ...]) -> str:
    """What many tenants ask alike, encoded once; never with a credential in it."""
    return urlencode(params)


def _host(address: str) -> str | None:
    """Where a call goes; None for an address that is none, which the call itself finds out."""
    with contextlib.suppress(ValueError):
        return urlsplit(address).hostname
    return None


def _pieces(response: httpx.Response) -> AsyncIterable[bytes]:
    """The decoded body as it arrives; httpx's own way costs as much as receiving it."""
    if "content-encoding" not in response.headers and isinstance(response.stream, AsyncIterable):
        return response.stream
    return response.aiter_bytes()
