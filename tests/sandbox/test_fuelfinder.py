"""Fuel Finder's answers: stops around a point, prices that change, loud errors."""

from __future__ import annotations

import pytest

WACO = {"lat": 31.5493, "lon": -97.1467}


async def test_stations_near_a_point_nearest_first(acme):
    answer = (await acme.get("fuelfinder", "/stations", **WACO, radius=100, limit=100)).json()
    distances = [row["distance"] for row in answer["stations"]]

    assert distances == sorted(distances)
    assert distances[-1] <= 100
    assert answer["meta"] == {
        "latitude": 31.5493,
        "longitude": -97.1467,
        "radius": 100,
        "radius_unit": "mi",
        "offset": 0,
        "limit": 100,
        "total": len(distances),
    }


async def test_pages_hold_every_station_once(acme):
    whole = (await acme.get("fuelfinder", "/stations", **WACO, radius=100, limit=100)).json()
    paged = []
    for offset in range(0, whole["meta"]["total"], 3):
        page = await acme.get("fuelfinder", "/stations", **WACO, radius=100, limit=3, offset=offset)
        paged += page.json()["stations"]

    assert paged == whole["stations"]


async def test_prices_change_a_few_times_a_day_and_say_when(box, acme):
    (station, *_) = [row for row in box.truth("acme")["stations"] if row["prices"]]
    seen = set()
    for _ in range(24):
        row = (await acme.get("fuelfinder", f"/stations/{station['id']}")).json()
        seen.add((row["diesel_price"], row["updated_at"]))
        box.advance(3600)

    assert 3 <= len({at for _, at in seen}) <= 7
    assert len(seen) == len({at for _, at in seen})


async def test_prices_are_plausible_and_some_are_unknown(box):
    stations = box.truth("acme")["stations"]
    diesel = [
        float(price["amount"])
        for row in stations
        for price in row["prices"]
        if price["product"] == "diesel"
    ]

    assert 1.5 < min(diesel) <= max(diesel) < 9.99
    assert any(not row["prices"] and row["updated_at"] is None for row in stations)
    assert any(row["brand"] is None for row in stations)


async def test_a_fuel_filter_keeps_those_of_unknown_price(acme):
    query = {**WACO, "radius": 100, "limit": 100}
    every = (await acme.get("fuelfinder", "/stations", **query)).json()["stations"]
    some = (await acme.get("fuelfinder", "/stations", **query, fuel_type="def")).json()["stations"]

    sold = [{price["product"] for price in row["prices"]} for row in some]
    assert len(some) < len(every)
    assert all(not products or "def" in products for products in sold)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({**WACO, "radius": 101}, "radius must be between 1 and 100"),
        ({**WACO, "radius": 0}, "radius"),
        ({**WACO, "limit": 101}, "limit"),
        ({"lat": 1}, "lon"),
        ({"lat": "nan", "lon": 1}, "lat"),
        ({**WACO, "fuel_type": "coal"}, "fuel_type"),
    ],
)
async def test_bad_parameters_are_400(acme, query, told):
    answer = await acme.get("fuelfinder", "/stations", **query)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_request"
    assert told in answer.json()["error"]["message"]


async def test_errors_in_fuel_finders_words(box, acme, client):
    stranger = await client.get(f"{box.base('fuelfinder')}/stations")
    missing = await acme.get("fuelfinder", "/stations/ff_0")
    box.keyring.remove_scope("acme", "fuelfinder", "quota")
    spent = await acme.get("fuelfinder", "/stations", **WACO)

    assert (stranger.status_code, stranger.json()["error"]["message"]) == (
        401,
        "Missing or invalid API key",
    )
    assert (missing.status_code, missing.json()["error"]["message"]) == (404, "Station not found")
    assert (spent.status_code, spent.json()["error"]["code"]) == (403, "quota_exceeded")
