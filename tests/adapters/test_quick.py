"""The quick way and pydantic: what the one takes, the other reads as the same rows."""

from __future__ import annotations

import json
from typing import Annotated, Required

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from adapters._kit import quick
from adapters._kit.fields import Count, Id, Shape, Text, When, at
from adapters._kit.paging import CursorPage
from adapters._kit.reading import PageReader
from adapters.samsara.wire import CLOCKS, DRIVERS, Driver, HosClock
from core.errors import ContractBroken
from tests.adapters.test_reading import broken, clock, page

SLOW = PageReader(CursorPage[HosClock], HosClock)
decode = quick.decoder(HosClock)
SLOW_DRIVERS = PageReader(CursorPage[Driver], Driver)
decode_drivers = quick.decoder(Driver)
SHAPES = {
    name
    for row in (HosClock, Driver)
    for name, kind in row.__annotations__.items()
    if "_Object" in repr(kind)
}


def plain(row: object) -> object:
    """A row's values; whether one is absent or null, and the shapes around them, say nothing."""
    if not isinstance(row, dict):
        return row
    return {name: value for name, value in row.items() if value is not None and name not in SHAPES}


def outcome(reader: PageReader, raw: bytes) -> object:
    try:
        found = reader.page(raw, broken)
    except ContractBroken as error:
        return str(error)
    return [plain(row) for row in found["rows"]], found["has_next"], found.get("cursor")


def is_taken(raw: bytes, decode: quick.Decode = decode) -> bool:
    try:
        decode(raw)
    except quick.Refused:
        return False
    return True


WORDS = st.text(max_size=5) | st.sampled_from(["driving", "", "Zoë 🚚", "x" * 200, "é" * 201])
ODD = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.just([]) | st.just({})
INSTANTS = st.datetimes().map(lambda one: one.isoformat() + "Z") | st.sampled_from(
    [
        "2026-10-03T11:00:00Z",
        "2026-10-03T11:00:00.123Z",
        "2026-10-03T11:00:00.1234567Z",
        "2026-10-03T11:00:00,123Z",
        "2026-10-03T13:00:00+02:00",
        "2026-10-03T11:00:60Z",
        "2026-10-03T24:00:00Z",
        "2026-10-03 11:00:00Z",
        "2026-10-03t11:00:00z",
        "2026-W40-6T11:00:00Z",
        "2026-10-03T110000.000000Z",
        "2026-10-03T11:00:00",
        "0000-01-01T00:00:00Z",
        "９026-10-03T11:00:00Z",
        "2026-02-30T11:00:00Z",
    ]
)
MILLIS = st.integers(0, 10**8) | st.floats(0, 1e8) | st.sampled_from([-1, -0.0, 1e11, 1e11 + 1])


def often(usual: st.SearchStrategy, unusual: st.SearchStrategy) -> st.SearchStrategy:
    """Mostly the usual one, or a page would hardly ever be taken."""
    return st.integers(0, 39).flatmap(lambda drawn: usual if drawn else unusual)


def objects(**members: st.SearchStrategy) -> st.SearchStrategy:
    """An object in which any of these may be, and members that nobody asked for."""
    drawn = {name: often(member, ODD) for name, member in members.items()}
    return st.fixed_dictionaries({}, optional={**drawn, "extra": ODD})


rows = st.fixed_dictionaries(
    {"driver": often(st.fixed_dictionaries({"id": WORDS.filter(bool), "name": WORDS}), ODD)},
    optional={
        "currentDutyStatus": often(objects(hosStatusType=WORDS), ODD),
        "currentVehicle": often(objects(id=WORDS, name=WORDS), ODD),
        "violations": objects(shiftDrivingViolationDurationMs=MILLIS),
        "clocks": often(
            objects(
                drive=objects(driveRemainingDurationMs=MILLIS),
                cycle=objects(cycleRemainingDurationMs=MILLIS, cycleStartedAtTime=INSTANTS),
                **{"break": objects(timeUntilBreakDurationMs=MILLIS)},
            ),
            ODD,
        ),
        "unknown": ODD,
    },
)
words = st.dictionaries(WORDS, often(st.none() | WORDS, ODD), max_size=3)
many_words = st.lists(often(words, ODD), max_size=3)
drivers = st.fixed_dictionaries(
    {"id": often(WORDS.filter(bool), ODD)},
    optional={
        "name": often(WORDS, ODD),
        "isDeactivated": often(st.booleans(), ODD),
        "eldDayStartHour": often(st.integers(-1, 24) | st.sampled_from([12.0, -0.0]), ODD),
        "eldSettings": often(objects(rulesets=many_words), ODD),
        "externalIds": often(words, ODD),
        "tags": often(many_words, ODD),
        "staticAssignedVehicle": objects(id=WORDS),
        "carrierSettings": objects(
            carrierName=WORDS, dotNumber=WORDS | st.integers() | st.integers(10**18, 10**40)
        ),
        "createdAtTime": often(INSTANTS, ODD),
        "unknown": ODD,
    },
)


def pages(rows: st.SearchStrategy) -> st.SearchStrategy:
    pagination = st.fixed_dictionaries(
        {"hasNextPage": st.booleans()}, optional={"endCursor": WORDS}
    )
    members = {"data": often(st.lists(rows, max_size=3), ODD), "pagination": often(pagination, ODD)}
    return st.fixed_dictionaries(members)


@settings(max_examples=400)
@given(pages(rows), st.booleans())
def test_both_read_the_same_from_any_page_of_clocks(sent, is_ascii):
    raw = json.dumps(sent, ensure_ascii=is_ascii).encode(errors="surrogatepass")
    assert outcome(CLOCKS, raw) == outcome(SLOW, raw)


@settings(max_examples=400)
@given(pages(drivers), st.booleans())
def test_both_read_the_same_from_any_page_of_drivers(sent, is_ascii):
    raw = json.dumps(sent, ensure_ascii=is_ascii).encode(errors="surrogatepass")
    assert outcome(DRIVERS, raw) == outcome(SLOW_DRIVERS, raw)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"null", id="null"),
        pytest.param(b"<html>sign in</html>", id="a page for people"),
        pytest.param(page(clock()) + b"x", id="more behind it"),
        pytest.param(b"\xef\xbb\xbf" + page(clock()), id="a byte order mark"),
        pytest.param(page(clock(note="?")).replace(b"?", b"\xff"), id="no UTF-8 where none looks"),
        pytest.param(page(clock(note="?")).replace(b"?", b"\n"), id="a line break in a text"),
        pytest.param(page(clock(note="?")).replace(b"?", b"\\ud800"), id="half a character"),
        pytest.param(page(clock(note="?")).replace(b'"?"', b"[" * 5000 + b"]" * 5000), id="deep"),
        pytest.param(page(clock(note="?")).replace(b'"?"', b"NaN"), id="no number"),
        pytest.param(page(clock(note="?")).replace(b'"?"', b"01"), id="a leading zero"),
        pytest.param(page(clock()).replace(b"15120999", b"1e999"), id="beyond all numbers"),
        pytest.param(page(clock()).replace(b'"Maria"', b'"a","name":"b"'), id="a name twice"),
        pytest.param(page(clock(driver={"id": "a\0", "name": "b"})), id="NUL in a text"),
    ],
)
def test_both_read_the_same_from_odd_bytes(raw):
    assert outcome(CLOCKS, raw) == outcome(SLOW, raw)


def test_a_usual_page_goes_the_quick_way():
    raw = page(
        clock(),
        clock(currentVehicle={"id": "7", "name": "Lkw Zürich 🚚"}, unknown={"a": [1]}),
        {"driver": {"id": "2"}},
        clock(currentDutyStatus={}, violations={"cycleViolationDurationMs": 1.5}),
    )
    assert is_taken(raw)
    assert outcome(CLOCKS, raw) == outcome(SLOW, raw)


def driver(**more: object) -> dict[str, object]:
    told = {"id": "7", "name": "Ann", "tags": [{"id": "1", "name": "East"}], "eldDayStartHour": 0}
    return {**told, "carrierSettings": {"dotNumber": 2984417}, **more}


def test_a_usual_page_of_drivers_goes_the_quick_way():
    raw = page(
        driver(),
        driver(externalIds={"payroll": "é", "samsara.vin": None}, tags=[]),
        driver(carrierSettings={"dotNumber": "2984417"}, eldSettings={"rulesets": [{"shift": ""}]}),
        driver(updatedAtTime="2026-09-30T21:44:10.902Z", isDeactivated=True),
    )
    assert is_taken(raw, decode_drivers)
    assert outcome(DRIVERS, raw) == outcome(SLOW_DRIVERS, raw)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b'"dotNumber": 1' + b"0" * 5000, id="more digits than Python takes"),
        pytest.param(b'"dotNumber": -0', id="minus nothing"),
        pytest.param(b'"dotNumber": 1.0', id="a whole number with a point"),
        pytest.param(b'"dotNumber": 1e3', id="a whole number with an exponent"),
        pytest.param(b'"dotNumber": true', id="true"),
        pytest.param(b'"dotNumber": "1", "dotNumber": 2', id="twice"),
    ],
)
def test_both_read_the_same_number(raw):
    sent = page(driver(carrierSettings={"x": 1})).replace(b'"x":1', raw)
    assert raw in sent
    assert outcome(DRIVERS, sent) == outcome(SLOW_DRIVERS, sent)


def test_a_name_that_comes_twice_is_read_alike():
    raw = page(driver(externalIds={"a": "1"})).replace(b'"a":"1"', b'"a":"1","b":null,"a":"2"')
    assert b'"b":null' in raw
    assert outcome(DRIVERS, raw) == outcome(SLOW_DRIVERS, raw)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(clock(driver={"id": ""}), id="an empty id"),
        pytest.param(clock(clocks=None), id="null for an object"),
        pytest.param(
            clock(clocks={"cycle": {"cycleStartedAtTime": "2026-W40-6T11:00:00Z"}}), id="a week"
        ),
        pytest.param(
            clock(clocks={"drive": {"driveRemainingDurationMs": -1}}), id="less than none"
        ),
    ],
)
def test_a_page_with_anything_unusual_is_pydantics(row):
    assert not is_taken(page(clock(), row))


def test_a_row_of_the_quick_way_can_be_kept_and_read_again():
    """What is set aside holds null for what was absent; reading it again gives the same row."""
    (row,) = decode(page(clock()))["rows"]
    kept = orjson.dumps(row)
    again = TypeAdapter(HosClock).validate_json(kept, by_alias=False, by_name=True)
    assert plain(again) == plain(row)


class Nested(TypedDict, total=False):
    id: Required[Id]
    gps: Shape
    place: Annotated[Text, at("gps", "place", "name")]
    since: When


def test_fields_are_found_where_they_stand():
    read = quick.decoder(Nested)(page({"id": "1", "gps": {"place": {"name": "Reno"}}}))
    assert read["rows"] == [{"id": "1", "place": "Reno", "since": None}]


class Strange(TypedDict, total=False):
    id: Required[Id]
    count: Count


class Twice(TypedDict, total=False):
    id: Required[Id]
    same: Annotated[Text, at("id")]


class Both(TypedDict, total=False):
    id: Required[Id]
    inner: Annotated[Text, at("id", "name")]


@pytest.mark.parametrize("row", [Strange, Twice, Both])
def test_what_it_does_not_know_is_said_when_it_is_made(row):
    with pytest.raises(TypeError):
        quick.decoder(row)
