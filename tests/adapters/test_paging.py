"""Lists by page and by offset, and several things asked at once."""

from __future__ import annotations

import asyncio

import httpx
import orjson
import pytest

from adapters._kit.http import VendorClient
from adapters._kit.paging import by_offset, by_page, each
from adapters.fuelfinder import wire as fuel
from adapters.registry import vendor
from adapters.truckbase.wire import LOADS
from core.errors import ContractBroken, RequestRejected

SAMSARA, TRUCKBASE, FUELFINDER = vendor("samsara"), vendor("truckbase"), vendor("fuelfinder")


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


def load_page(ids, next_page, **more):
    rows = [{"id": one, "status": "booked"} for one in ids]
    return {"loads": rows, "pagination": {"next_page": next_page, **more}}


async def test_page_numbers_are_followed_to_a_null(answered):
    """An empty page in between is not the end here either."""
    answer, asked = answers_by(
        {
            "1": load_page(["a"], 2),
            "2": load_page([], 3),
            "3": load_page(["b"], None),
        },
        "page",
    )
    session = await answered(TRUCKBASE, answer)

    assert await walked(by_page(session, "/loads", {}, LOADS)) == ["a", "b"]
    assert asked == ["1", "2", "3"]


async def test_without_a_pagination_block_there_is_one_page(answered):
    """The shorter form of the contract."""
    session = await answered(
        TRUCKBASE, lambda _: httpx.Response(200, content=b'{"loads": [{"id": 7}]}')
    )

    assert await walked(by_page(session, "/loads", {}, LOADS)) == ["7"]


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param({"1": load_page(["a"], 1)}, id="the same number"),
        pytest.param({"1": load_page(["a"], 2), "2": load_page(["a"], 3)}, id="the same rows"),
        pytest.param({"1": load_page(["a"], 2), "2": load_page(["b"], 1)}, id="back"),
    ],
)
async def test_page_numbers_that_lead_in_circles_are_a_broken_contract(answered, pages):
    """Nothing of a repeated page is handed out."""
    answer, _ = answers_by(pages, "page")
    session = await answered(TRUCKBASE, answer)

    with pytest.raises(ContractBroken, match="read before"):
        await walked(by_page(session, "/loads", {}, LOADS))


def stations(*ids, total=None):
    rows = [{"id": one, "lat": 31.5, "lon": -97.1} for one in ids]
    return {"stations": rows} if total is None else {"stations": rows, "meta": {"total": total}}


async def walk_offsets(answered, pages, limit=2):
    answer, asked = answers_by(pages, "offset")
    session = await answered(FUELFINDER, answer)
    pages = by_offset(session, "/stations", {}, fuel.STATIONS, limit=limit)
    return await walked(pages), asked


async def test_offsets_go_on_until_the_total(answered):
    """A page may be shorter than asked for; the next one starts where it ended."""
    found, asked = await walk_offsets(
        answered, {"0": stations("a", total=3), "1": stations("b", "c", total=3)}
    )

    assert found == ["a", "b", "c"]
    assert asked == ["0", "1"]


async def test_without_a_total_a_short_page_is_the_end(answered):
    """All the flat form has to say."""
    found, asked = await walk_offsets(answered, {"0": stations("a", "b"), "2": stations("c")})

    assert found == ["a", "b", "c"]
    assert asked == ["0", "2"]


async def test_offsets_that_bring_the_same_rows_are_a_broken_contract(answered):
    """A server that ignores the offset would be asked for ever."""
    with pytest.raises(ContractBroken, match="repeats a page"):
        await walk_offsets(
            answered, {"0": stations("a", "b", total=9), "2": stations("a", "b", total=9)}
        )


async def test_an_empty_page_before_the_total_is_asked_once_more(answered):
    """Once may be a hiccup; twice is a contradiction."""
    with pytest.raises(ContractBroken, match="gives none"):
        await walk_offsets(answered, {"0": stations("a", "b", total=9), "2": stations(total=9)})


async def test_several_things_are_asked_a_few_at_once_and_in_order():
    """Gently, and the rows come in an order that does not hang on the network."""
    now, most = 0, 0

    async def ask(thing):
        nonlocal now, most
        now += 1
        most = max(most, now)
        for _ in range(10 - thing):
            await asyncio.sleep(0)
        now -= 1
        return thing

    found = [got async for got in each(range(10), ask, at_once=3)]

    assert found == list(range(10))
    assert most == 3


async def test_one_failure_among_several_loses_no_other_rows_and_is_told():
    """The dataset fails as a whole; what came is kept until then."""
    session = VendorClient(SAMSARA).session("https://vendor.test", {})
    found = []

    async def ask(thing):
        await asyncio.sleep(0)
        if thing == 1:
            raise RequestRejected("no", session.origin("/x"))
        return [thing]

    with pytest.raises(RequestRejected):
        await collect(each(range(8), ask, at_once=4), found)

    assert found == [0, 2, 3]
