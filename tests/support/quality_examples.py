"""For each rule, what passes it and what breaks it; docs/quality.md shows these.

A row's example is what differs from a good record. A batch's is the rows of a fetch and how many
of them lack the field, after twenty good fetches of a hundred full rows. An audit's is what differs
in each record, so many times.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from models.records import (
    Driver,
    FuelPrice,
    FuelStation,
    HosClock,
    HosDailyLog,
    Load,
    LoadStop,
    Vehicle,
    VehiclePosition,
    WeatherObservation,
)

HOUR = 3600
DAWN, NOON, LATER = (datetime(2026, 10, 5, hour, tzinfo=UTC) for hour in (6, 12, 18))


def _record(kind: Any, **given: Any) -> Any:
    return kind(**(dict.fromkeys(kind._fields) | given))


GOOD: dict[Any, Any] = {
    Driver: _record(
        Driver, vendor_id="d1", name="Maria Alvarez", is_active=True,
        home_timezone="America/Chicago", eld_day_start_hour=0, rulesets_json="[]",
        external_ids_json="{}", tags_json="[]", source_created_at=DAWN, source_updated_at=NOON,
    ),
    Vehicle: _record(
        Vehicle, vendor_id="v1", name="Truck 1122", vin="1FUJGLDR1CSBN1122", model_year=2022,
        external_ids_json="{}", tags_json="[]", source_created_at=DAWN, source_updated_at=NOON,
    ),
    VehiclePosition: _record(
        VehiclePosition, vendor_id="v1", name="Truck 1122", latitude=31.549331,
        longitude=-97.146711, heading_degrees=188.0, speed_mph=63.4, source_updated_at=NOON,
    ),
    HosClock: _record(
        HosClock, vendor_id="d1", duty_status="driving", vendor_duty_status="driving",
        drive_remaining_s=4 * HOUR, shift_remaining_s=6 * HOUR, cycle_remaining_s=38 * HOUR,
        cycle_tomorrow_s=45 * HOUR, break_remaining_s=2 * HOUR, shift_driving_violation_s=0,
        cycle_violation_s=0,
    ),
    HosDailyLog: _record(
        HosDailyLog, vendor_id="d1:2026-10-04T05:00:00Z", driver_id="d1",
        log_date=date(2026, 10, 4), start_at=datetime(2026, 10, 4, 5, tzinfo=UTC),
        end_at=datetime(2026, 10, 5, 5, tzinfo=UTC), active_s=int(11.2 * HOUR), drive_s=9 * HOUR,
        on_duty_s=2 * HOUR, yard_move_s=600, off_duty_s=12 * HOUR, sleeper_berth_s=0,
        drive_distance_m=796_625,
    ),
    Load: _record(
        Load, vendor_id="ld_1", load_number="BM-1", status="assigned",
        vendor_status="dispatched", is_open=True, pickup_at=DAWN, delivery_at=LATER,
        weight_lb=Decimal(38_400), loaded_miles=Decimal("239.4"), empty_miles=Decimal(12),
        rate_amount=Decimal("1450.00"), rate_currency="USD", references_json="[]",
        source_created_at=DAWN, source_updated_at=NOON,
    ),
    LoadStop: _record(
        LoadStop, parent_id="ld_1", vendor_id="st_1", sequence=1, stop_type="pickup",
        status="completed", latitude=31.5, longitude=-97.1, appointment_start_at=DAWN,
        appointment_end_at=NOON, arrived_at=DAWN, departed_at=NOON, references_json="[]",
    ),
    FuelStation: _record(
        FuelStation, vendor_id="ff_1", name="Pilot Travel Center", latitude=31.4889,
        longitude=-97.1301, status="open", diesel_price=Decimal("3.599"), amenities_json="[]",
        truck_parking_spaces=95, source_updated_at=NOON,
    ),
    FuelPrice: _record(
        FuelPrice, parent_id="ff_1", vendor_id="ff_1:diesel:posted:gal:USD", product="diesel",
        price_type="posted", amount=Decimal("3.599"), currency="USD", unit="gal",
    ),
    WeatherObservation: _record(
        WeatherObservation, vendor_id="31.55,-97.15", latitude=31.55, longitude=-97.15,
        condition_id=501, condition="Rain", conditions_json="[]", road_severity="moderate",
        temperature_f=Decimal("61.2"), pressure_hpa=Decimal(1009), humidity_pct=93,
        visibility_m=4828, wind_speed_mph=Decimal("17.27"), rain_1h_mm=Decimal("3.16"),
        snow_1h_mm=Decimal(0), source_updated_at=NOON,
    ),
}  # fmt: skip


class Example(NamedTuple):
    """What passes a rule and what breaks it."""

    good: Any
    bad: Any


class Fetch(NamedTuple):
    """A fetch after twenty good ones of a hundred full rows."""

    rows: int
    empty: int = 0  # rows without the field

    def __str__(self) -> str:
        return f"{self.rows} rows" + (f", {self.empty} of them empty" if self.empty else "")


class Many(NamedTuple):
    """So many records that differ from the good one so; with `step`, each from the one before."""

    count: int
    differs: dict[str, Any]
    others: int = 0  # good ones beside them
    step: float = 0.0

    def __str__(self) -> str:
        beside = f" among {self.count + self.others}" if self.others else ""
        each = ", each another" if self.step else ""
        return f"{self.count} × {shown(self.differs)}{beside}{each}"


def shown(differs: dict[str, Any]) -> str:
    """An example as people read it."""
    return ", ".join(f"{name} {_word(value)}" for name, value in differs.items())


def _word(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, datetime):
        return f"{value:%d %b %H:%M}"
    return f"“{value}”" if isinstance(value, str) else f"{value:,}"


def _range(field: str, good: Any, bad: Any) -> Example:
    return Example({field: good}, {field: bad})


def _given(field: str, good: Any) -> Example:
    return Example({field: good}, {field: None})


def _once(field: str) -> Example:
    return Example({field: "another"}, {field: "the same"})


_VOLUME = Example(Fetch(95), Fetch(4))
_EMPTIED = Example(Fetch(100, 40), Fetch(100, 100))
_CHANGED = Example(
    {"source_updated_at": NOON}, {"source_updated_at": datetime(2020, 1, 1, tzinfo=UTC)}
)
_UNSAID = {"duty_status": "unknown", "vendor_duty_status": ""}
_WORD = {"duty_status": "unknown", "vendor_duty_status": "teleporting"}
_LOST = {"status": "unknown", "vendor_status": "teleporting"}

EXAMPLES: dict[Any, dict[str, Example]] = {
    Driver: {
        "driver_once": _once("vendor_id"),
        "driver_named": _given("name", "Jo Nguyen"),
        "driver_active_said": _given("is_active", False),
        "driver_zone_said": _given("home_timezone", "America/Denver"),
        "day_start_is_hour": _range("eld_day_start_hour", 12, 24),
        "driver_changed_after_made": _CHANGED,
        "drivers_all_there": _VOLUME,
        "drivers_not_emptied": _EMPTIED,
        "drivers_named": Example(Many(2, {"name": None}, 8), Many(8, {"name": None}, 2)),
    },
    Vehicle: {
        "vehicle_once": _once("vendor_id"),
        "vehicle_named": _given("name", "Truck 1"),
        "vin_once": _once("vin"),
        "model_year_possible": _range("model_year", 1999, 1900),
        "vehicle_changed_after_made": _CHANGED,
        "vehicles_all_there": _VOLUME,
        "vehicles_not_emptied": _EMPTIED,
        "vehicles_with_vin": Example(Many(2, {"vin": None}, 8), Many(8, {"vin": None}, 2)),
    },
    VehiclePosition: {
        "position_once": _once("vendor_id"),
        "latitude_possible": _range("latitude", -33.9, 122.142),
        "longitude_possible": _range("longitude", 151.2, -197.1),
        "position_whole": Example(
            {"latitude": None, "longitude": None}, {"latitude": 31.5, "longitude": None}
        ),
        "speed_possible": _range("speed_mph", 0, -3),
        "heading_possible": _range("heading_degrees", 360, 361),
        "speed_usual": _range("speed_mph", 75, 131),
        "positions_all_there": _VOLUME,
        "positions_not_emptied": _EMPTIED,
        "positions_differ": Example(
            Many(60, {"latitude": 31.0}, 0, 0.01), Many(60, {"latitude": 31.0})
        ),
        "speeds_in_mph": Example(Many(10, {"speed_mph": 60}), Many(10, {"speed_mph": 97})),
    },
    HosClock: {
        "driver_once": _once("vendor_id"),
        "drive_possible": _range("drive_remaining_s", 13 * HOUR, 18 * HOUR),
        "shift_possible": _range("shift_remaining_s", 16 * HOUR, 23 * HOUR),
        "cycle_possible": _range("cycle_remaining_s", 120 * HOUR, 121 * HOUR),
        "cycle_tomorrow_possible": _range("cycle_tomorrow_s", 70 * HOUR, 121 * HOUR),
        "break_possible": _range("break_remaining_s", 8 * HOUR, 18 * HOUR),
        "shift_violation_possible": _range("shift_driving_violation_s", 5 * HOUR, 400 * HOUR),
        "cycle_violation_possible": _range("cycle_violation_s", 5 * HOUR, 400 * HOUR),
        "duty_status_known": Example(_UNSAID, _WORD),
        "drive_usual": _range("drive_remaining_s", 11 * HOUR, 14 * HOUR),
        "shift_usual": _range("shift_remaining_s", 14 * HOUR, 17 * HOUR),
        "cycle_usual": _range("cycle_remaining_s", 70 * HOUR, 90 * HOUR),
        "break_usual": _range("break_remaining_s", 8 * HOUR, 9 * HOUR),
        "clocks_all_there": _VOLUME,
        "clocks_not_emptied": _EMPTIED._replace(good=Fetch(100, 30)),
        "clocks_as_full_as_usual": Example(Fetch(100, 30), Fetch(100, 60)),
        "duty_statuses_known": Example(Many(10, _UNSAID), Many(3, _WORD, 7)),
        "cycles_given": Example(
            Many(2, {"cycle_remaining_s": None}, 8), Many(8, {"cycle_remaining_s": None}, 2)
        ),
        "cycles_differ": Example(
            Many(240, {"cycle_remaining_s": 60 * HOUR}, 0, 60), Many(240, {"cycle_remaining_s": 0})
        ),
    },
    HosDailyLog: {
        "day_once": _once("vendor_id"),
        "drive_fits_day": _range("drive_s", 12 * HOUR, 25 * HOUR),
        "work_fits_day": Example(
            {"drive_s": 11 * HOUR, "on_duty_s": 3 * HOUR},
            {"drive_s": 14 * HOUR, "on_duty_s": 11 * HOUR},
        ),
        "statuses_fit_day": _range("off_duty_s", 10 * HOUR, 20 * HOUR),
        "drive_usual": _range("drive_s", 11 * HOUR, 17 * HOUR),
        "drive_is_active": _range("active_s", 10 * HOUR, 2 * HOUR),
        "distance_possible": _range("drive_distance_m", 1_100_000, 9_000_000),
        "certified_after_start": _range("certified_at", NOON, datetime(2026, 9, 1, tzinfo=UTC)),
        "days_not_emptied": _EMPTIED,
        "days_of_legal_driving": Example(
            Many(1, {"drive_s": 14 * HOUR}, 39), Many(10, {"drive_s": 14 * HOUR}, 30)
        ),
    },
    Load: {
        "load_once": _once("vendor_id"),
        "weight_possible": _range("weight_lb", 0, -1),
        "miles_possible": _range("loaded_miles", 2_800, -5),
        "empty_miles_possible": _range("empty_miles", 0, -12),
        "load_status_known": Example({"status": "delivered", "vendor_status": "paid"}, _LOST),
        "weight_usual": _range("weight_lb", 80_000, 384_000),
        "miles_usual": _range("loaded_miles", 2_800, 28_000),
        "rate_not_negative": _range("rate_amount", 0, -1450),
        "pickup_before_delivery": Example(
            {"pickup_at": NOON, "delivery_at": LATER}, {"pickup_at": LATER, "delivery_at": NOON}
        ),
        "load_changed_after_made": _CHANGED,
        "stop_position_whole": Example(
            {"latitude": None, "longitude": None}, {"latitude": 31.5, "longitude": None}
        ),
        "stop_type_known": _range("stop_type", "drop", "unknown"),
        "stop_status_known": _range("status", "arrived", "unknown"),
        "arrival_before_departure": _range("departed_at", LATER, datetime(2026, 10, 4, tzinfo=UTC)),
        "appointment_ends_after_start": _range(
            "appointment_end_at", LATER, datetime(2026, 10, 4, tzinfo=UTC)
        ),
        "loads_not_emptied": _EMPTIED,
        "load_statuses_known": Example(Many(1, _LOST, 19), Many(3, _LOST, 7)),
    },
    FuelStation: {
        "station_once": _once("vendor_id"),
        "latitude_possible": _range("latitude", 64.8, 91),
        "longitude_possible": _range("longitude", -147.7, 200),
        "diesel_in_band": _range("diesel_price", Decimal("5.289"), Decimal("35.99")),
        "station_named": _given("name", "Brookshire Fuel"),
        "parking_possible": _range("truck_parking_spaces", 900, 90_000),
        "price_possible": _range("amount", Decimal("0.899"), Decimal(0)),
        "product_known": _range("product", "def", "kerosene"),
        "price_type_known": _range("price_type", "cash", "guess"),
        "unit_known": _range("unit", "l", "barrel"),
        "stations_not_emptied": _EMPTIED,
        "diesel_per_gallon": Example(
            Many(10, {"diesel_price": Decimal("3.899")}),
            Many(10, {"diesel_price": Decimal("1.599")}),
        ),
        "station_statuses_known": Example(
            Many(2, {"status": "unknown"}, 8), Many(8, {"status": "unknown"}, 2)
        ),
    },
    WeatherObservation: {
        "place_once": _once("vendor_id"),
        "temperature_possible": _range("temperature_f", Decimal(-40), Decimal("289.3")),
        "humidity_possible": _range("humidity_pct", 100, 101),
        "pressure_possible": _range("pressure_hpa", Decimal(1030), Decimal(30)),
        "wind_possible": _range("wind_speed_mph", Decimal(60), Decimal(-1)),
        "rain_possible": _range("rain_1h_mm", Decimal(80), Decimal(1001)),
        "visibility_possible": _range("visibility_m", 10_000, 1_000_000),
        "condition_documented": _range("condition_id", 800, 900),
        "wind_usual": _range("wind_speed_mph", Decimal(120), Decimal(250)),
        "pressure_usual": _range("pressure_hpa", Decimal(990), Decimal(700)),
        "weather_not_emptied": _EMPTIED,
        "temperatures_in_fahrenheit": Example(
            Many(10, {"temperature_f": Decimal(-20)}), Many(10, {"temperature_f": Decimal(-90)})
        ),
    },
}  # fmt: skip
