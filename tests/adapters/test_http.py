"""What an answer's status means, and what never leaves the client."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest

from adapters._kit.http import VendorClient
from adapters._kit.slots import Slots
from adapters.registry import vendor
from core.errors import (
    AuthRejected,
    ContractBroken,
    PermissionMissing,
    RateLimited,
    RequestRejected,
    VendorUnavailable,
)

SAMSARA, OPENWEATHER = vendor("samsara"), vendor("openweather")
SECRET = "f00dfacecafe8712d34db33f19c0ffee"
QUICK = httpx.Timeout(connect=1, read=0.2, write=1, pool=1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
async def test_a_redirect_is_never_followed(answered, status, holds_no_secret):
    """The key would travel to whoever the redirect names."""
    asked = []

    def answer(request):
        asked.append(request.url.host)
        return httpx.Response(status, headers={"Location": f"https://evil.test/?k={SECRET}"})

    session = await answered(SAMSARA, answer)

    with pytest.raises(RequestRejected, match="base URL answers /me with a redirect") as caught:
        await session.get("/me")

    assert asked == ["vendor.test"]
    holds_no_secret(caught.value, SECRET)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param(400, RequestRejected, id="bad request"),
        pytest.param(401, AuthRejected, id="bad token"),
        pytest.param(403, PermissionMissing, id="no scope"),
        pytest.param(404, RequestRejected, id="wrong path"),
        pytest.param(422, RequestRejected, id="bad parameter"),
        pytest.param(429, RateLimited, id="slow down"),
        pytest.param(500, VendorUnavailable, id="vendor is down"),
        pytest.param(503, VendorUnavailable, id="vendor is away"),
        pytest.param(599, VendorUnavailable, id="any 5xx"),
        pytest.param(204, ContractBroken, id="nothing in it"),
    ],
)
async def test_a_status_is_the_error_that_says_what_to_do(answered, status, expected):
    """The table of the design, status by status; the origin says where it happened."""
    headers = {"Request-Id": "req-77"}
    session = await answered(SAMSARA, lambda _: httpx.Response(status, headers=headers))
    bound = session.for_dataset(SAMSARA.dataset("hos_clocks"))

    with pytest.raises(expected) as caught:
        await bound.get("/fleet/hos/clocks", {"limit": "1"})

    origin = caught.value.origin
    assert (origin.dataset, origin.status, origin.request_id) == ("hos_clocks", status, "req-77")
    assert "limit" not in str(caught.value)
    if isinstance(caught.value, PermissionMissing):
        assert caught.value.scope == "Read ELD Compliance Settings (US)"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("0.40235", 0.40235, id="fractional, as documented"),
        pytest.param("12", 12.0, id="seconds"),
        pytest.param("0.01", 0.25, id="too short"),
        pytest.param("1e9", 3600.0, id="absurd"),
        pytest.param("inf", 3600.0, id="infinite"),
        pytest.param("0", None, id="zero"),
        pytest.param("-5", None, id="negative"),
        pytest.param("nan", None, id="not a number"),
        pytest.param("soon", None, id="garbage"),
        pytest.param("", None, id="empty"),
        pytest.param("Mon, 05 Oct 2026 15:30:20 GMT", 20.0, id="a date"),
        pytest.param("Mon, 05 Oct 2026 15:00:00 GMT", None, id="a date that is past"),
        pytest.param("Mon, 99 Oct 2026 15:00:00 GMT", None, id="no date"),
    ],
)
async def test_retry_after_is_read_in_all_its_forms(answered, value, seconds):
    """Samsara's is fractional; a date counts from the vendor's own clock."""
    headers = {"Retry-After": value, "Date": "Mon, 05 Oct 2026 15:30:00 GMT"}
    session = await answered(SAMSARA, lambda _: httpx.Response(429, headers=headers))

    with pytest.raises(RateLimited) as caught:
        await session.get("/me")

    assert caught.value.retry_after == (None if seconds is None else pytest.approx(seconds))


async def test_the_vendors_own_words_are_used_cleaned_and_cut(
    answered, json_answer, holds_no_secret
):
    """They help; they may echo a key or a person."""
    words = f"bad token {SECRET} of ann@fleet.example, call +1 (512) 555-0148 " + "x" * 400
    session = await answered(
        SAMSARA, lambda _: json_answer({"message": words, "requestId": "5d0c41f3"}, 401)
    )
    session = session.client.session("https://vendor.test", {"api_key": SECRET})

    with pytest.raises(AuthRejected) as caught:
        await session.get("/me")

    said = str(caught.value)
    assert said.startswith("Samsara answered 401 to /me: bad token [redacted] of [redacted], call")
    assert "555" not in said
    assert len(said) < 260
    assert caught.value.origin.request_id == "5d0c41f3"
    holds_no_secret(caught.value, SECRET)


@pytest.mark.parametrize(
    "body", [b"<html>gateway</html>", b"[1]", b'{"message": 5}', b'{"error": null}', b"\xff\xfe"]
)
async def test_other_bodies_of_an_error_are_left_out(answered, body):
    """An HTML page tells nobody anything."""
    session = await answered(SAMSARA, lambda _: httpx.Response(502, content=body))

    with pytest.raises(VendorUnavailable) as caught:
        await session.get("/me")

    assert str(caught.value) == "Samsara answered 502 to /me."


async def test_cookies_do_not_travel_from_tenant_to_tenant(served):
    """Tenants share the connections, so a session cookie would share the session."""
    heads = []

    async def handle(reader, writer):
        heads.append(await head(reader))
        writer.write(ok(b"{}", b"Set-Cookie: sid=of-tenant-one", b"Connection: close"))
        writer.close()

    async with served(handle) as url, VendorClient(SAMSARA) as client:
        await client.session(url, {"api_key": "tenant-one"}).get("/me")
        await client.session(url, {"api_key": "tenant-two"}).get("/me")

    assert b"Bearer tenant-two" in heads[1]
    assert b"cookie" not in heads[1].lower()


async def head(reader):
    return await reader.readuntil(b"\r\n\r\n")


def ok(body, *headers):
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers, b"", body]
    return b"\r\n".join(lines)


async def test_a_session_counts_and_remembers_its_last_answer(answered):
    """The counts of a dataset are also those of the run."""
    headers = {"X-Request-Id": "abc", "Date": "Mon, 05 Oct 2026 15:30:00 GMT"}
    session = await answered(SAMSARA, lambda _: httpx.Response(200, content=b"{}", headers=headers))
    drivers = session.for_dataset(SAMSARA.dataset("drivers"))

    await drivers.get("/fleet/drivers")
    await session.get("/me")

    assert (drivers.requests, session.requests) == (1, 2)
    assert session.last_request_id == "abc"
    assert session.last_date.isoformat() == "2026-10-05T15:30:00+00:00"


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        pytest.param({}, "is not entered", id="none"),
        pytest.param({"api_key": "  "}, "is not entered", id="blank"),
        pytest.param({"api_key": "abc\r\nX-Evil: 1"}, "no key has", id="a header in it"),
        pytest.param({"api_key": "schlüssel"}, "no key has", id="not ASCII"),
    ],
)
async def test_a_key_that_cannot_be_sent_is_a_rejected_one(answered, entered, words):
    """The person who entered it can mend it; nobody is asked."""
    session = await answered(SAMSARA, lambda _: pytest.fail("was sent"))
    session = session.client.session("https://vendor.test", entered)

    with pytest.raises(AuthRejected, match=words):
        await session.get("/me")


async def test_a_pasted_key_may_have_blanks_around_it(answered):
    """Pasting brings them along."""
    seen = []

    def answer(request):
        seen.append(request.headers["Authorization"])
        return httpx.Response(200, content=b"{}")

    session = await answered(SAMSARA, answer)
    await session.client.session("https://vendor.test", {"api_key": " abcdef\n"}).get("/me")

    assert seen == ["Bearer abcdef"]


async def test_a_key_in_the_query_is_in_no_log_and_no_error(answered, caplog, holds_no_secret):
    """OpenWeather takes its key in the URL, and httpx logs URLs."""
    caplog.set_level(logging.DEBUG)

    def answer(request):
        assert request.url.params["appid"] == SECRET
        raise httpx.ConnectError(f"cannot reach {request.url}", request=request)

    session = await answered(OPENWEATHER, answer)
    session = session.client.session("https://vendor.test", {"api_key": SECRET})

    with pytest.raises(VendorUnavailable) as caught:
        await session.get("/weather", {"lat": "31.55"})

    holds_no_secret(caught.value, SECRET)
    assert SECRET not in caplog.text
    assert SECRET not in repr(session)
    assert SECRET not in repr(OPENWEATHER.authorize({"api_key": SECRET}))


class Slow:
    """A guard that takes its time to note an outcome."""

    def __init__(self) -> None:
        self.noting, self.noted = asyncio.Event(), asyncio.Event()

    async def admit(self, limit, origin):
        return object()

    async def confirm(self, given, origin):
        return given

    async def settle(self, given, error):
        self.noting.set()
        await self.noted.wait()

    async def give_up(self, given):
        pass


async def test_a_failure_is_noted_before_the_next_call_goes(answered):
    """So that the calls which wait are not made before anybody can know of it."""
    asked = []

    def answer(request):
        asked.append(request.url.path)
        return httpx.Response(503)

    session = await answered(SAMSARA, answer)
    session.client.slots = Slots(1)
    session.guard = guard = Slow()
    first, second = (asyncio.create_task(session.get("/me")) for _ in range(2))

    await guard.noting.wait()
    await asyncio.sleep(0)
    assert len(asked) == 1

    guard.noted.set()
    ends = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(end) for end in ends] == [VendorUnavailable] * 2
    assert len(asked) == 2
