"""OpenWeather's answers: readable by pyowm, with the `cod` types that the contract warns about."""

from __future__ import annotations

import pytest
from pyowm.weatherapi30.observation import Observation

from sandbox.world.weather import CONDITIONS, weather

PLACES = [(31.5493, -97.1467), (47.6, -122.3), (40.7, -74.2), (0.0, -140.0), (80.0, 10.0)]


@pytest.mark.parametrize(("lat", "lon"), PLACES)
async def test_pyowm_reads_every_answer(acme, lat, lon):
    answer = await acme.get("openweather", "/weather", lat=lat, lon=lon, units="imperial")

    seen = Observation.from_dict(answer.json())

    assert answer.json()["cod"] == 200
    assert seen.weather.weather_code == answer.json()["weather"][0]["id"]
    assert seen.weather.ref_time % 600 == 0


async def test_units_change_temperature_and_wind_only(acme):
    answers = [
        (await acme.get("openweather", "/weather", lat=31.5, lon=-97.1, **query)).json()
        for query in ({"units": "imperial"}, {"units": "metric"}, {})
    ]
    imperial, metric, standard = answers

    assert metric["main"]["temp"] == pytest.approx((imperial["main"]["temp"] - 32) / 1.8, abs=0.01)
    assert standard["main"]["temp"] == pytest.approx(metric["main"]["temp"] + 273.15, abs=0.02)
    assert metric["wind"]["speed"] == pytest.approx(imperial["wind"]["speed"] * 0.447, abs=0.02)
    assert imperial["visibility"] == metric["visibility"] == standard["visibility"]


async def test_the_open_sea_has_no_name(acme):
    answer = (await acme.get("openweather", "/weather", lat=30, lon=-150)).json()

    assert (answer["id"], answer["name"]) == (0, "")
    assert "country" not in answer["sys"]


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({"lat": 91, "lon": 0}, {"cod": "400", "message": "wrong latitude"}),
        ({"lat": "x", "lon": 0}, {"cod": "400", "message": "wrong latitude"}),
        ({"lat": 0, "lon": 181}, {"cod": "400", "message": "wrong longitude"}),
        ({"lat": 1}, {"cod": "400", "message": "Nothing to geocode"}),
        ({}, {"cod": "400", "message": "Nothing to geocode"}),
        ({"q": "Nowhere"}, {"cod": "404", "message": "city not found"}),
    ],
)
async def test_bad_places(acme, query, body):
    answer = await acme.get("openweather", "/weather", **query)

    assert answer.status_code == int(body["cod"])
    assert answer.json() == body


async def test_a_wrong_key_and_a_missing_plan_are_401_with_a_number(box, acme, client):
    wrong = await client.get(f"{box.base('openweather')}/weather", params={"appid": "0" * 32})
    keys = box.keys("acme")["openweather"]
    plan = await client.get(
        f"{box.url}/openweather/data/3.0/onecall", params={"appid": keys["api_key"]}
    )

    assert wrong.status_code == plan.status_code == 401
    assert wrong.json()["cod"] == plan.json()["cod"] == 401
    assert wrong.json()["message"].startswith("Invalid API key.")
    assert "One Call 3.0" in plan.json()["message"]


def test_weather_varies_by_place_and_hour_and_is_sometimes_severe():
    codes = [
        weather(7, lat, lon, 1_790_000_000 + hour * 3600 * 5).conditions[0]
        for lat in range(26, 48, 3)
        for lon in range(-120, -75, 5)
        for hour in range(40)
    ]
    severe = sum(code in (202, 212, 511, 602, 781) for code in codes) / len(codes)

    assert 0.01 < severe < 0.15
    assert set(codes) >= {800, 803, 500, 501, 200, 741}
    assert set(codes) <= set(CONDITIONS)


def test_the_cold_brings_snow_and_summer_does_not():
    winter, summer = 1_767_300_000, 1_783_000_000
    cold = [
        weather(7, 47, lon, winter + hour * 10_800)
        for lon in range(-120, -80, 3)
        for hour in range(30)
    ]
    warm = [
        weather(7, 32, lon, summer + hour * 10_800)
        for lon in range(-115, -85, 3)
        for hour in range(30)
    ]

    assert any(found.snow for found in cold)
    assert not any(found.snow for found in warm)
