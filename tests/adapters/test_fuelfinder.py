"""Fuel Finder's quirks: prices in other units, two shapes, places that overlap."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from adapters.registry import vendor
from core.errors import VendorUnavailable
from models.asking import Ask, Place
from models.records import FuelPrice, FuelStation

FUELFINDER = vendor("fuelfinder")
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
WACO, DALLAS = Place(31.5493, -97.1467), Place(32.7763, -96.7969)


def a_station(station_id="s", **more):
    return {"id": station_id, "lat": 31.5, "lon": -97.1, "status": "open", **more}


def a_price(amount, **more):
    return {
        "product": "diesel",
        "amount": amount,
        "currency": "USD",
        "unit": "gal",
        "price_type": "posted",
        **more,
    }


async def one(answered, fetched, *rows):
    session = await answered(
        FUELFINDER, lambda _: httpx.Response(200, json={"stations": list(rows)})
    )
    return await fetched(session, "stations", Ask(now=NOW, places=(WACO,)))


async def test_a_station_with_its_prices(answered, fetched, recorded):
    """Three decimals: American prices end in nine tenths of a cent."""
    row = json.loads(recorded("fuelfinder", "stations_page1"))["stations"][0]

    bag = await one(answered, fetched, row)

    told = datetime(2026, 10, 5, 14, 40, tzinfo=UTC)
    assert bag.records == [
        FuelStation(
            vendor_id="ff_tx_00231",
            name="Pilot Travel Center #432",
            brand="Pilot",
            address="5201 S Interstate 35",
            city="Waco",
            state="TX",
            zip="76706",
            country="US",
            latitude=31.4889,
            longitude=-97.1301,
            status="open",
            diesel_price=Decimal("3.599"),
            amenities_json='["truck_parking","showers","def_lanes","cat_scale","restaurant"]',
            truck_accessible=True,
            truck_parking_spaces=95,
            phone="+12545550102",
            source_updated_at=told,
        )
    ]
    assert bag.children[1] == FuelPrice(
        parent_id="ff_tx_00231",
        vendor_id="ff_tx_00231:diesel:cash:gal:USD",
        product="diesel",
        price_type="cash",
        amount=Decimal("3.549"),
        currency="USD",
        unit="gal",
        is_estimated=False,
        source_updated_at=told,
    )
    assert len({price.vendor_id for price in bag.children}) == 4


async def test_a_station_without_prices_has_none(answered, fetched, recorded):
    """Null, not 0; and its age is unknown, not now."""
    row = json.loads(recorded("fuelfinder", "stations_page1"))["stations"][1]

    bag = await one(answered, fetched, row)

    station = bag.records[0]
    assert (station.diesel_price, station.brand, station.source_updated_at) == (None, None, None)
    assert bag.children == []


async def test_the_flat_form_and_the_other_names_are_taken(answered, fetched, recorded):
    """Amenities may be one text; no list of prices is invented."""
    row = json.loads(recorded("fuelfinder", "stations_plan_shape_200"))["stations"][0]
    other = {"station_id": 12, "latitude": 30, "longitude": -97, "postal_code": 76706}

    bag = await one(answered, fetched, row, other)

    flat, renamed = bag.records
    assert json.loads(flat.amenities_json) == ["truck_parking", "showers", "restaurant"]
    assert (flat.diesel_price, flat.status) == (Decimal("3.790"), "unknown")
    assert (renamed.vendor_id, renamed.zip, renamed.latitude) == ("12", "76706", 30.0)
    assert bag.children == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        pytest.param({"diesel_price": 1.49}, "diesel_price", id="too cheap"),
        pytest.param({"diesel_price": 10}, "diesel_price", id="too dear"),
        pytest.param({"diesel_price": 0}, "diesel_price", id="free"),
        pytest.param({"prices": [a_price("359.9")]}, "prices.0.amount", id="cents"),
        pytest.param({"prices": [a_price("-1")]}, "prices.0.amount", id="negative"),
        pytest.param({"lat": 0, "lon": 0}, "lat", id="0,0"),
    ],
)
async def test_what_cannot_be_meant_sets_the_station_aside(answered, fetched, changes, path):
    """A price in cents would send every truck to that station, or past it."""
    bag = await one(answered, fetched, a_station(**changes))

    assert [error.path for error in bag.invalid] == [path]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"lat": 91}, "lat"),
        ({"lon": -180.5}, "lon"),
        ({"lat": "31.5"}, "lat"),
        ({"lat": None}, "lat"),
        ({"diesel_price": True}, "diesel_price"),
        ({"prices": [{"product": "diesel", "amount": "3.5"}]}, "prices.0.currency"),
        ({"updated_at": "2026-10-05T14:40:00"}, "updated_at"),
    ],
)
async def test_another_shape_is_unreadable(answered, fetched, changes, path):
    """With the field that is wrong."""
    bag = await one(answered, fetched, a_station(**changes), a_station("good"))

    assert [row.path for row in bag.unreadable] == [path]
    assert [station.vendor_id for station in bag.records] == ["good"]


async def test_a_cash_price_of_zero_is_a_missing_one(answered, fetched):
    """So other vendors of prices say "not known"."""
    prices = [a_price("3.599"), a_price("0", price_type="cash"), a_price(None, product="def")]

    bag = await one(answered, fetched, a_station(prices=prices))

    assert [price.price_type for price in bag.children] == ["posted"]
    assert bag.records[0].diesel_price == Decimal("3.599")


@pytest.mark.parametrize(
    "other", [{"unit": "l", "currency": "CAD"}, {"unit": "litre"}, {"currency": "MXN"}]
)
async def test_a_price_in_another_unit_stays_in_its_unit(answered, fetched, other):
    """1.65 a litre looks like a bargain a gallon: the flat figure may be that one."""
    row = a_station(diesel_price=1.65, prices=[a_price("1.65", **other)])

    bag = await one(answered, fetched, row)

    assert bag.records[0].diesel_price is None
    assert bag.children[0].amount == Decimal("1.650")
    assert bag.children[0].unit == ("gal" if "unit" not in other else "l")
    assert bag.children[0].currency == other.get("currency", "USD")


async def test_the_posted_price_stands_in_for_the_flat_one(answered, fetched):
    """Posted before credit, and never cash."""
    prices = [
        a_price("3.1", price_type="cash"),
        a_price("3.3", price_type="credit"),
        a_price("3.2"),
    ]

    bag = await one(
        answered, fetched, a_station("a", prices=prices), a_station("b", prices=prices[:1])
    )

    assert [station.diesel_price for station in bag.records] == [Decimal("3.2"), None]


async def test_the_newest_of_a_price_told_twice_counts(answered, fetched):
    """One product, one type, one unit: one row."""
    prices = [
        a_price("3.5", updated_at="2026-10-05T14:00:00Z"),
        a_price("3.6", updated_at="2026-10-05T15:00:00Z"),
        a_price("3.4"),
    ]

    bag = await one(answered, fetched, a_station(prices=prices))

    assert [price.amount for price in bag.children] == [Decimal("3.6")]


@pytest.mark.parametrize("word", ["burnt down", "", None])
async def test_an_unknown_station_status_is_unknown(answered, fetched, word):
    """Never open by default."""
    bag = await one(answered, fetched, a_station(status=word))

    assert bag.records[0].status == "unknown"


async def test_a_station_near_two_places_comes_once(answered, fetched):
    """Our circles overlap; what one answer repeats is still the vendor's duplicate."""
    by_place = {
        "31.5493": [a_station("a", distance=1), a_station("b"), {"id": "x", "distance": 3}],
        "32.7763": [a_station("c"), a_station("c"), {"id": "x", "distance": 4}, a_station("a")],
    }

    def answer(request):
        return httpx.Response(200, json={"stations": by_place[request.url.params["lat"]]})

    session = await answered(FUELFINDER, answer)
    bag = await fetched(session, "stations", Ask(now=NOW, places=(WACO, DALLAS)))

    assert [station.vendor_id for station in bag.records] == ["a", "b", "c", "c"]
    assert len(bag.unreadable) == 1


@pytest.mark.parametrize(
    ("wanted", "radius"),
    [(None, "25"), (40, "40"), (0, "1"), (500, "100"), ("far", "25"), (True, "25")],
)
async def test_the_radius_is_the_integrations_own_within_the_vendors(
    answered, fetched, wanted, radius
):
    """The vendor refuses anything else with a 400."""
    asked = []

    def answer(request):
        asked.append(dict(request.url.params))
        return httpx.Response(200, json={"stations": []})

    options = {} if wanted is None else {"radius_miles": wanted}
    session = await answered(FUELFINDER, answer)
    await fetched(session, "stations", Ask(now=NOW, places=(WACO,), options=options))

    assert asked == [
        {
            "lat": "31.5493",
            "lon": "-97.1467",
            "fuel_type": "diesel",
            "radius": radius,
            "limit": "100",
            "offset": "0",
        }
    ]


async def test_one_bad_place_loses_no_other_and_is_told(answered, fetched, new_bag):
    """The dataset fails as a whole and is tried again."""

    def answer(request):
        if request.url.params["lat"].startswith("31"):
            return httpx.Response(503)
        return httpx.Response(200, json={"stations": [a_station()]})

    bag = new_bag()
    session = await answered(FUELFINDER, answer)
    with pytest.raises(VendorUnavailable):
        await fetched(session, "stations", Ask(now=NOW, places=(WACO, DALLAS)), into=bag)

    assert len(bag.records) == 1
