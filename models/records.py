"""Records in flight: what every vendor's words become before they are stored.

A record is a tuple with names, because it goes straight into a COPY: its fields are, in order,
the columns of the staging table and of the table at rest (see ``models/fleet.py``).
Ids are the vendor's, as text. Durations are whole seconds. Times are aware UTC. Money and prices
are decimals. Absent is None: never 0, never 0,0, never "off duty", never now.
Fields that end in ``_json`` are JSON text of a list or an object.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class DutyStatus(StrEnum):
    """A driver's duty status. UNKNOWN is never rest and never available."""

    OFF_DUTY = "off_duty"
    SLEEPER_BERTH = "sleeper_berth"
    DRIVING = "driving"
    ON_DUTY = "on_duty"
    YARD_MOVE = "yard_move"
    PERSONAL_CONVEYANCE = "personal_conveyance"
    UNKNOWN = "unknown"


class LoadStatus(StrEnum):
    """Where a load stands."""

    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class StopType(StrEnum):
    """What happens at a stop."""

    PICKUP = "pickup"
    DELIVERY = "delivery"
    DROP = "drop"
    HOOK = "hook"
    FUEL = "fuel"
    OTHER = "other"
    UNKNOWN = "unknown"


class StopStatus(StrEnum):
    """Where a truck stands with a stop."""

    PENDING = "pending"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class StationStatus(StrEnum):
    """Whether a truck stop is open."""

    OPEN = "open"
    CLOSED = "closed"
    TEMPORARILY_CLOSED = "temporarily_closed"
    UNKNOWN = "unknown"


class RoadSeverity(StrEnum):
    """What the weather means for a truck."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    SEVERE = "severe"
    UNKNOWN = "unknown"


class Driver(NamedTuple):
    """One driver, active or deactivated."""

    vendor_id: str
    name: str | None
    username: str | None
    is_active: bool | None
    phone: str | None
    license_number: str | None
    license_state: str | None
    home_timezone: str | None
    eld_day_start_hour: int | None
    eld_exempt: bool | None
    eld_exempt_reason: str | None
    rulesets_json: str
    external_ids_json: str
    tags_json: str
    static_vehicle_id: str | None
    carrier_name: str | None
    carrier_dot_number: str | None
    source_created_at: datetime | None
    source_updated_at: datetime | None


class Vehicle(NamedTuple):
    """One truck as the fleet registered it."""

    vendor_id: str
    name: str | None
    vin: str | None
    serial: str | None
    make: str | None
    model: str | None
    model_year: int | None
    license_plate: str | None
    external_ids_json: str
    tags_json: str
    static_driver_id: str | None
    source_created_at: datetime | None
    source_updated_at: datetime | None


class VehiclePosition(NamedTuple):
    """A vehicle's last known position; all null when the vendor has none."""

    vendor_id: str  # the vehicle's id
    name: str | None
    vin: str | None
    latitude: float | None
    longitude: float | None
    heading_degrees: float | None
    speed_mph: float | None
    is_ecu_speed: bool | None
    formatted_location: str | None
    address_id: str | None
    address_name: str | None
    source_updated_at: datetime | None  # when the position was taken


class HosClock(NamedTuple):
    """A driver's remaining hours now. The vendor gives no time of observation.

    Remaining time is rounded down, violations up.
    """

    vendor_id: str  # the driver's id
    driver_name: str | None
    duty_status: str  # a DutyStatus
    vendor_duty_status: str | None  # the vendor's own word; "" when the driver's app is offline
    vehicle_id: str | None
    vehicle_name: str | None
    drive_remaining_s: int | None
    shift_remaining_s: int | None
    cycle_remaining_s: int | None
    cycle_tomorrow_s: int | None
    cycle_started_at: datetime | None
    break_remaining_s: int | None
    shift_driving_violation_s: int | None
    cycle_violation_s: int | None
    source_updated_at: datetime | None  # always null for this vendor


class HosDailyLog(NamedTuple):
    """A driver's hours of one home-terminal day (not a shift). Today's row is partial."""

    vendor_id: str  # "<driver id>:<start, RFC 3339 UTC>"
    driver_id: str
    driver_name: str | None
    log_date: date | None  # in the driver's home time zone; null when that zone is unknown
    start_at: datetime
    end_at: datetime
    home_timezone: str | None
    active_s: int | None
    drive_s: int | None
    on_duty_s: int | None  # without yard moves
    yard_move_s: int | None
    off_duty_s: int | None
    sleeper_berth_s: int | None
    personal_conveyance_s: int | None
    waiting_s: int | None
    drive_distance_m: int | None
    is_certified: bool | None
    certified_at: datetime | None
    adverse_driving_claimed: bool | None
    big_day_claimed: bool | None
    short_haul_active: bool | None
    source_updated_at: datetime | None


class Load(NamedTuple):
    """One load. Its stops stand in ``load_stop``; the flat fields are the vendor's own."""

    vendor_id: str
    load_number: str | None
    status: str  # a LoadStatus
    vendor_status: str | None  # the vendor's own word
    is_open: bool  # on the vendor's active list, by its status
    driver_id: str | None  # the TMS's id, not the ELD's
    driver_name: str | None
    co_driver_id: str | None
    truck_id: str | None
    truck_unit: str | None
    truck_vin: str | None
    trailer_id: str | None
    trailer_unit: str | None
    customer_id: str | None
    customer_name: str | None
    pickup_location: str | None
    pickup_at: datetime | None
    delivery_location: str | None
    delivery_at: datetime | None
    equipment_type: str | None
    commodity: str | None
    weight_lb: Decimal | None
    loaded_miles: Decimal | None
    empty_miles: Decimal | None
    rate_amount: Decimal | None
    rate_currency: str | None
    references_json: str
    notes: str | None
    source_created_at: datetime | None
    source_updated_at: datetime | None


class LoadStop(NamedTuple):
    """One stop of a load, in order of ``sequence``."""

    parent_id: str  # the load's id
    vendor_id: str  # the stop's id; "<load id>#<sequence>" where the vendor gives none
    sequence: int
    stop_type: str  # a StopType
    status: str  # a StopStatus
    name: str | None
    address1: str | None
    address2: str | None
    city: str | None
    state: str | None
    zip: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    timezone: str | None
    appointment_type: str | None
    appointment_start_at: datetime | None
    appointment_end_at: datetime | None
    appointment_confirmed: bool | None
    eta_at: datetime | None
    arrived_at: datetime | None
    departed_at: datetime | None
    references_json: str
    instructions: str | None


class FuelStation(NamedTuple):
    """One truck stop. Its prices stand in ``fuel_price``."""

    vendor_id: str
    name: str | None
    brand: str | None
    address: str | None
    city: str | None
    state: str | None
    zip: str | None
    country: str | None
    latitude: float
    longitude: float
    status: str  # a StationStatus
    diesel_price: Decimal | None  # USD per US gallon, posted (credit); null when unknown
    amenities_json: str
    truck_accessible: bool | None
    truck_parking_spaces: int | None
    phone: str | None
    source_updated_at: datetime | None


class FuelPrice(NamedTuple):
    """One price of one station: three decimals, US prices end in nine tenths of a cent."""

    parent_id: str  # the station's id
    vendor_id: str  # "<station id>:<product>:<price type>:<unit>:<currency>"
    product: str
    price_type: str
    amount: Decimal
    currency: str
    unit: str
    is_estimated: bool | None
    source_updated_at: datetime | None


class WeatherObservation(NamedTuple):
    """The weather at one place of a grid, as last calculated by the vendor."""

    vendor_id: str  # the place asked for: "<latitude>,<longitude>", two decimals
    latitude: float  # of the place asked for
    longitude: float
    place_name: str | None
    country: str | None
    condition_id: int
    condition: str
    description: str | None
    conditions_json: str
    road_severity: str  # a RoadSeverity
    temperature_f: Decimal | None
    feels_like_f: Decimal | None
    pressure_hpa: Decimal | None
    humidity_pct: int | None
    visibility_m: int | None
    visibility_is_capped: bool | None  # the vendor says 10000 for "10 km or more"
    wind_speed_mph: Decimal | None
    wind_gust_mph: Decimal | None
    wind_direction_deg: int | None
    rain_1h_mm: Decimal
    snow_1h_mm: Decimal
    cloud_cover_pct: int | None
    sunrise_at: datetime | None
    sunset_at: datetime | None
    utc_offset_s: int | None
    source_updated_at: datetime  # when the vendor calculated it


Record = (
    Driver
    | Vehicle
    | VehiclePosition
    | HosClock
    | HosDailyLog
    | Load
    | FuelStation
    | WeatherObservation
)
ChildRecord = LoadStop | FuelPrice
