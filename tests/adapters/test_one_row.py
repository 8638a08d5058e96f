"""One row asked for by its id: the right one, none, or an error; never somebody else's."""

from __future__ import annotations

import httpx
import pytest

import sandbox
from adapters._kit.http import VendorClient
from adapters._kit.vendor import Unreadable
from adapters.registry import vendor
from core.errors import ContractBroken, VendorUnavailable

SAMSARA = vendor("samsara")
CLOCKS = SAMSARA.dataset("hos_clocks")
ANN = {"driver": {"id": "7", "name": "Ann"}, "currentDutyStatus": {"hosStatusType": "onDuty"}}
BOB = {"driver": {"id": "8", "name": "Bob"}}


def page(*rows, after=""):
    return {"data": list(rows), "pagination": {"endCursor": after, "hasNextPage": bool(after)}}


async def asked(answered, *pages):
    """What Samsara's way of asking for driver 7 makes of these pages, and the queries it sent."""
    queries, left = [], list(pages)

    def answer(request):
        queries.append(dict(request.url.params))
        return httpx.Response(200, json=left.pop(0))

    session = await answered(SAMSARA, answer)
    return await CLOCKS.one(session, "7"), queries


async def test_one_driver_is_asked_for_by_id(answered):
    row, queries = await asked(answered, page(ANN))

    record = CLOCKS.read(row)
    assert (record.vendor_id, record.duty_status) == ("7", "on_duty")
    assert queries == [{"driverIds": "7", "limit": "1"}]


async def test_a_driver_that_the_account_does_not_have_is_none(answered):
    assert (await asked(answered, page()))[0] is None


async def test_an_empty_page_is_not_the_end(answered):
    """The vendor may send one before the row."""
    row, queries = await asked(answered, page(after="x"), page(ANN))

    assert CLOCKS.read(row).vendor_id == "7"
    assert queries[1] == {"driverIds": "7", "limit": "1", "after": "x"}


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([page(BOB)], id="another driver"),
        pytest.param([page(ANN, BOB)], id="another driver too"),
        pytest.param([page(ANN, after="x"), page(BOB)], id="the question was ignored"),
        pytest.param([page(ANN, ANN)], id="twice"),
    ],
)
async def test_anybody_elses_row_is_a_broken_contract(answered, pages):
    """Another driver's hours under this one's name would be worse than none."""
    with pytest.raises(ContractBroken, match="not asked for"):
        await asked(answered, *pages)


async def test_a_row_that_cannot_be_read_says_why(answered):
    row, _ = await asked(answered, page({"driver": {"id": "7"}, "clocks": 5}))

    assert isinstance(row, Unreadable)
    assert row.path == "clocks"


async def test_it_says_what_is_true():
    """Over HTTP, from the sandbox: each driver's own clocks, and an error as an error."""
    async with sandbox.running() as box, VendorClient(SAMSARA) as client:
        box.freeze("2026-10-07T18:00:00Z")
        key = sandbox.credentials("acme")["samsara"]
        session = client.session(box.base("samsara"), key).for_dataset(CLOCKS)
        for truth in box.truth("acme")["hos_clocks"]:
            record = CLOCKS.read(await CLOCKS.one(session, truth["driver_id"]))
            assert record.vendor_id == truth["driver_id"]
            assert record.drive_remaining_s == truth["drive_remaining_s"]
            assert record.duty_status == truth["duty_status"]
        stranger = box.truth("bluemesa")["hos_clocks"][0]["driver_id"]
        assert await CLOCKS.one(session, stranger) is None
        box.faults(kind="unavailable_503", vendor="samsara")
        with pytest.raises(VendorUnavailable):
            await CLOCKS.one(session, truth["driver_id"])
