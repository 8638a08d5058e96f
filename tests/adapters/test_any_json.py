"""Whatever a vendor sends, a row is read, or set aside with a reason: nothing else is raised."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters._kit.reading import BodyReader, PageReader
from adapters._kit.vendor import Unreadable
from adapters.fuelfinder import wire as fuelfinder
from adapters.openweather import wire as openweather
from adapters.registry import VENDORS
from adapters.samsara import wire as samsara
from adapters.truckbase import wire as truckbase
from core.errors import ContractBroken, Origin, RecordInvalid
from models.asking import Place
from models.records import Record
from tasks import collecting, keeping

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
LISTS = {
    "drivers": "samsara_drivers_page*",
    "vehicles": "samsara_vehicles_page*",
    "positions": "samsara_vehicle_stats_gps_page*",
    "hos_clocks": "samsara_hos_clocks_page*",
    "hos_daily_logs": "samsara_hos_daily_logs_page*",
    "loads": "truckbase_loads_*200",
    "stations": "fuelfinder_stations_*",
    "weather": "openweather_weather_*",
}
DATASETS = [
    pytest.param(dataset, id=f"{one.name} {dataset.name}")
    for one in VENDORS
    for dataset in one.datasets
]
PLACE = Place(31.5, -97.1)
PAGES = {
    "drivers": (samsara.DRIVERS, "data"),
    "vehicles": (samsara.VEHICLES, "data"),
    "positions": (samsara.POSITIONS, "data"),
    "hos_clocks": (samsara.CLOCKS, "data"),
    "hos_daily_logs": (samsara.DAILY_LOGS, "data"),
    "loads": (truckbase.LOADS, "loads"),
    "stations": (fuelfinder.STATIONS, "stations"),
}
READERS = [
    pytest.param(reader, id=f"{module.__name__.split('.')[1]} {name}")
    for module in (samsara, truckbase, fuelfinder, openweather)
    for name, reader in vars(module).items()
    if isinstance(reader, PageReader | BodyReader)
]
# What breaks a mapping that believes what it sees: the ends of calendars, numbers and texts.
ENDS = [
    None, True, -1, 2**64, 1e308, "", "NaN", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00", [], {},
]  # fmt: skip
ODD = st.sampled_from(
    [
        *ENDS, False, 0, -0.0, 2**31, 2**63, 10**40, -1e308, 5e-324, 0.1, " ", "0", "Infinity",
        "1e999", "-1", "９", "²", "\u202e", "\x00", "a" * 300, "{}", "2026-02-30T00:00:00Z",
        "2026-01-01T00:00:00", "2026-01-01T24:00:00Z", "1969-12-31T23:59:59.999999Z",
        "America/Chicago", "../etc/passwd", "Europe", [[]], [{}], {"": None},
    ]
)  # fmt: skip
SCALARS = ODD | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "name", "driver", "time", "gps", "stops", "prices"]) | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def recorded(dataset) -> list[dict]:
    """The rows of this dataset that were recorded from its vendor."""
    rows = []
    for path in sorted(FIXTURES.glob(f"*/{LISTS[dataset.name]}.json")):
        body = json.loads(path.read_text())
        listed = [body] if dataset.name == "weather" else next(
            (body[key] for key in ("data", "loads", "stations") if key in body), []
        )  # fmt: skip
        rows += listed
    return rows


def places_of(value, here=()):
    """Every place in a JSON value where something else could stand."""
    yield here
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places_of(value[key], (*here, key))


def put(row, place, value):
    """The row with another value in this place; ``value`` "drop" leaves it out."""
    if not place:
        return value
    changed = copy.deepcopy(row)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return changed


def broken(why):
    return ContractBroken(why, Origin("acme"))


def arrive(dataset, raw):
    """The row as its client hands it on: from the bytes of a whole answer."""
    if dataset.name == "weather":
        row = openweather.WEATHER.body(json.dumps(raw).encode(), broken)
        if type(row) is Unreadable:
            return replace(row, about=asdict(PLACE))
        return openweather.Seen(PLACE, row)
    reader, key = PAGES[dataset.name]
    answer = {key: [raw], "pagination": {"hasNextPage": False, "endCursor": ""}}
    (row,) = reader.page(json.dumps(answer).encode(), broken)["rows"]
    if dataset.name == "loads" and type(row) is not Unreadable:
        row["is_listed_active"] = True
    return row


def check(dataset, raw) -> None:
    """A row that comes is read and mapped, or set aside; what is set aside can be read again."""
    try:
        row = arrive(dataset, raw)
    except ContractBroken:  # an answer that is one row is none when it is no object
        assert dataset.name == "weather"
        assert not isinstance(raw, dict)
        return
    path, reason = "", ""
    if type(row) is not Unreadable:
        try:
            record = dataset.read(row)
            children = dataset.children.read(row) if dataset.children else []
        except RecordInvalid as error:
            path, reason = error.path, error.reason
        else:
            assert isinstance(record, Record)
            assert isinstance(record.vendor_id, str)
            assert all(isinstance(child.vendor_id, str) for child in children)
    # Whether it is bad or breaks a rule later: it can be named, shown and kept.
    kept = collecting.set_aside(row, path, reason, dataset=dataset)
    assert kept.identity
    assert kept.payload_json
    again = dataset.again(keeping.loaded(kept.original)) if kept.original else row
    # An endless number is no JSON and is kept as null, which may be good where the number was not.
    if "Infinity" not in json.dumps(raw):
        assert type(again) is type(row)


@pytest.mark.parametrize("dataset", DATASETS)
@settings(max_examples=30, deadline=None)
@given(raw=JSON)
@example(raw={"id": "1", "time": "0001-01-01T00:00:00+14:00"})
def test_any_json_is_a_row_or_set_aside(dataset, raw):
    check(dataset, raw)


@pytest.mark.parametrize("dataset", DATASETS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_real_row_with_anything_in_it_is_a_row_or_set_aside(dataset, data):
    """Close to what is good, where a mapping believes what it sees."""
    row = data.draw(st.sampled_from(recorded(dataset)))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(places_of(row))))
        row = put(row, place, data.draw(ODD | JSON))
    check(dataset, row)


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_real_row_with_each_odd_value_in_each_place(dataset):
    """All of them, one by one: what a lucky draw would find is found every time."""
    row = max(recorded(dataset), key=lambda one: len(json.dumps(one)))
    for place in places_of(row):
        for odd in ENDS:
            check(dataset, put(row, place, odd))


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=20, deadline=None)
@given(body=JSON, cut=st.integers(0, 3))
def test_any_answer_is_read_or_breaks_the_contract(reader, body, cut):
    """The envelope too, whole or cut off."""

    raw = json.dumps(body).encode()
    raw = raw[: len(raw) - cut]
    with suppress(ContractBroken):
        read = reader.page if isinstance(reader, PageReader) else reader.body
        assert read(raw, broken) is not None
