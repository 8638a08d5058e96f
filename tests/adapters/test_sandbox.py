"""Every dataset of every vendor, over real HTTP, from the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

import sandbox
from adapters._kit import probe
from adapters._kit.http import VendorClient
from adapters._kit.probe import Outcome
from adapters.registry import VENDORS
from core.errors import ContractBroken
from models.asking import Ask, Place
from tests.support.gated import found_by_gate

NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
PLACES = (Place(31.55, -97.15), Place(32.78, -96.80))
DATASETS = [
    pytest.param(one, dataset.name, id=f"{one.name} {dataset.name}")
    for one in VENDORS
    for dataset in one.datasets
]


@pytest.fixture
async def box() -> AsyncIterator[sandbox.Box]:
    async with sandbox.running() as box:
        box.freeze(NOW)
        box.limits.turn(on=False)  # they count in real time; fetches follow fast here
        yield box


def session(client, box, slug="acme"):
    one = client.vendor
    return client.session(box.url + one.sandbox_path, sandbox.credentials(slug)[one.name])


@pytest.mark.parametrize(("one", "name"), DATASETS)
async def test_every_dataset_reads_what_the_sandbox_sends(box, fetched, one, name):
    """All of it: nothing of a good answer is set aside."""
    async with VendorClient(one) as client:
        bag = await fetched(session(client, box), name, Ask(now=NOW, places=PLACES))

    assert bag.records
    assert (bag.unreadable, bag.invalid) == ([], [])
    assert len({record.vendor_id for record in bag.records}) == len(bag.records)
    assert found_by_gate(one.dataset(name), bag.records, bag.children) == {}


@pytest.mark.parametrize(("one", "name"), DATASETS)
async def test_a_bad_row_costs_one_row(box, fetched, one, name):
    """Counts in are counts out."""
    box.faults(kind="bad_row", vendor=one.name)
    async with VendorClient(one) as client:
        bag = await fetched(session(client, box), name, Ask(now=NOW, places=PLACES))

    set_aside = len(bag.unreadable) + len(bag.invalid)
    assert set_aside > 0
    assert bag.rows == len(bag.records) + set_aside


@pytest.mark.parametrize(("one", "name"), DATASETS)
async def test_an_extra_empty_page_loses_nothing(box, fetched, one, name):
    """Where the vendor has pages at all."""
    async with VendorClient(one) as client:
        asked = session(client, box)
        before = await fetched(asked, name, Ask(now=NOW, places=PLACES))
        box.faults(kind="empty_page", vendor=one.name)
        after = await fetched(asked, name, Ask(now=NOW, places=PLACES))

    assert sorted(after.records) == sorted(before.records)


@pytest.mark.parametrize(("one", "name"), DATASETS)
async def test_html_is_never_an_empty_list(box, fetched, one, name):
    """Else a sign-in page would delete a fleet."""
    box.faults(kind="not_json", vendor=one.name)
    async with VendorClient(one) as client:
        with pytest.raises(ContractBroken):
            await fetched(session(client, box), name, Ask(now=NOW, places=PLACES))


@pytest.mark.parametrize("one", VENDORS, ids=lambda one: one.name)
async def test_the_connection_test_passes(box, one):
    """With the sandbox's own keys."""
    async with VendorClient(one) as client:
        results = await probe.test_connection(one, session(client, box))

    assert {result.outcome for result in results} == {Outcome.OK}, results


async def test_clocks_say_what_is_true(box, fetched):
    """Through HTTP, validation and mapping, against the world behind the sandbox."""
    async with VendorClient(VENDORS[0]) as client:
        bag = await fetched(session(client, box), "hos_clocks")

    truth = {one["driver_id"]: one for one in box.truth("acme")["hos_clocks"]}
    assert {record.vendor_id for record in bag.records} == set(truth)
    for record in bag.records:
        told = truth[record.vendor_id]
        assert record.duty_status == told["duty_status"]
        assert record.drive_remaining_s == told["drive_remaining_s"]
        assert record.break_remaining_s == told["break_remaining_s"]
