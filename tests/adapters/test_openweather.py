"""OpenWeather's quirks: errors under 200, words that mislead, silence that means nothing fell."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from adapters.openweather import severity
from adapters.openweather.client import place_key
from adapters.registry import vendor
from core.errors import (
    AuthRejected,
    ContractBroken,
    PermissionMissing,
    RateLimited,
    RequestRejected,
    VendorUnavailable,
)
from models.asking import Ask, Place
from models.records import RoadSeverity, WeatherObservation

OPENWEATHER = vendor("openweather")
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
WACO = Place(31.5493, -97.1467)


def weather(**changes):
    sent = {"weather": [{"id": 800, "main": "Clear"}], "dt": 1791214200, "cod": 200}
    return {**sent, **changes}


async def one(answered, fetched, body):
    session = await answered(OPENWEATHER, lambda _: httpx.Response(200, json=body))
    return await fetched(session, "weather", Ask(now=NOW, places=(WACO,)))


async def test_rain_at_a_place(answered, fetched, recorded):
    """Known by the place asked for; millimetres and metres in every system of units."""
    bag = await one(answered, fetched, json.loads(recorded("openweather", "weather_rain_200")))

    assert bag.records == [
        WeatherObservation(
            vendor_id="31.55,-97.15",
            latitude=31.5493,
            longitude=-97.1467,
            place_name="Waco",
            country="US",
            condition_id=501,
            condition="Rain",
            description="moderate rain",
            conditions_json='[{"description":"moderate rain","id":501,"main":"Rain"}]',
            road_severity="moderate",
            temperature_f=Decimal("61.2"),
            feels_like_f=Decimal("61.5"),
            pressure_hpa=Decimal(1009),
            humidity_pct=93,
            visibility_m=4828,
            visibility_is_capped=False,
            wind_speed_mph=Decimal("17.27"),
            wind_gust_mph=Decimal("28.77"),
            wind_direction_deg=349,
            rain_1h_mm=Decimal("3.16"),
            snow_1h_mm=Decimal(0),
            cloud_cover_pct=100,
            sunrise_at=datetime(2026, 10, 5, 12, 25, tzinfo=UTC),
            sunset_at=datetime(2026, 10, 6, 0, 10, tzinfo=UTC),
            utc_offset_s=-18000,
            source_updated_at=datetime(2026, 10, 5, 15, 30, tzinfo=UTC),
        )
    ]


async def test_what_is_left_out_did_not_fall_or_is_not_known(answered, fetched):
    """No rain is 0; no visibility is null; no gust is no gust known."""
    record = (await one(answered, fetched, weather(name="", sys={"sunrise": 0}))).records[0]

    assert (record.rain_1h_mm, record.snow_1h_mm) == (Decimal(0), Decimal(0))
    assert (record.visibility_m, record.visibility_is_capped) == (None, None)
    assert (record.wind_gust_mph, record.temperature_f, record.place_name) == (None, None, None)
    assert record.sunrise_at is None


async def test_ten_kilometres_mean_ten_or_more(answered, fetched):
    """The vendor's cap is no measurement."""
    record = (await one(answered, fetched, weather(visibility=10000))).records[0]

    assert record.visibility_is_capped is True


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (401, AuthRejected),
        ("401", AuthRejected),
        (403, PermissionMissing),
        ("404", RequestRejected),
        ("400", RequestRejected),
        (429, RateLimited),
        (500, VendorUnavailable),
        ("503", VendorUnavailable),
        (999, VendorUnavailable),
        (7, ContractBroken),
    ],
)
async def test_an_error_under_200_is_that_error(answered, fetched, code, expected):
    """`cod` is a number here and a text there."""
    with pytest.raises(expected, match=r"no good|no data"):
        await one(answered, fetched, {"cod": code, "message": "no good"})


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"weather": []}, "weather"),
        ({"weather": [{"main": "Rain"}]}, "weather.0.id"),
        ({"dt": None}, "dt"),
        ({"dt": 1e18}, "dt"),
        ({"main": {"temp": "warm"}}, "main.temp"),
        ({"rain": 3}, "rain"),
    ],
)
async def test_another_shape_is_unreadable(answered, fetched, changes, path):
    """Set aside as a row: there is no envelope around it."""
    bag = await one(answered, fetched, weather(**changes))

    assert [row.path for row in bag.unreadable] == [path]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"main": {"temp": 289.3}}, "main.temp"),
        ({"main": {"humidity": 101}}, "main.humidity"),
        ({"wind": {"deg": 400}}, "wind.deg"),
        ({"rain": {"1h": -1}}, "rain.1h"),
        ({"visibility": -5}, "visibility"),
    ],
)
async def test_what_cannot_be_meant_sets_the_row_aside(answered, fetched, changes, path):
    """Kelvin read as Fahrenheit would boil the road."""
    bag = await one(answered, fetched, weather(**changes))

    assert [error.path for error in bag.invalid] == [path]


@pytest.mark.parametrize(
    ("condition", "visibility", "expected"),
    [
        (781, None, RoadSeverity.SEVERE),
        (511, None, RoadSeverity.SEVERE),
        (602, None, RoadSeverity.SEVERE),
        (200, None, RoadSeverity.HIGH),
        (600, None, RoadSeverity.HIGH),
        (741, 399, RoadSeverity.HIGH),
        (741, 400, RoadSeverity.MODERATE),
        (741, None, RoadSeverity.MODERATE),
        (501, None, RoadSeverity.MODERATE),
        (321, None, RoadSeverity.MODERATE),
        (500, None, RoadSeverity.LOW),
        (701, 100, RoadSeverity.LOW),
        (804, None, RoadSeverity.LOW),
        (999, None, RoadSeverity.UNKNOWN),
        (900, None, RoadSeverity.UNKNOWN),
    ],
)
def test_severity_goes_by_the_id(condition, visibility, expected):
    """By the word, freezing rain is rain and a new word is good weather."""
    assert severity.of_condition(condition, visibility) == expected


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([800, 602], RoadSeverity.SEVERE),
        ([500, 741], RoadSeverity.MODERATE),
        ([999, 602], RoadSeverity.SEVERE),
        ([999, 500], RoadSeverity.UNKNOWN),
    ],
)
def test_the_worst_of_several_conditions_counts(conditions, expected):
    """An unknown one neither hides a storm nor passes for good weather."""
    assert severity.of_all(conditions, None) == expected


@pytest.mark.parametrize(
    ("place", "key"),
    [
        (Place(31.5493, -97.1467), "31.55,-97.15"),
        (Place(-0.001, -0.004), "0.00,0.00"),
        (Place(45, -100), "45.00,-100.00"),
    ],
)
def test_a_place_is_known_to_two_decimals(place, key):
    """Without a negative zero, which would be another row."""
    assert place_key(place) == key


async def test_each_place_is_asked_once(answered, fetched):
    """Two points of one kilometre are one place."""
    asked = []

    def answer(request):
        asked.append(dict(request.url.params))
        return httpx.Response(200, json=weather())

    session = await answered(OPENWEATHER, answer)
    places = (WACO, Place(31.5451, -97.1499), Place(32.7763, -96.7969))
    bag = await fetched(session, "weather", Ask(now=NOW, places=places))

    assert [record.vendor_id for record in bag.records] == ["31.55,-97.15", "32.78,-96.80"]
    assert asked[0]["lat"] == "31.5493"
    assert asked[0]["units"] == "imperial"
    assert asked[0]["appid"]
    assert len(asked) == 2


async def test_one_bad_place_loses_no_other_and_is_told(answered, fetched, new_bag):
    """The dataset fails as a whole and is tried again."""

    def answer(request):
        if request.url.params["lat"].startswith("31"):
            return httpx.Response(500)
        return httpx.Response(200, json=weather())

    bag = new_bag()
    session = await answered(OPENWEATHER, answer)
    places = (WACO, Place(32.7763, -96.7969))
    with pytest.raises(VendorUnavailable):
        await fetched(session, "weather", Ask(now=NOW, places=places), into=bag)

    assert [record.vendor_id for record in bag.records] == ["32.78,-96.80"]
