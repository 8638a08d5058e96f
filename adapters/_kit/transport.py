"""How requests travel: httpx's API on aiohttp's connections, at a tenth of the CPU of httpx's own.

What stays of httpx's cost is its objects. A ``Get`` is parsed by httpx only when somebody looks
into it, which tests do and the way to a vendor does not.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from ssl import SSLContext
from typing import Any

import aiohttp
import httpx

# What is compressed may grow a thousandfold: so much of it is decoded before its size is looked at.
_ENCODED_PIECE_BYTES = 16 * 1024


def tls() -> SSLContext:
    """Verified TLS; making the context costs 40 ms, so the process makes one and forks share it."""
    return _tls(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=1)
def _tls(*_trusted: str | None) -> SSLContext:
    # httpx looks at these variables itself; a run may have others than the process it forked from.
    return httpx.create_ssl_context()


class Get(httpx.Request):
    """A GET of a whole address. ``named``: its headers, shared by many and not to be changed."""

    def __init__(self, address: str, named: Mapping[str, str]) -> None:
        # Not httpx's own, which parses the address and the headers: a third of a request's CPU.
        self.method = "GET"
        self.address = address
        self.named = named
        self.extensions = {}
        self.stream = httpx.ByteStream(b"")

    def __getattr__(self, name: str) -> Any:
        """Parse what is asked for, once; an address that is none raises `httpx.InvalidURL`."""
        if name == "url":
            self.url = httpx.URL(self.address)
            return self.url
        if name == "headers":
            self.headers = httpx.Headers(self.named)
            return self.headers
        raise AttributeError(name)


class Transport(httpx.AsyncBaseTransport):
    """The connections to one vendor, opened in the loop that first asks. It only gets.

    Raises aiohttp's errors as they are: they tell more faults apart than httpx's do.
    """

    def __init__(self, connections: int, timeout: httpx.Timeout) -> None:
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(
            connect=timeout.pool, sock_connect=timeout.connect, sock_read=timeout.read
        )
        self.session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to come. Redirects are answers too."""
        if self.session is None:
            self.session = self._open()
        address: str
        headers: Mapping[str, str]
        if isinstance(request, Get):
            address, headers = request.address, request.named
        else:
            address, headers = str(request.url), request.headers
        answer = await self.session.get(address, headers=headers, allow_redirects=False)
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer))

    async def aclose(self) -> None:
        """Close the connections."""
        if self.session is not None:
            await self.session.close()

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=self._connections, ssl=tls(), keepalive_timeout=30)
        session = aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            # Tenants share these connections, so nothing may remember a cookie.
            cookie_jar=aiohttp.DummyCookieJar(),
            # httpx decodes, a piece at a time, so that the cap on a body sees it grow.
            auto_decompress=False,
        )
        # It would ask once more by itself when a connection breaks: past the guard, uncounted.
        session._retry_connection = False
        return session


class _Body(httpx.AsyncByteStream):
    """The body as it arrives, still encoded. One that is left unread costs its connection."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._answer.content
        is_encoded = "Content-Encoding" in self._answer.headers
        pieces = content.iter_chunked(_ENCODED_PIECE_BYTES) if is_encoded else content.iter_any()
        return aiter(pieces)

    async def aclose(self) -> None:
        self._answer.release()
