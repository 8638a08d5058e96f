"""Lists by cursor: to the vendor's end, never in circles, one page ahead at the most."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import httpx
import orjson
import pytest

from adapters._kit.http import VendorClient
from adapters._kit.paging import by_cursor, peeked_cursor
from adapters.registry import vendor
from adapters.samsara.wire import VEHICLES
from core.errors import ContractBroken, VendorUnavailable

SAMSARA, TRUCKBASE, FUELFINDER = vendor("samsara"), vendor("truckbase"), vendor("fuelfinder")


def cursor_page(ids, cursor, has_next):
    rows = [{"id": one} for one in ids]
    return {"data": rows, "pagination": {"endCursor": cursor, "hasNextPage": has_next}}


def answers_by(pages, key):
    """A vendor whose pages hang on one query parameter."""
    asked = []

    def answer(request):
        asked.append(request.url.params.get(key))
        return httpx.Response(200, content=orjson.dumps(pages[asked[-1]]))

    return answer, asked


async def collect(pages, into):
    async for page in pages:
        into += page


async def walked(pages):
    return [row["id"] async for page in pages for row in page]


async def test_an_empty_page_is_not_the_end(answered):
    """Documented, and the vendor's own SDK loses rows here."""
    answer, asked = answers_by(
        {
            None: cursor_page(["1"], "a", True),
            "a": cursor_page([], "b", True),
            "b": cursor_page(["2"], "", False),
        },
        "after",
    )
    session = await answered(SAMSARA, answer)

    found = await walked(by_cursor(session, "/fleet/vehicles", {"limit": "512"}, VEHICLES))

    assert found == ["1", "2"]
    assert asked == [None, "a", "b"]


@pytest.mark.parametrize("missing", ["", None])
async def test_more_without_a_cursor_is_a_broken_contract(answered, missing):
    """To stop here would lose rows in silence; what came before is kept."""
    answer, _ = answers_by({None: cursor_page(["1"], missing, True)}, "after")
    session = await answered(SAMSARA, answer)
    found = []

    with pytest.raises(ContractBroken, match="does not say where"):
        await collect(by_cursor(session, "/fleet/vehicles", {}, VEHICLES), found)

    assert len(found) == 1


async def test_a_cursor_that_comes_again_is_a_broken_contract(answered):
    """A vendor that walks in circles would keep us for ever."""
    answer, asked = answers_by(
        {
            None: cursor_page(["1"], "a", True),
            "a": cursor_page(["2"], "b", True),
            "b": cursor_page(["3"], "a", True),
        },
        "after",
    )
    session = await answered(SAMSARA, answer)

    with pytest.raises(ContractBroken, match="read before"):
        await walked(by_cursor(session, "/fleet/vehicles", {}, VEHICLES))

    assert asked == [None, "a", "b"]


@pytest.mark.parametrize(
    ("raw", "cursor"),
    [
        (b'{"data": [], "pagination": {"endCursor": "a", "hasNextPage": true}}', "a"),
        (b'{"pagination": {"hasNextPage": true, "endCursor": "a\\"b"}, "data": []}', 'a"b'),
        (b'{"data": [], "pagination": {"endCursor": "", "hasNextPage": false}}', None),
        (b'{"data": [], "pagination": {"endCursor": "a", "hasNextPage": false}}', None),
        (b'{"data": [], "pagination": {"endCursor": "a}", "hasNextPage": true}}', None),
        (b'{"data": [], "pagination": null}', None),
        (b'{"data": [], "pagination"', None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_the_cursor_is_cut_from_the_unread_page(raw, cursor):
    """A guess that may miss and must not fail."""
    assert peeked_cursor(raw) == cursor


async def test_a_wrong_guess_costs_a_request_and_no_row(answered):
    """The page once read has the last word, whatever stood in its bytes."""
    tricky = cursor_page(["1"], "right", True)
    tricky["later"] = {"pagination": {"endCursor": "wrong", "hasNextPage": True}}
    answer, asked = answers_by(
        {None: tricky, "wrong": {}, "right": cursor_page(["2"], "", False)}, "after"
    )
    session = await answered(SAMSARA, answer)

    found = await walked(by_cursor(session, "/fleet/vehicles", {}, VEHICLES))

    assert found == ["1", "2"]
    assert asked[-1] == "right"


class Slow:
    """A vendor whose pages come when the test says so."""

    def __init__(self, pages):
        self.pages, self.asked, self.left = pages, [], []
        self.go = asyncio.Event()

    async def __call__(self, request):
        self.asked.append(request.url.params.get("after"))
        try:
            if self.asked[-1] is not None:
                await self.go.wait()
        finally:
            self.left.append(self.asked[-1])
        return httpx.Response(200, content=orjson.dumps(self.pages[self.asked[-1]]))


async def test_the_next_page_is_asked_for_while_this_one_is_used(answered):
    """One page ahead, never two: the consumer's memory is ours."""
    slow = Slow(
        {
            None: cursor_page(["1"], "a", True),
            "a": cursor_page(["2"], "b", True),
            "b": cursor_page(["3"], "", False),
        }
    )
    session = await answered(SAMSARA, slow)
    async with aclosing(by_cursor(session, "/fleet/vehicles", {}, VEHICLES)) as pages:
        await anext(pages)
        await asyncio.sleep(0)
        first = list(slow.asked)
        slow.go.set()
        for _ in range(20):
            await asyncio.sleep(0)
        still = list(slow.asked)
        await anext(pages)

    assert first == still == [None, "a"]
    assert slow.asked == [None, "a", "b"]


async def test_a_consumer_that_stops_leaves_no_request_behind(answered):
    """The page under way is called off and its place in the queue given back."""
    slow = Slow({None: cursor_page(["1"], "a", True), "a": cursor_page([], "", False)})
    session = await answered(SAMSARA, slow)

    async with aclosing(by_cursor(session, "/fleet/vehicles", {}, VEHICLES)) as pages:
        await anext(pages)
        await asyncio.sleep(0)

    assert slow.left == [None, "a"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_failed_page_ahead_is_told_after_this_one_was_used(answered):
    """What arrived is handed out; the error comes when its page is due."""

    def answer(request):
        if "after" in request.url.params:
            return httpx.Response(503)
        return httpx.Response(200, content=orjson.dumps(cursor_page(["1"], "a", True)))

    session = await answered(SAMSARA, answer)
    found = []

    with pytest.raises(VendorUnavailable):
        await collect(by_cursor(session, "/fleet/vehicles", {}, VEHICLES), found)

    assert len(found) == 1


async def test_the_request_leaves_before_the_page_is_read(served):
    """On a real connection, not only in theory: that is what hides the vendor's latency."""
    asked = asyncio.Queue()

    async def handle(reader, writer):
        while line := (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0]:
            asked.put_nowait(line)
            more = b"after=" not in line
            body = orjson.dumps(cursor_page(["1"], "a" if more else "", more))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    class Reader:
        def page(self, raw, broken):
            read_at.append(sent())
            return VEHICLES.page(raw, broken)

    async with served(handle) as url, VendorClient(SAMSARA) as client:
        session = client.session(url, {"api_key": "abcdef"})
        read_at = []

        def sent():
            return session.requests

        await walked(by_cursor(session, "/fleet/vehicles", {}, Reader()))

    assert read_at == [2, 2]
