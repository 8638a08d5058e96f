"""A row that was set aside is kept whole, opens for its own entry only, and reads as it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

import sandbox
from adapters._kit.http import VendorClient
from adapters._kit.vendor import Unreadable
from adapters.registry import VENDORS
from core.errors import ConfigurationError, RecordInvalid
from core.secrets import EntryOwner, KeyRing, Sealed
from models.asking import Ask, Place
from store.claims import Claim
from tasks import keeping
from tasks.collecting import set_aside

NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
RING = KeyRing.parse("ab" * 32)
DATASETS = [
    pytest.param(one, dataset, id=f"{one.name} {dataset.name}")
    for one in VENDORS
    for dataset in one.datasets
]


async def rows_of(box, one, dataset):
    where = box.url + one.sandbox_path
    async with VendorClient(one) as client:
        session = client.session(where, sandbox.credentials("acme")[one.name])
        pages = dataset.pages(
            session.for_dataset(dataset), Ask(now=NOW, places=(Place(39, -94.5),))
        )
        return [row async for page in pages for row in page]


@pytest.fixture(scope="module")
def box():
    with sandbox.in_thread() as running:
        running.freeze(NOW)
        running.limits.turn(on=False)
        yield running
        running.clear()


@pytest.mark.parametrize(("one", "dataset"), DATASETS)
async def test_a_row_that_could_be_read_means_the_same_when_it_is_read_again(box, one, dataset):
    """Its mapping failed, and is mended: nothing of what the vendor said may be lost meanwhile."""
    rows = await rows_of(box, one, dataset)

    again = [dataset.again(keeping.loaded(keeping.dumped(row))) for row in rows]

    assert rows
    assert [dataset.read(row) for row in again] == [dataset.read(row) for row in rows]
    if dataset.children:
        read = dataset.children.read
        assert [read(row) for row in again] == [read(row) for row in rows]


@pytest.mark.parametrize(("one", "dataset"), DATASETS)
async def test_a_row_that_could_not_be_read_is_as_unreadable_again(box, one, dataset):
    """And says the same of itself; under the id that its record would have."""
    ids = {dataset.read(row).vendor_id for row in await rows_of(box, one, dataset)}
    box.faults(kind="bad_row", vendor=one.name, args={"rows": 1})
    bad = await rows_of(box, one, dataset)
    box.clear()

    again = [dataset.again(keeping.loaded(keeping.dumped(row))) for row in bad]

    assert all(type(row) is Unreadable for row in [*bad, *again])
    assert again == bad
    named = [set_aside(row, row.path, row.reason, dataset=dataset).vendor_id for row in bad]
    assert set(named) <= ids
    assert len(set(named)) == len(named) or one.name == "truckbase"  # which lists loads twice


def claimed() -> Claim:
    return Claim(uuid4(), uuid4(), uuid4(), "acme", "samsara", (), Sealed("", b""), "", {},
                 is_sandbox=True, is_probe=False)  # fmt: skip


def test_a_kept_row_opens_for_its_own_entry_only():
    row = set_aside({"id": "d1", "phone": "+1512"}, "name", "is missing")
    whose = claimed()

    (sealed,) = keeping.sealed([row], RING, whose, "drivers")

    owner = EntryOwner(whose.tenant_id, whose.integration_id, "drivers", row.identity)
    assert b"+1512" in RING.open_bytes(sealed.sealed, owner)
    assert b"+1512" not in sealed.sealed.ciphertext
    assert "+1512" not in repr(sealed) + repr(row)
    for stranger in (
        replace(owner, tenant_id=uuid4()),
        replace(owner, fingerprint="another"),
        replace(owner, dataset="loads"),
    ):
        with pytest.raises(ConfigurationError, match="does not open"):
            RING.open_bytes(sealed.sealed, stranger)


def test_a_row_that_is_too_large_is_not_kept():
    """It can only be sent again."""
    row = set_aside({"id": "d1", "name": ["x" * keeping.MOST_BYTES]}, "name", "is no text")

    assert row.original is None
    assert keeping.sealed([row], RING, claimed(), "drivers") == [row]


def test_a_word_of_an_earlier_version_is_not_left_out():
    """A row without it would say less than the vendor did."""
    dataset = VENDORS[0].dataset("drivers")
    kept = keeping.loaded(keeping.dumped({"id": "d1", "formerly": "Ann"}))

    row = dataset.again(kept)

    assert (row.path, "earlier version" in row.reason) == ("formerly", True)


def test_two_days_of_a_driver_are_two_rows():
    """What is wrong with one says nothing of the other."""
    dataset = VENDORS[0].dataset("hos_daily_logs")
    days = [{"driver": {"id": "d1"}, "startTime": f"2026-10-0{day}T05:00:00Z"} for day in (1, 2)]
    timeless = [{"driver": {"id": "d1"}, "endTime": f"2026-10-0{day}T05:00:00Z"} for day in (1, 2)]

    names = [
        set_aside(Unreadable(day, "endTime", "is missing"), "", "", dataset=dataset).vendor_id
        for day in (*days, *timeless)
    ]

    assert names[:2] == ["d1:2026-10-01T05:00:00Z", "d1:2026-10-02T05:00:00Z"]
    assert len(set(names)) == 4


def test_what_the_mapping_refuses_is_kept_under_the_names_of_its_fields():
    dataset = VENDORS[0].dataset("positions")
    sent = {"id": "v1", "gps": {"latitude": 0, "longitude": 0, "time": "2026-10-05T15:00:00Z"}}
    row = dataset.again(keeping.Kept(sent, False))

    with pytest.raises(RecordInvalid):
        dataset.read(row)

    assert dataset.again(keeping.loaded(keeping.dumped(row))) == row
