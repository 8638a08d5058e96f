"""The client against a real server on loopback: what each fault of the wire becomes."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import struct
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters._kit.http import VendorClient
from adapters.registry import vendor
from core.errors import (
    AuthRejected,
    ContractBroken,
    RequestRejected,
    VendorError,
    VendorUnavailable,
)

SAMSARA, OPENWEATHER = vendor("samsara"), vendor("openweather")
SECRET = "f00dfacecafe8712d34db33f19c0ffee"
QUICK = httpx.Timeout(connect=1, read=0.2, write=1, pool=1)


async def head(reader):
    return await reader.readuntil(b"\r\n\r\n")


def ok(body, *headers):
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers, b"", body]
    return b"\r\n".join(lines)


async def closes(reader, writer):
    await head(reader)
    writer.close()


async def resets(reader, writer):
    await head(reader)
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def truncates(reader, writer):
    await head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b'{"data": [')
    await writer.drain()
    writer.close()


async def truncates_chunks(reader, writer):
    await head(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"dat\r\n')
    await writer.drain()
    writer.close()


async def talks_nonsense(reader, writer):
    await head(reader)
    writer.write(b"220 mail.example ESMTP ready\r\n\r\n")
    await writer.drain()
    writer.close()


async def hangs(reader, writer):
    await reader.read()  # until the client has had enough
    writer.close()


async def drips(reader, writer):
    await head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    try:
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)
    except ConnectionError:
        writer.close()


async def bad_gzip(reader, writer):
    await head(reader)
    writer.write(ok(b"this was never compressed", b"Content-Encoding: gzip"))
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("handle", "expected", "words"),
    [
        pytest.param(closes, VendorUnavailable, "closed before an answer", id="closed"),
        pytest.param(resets, VendorUnavailable, "connection", id="reset"),
        pytest.param(truncates, VendorUnavailable, "broke off", id="truncated"),
        pytest.param(truncates_chunks, VendorUnavailable, "broke off", id="truncated chunks"),
        pytest.param(talks_nonsense, ContractBroken, "cannot be read as HTTP", id="not HTTP"),
        pytest.param(hangs, VendorUnavailable, "in time", id="hang"),
        pytest.param(drips, VendorUnavailable, "in time", id="drip"),
        pytest.param(bad_gzip, ContractBroken, "cannot be read", id="not gzip"),
    ],
)
async def test_each_fault_of_the_wire_is_one_of_our_errors(
    served, handle, expected, words, holds_no_secret
):
    """Whatever the transport raises: its own errors are wrong or not httpx's at times."""
    async with (
        served(handle) as url,
        VendorClient(OPENWEATHER, timeout=QUICK, total_s=0.5) as client,
    ):
        session = client.session(url, {"api_key": SECRET})

        with pytest.raises(expected, match=words) as caught:
            await session.get("/weather", {"lat": "1"})

    assert caught.value.origin.path == "/weather"
    assert caught.value.origin.vendor == "openweather"
    holds_no_secret(caught.value, SECRET)


@pytest.mark.parametrize("breaks", [closes, resets])
async def test_a_connection_that_breaks_is_asked_once(served, breaks):
    """Whether to ask again is decided above, where every call is counted."""
    calls = 0

    async def handle(reader, writer):
        nonlocal calls
        await breaks(reader, writer)
        calls += 1

    async with served(handle) as base, VendorClient(SAMSARA, timeout=QUICK) as client:
        with pytest.raises(VendorUnavailable):
            await client.session(base, {"api_key": SECRET}).get("/me")

    assert calls == 1


async def test_a_refused_connection_is_the_vendor_being_away(holds_no_secret):
    """Nobody listens there: it may be better in a moment."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with VendorClient(OPENWEATHER, timeout=QUICK) as client:
        session = client.session(f"http://127.0.0.1:{port}", {"api_key": SECRET})

        with pytest.raises(VendorUnavailable, match="no connection") as caught:
            await session.get("/weather")

    holds_no_secret(caught.value, SECRET)


async def test_a_certificate_that_cannot_be_verified_is_refused(
    served, own_certificate, holds_no_secret
):
    """Whoever signs for himself may be anybody: the key is not sent."""
    asked = []

    async def handle(reader, writer):
        asked.append(await head(reader))

    async with (
        served(handle, own_certificate) as url,
        VendorClient(OPENWEATHER, timeout=QUICK) as client,
    ):
        session = client.session(url, {"api_key": SECRET})

        with pytest.raises(VendorUnavailable, match="certificate could not be verified") as caught:
            await session.get("/weather")

    assert not asked
    holds_no_secret(caught.value, SECRET)


@pytest.fixture
def own_certificate(tmp_path):
    """A server's TLS with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    return tls


@pytest.mark.parametrize("base", ["nonsense", "ftp://vendor.test", "http://[::1", "https://"])
async def test_a_base_url_that_is_none_is_ours_to_mend(base):
    """Trying again would not help."""
    async with VendorClient(SAMSARA, timeout=QUICK) as client:
        with pytest.raises(RequestRejected, match="not a web address"):
            await client.session(base, {"api_key": SECRET}).get("/me")


async def test_an_error_keeps_its_status_though_its_body_breaks_off(served):
    """A wrong key must not look like an outage."""

    async def handle(reader, writer):
        await head(reader)
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 900\r\n\r\n{")
        await writer.drain()
        writer.close()

    async with served(handle) as url, VendorClient(SAMSARA, timeout=QUICK) as client:
        with pytest.raises(AuthRejected):
            await client.session(url, {"api_key": SECRET}).get("/me")


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
async def test_a_body_beyond_the_cap_is_not_read(served, packed):
    """Counted as it is unpacked: a small answer may unfold into gigabytes."""
    body = b"[" + b" " * 5_000_000 + b"]"
    sent = gzip.compress(body) if packed else body

    async def handle(reader, writer):
        await head(reader)
        writer.write(ok(sent, *([b"Content-Encoding: gzip"] if packed else [])))
        writer.close()

    async with (
        served(handle) as url,
        VendorClient(SAMSARA, timeout=QUICK, max_body_bytes=2**20) as client,
    ):
        with pytest.raises(ContractBroken, match="larger than 1 MiB"):
            await client.session(url, {"api_key": SECRET}).get("/me")


async def test_a_cancelled_request_stays_cancelled_and_gives_its_connection_back(served):
    """Cancellation is no fault of the vendor; a leak would starve the other tenants."""
    arrived = asyncio.Event()

    async def handle(reader, writer):
        await head(reader)
        arrived.set()
        await hangs(reader, writer)

    async with served(handle) as url, VendorClient(SAMSARA, max_in_flight=1) as client:
        session = client.session(url, {"api_key": SECRET})
        task = asyncio.create_task(session.get("/me"))
        await arrived.wait()

        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert client.slots.busy == 0
        assert not open_connections(client)


async def test_no_connection_leaks_over_faults_of_every_kind(served):
    """Fifty requests over one connection slot, most of them broken off in the middle."""
    turn = iter(range(1000))

    async def handle(reader, writer):
        kinds = [closes, resets, truncates, talks_nonsense, bad_gzip]
        await kinds[next(turn) % len(kinds)](reader, writer)

    async with served(handle) as url, VendorClient(SAMSARA, max_in_flight=1) as client:
        session = client.session(url, {"api_key": SECRET})
        for _ in range(50):
            with pytest.raises(VendorError):
                await session.get("/me")

        assert session.requests == 50
        assert not open_connections(client)


def open_connections(client):
    return client.transport.session.connector._acquired


async def test_no_more_requests_are_under_way_than_allowed(served):
    """The vendor's patience and our sockets are shared by a thousand tenants."""
    now, most = 0, 0

    async def handle(reader, writer):
        nonlocal now, most
        await head(reader)
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        writer.write(ok(b"{}", b"Connection: close"))
        writer.close()

    async with served(handle) as url, VendorClient(SAMSARA, max_in_flight=5) as client:
        sessions = [client.session(url, {"api_key": f"{SECRET}{n}"}) for n in range(20)]
        await asyncio.gather(*(session.get("/me") for session in sessions))

    assert most == 5
