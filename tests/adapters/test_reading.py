"""Bytes to rows: a bad row never costs a good one, and says what is wrong without its values."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._kit.vendor import Unreadable
from adapters.openweather.wire import WEATHER
from adapters.samsara import mapping
from adapters.samsara.wire import CLOCKS, DAILY_LOGS, DRIVERS, POSITIONS
from core.errors import ContractBroken, Origin

ORIGIN = Origin("samsara")


def broken(words):
    return ContractBroken(words, ORIGIN)


def page(*rows):
    return orjson.dumps({"data": rows, "pagination": {"endCursor": "", "hasNextPage": False}})


def clock(**changes):
    sent = {
        "driver": {"id": "1", "name": "Maria"},
        "currentDutyStatus": {"hosStatusType": "driving"},
        "clocks": {
            "drive": {"driveRemainingDurationMs": 15_120_999},
            "cycle": {"cycleStartedAtTime": "2026-10-03T11:00:00Z"},
        },
    }
    return {**sent, **changes}


@pytest.mark.parametrize(
    ("row", "path"),
    [
        pytest.param(clock(driver={"name": "x"}), "driver.id", id="no id"),
        pytest.param(clock(driver={"id": ""}), "driver.id", id="an empty id"),
        pytest.param(clock(driver={"id": 5}), "driver.id", id="an integer id"),
        pytest.param(clock(driver=None), "driver.id", id="no driver"),
        pytest.param(clock(clocks="none"), "clocks", id="text for an object"),
        pytest.param(clock(clocks={"drive": 5}), "clocks.drive", id="a number for an object"),
        pytest.param(
            clock(clocks={"drive": {"driveRemainingDurationMs": True}}),
            "clocks.drive.driveRemainingDurationMs",
            id="a boolean is no number",
        ),
        pytest.param(
            clock(clocks={"drive": {"driveRemainingDurationMs": "9"}}),
            "clocks.drive.driveRemainingDurationMs",
            id="text for a number",
        ),
        pytest.param(
            clock(clocks={"drive": {"driveRemainingDurationMs": -1}}),
            "clocks.drive.driveRemainingDurationMs",
            id="negative time",
        ),
        pytest.param(
            clock(clocks={"drive": {"driveRemainingDurationMs": 1e300}}),
            "clocks.drive.driveRemainingDurationMs",
            id="more than a column holds",
        ),
        pytest.param(
            clock(clocks={"cycle": {"cycleStartedAtTime": "2026-10-03T11:00:00"}}),
            "clocks.cycle.cycleStartedAtTime",
            id="a time without a zone",
        ),
        pytest.param(
            clock(clocks={"cycle": {"cycleStartedAtTime": 1791214200}}),
            "clocks.cycle.cycleStartedAtTime",
            id="a number for a time",
        ),
        pytest.param(5, "", id="a number for a row"),
        pytest.param(None, "", id="null for a row"),
        pytest.param([], "", id="a list for a row"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_path(row, path):
    """The rest of the page is as it would be without it."""
    read = CLOCKS.page(page(clock(), row, clock()), broken)["rows"]

    good, bad, also_good = read
    assert isinstance(bad, Unreadable)
    assert (bad.raw, bad.path) == (row, path)
    assert good == also_good
    assert mapping.hos_clock(good).drive_remaining_s == 15_120


def test_a_reason_names_no_value_of_the_row():
    """It is shown and mailed; the row may hold a person."""
    read = DRIVERS.page(page({"id": "1", "createdAtTime": "Maria Alvarez", "phone": 5}), broken)

    (bad,) = read["rows"]
    assert bad.path == "phone"
    assert bad.reason == "should be a valid string"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>sign in</html>", id="HTML"),
        pytest.param(b'{"data": [', id="cut off"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"data": {}, "pagination": {"hasNextPage": false}}', id="no list of rows"),
        pytest.param(b'{"pagination": {"hasNextPage": false}}', id="no rows"),
        pytest.param(b'{"data": []}', id="no pagination"),
        pytest.param(b'{"data": [], "pagination": {"hasNextPage": "false"}}', id="text for a flag"),
        pytest.param(b'{"data": [], "pagination": {"endCursor": ""}}', id="no word of an end"),
        pytest.param(b'{"data": [], "pagination": {"hasNextPage": false}} x', id="more after it"),
        pytest.param(b'{"data": "\xff"}', id="not UTF-8"),
    ],
)
def test_an_envelope_that_cannot_be_read_is_a_broken_contract(raw):
    """To take it for an empty page would delete a fleet."""
    with pytest.raises(ContractBroken) as caught:
        CLOCKS.page(raw, broken)

    assert "sign in" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("raw", [b"[]", b"5", b"null", b"<html>", b""])
def test_a_single_row_that_is_no_object_is_a_broken_contract(raw):
    """Without an envelope the object itself is all there is."""
    with pytest.raises(ContractBroken):
        WEATHER.body(raw, broken)


def test_a_character_that_the_database_cannot_hold_costs_no_row():
    """U+0000 in one name would make the whole batch fail."""
    raw = page(clock(driver={"id": "1", "name": "Ma\x00ria"}), {"driver": {"name": "\x00"}})

    good, bad = CLOCKS.page(raw, broken)["rows"]

    assert mapping.hos_clock(good).driver_name == "Ma\ufffdria"
    assert bad.raw == {"driver": {"name": "\ufffd"}}


def test_what_is_set_aside_can_be_kept_as_json():
    """Numbers that JSON columns cannot hold are made ones that they can."""
    raw = b'{"data":[{"a":NaN,"b":1e999,"c":%d}],"pagination":{"hasNextPage":false}}' % 10**30

    (bad,) = CLOCKS.page(raw, broken)["rows"]

    assert bad.raw == {"a": None, "b": None, "c": 1e30}
    assert orjson.dumps(bad.raw)


def test_times_are_utc_whatever_the_vendor_says():
    """One row of a live capture came with an offset."""
    sent = clock(clocks={"cycle": {"cycleStartedAtTime": "2026-10-03T06:00:00-05:00"}})

    (row,) = CLOCKS.page(page(sent), broken)["rows"]

    started = mapping.hos_clock(row).cycle_started_at
    assert started == datetime(2026, 10, 3, 11, tzinfo=UTC)
    assert started.utcoffset().total_seconds() == 0


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = ["id", "driver", "clocks", "gps", "startTime", "endTime", "tags", "currentDutyStatus"]
ODD_ROW = JSON | st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4)


@settings(max_examples=40, deadline=None)
@given(odd=st.lists(ODD_ROW, max_size=4), at=st.integers(0, 4))
def test_bad_rows_never_lose_good_ones(odd, at):
    """Counts in are counts out, in order, whatever stands beside a good row."""
    rows = [*odd[:at], clock(), *odd[at:]]
    raw = json.dumps({"data": rows, "pagination": {"hasNextPage": False}}).encode()

    for reader in (CLOCKS, DRIVERS, POSITIONS, DAILY_LOGS):
        read = reader.page(raw, broken)["rows"]

        assert len(read) == len(rows)
        assert all(one.reason for one in read if isinstance(one, Unreadable))
        if reader is CLOCKS:
            assert mapping.hos_clock(read[min(at, len(odd))]).vendor_id == "1"


@settings(max_examples=40, deadline=None)
@given(ms=st.integers(0, 10**9) | st.floats(0, 1e9))
def test_time_left_is_never_more_than_the_vendors(ms):
    """Rounding up would send a driver out too long."""
    sent = clock(
        clocks={"drive": {"driveRemainingDurationMs": ms}},
        violations={"cycleViolationDurationMs": ms},
    )
    (row,) = CLOCKS.page(page(sent), broken)["rows"]

    record = mapping.hos_clock(row)

    assert record.drive_remaining_s * 1000 <= ms < (record.drive_remaining_s + 1) * 1000
    assert (record.cycle_violation_s - 1) * 1000 < ms <= record.cycle_violation_s * 1000
