"""What differs from a vendor's documents is named once; what it documents is no news."""

from __future__ import annotations

import json
import typing
from pathlib import Path

import pytest
import samsara
from pydantic import BaseModel

from adapters.registry import VENDORS, vendor
from models.documented import documented
from quality import drift
from quality.drift import Kind, Seen

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
KNOWN = documented(
    "data", "id name place place.lat tags tags[].id extra", {"tags[].id": "a b"}, free="extra"
)
# Of the SDK's models: the datasets that read such rows.
MODELS = {
    "drivers": "ListDriversResponse",
    "vehicles": "VehiclesListVehiclesResponseBody",
    "hos_clocks": "HosClocksResponse",
    "hos_daily_logs": "HosDailyLogsGetHosDailyLogsResponseBody",
}
FILES = {
    "drivers": "samsara_drivers_page*", "vehicles": "samsara_vehicles_page*",
    "positions": "samsara_vehicle_stats*", "hos_clocks": "samsara_hos_clocks*",
    "hos_daily_logs": "samsara_hos_daily*", "loads": "truckbase_loads*",
    "stations": "fuelfinder_stations*", "weather": "openweather_weather*",
}  # fmt: skip
DATASETS = [
    pytest.param(one.name, each.name, id=f"{one.name} {each.name}")
    for one in VENDORS
    for each in one.datasets
]


def seen(*rows, of=KNOWN):
    found = Seen()
    for row in rows:
        found.add(row, of)
    return found


def differences(found):
    return [(one.kind, one.path, one.word) for one in found.differences.values()]


def test_what_is_documented_is_no_difference():
    found = seen({"id": 1, "place": {"lat": 2}, "tags": [{"id": "A"}], "extra": {"any": {"x": 1}}})

    assert differences(found) == []


def test_a_field_that_is_not_documented_is_named_once_and_not_what_is_below_it():
    found = seen({"id": 1, "place": {"lat": 2, "alt": {"m": 3}}}, {"place": {"alt": 4}})

    assert differences(found) == [(Kind.NEW_FIELD, "place.alt", "")]
    assert found.differences["place.alt", ""].example == {"m": 3}


def test_a_word_that_is_not_documented_is_named_as_it_was_sent():
    found = seen({"tags": [{"id": "Brand New"}, {"id": "b"}, {"id": ""}]})

    assert differences(found) == [(Kind.NEW_VALUE, "tags[].id", "Brand New")]


def test_a_field_that_every_row_had_and_none_has_is_gone_and_its_parts_go_with_it():
    full = {"id": 1, "name": "x", "place": {"lat": 2}}
    always, rows = drift.learnt(frozenset(), 0, seen(*[full] * 60))

    bare = seen(*[{"id": 1, "name": "x"}] * 5)

    assert [one.path for one in drift.vanished(always, rows, bare)] == ["place"]
    assert drift.learnt(always, rows, bare)[0] == {"id", "name"}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param([{"id": 1, "name": "x"}] * 10, [{"id": 1}] * 9, id="too little was known"),
        pytest.param([{"id": 1, "name": "x"}] * 60, [{"id": 1}] * 4, id="too few rows"),
        pytest.param(
            [{"id": 1, "name": "x"}] * 60, [{"id": 1}] * 9 + [{"name": "x"}], id="some have it"
        ),
        pytest.param(
            [{"id": 1, "name": "x"}] * 59 + [{"id": 1}], [{"id": 1}] * 9, id="it was optional"
        ),
    ],
)
def test_a_field_is_not_taken_as_gone_when(before, now):
    always, rows = drift.learnt(frozenset(), 0, seen(*before))

    assert "name" not in [one.path for one in drift.vanished(always, rows, seen(*now))]


@pytest.mark.parametrize(("one", "name"), DATASETS)
def test_what_was_recorded_from_a_vendor_is_documented(one, name):
    known = vendor(one).dataset(name).documented
    files = list((FIXTURES / one).glob(f"{FILES[name]}.json"))

    rows = [row for file in files for row in drift.rows_in(json.loads(file.read_text()), known)]

    assert rows
    assert differences(seen(*rows, of=known)) == []


@pytest.mark.parametrize("name", MODELS)
def test_samsaras_fields_are_those_of_its_own_sdk(name):
    known = vendor("samsara").dataset(name).documented
    model = getattr(samsara, MODELS[name])

    documented_there = {
        path.removeprefix("data[].")
        for path in fields(model, known.free)
        if path.startswith("data[].")
    }

    assert documented_there <= known.fields


def fields(model, free, prefix=""):
    """Every path of an SDK's model, by the names on the wire."""
    for name, info in model.model_fields.items():
        alias = next(
            (found for each in info.metadata if (found := getattr(each, "alias", None))),
            info.alias or name,
        )
        path = f"{prefix}{alias}"
        yield path
        if path.removeprefix("data[].") not in free:
            yield from below(info.annotation, free, path)


def below(kind, free, path):
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from fields(kind, free, f"{path}.")
        return
    items = "[]" if typing.get_origin(kind) is list else ""
    for part in typing.get_args(kind) if typing.get_origin(kind) is not dict else ():
        yield from below(part, free, path + items)
