"""What holds of truck stops, their prices and the weather."""

from __future__ import annotations

from models.records import FuelPrice, FuelStation, StationStatus, WeatherObservation
from quality.rules import (
    Between,
    Declared,
    MeanBetween,
    Mostly,
    NullRate,
    OneOf,
    Required,
    Severity,
    Unique,
)

W, C = Severity.WARNING, Severity.CRITICAL
PRODUCTS = frozenset(
    {"diesel", "regular", "midgrade", "premium", "def", "biodiesel", "renewable_diesel"}
)  # fmt: skip

STATIONS = Declared(
    record=FuelStation,
    child_record=FuelPrice,
    rows=(
        Unique(name="station_once", severity=C, field="vendor_id",
            says="A truck stop comes once; the newest is kept."),
        Between(name="latitude_possible", severity=C, field="latitude", least=-90, most=90,
            says="A latitude lies between -90 and 90 degrees."),
        Between(name="longitude_possible", severity=C, field="longitude", least=-180, most=180,
            says="A longitude lies between -180 and 180 degrees."),
        Between(name="diesel_in_band", severity=C, field="diesel_price", least=1.5, most=9.99,
            says="Diesel costs between 1.50 and 9.99 USD a gallon."),
        Required(name="station_named", severity=W, field="name", says="A truck stop has a name."),
        Between(name="parking_possible", severity=W, field="truck_parking_spaces",
            least=0, most=5_000, says="A truck stop has at most 5,000 parking spaces."),
    ),
    children=(
        Between(name="price_possible", severity=C, field="amount", least=0.0005, most=999.9995,
            says="A price is more than 0 and less than 1,000."),
        OneOf(name="product_known", severity=W, field="product", words=PRODUCTS,
            says="A product is one that the vendor documents."),
        OneOf(name="price_type_known", severity=W, field="price_type",
            words=frozenset({"posted", "cash", "credit", "fleet"}),
            says="A kind of price is one that the vendor documents."),
        OneOf(name="unit_known", severity=W, field="unit", words=frozenset({"gal", "l"}),
            says="A price is for a gallon or a litre."),
    ),
    batch=(
        NullRate(name="stations_not_emptied", severity=C, most_growth=0.9,
            fields=("name", "diesel_price"),
            says="Names and prices do not become empty from one fetch to the next."),
    ),
    audit=(
        MeanBetween(name="diesel_per_gallon", severity=C, field="diesel_price", least=2, most=8.5,
            says="The mean price of diesel lies between 2.00 and 8.50: else it is another unit."),
        Mostly(name="station_statuses_known", severity=W, share=0.5,
            rule=OneOf(name="station_status_known", severity=W, field="status",
                words=frozenset(one.value for one in StationStatus) - {"unknown"},
                says="Whether a truck stop is open is known."),
            says="Of at least half of all truck stops it is known whether they are open."),
    ),
)  # fmt: skip

WEATHER = Declared(
    record=WeatherObservation,
    rows=(
        Unique(name="place_once", severity=C, field="vendor_id",
            says="A place comes once; the newest is kept."),
        Between(name="temperature_possible", severity=C, field="temperature_f",
            least=-130, most=140, says="A temperature lies between -130 and 140 °F."),
        Between(name="humidity_possible", severity=C, field="humidity_pct", least=0, most=100,
            says="The humidity lies between 0 and 100 %."),
        Between(name="pressure_possible", severity=C, field="pressure_hpa", least=300, most=1200,
            says="The pressure lies between 300 and 1,200 hPa."),
        Between(name="wind_possible", severity=C, field="wind_speed_mph", least=0, most=500,
            says="The wind's speed lies between 0 and 500 mph."),
        Between(name="rain_possible", severity=C, field="rain_1h_mm", least=0, most=1000,
            says="At most 1,000 mm of rain fall in an hour."),
        Between(name="visibility_possible", severity=C, field="visibility_m",
            least=0, most=100_000, says="The visibility lies between 0 and 100 km."),
        Between(name="condition_documented", severity=W, field="condition_id",
            least=200, most=899, says="A condition's number is of the groups 2xx to 8xx."),
        Between(name="wind_usual", severity=W, field="wind_speed_mph", most=200,
            says="The wind's speed is at most 200 mph."),
        Between(name="pressure_usual", severity=W, field="pressure_hpa", least=850, most=1090,
            says="The pressure at sea level lies between 850 and 1,090 hPa."),
    ),
    batch=(
        NullRate(name="weather_not_emptied", severity=C, most_growth=0.9,
            fields=("temperature_f", "wind_speed_mph"),
            says="Temperature and wind do not become empty from one fetch to the next."),
    ),
    audit=(
        MeanBetween(name="temperatures_in_fahrenheit", severity=W, field="temperature_f",
            least=-40, most=120,
            says="The mean temperature lies between -40 and 120 °F: else it is another unit."),
    ),
)  # fmt: skip
