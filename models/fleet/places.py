"""What there is on the way: truck stops with their prices, and the weather."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index

from models.fleet.landed import (
    LATITUDE,
    LONGITUDE,
    UPDATED,
    FirstSeen,
    Landed,
    LandedChild,
    belongs_to,
    landed,
)
from models.ops.columns import boolean, decimal, instant, integer, jsonb, one_of, real, text
from models.records import RoadSeverity, StationStatus


class FuelStation(Landed, table=True):
    """Truck stops."""

    __tablename__ = "fuel_station"
    __table_args__ = landed(
        "Truck stops; their prices stand in fleet.fuel_price.",
        one_of("status", StationStatus),
        Index("ix_fuel_station_tenant_id", "tenant_id"),
    )

    vendor_id: str = text("The vendor's id of the station.", primary_key=True)
    name: str | None = text("Its name.")
    brand: str | None = text("Its brand.")
    address: str | None = text("Street and number.")
    city: str | None = text("City.")
    state: str | None = text("State or province.")
    zip: str | None = text("Postal code.")
    country: str | None = text("Country.")
    latitude: float = real(LATITUDE)
    longitude: float = real(LONGITUDE)
    status: str = text("Whether it is open.")
    diesel_price: Decimal | None = decimal("USD per US gallon, posted; null when unknown.")
    amenities: Any = jsonb("What it offers.")
    truck_accessible: bool | None = boolean("True when a truck fits in.")
    truck_parking_spaces: int | None = integer("Parking places for trucks.")
    phone: str | None = text("Telephone number.")
    source_updated_at: datetime | None = instant(UPDATED)


class FuelPrice(LandedChild, FirstSeen, table=True):
    """Prices of truck stops."""

    __tablename__ = "fuel_price"
    __table_args__ = landed(
        "Prices of truck stops, per product, kind, unit and currency.",
        belongs_to("fuel_station"),
        Index("ix_fuel_price_tenant_id", "tenant_id"),
    )

    vendor_id: str = text("Station, product, kind, unit and currency.", primary_key=True)
    product: str = text("What is sold.")
    price_type: str = text("Kind of price: posted, cash or of a card.")
    amount: Decimal = decimal("The price of one unit.")
    currency: str = text("Its currency.")
    unit: str = text("What it buys: a gallon or a litre.")
    is_estimated: bool | None = boolean("True when the vendor estimated it.")
    source_updated_at: datetime | None = instant(UPDATED)


class WeatherObservation(Landed, table=True):
    """Weather."""

    __tablename__ = "weather_observation"
    __table_args__ = landed(
        "The weather at one place of a grid, as last calculated by the vendor.",
        one_of("road_severity", RoadSeverity),
        Index("ix_weather_observation_tenant_id", "tenant_id"),
    )

    vendor_id: str = text("The place asked for: latitude,longitude.", primary_key=True)
    latitude: float = real("Degrees north of the place asked for, WGS 84.")
    longitude: float = real("Degrees east of the place asked for, WGS 84.")
    place_name: str | None = text("The vendor's name of the place.")
    country: str | None = text("Country.")
    condition_id: int = integer("The vendor's number of the weather.")
    condition: str = text("The weather in one word.")
    description: str | None = text("The weather in words.")
    conditions: Any = jsonb("All conditions that apply.")
    road_severity: str = text("What the weather means for a truck.")
    temperature_f: Decimal | None = decimal("Degrees Fahrenheit.")
    feels_like_f: Decimal | None = decimal("Degrees Fahrenheit as a person feels them.")
    pressure_hpa: Decimal | None = decimal("Air pressure at sea level in hectopascals.")
    humidity_pct: int | None = integer("Relative humidity in percent.")
    visibility_m: int | None = integer("Visibility in metres.")
    visibility_is_capped: bool | None = boolean("True when the visibility is that or more.")
    wind_speed_mph: Decimal | None = decimal("Wind in miles per hour.")
    wind_gust_mph: Decimal | None = decimal("Gusts in miles per hour.")
    wind_direction_deg: int | None = integer("Where the wind comes from, degrees from north.")
    rain_1h_mm: Decimal = decimal("Rain of the last hour in millimetres.")
    snow_1h_mm: Decimal = decimal("Snow of the last hour in millimetres.")
    cloud_cover_pct: int | None = integer("Cloud cover in percent.")
    sunrise_at: datetime | None = instant("Sunrise.")
    sunset_at: datetime | None = instant("Sunset.")
    utc_offset_s: int | None = integer("Seconds that the place's clocks are ahead of UTC.")
    source_updated_at: datetime = instant("When the vendor calculated it.")
