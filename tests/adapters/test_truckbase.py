"""Truckbase's lists: no tombstones, two lists that overlap, loads that are gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters.registry import vendor
from core.errors import ContractBroken, VendorUnavailable
from models.asking import Ask
from tests.support.tms import Tms, a_load

TRUCKBASE = vendor("truckbase")
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
SINCE = "2026-10-05T15:00:00Z"


async def test_without_a_cursor_a_week_of_changes_comes_with_the_active_list(answered, fetched):
    """A first sync knows of no open loads; those that ended lately are wanted as well."""
    tms = Tms([a_load("a")])

    bag = await fetched(await answered(TRUCKBASE, tms), "loads")

    assert [record.vendor_id for record in bag.records] == ["a"]
    since = (NOW - timedelta(days=7)).isoformat()
    assert tms.asked == [
        ("/loads", {"per_page": "100", "status": "active", "page": "1"}),
        ("/loads", {"per_page": "100", "updated_since": since, "page": "1"}),
    ]


async def test_a_load_that_left_the_list_is_found_among_the_changes(answered, fetched):
    """There is no tombstone: delivered loads just stop being listed."""
    tms = Tms([a_load("a")], [a_load("a"), a_load("b", status="delivered")])

    bag = await fetched(
        await answered(TRUCKBASE, tms),
        "loads",
        Ask(now=NOW, cursor=SINCE, open_ids=frozenset({"a", "b"})),
    )

    assert [(one.vendor_id, one.status, one.is_open) for one in bag.records] == [
        ("a", "in_transit", True),
        ("b", "delivered", False),
    ]
    assert tms.asked[1] == ("/loads", {"per_page": "100", "updated_since": SINCE, "page": "1"})
    assert len(tms.asked) == 2


async def test_an_open_load_that_no_list_names_is_read_once_by_its_id(answered, fetched):
    """And one that is gone altogether is told as gone."""
    tms = Tms([a_load("a")], by_id={"b": a_load("b", status="paid"), "c": 404})
    ask = Ask(now=NOW, cursor=SINCE, open_ids=frozenset("abc"))

    bag = await fetched(await answered(TRUCKBASE, tms), "loads", ask)

    assert [one.vendor_id for one in bag.records] == ["a", "b"]
    assert bag.vanished == ["c"]
    assert [path for path, _ in tms.asked] == ["/loads", "/loads", "/loads/b", "/loads/c"]


async def test_our_overlap_is_not_the_vendors_duplicate(answered, fetched):
    """What both lists bring comes once; what one list repeats comes as often as it says."""
    bad = {"status": "booked", "stops": "none"}
    tms = Tms(
        [a_load("a"), a_load("b"), a_load("b"), bad],
        [a_load("a"), a_load("b"), a_load("c"), a_load("c"), a_load("d"), bad],
    )

    bag = await fetched(await answered(TRUCKBASE, tms), "loads", Ask(now=NOW, cursor=SINCE))

    assert [one.vendor_id for one in bag.records] == ["a", "b", "b", "c", "c", "d"]
    assert len(bag.unreadable) == 1


async def test_a_load_that_changed_between_the_lists_comes_in_both_states(answered, fetched):
    """The sync keeps the newer one."""
    newer = a_load("a", "2026-10-05T15:29:00Z", status="delivered")
    tms = Tms([a_load("a")], [newer])

    bag = await fetched(await answered(TRUCKBASE, tms), "loads", Ask(now=NOW, cursor=SINCE))

    assert [one.status for one in bag.records] == ["in_transit", "delivered"]


async def test_one_bad_load_by_id_loses_no_other_and_is_told(answered, fetched, new_bag):
    """The dataset fails as a whole and is tried again."""
    tms = Tms([a_load("z")], by_id={"a": a_load("a"), "b": 503, "c": a_load("c")})
    bag = new_bag()

    with pytest.raises(VendorUnavailable):
        await fetched(
            await answered(TRUCKBASE, tms),
            "loads",
            Ask(now=NOW, open_ids=frozenset("abc")),
            into=bag,
        )

    assert [one.vendor_id for one in bag.records] == ["z", "a", "c"]


async def test_another_load_than_asked_for_is_a_broken_contract(answered, fetched):
    """Taking it would close the wrong load."""
    tms = Tms(by_id={"a": a_load("b")})

    with pytest.raises(ContractBroken, match="another load"):
        await fetched(
            await answered(TRUCKBASE, tms), "loads", Ask(now=NOW, open_ids=frozenset({"a"}))
        )


async def test_an_unreadable_load_is_there_and_not_gone(answered, fetched):
    """Its id was named, so it is not asked for again."""
    tms = Tms([{"id": "a", "stops": 5}])

    bag = await fetched(
        await answered(TRUCKBASE, tms), "loads", Ask(now=NOW, open_ids=frozenset({"a"}))
    )

    assert [row.path for row in bag.unreadable] == ["stops"]
    assert "/loads/a" not in [path for path, _ in tms.asked]


async def test_an_id_with_a_slash_stays_one_step_of_the_path(answered, fetched):
    """An id is the vendor's text, not a part of our URL."""
    raw = []

    def answer(request):
        raw.append(request.url.raw_path)
        return httpx.Response(404 if b"per_page" not in raw[-1] else 200, json={"loads": []})

    ask = Ask(now=NOW, open_ids=frozenset({"a/../b?c"}))
    bag = await fetched(await answered(TRUCKBASE, answer), "loads", ask)

    assert raw[-1] == b"/base/loads/a%2F..%2Fb%3Fc"
    assert bag.vanished == ["a/../b?c"]


async def test_an_unknown_status_outside_the_active_list_is_not_open(answered, fetched):
    """Else every load with a new final word would be read by id for ever."""
    tms = Tms(changed=[a_load("a", status="archived")])

    bag = await fetched(await answered(TRUCKBASE, tms), "loads", Ask(now=NOW, cursor=SINCE))

    assert [(one.status, one.is_open) for one in bag.records] == [("unknown", False)]
