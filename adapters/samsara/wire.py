"""Samsara's words, exactly. Keys without a value are left out; a null is taken as well."""

from typing import Annotated, Required

from pydantic import with_config
from typing_extensions import TypedDict

from adapters._kit.fields import (
    STRICT,
    AnyText,
    Count,
    Flag,
    HourOfDay,
    Id,
    Instant,
    Latitude,
    Longitude,
    ManyWords,
    MaybeId,
    Millis,
    Number,
    Shape,
    Text,
    When,
    Words,
    at,
)
from adapters._kit.paging import CursorPage
from adapters._kit.reading import PageReader


@with_config(STRICT)
class Driver(TypedDict, total=False):
    """A row of `/fleet/drivers`."""

    id: Required[Id]
    name: Text
    username: Text
    driverActivationStatus: Text
    isDeactivated: Flag
    phone: Text
    licenseNumber: Text
    licenseState: Text
    timezone: Text
    eldDayStartHour: HourOfDay
    eldExempt: Flag
    eldExemptReason: Text
    eldSettings: Shape
    rulesets: Annotated[ManyWords, at("eldSettings", "rulesets")]
    externalIds: Words
    tags: ManyWords
    staticAssignedVehicle: Shape
    static_vehicle_id: Annotated[MaybeId, at("staticAssignedVehicle", "id")]
    carrierSettings: Shape
    carrier_name: Annotated[Text, at("carrierSettings", "carrierName")]
    carrier_dot_number: Annotated[AnyText, at("carrierSettings", "dotNumber")]
    createdAtTime: When
    updatedAtTime: When


@with_config(STRICT)
class Vehicle(TypedDict, total=False):
    """A row of `/fleet/vehicles`."""

    id: Required[Id]
    name: Text
    vin: Text
    serial: Text
    make: Text
    model: Text
    year: AnyText  # a quoted number
    licensePlate: Text
    externalIds: Words
    tags: ManyWords
    staticAssignedDriver: Shape
    static_driver_id: Annotated[MaybeId, at("staticAssignedDriver", "id")]
    createdAtTime: When
    updatedAtTime: When


@with_config(STRICT)
class Position(TypedDict, total=False):
    """A row of `/fleet/vehicles/stats?types=gps`; a vehicle may come without `gps`."""

    id: Required[Id]
    name: Text
    externalIds: Shape
    vin: Annotated[Text, at("externalIds", "samsara.vin")]
    gps: Shape
    latitude: Annotated[Latitude, at("gps", "latitude")]
    longitude: Annotated[Longitude, at("gps", "longitude")]
    heading: Annotated[Number, at("gps", "headingDegrees")]
    speed: Annotated[Number, at("gps", "speedMilesPerHour")]
    is_ecu_speed: Annotated[Flag, at("gps", "isEcuSpeed")]
    reverse_geo: Annotated[Shape, at("gps", "reverseGeo")]
    formatted_location: Annotated[Text, at("gps", "reverseGeo", "formattedLocation")]
    address: Annotated[Shape, at("gps", "address")]
    address_id: Annotated[MaybeId, at("gps", "address", "id")]
    address_name: Annotated[Text, at("gps", "address", "name")]
    time: Annotated[When, at("gps", "time")]


@with_config(STRICT)
class HosClock(TypedDict, total=False):
    """A row of `/fleet/hos/clocks`. The time until the break stands under `break`."""

    driver_id: Required[Annotated[Id, at("driver", "id")]]
    driver_name: Annotated[Text, at("driver", "name")]
    duty: Annotated[Shape, at("currentDutyStatus")]
    duty_status: Annotated[Text, at("currentDutyStatus", "hosStatusType")]
    vehicle: Annotated[Shape, at("currentVehicle")]
    vehicle_id: Annotated[MaybeId, at("currentVehicle", "id")]
    vehicle_name: Annotated[Text, at("currentVehicle", "name")]
    clocks: Shape
    drive: Annotated[Shape, at("clocks", "drive")]
    drive_ms: Annotated[Millis, at("clocks", "drive", "driveRemainingDurationMs")]
    shift: Annotated[Shape, at("clocks", "shift")]
    shift_ms: Annotated[Millis, at("clocks", "shift", "shiftRemainingDurationMs")]
    cycle: Annotated[Shape, at("clocks", "cycle")]
    cycle_ms: Annotated[Millis, at("clocks", "cycle", "cycleRemainingDurationMs")]
    cycle_tomorrow_ms: Annotated[Millis, at("clocks", "cycle", "cycleTomorrowDurationMs")]
    cycle_started_at: Annotated[When, at("clocks", "cycle", "cycleStartedAtTime")]
    until_break: Annotated[Shape, at("clocks", "break")]
    break_ms: Annotated[Millis, at("clocks", "break", "timeUntilBreakDurationMs")]
    violations: Shape
    shift_violation_ms: Annotated[Millis, at("violations", "shiftDrivingViolationDurationMs")]
    cycle_violation_ms: Annotated[Millis, at("violations", "cycleViolationDurationMs")]


@with_config(STRICT)
class HosDailyLog(TypedDict, total=False):
    """A row of `/fleet/hos/daily-logs`."""

    driver_id: Required[Annotated[Id, at("driver", "id")]]
    driver_name: Annotated[Text, at("driver", "name")]
    timezone: Annotated[Text, at("driver", "timezone")]
    startTime: Required[Instant]
    endTime: Required[Instant]
    dutyStatusDurations: Shape
    active_ms: Annotated[Millis, at("dutyStatusDurations", "activeDurationMs")]
    drive_ms: Annotated[Millis, at("dutyStatusDurations", "driveDurationMs")]
    on_duty_ms: Annotated[Millis, at("dutyStatusDurations", "onDutyDurationMs")]
    yard_move_ms: Annotated[Millis, at("dutyStatusDurations", "yardMoveDurationMs")]
    off_duty_ms: Annotated[Millis, at("dutyStatusDurations", "offDutyDurationMs")]
    sleeper_ms: Annotated[Millis, at("dutyStatusDurations", "sleeperBerthDurationMs")]
    personal_ms: Annotated[Millis, at("dutyStatusDurations", "personalConveyanceDurationMs")]
    waiting_ms: Annotated[Millis, at("dutyStatusDurations", "waitingTimeDurationMs")]
    distanceTraveled: Shape
    drive_meters: Annotated[Count, at("distanceTraveled", "driveDistanceMeters")]
    logMetaData: Shape
    is_certified: Annotated[Flag, at("logMetaData", "isCertified")]
    certified_at: Annotated[When, at("logMetaData", "certifiedAtTime")]
    adverse_driving_claimed: Annotated[Flag, at("logMetaData", "adverseDrivingClaimed")]
    big_day_claimed: Annotated[Flag, at("logMetaData", "bigDayClaimed")]
    short_haul_active: Annotated[Flag, at("logMetaData", "isUsShortHaulActive")]


DRIVERS = PageReader(CursorPage[Driver], Driver, has_quick_way=True)
VEHICLES = PageReader(CursorPage[Vehicle], Vehicle)
POSITIONS = PageReader(CursorPage[Position], Position)
CLOCKS = PageReader(CursorPage[HosClock], HosClock, has_quick_way=True)
DAILY_LOGS = PageReader(CursorPage[HosDailyLog], HosDailyLog)
