"""Older words never replace newer ones, and what went stays gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.replaying import HeldRow, may_land

SEEN = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BEFORE, AFTER = SEEN - HOUR, SEEN + HOUR


@pytest.mark.parametrize(
    ("updated", "held", "lands"),
    [
        pytest.param(None, None, True, id="we hold nothing"),
        pytest.param(BEFORE, HeldRow(SEEN, AFTER), False, id="older by the vendor's time"),
        pytest.param(SEEN, HeldRow(BEFORE, AFTER), True, id="newer by the vendor's time"),
        pytest.param(BEFORE, HeldRow(BEFORE, BEFORE), True, id="same time, written before"),
        pytest.param(BEFORE, HeldRow(BEFORE, AFTER), False, id="same time, written after"),
        pytest.param(None, HeldRow(None, BEFORE), True, id="no time, written before"),
        pytest.param(None, HeldRow(None, AFTER), False, id="no time, written after"),
        pytest.param(
            None, HeldRow(None, BEFORE, confirmed_at=AFTER), False, id="no time, confirmed after"
        ),
        pytest.param(AFTER, HeldRow(None, AFTER), False, id="only one has a time, written after"),
        pytest.param(None, HeldRow(AFTER, BEFORE), True, id="only ours has a time, written before"),
        pytest.param(AFTER, HeldRow(BEFORE, AFTER, AFTER), False, id="gone since"),
        pytest.param(SEEN, HeldRow(BEFORE, BEFORE, BEFORE), True, id="gone before, and sent again"),
    ],
)
def test_a_kept_row_lands_unless_what_we_hold_is_newer(updated, held, lands):
    assert may_land(updated, SEEN, held) is lands


instants = st.integers(0, 5).map(lambda hours: BEFORE + hours * HOUR)


@given(instants, instants, instants)
def test_of_two_with_times_of_the_vendor_the_older_never_lands(updated, ours, changed_at):
    if updated < ours:
        assert not may_land(updated, SEEN, HeldRow(ours, changed_at))
