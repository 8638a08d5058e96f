"""Samsara's words to ours. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from adapters._kit.times import date_in, elapsed_s, remaining_s, rfc3339, utc, violation_s
from adapters._kit.vendor import Unreadable
from adapters.samsara import wire
from core.errors import RecordInvalid
from models.records import Driver, DutyStatus, HosClock, HosDailyLog, Vehicle, VehiclePosition

# The clocks say sleeperBed; the daily logs say sleeperBerth.
_DUTY: Mapping[str | None, str] = {
    "offDuty": DutyStatus.OFF_DUTY.value,
    "sleeperBed": DutyStatus.SLEEPER_BERTH.value,
    "driving": DutyStatus.DRIVING.value,
    "onDuty": DutyStatus.ON_DUTY.value,
    "yardMove": DutyStatus.YARD_MOVE.value,
    "personalConveyance": DutyStatus.PERSONAL_CONVEYANCE.value,
}
_UNKNOWN = DutyStatus.UNKNOWN.value
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def driver(sent: wire.Driver) -> Driver:
    """A driver as the fleet registered him; empty words are absent ones."""
    return Driver(
        vendor_id=sent["id"],
        name=sent.get("name") or None,
        username=sent.get("username") or None,
        is_active=_is_active(sent),
        phone=sent.get("phone") or None,
        license_number=sent.get("licenseNumber") or None,
        license_state=sent.get("licenseState") or None,
        home_timezone=sent.get("timezone") or None,
        eld_day_start_hour=sent.get("eldDayStartHour"),
        eld_exempt=sent.get("eldExempt"),
        eld_exempt_reason=sent.get("eldExemptReason") or None,
        rulesets_json=_json(sent.get("rulesets") or []),
        external_ids_json=_json(sent.get("externalIds") or {}),
        tags_json=_json(sent.get("tags") or []),
        static_vehicle_id=sent.get("static_vehicle_id") or None,
        carrier_name=sent.get("carrier_name") or None,
        carrier_dot_number=sent.get("carrier_dot_number") or None,
        source_created_at=utc(sent.get("createdAtTime")),
        source_updated_at=utc(sent.get("updatedAtTime")),
    )


def _is_active(sent: wire.Driver) -> bool | None:
    known = {"active": True, "deactivated": False}.get(sent.get("driverActivationStatus") or "")
    if known is not None:
        return known
    is_deactivated = sent.get("isDeactivated")
    return None if is_deactivated is None else not is_deactivated


def vehicle(sent: wire.Vehicle) -> Vehicle:
    """A vehicle; VIN and serial also stand among its external ids."""
    external = sent.get("externalIds") or {}
    return Vehicle(
        vendor_id=sent["id"],
        name=sent.get("name") or None,
        vin=sent.get("vin") or external.get("samsara.vin") or None,
        serial=sent.get("serial") or external.get("samsara.serial") or None,
        make=sent.get("make") or None,
        model=sent.get("model") or None,
        model_year=_year(sent.get("year")),
        license_plate=sent.get("licensePlate") or None,
        external_ids_json=_json(external),
        tags_json=_json(sent.get("tags") or []),
        static_driver_id=sent.get("static_driver_id") or None,
        source_created_at=utc(sent.get("createdAtTime")),
        source_updated_at=utc(sent.get("updatedAtTime")),
    )


def _year(words: str | None) -> int | None:
    if not words or not words.strip():
        return None
    year = int(words) if words.isascii() and words.isdigit() and len(words) == 4 else 0
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise RecordInvalid("year", "should be a year of four digits")
    return year


def position(sent: wire.Position) -> VehiclePosition:
    """Where a vehicle was last seen: all null without a fix, never 0,0."""
    latitude, longitude = sent.get("latitude"), sent.get("longitude")
    if (latitude is None) != (longitude is None):
        raise RecordInvalid("gps", "should hold both a latitude and a longitude")
    if latitude == 0 and longitude == 0:
        raise RecordInvalid("gps", "0,0 is no position")
    if latitude is not None and sent.get("time") is None:
        raise RecordInvalid("gps.time", "is missing")
    return VehiclePosition(
        vendor_id=sent["id"],
        name=sent.get("name") or None,
        vin=sent.get("vin") or None,
        latitude=latitude,
        longitude=longitude,
        heading_degrees=sent.get("heading"),
        speed_mph=sent.get("speed"),
        is_ecu_speed=sent.get("is_ecu_speed"),
        formatted_location=sent.get("formatted_location") or None,
        address_id=sent.get("address_id") or None,
        address_name=sent.get("address_name") or None,
        source_updated_at=utc(sent.get("time")),
    )


def hos_clock(sent: wire.HosClock) -> HosClock:
    """The hours left. An empty or unknown status is never rest: it is unknown."""
    get: Callable[[str], Any] = sent.get  # this runs a hundred thousand times a sync
    status = get("duty_status")
    return HosClock(
        sent["driver_id"],
        get("driver_name") or None,
        _DUTY.get(status, _UNKNOWN),
        status,
        get("vehicle_id") or None,
        get("vehicle_name") or None,
        remaining_s(get("drive_ms")),
        remaining_s(get("shift_ms")),
        remaining_s(get("cycle_ms")),
        remaining_s(get("cycle_tomorrow_ms")),
        utc(get("cycle_started_at")),
        remaining_s(get("break_ms")),
        violation_s(get("shift_violation_ms")),
        violation_s(get("cycle_violation_ms")),
        None,
    )


def hos_daily_log(sent: wire.HosDailyLog) -> HosDailyLog:
    """One home-terminal day of a driver, which is 23 or 25 hours long twice a year."""
    start, end = sent["startTime"].astimezone(UTC), sent["endTime"].astimezone(UTC)
    if end <= start:
        raise RecordInvalid("endTime", "should be after startTime")
    return HosDailyLog(
        vendor_id=f"{sent['driver_id']}:{rfc3339(start)}",
        driver_id=sent["driver_id"],
        driver_name=sent.get("driver_name") or None,
        log_date=date_in(sent.get("timezone"), start),
        start_at=start,
        end_at=end,
        home_timezone=sent.get("timezone") or None,
        active_s=elapsed_s(sent.get("active_ms")),
        drive_s=elapsed_s(sent.get("drive_ms")),
        on_duty_s=elapsed_s(sent.get("on_duty_ms")),
        yard_move_s=elapsed_s(sent.get("yard_move_ms")),
        off_duty_s=elapsed_s(sent.get("off_duty_ms")),
        sleeper_berth_s=elapsed_s(sent.get("sleeper_ms")),
        personal_conveyance_s=elapsed_s(sent.get("personal_ms")),
        waiting_s=elapsed_s(sent.get("waiting_ms")),
        drive_distance_m=sent.get("drive_meters"),
        is_certified=sent.get("is_certified"),
        certified_at=utc(sent.get("certified_at")),
        adverse_driving_claimed=sent.get("adverse_driving_claimed"),
        big_day_claimed=sent.get("big_day_claimed"),
        short_haul_active=sent.get("short_haul_active"),
        source_updated_at=None,
    )


def name_of_day(row: Any) -> str | None:
    """The id of a day that could not be used; its start as it came, where that is no instant."""
    if not isinstance(row, Unreadable):
        return f"{row['driver_id']}:{rfc3339(row['startTime'])}"
    raw = row.raw if isinstance(row.raw, dict) else {}
    driver, start = raw.get("driver"), raw.get("startTime")
    id_ = driver.get("id") if isinstance(driver, dict) else None
    if not isinstance(id_, str):
        return None
    try:
        return f"{id_}:{rfc3339(datetime.fromisoformat(str(start)))}"
    except (ValueError, OverflowError):
        # Its end tells two days of a driver apart as well.
        return f"{id_}:?{start or raw.get('endTime')}"[:200]


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
