"""Our transport: what it sends, and what of an answer it hands on."""

from __future__ import annotations

import gzip

import httpx
import pytest

from adapters._kit.http import VendorClient
from adapters._kit.transport import Get, Transport
from adapters.registry import vendor
from core.errors import RequestRejected

SAMSARA = vendor("samsara")
ADDRESS = "https://vendor.test:8443/base/me?after=a%2Bb&limit=1"


async def head(reader):
    return await reader.readuntil(b"\r\n\r\n")


def answers(*lines: bytes, body: bytes = b"{}", asked: list[bytes] | None = None):
    """A server that gives this one answer."""

    async def handle(reader, writer):
        sent = await head(reader)
        if asked is not None:
            asked.append(sent)
        writer.write(b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body]))
        await writer.drain()
        writer.close()

    return handle


def test_a_get_is_a_request_of_httpx_to_whoever_looks_into_it():
    """A transport that stands in for the network sees what it would see of httpx's own."""
    ours = Get(ADDRESS, {"Authorization": "Bearer abc"})
    theirs = httpx.Request("GET", ADDRESS, headers={"Authorization": "Bearer abc"})

    assert isinstance(ours, httpx.Request)
    assert (ours.method, ours.url, ours.read()) == (theirs.method, theirs.url, theirs.content)
    assert ours.headers["authorization"] == theirs.headers["authorization"]
    assert not hasattr(ours, "anything_else")


async def test_what_is_sent_is_what_was_asked_for(served):
    """The query arrives as it was encoded, the key in its header, our name beside it."""
    asked = []
    handle = answers(b"HTTP/1.1 200 OK", asked=asked)

    async with served(handle) as url, VendorClient(SAMSARA) as client:
        session = client.session(f"{url}/base", {"api_key": "abcdef"})
        assert await session.get("/me", {"after": "a+b c=&ü"}) == b"{}"

    line, *headers = asked[0].decode().split("\r\n")
    assert line == "GET /base/me?after=a%2Bb+c%3D%26%C3%BC HTTP/1.1"
    assert "authorization: bearer abcdef" in [header.lower() for header in headers]
    assert "user-agent: sally-integrations" in [header.lower() for header in headers]


async def test_a_packed_body_is_unpacked(served):
    """Vendors pack what they send; what is read is what they meant."""
    body = b'{"data": [' + b'"row",' * 20_000 + b'"row"]}'
    handle = answers(b"HTTP/1.1 200 OK", b"Content-Encoding: gzip", body=gzip.compress(body))

    async with served(handle) as url, VendorClient(SAMSARA) as client:
        assert await client.session(url, {"api_key": "abcdef"}).get("/me") == body


async def test_a_redirect_on_the_wire_is_an_answer(served):
    """The key would travel to whoever the redirect names."""
    asked = []
    handle = answers(b"HTTP/1.1 302 Found", b"Location: /elsewhere", asked=asked)

    async with served(handle) as url, VendorClient(SAMSARA) as client:
        with pytest.raises(RequestRejected, match="redirect"):
            await client.session(url, {"api_key": "abcdef"}).get("/me")

    assert len(asked) == 1


async def test_a_request_of_httpx_itself_travels_as_well(served):
    """The transport is one of httpx's: what httpx makes, it sends."""
    handle = answers(b"HTTP/1.1 200 OK", b"X-Request-Id: r-1", body=b"[1]")

    async with (
        served(handle) as url,
        httpx.AsyncClient(transport=Transport(1, httpx.Timeout(1))) as client,
    ):
        answer = await client.get(url)

    assert (answer.json(), answer.headers["x-request-id"]) == ([1], "r-1")
