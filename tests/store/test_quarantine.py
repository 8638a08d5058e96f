"""What is kept of a bad row: one entry a fault, its whole row sealed for as long as it is open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.secrets import Sealed
from store.results import QuarantineRow

from .conftest import driver

BAD = QuarantineRow("d1", "name", "is not text", {"id": "d1"}, sealed=Sealed("key", b"\x00first"))
KEPT = "SELECT times, sealed, sealed_key_id FROM ops.quarantine"


async def test_the_whole_row_of_the_last_time_is_kept_beside_the_entry(house):
    """The same fault every five minutes is one entry, and its newest row is the one to replay."""
    await house.fleets(1)
    newer = replace(BAD, sealed=Sealed("key", b"second\xff"))

    for row in (BAD, newer, newer):
        await house.sync([driver(2)], status="partial", quarantined=[row])

    assert await house.rows(KEPT) == [(3, b"second\xff", "key")]


async def test_of_the_same_fault_twice_in_a_fetch_the_last_row_is_kept(house):
    await house.fleets(1)
    newer = replace(BAD, sealed=Sealed("key", b"second"))

    await house.sync([driver(2)], status="partial", quarantined=[BAD, newer])

    assert await house.rows(KEPT) == [(2, b"second", "key")]


@pytest.mark.parametrize("then", [[driver(1), driver(2)], [driver(2)]], ids=["landed", "not sent"])
async def test_nothing_of_the_whole_row_is_kept_once_the_entry_is_resolved(house, then):
    await house.fleets(1)
    await house.sync([driver(2)], status="partial", quarantined=[BAD])

    await house.sync(then)

    assert await house.rows(
        "SELECT resolved_at IS NOT NULL, sealed, sealed_key_id FROM ops.quarantine"
    ) == [(True, None, None)]
