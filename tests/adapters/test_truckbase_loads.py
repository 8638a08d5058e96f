"""Truckbase's loads: words to ours, a shorter form, and nothing invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from adapters.registry import vendor
from models.records import Load, LoadStop
from tests.support.tms import Tms, a_load

TRUCKBASE = vendor("truckbase")
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
SINCE = "2026-10-05T15:00:00Z"


async def one(answered, fetched, row):
    return await fetched(await answered(TRUCKBASE, Tms([row])), "loads")


async def test_a_load_with_all_its_stops(answered, fetched, recorded):
    """The flat fields name the ends; the stops between them stand on their own."""
    row = json.loads(recorded("truckbase", "loads_active_page1"))["loads"][0]

    bag = await one(answered, fetched, row)

    assert bag.records == [
        Load(
            vendor_id="ld_90417",
            load_number="BM-10417",
            status="in_transit",
            vendor_status="in_transit",
            is_open=True,
            driver_id="drv_118",
            driver_name="Maria Alvarez",
            co_driver_id=None,
            truck_id="trk_1122",
            truck_unit="1122",
            truck_vin="1FUJGLDR1CSBN1122",
            trailer_id="trl_5531",
            trailer_unit="TR-5531",
            customer_id="cus_31",
            customer_name="Lone Star Grocers",
            pickup_location="Dallas, TX 75253",
            pickup_at=datetime(2026, 10, 5, 12, tzinfo=UTC),
            delivery_location="Houston, TX 77020",
            delivery_at=datetime(2026, 10, 5, 19, tzinfo=UTC),
            equipment_type="reefer",
            commodity="Dairy, refrigerated",
            weight_lb=Decimal(38400),
            loaded_miles=Decimal("239.4"),
            empty_miles=Decimal("12.0"),
            rate_amount=Decimal("1450.00"),
            rate_currency="USD",
            references_json='[{"type":"bol","value":"771204"},{"type":"po","value":"PO-99310"}]',
            notes=None,
            source_created_at=datetime(2026, 10, 1, 15, 22, 41, tzinfo=UTC),
            source_updated_at=datetime(2026, 10, 5, 14, 58, 3, tzinfo=UTC),
        )
    ]
    assert [(stop.vendor_id, stop.sequence, stop.city) for stop in bag.children] == [
        ("st_1", 1, "Dallas"),
        ("st_2", 2, "Waco"),
        ("st_3", 3, "Houston"),
    ]
    assert bag.children[1] == LoadStop(
        parent_id="ld_90417",
        vendor_id="st_2",
        sequence=2,
        stop_type="delivery",
        status="en_route",
        name="H-E-B Waco",
        address1="801 N Valley Mills Dr",
        address2=None,
        city="Waco",
        state="TX",
        zip="76710",
        country="US",
        latitude=31.5462,
        longitude=-97.1865,
        timezone="America/Chicago",
        appointment_type="exact",
        appointment_start_at=datetime(2026, 10, 5, 15, 30, tzinfo=UTC),
        appointment_end_at=datetime(2026, 10, 5, 15, 30, tzinfo=UTC),
        appointment_confirmed=True,
        eta_at=datetime(2026, 10, 5, 15, 41, tzinfo=UTC),
        arrived_at=None,
        departed_at=None,
        references_json="[]",
        instructions=None,
    )


async def test_the_shorter_form_of_a_load_is_taken_and_nothing_invented(
    answered, fetched, recorded
):
    """No stops, no driver, no number: none of them is made up."""
    row = json.loads(recorded("truckbase", "loads_plan_shape_200"))["loads"][0]

    bag = await one(answered, fetched, row)

    load = bag.records[0]
    assert (load.vendor_id, load.pickup_location) == ("TB-12345", "Dallas, TX 75201")
    assert load.source_updated_at is None
    assert bag.children == []


async def test_a_place_may_come_as_an_object_and_an_id_as_a_number(answered, fetched):
    """Both are accepted forms of the contract."""
    place = {"address": "1 Main", "city": "Waco", "state": "TX", "zip": "76706", "lat": 1}
    row = a_load(7, pickup_location=place, delivery_location={"address": "2 Main"}, driver_id=12)

    load = (await one(answered, fetched, row)).records[0]

    assert (load.vendor_id, load.driver_id) == ("7", "12")
    assert (load.pickup_location, load.delivery_location) == ("Waco, TX 76706", "2 Main")


@pytest.mark.parametrize(
    ("word", "driver", "status", "is_open"),
    [
        ("draft", None, "unassigned", False),
        ("booked", None, "unassigned", True),
        ("booked", "drv_1", "assigned", True),
        ("ASSIGNED", None, "assigned", True),
        ("dispatched", "drv_1", "assigned", True),
        ("at_pickup", "drv_1", "in_transit", True),
        ("In Transit", "drv_1", "in_transit", True),
        ("at-delivery", "drv_1", "in_transit", True),
        ("delivered", "drv_1", "delivered", False),
        ("completed", "drv_1", "delivered", False),
        ("invoiced", "drv_1", "delivered", False),
        ("paid", "drv_1", "delivered", False),
        ("cancelled", None, "cancelled", False),
        ("tonu", None, "cancelled", False),
        ("teleporting", "drv_1", "unknown", True),
        (None, None, "unknown", True),
    ],
)
async def test_a_load_status_is_known_or_unknown(answered, fetched, word, driver, status, is_open):
    """A word that nobody listed is open where it stands in the list of open ones."""
    load = (await one(answered, fetched, a_load("a", status=word, driver_id=driver))).records[0]

    assert (load.status, load.vendor_status, load.is_open) == (status, word, is_open)


async def test_stops_without_ids_are_known_by_their_order(answered, fetched):
    """And unknown words for a stop stay unknown."""
    row = a_load("a", stops=[{"type": "picnic"}, {"sequence": 7, "status": "Skipped"}])

    stops = (await one(answered, fetched, row)).children

    assert [(one.vendor_id, one.stop_type, one.status) for one in stops] == [
        ("a#1", "unknown", "unknown"),
        ("a#7", "unknown", "skipped"),
    ]


@pytest.mark.parametrize(
    "stops",
    [
        [{"id": "s", "sequence": 1}, {"id": "s", "sequence": 2}],
        [{"sequence": 1}, {"sequence": 1, "type": "drop"}],
        [{"location": {"lat": 0, "lon": 0}}],
        [{"location": {"lat": 31.5}}],
    ],
)
async def test_stops_that_cannot_be_told_apart_or_placed_set_the_load_aside(
    answered, fetched, stops
):
    """A load with a stop missing would send a truck past it."""
    bag = await one(answered, fetched, a_load("a", stops=stops))

    assert len(bag.invalid) == 1
    assert bag.records == []


@pytest.mark.parametrize(
    ("weight", "pounds"),
    [
        ({"value": 38400, "unit": "lb"}, Decimal(38400)),
        ({"value": 1000, "unit": "kg"}, Decimal("2204.62")),
        ({"value": 5, "unit": "stone"}, None),
        ({"value": None, "unit": "lb"}, None),
        (None, None),
    ],
)
async def test_a_weight_is_in_pounds_or_unknown(answered, fetched, weight, pounds):
    """A number in another unit would be a lie."""
    load = (await one(answered, fetched, a_load("a", weight=weight))).records[0]

    assert load.weight_lb == pounds
