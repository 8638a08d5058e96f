"""Tables at rest, schema ``fleet``: what the vendors say about a tenant's fleet.

Each record of ``models/records.py`` has a table here with the same fields in the same order; a
field ``x_json`` is the jsonb column ``x``. Around them stand the columns of ``Landed``: whose row
it is, which run wrote it, and whether the vendor still names it.
"""

import datetime as dt
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from models.ops import (
    Table,
    bigint,
    boolean,
    day,
    decimal,
    identity,
    instant,
    integer,
    jsonb,
    of_tenant,
    one_of,
    real,
    table,
    text,
    uuid,
    within_tenant,
)
from models.records import DutyStatus, LoadStatus, RoadSeverity, StationStatus, StopStatus, StopType

UPDATED = "When the vendor says that it last changed; null when it does not say."
CREATED = "When the vendor says that it was made."
LATITUDE = "Degrees north, WGS 84."
LONGITUDE = "Degrees east, WGS 84."
TAGS = "The tags it carries at the vendor."
EXTERNAL = "Ids of the same thing in other systems."


class Landed(Table):
    """What every landed row carries."""

    tenant_id: UUID = uuid("The tenant that it belongs to.")
    integration_id: UUID = uuid("The connection it came through.", primary_key=True, default=...)
    run_id: UUID = uuid("The run that last changed this row; runs are pruned earlier than rows.")
    synced_at: datetime = instant("When this row last changed here.", "now()")
    row_hash: int = bigint("Hash of the vendor's fields; an equal one means nothing to write.")
    missing_since: datetime | None = instant("Since when complete fetches do not confirm it.")
    missing_runs: int = integer("Complete fetches in a row that did not name it.", "0")
    deleted_at: datetime | None = instant("When it was gone at the vendor; null while it is live.")


class LandedChild(Landed):
    """What a row carries that belongs to another row."""

    parent_id: str = text("The vendor's id of the row that it belongs to.", primary_key=True)


def landed(comment: str, *parts: Any) -> tuple[Any, ...]:
    """What stands in ``__table_args__`` of a table that vendors fill."""
    return table("fleet", comment, within_tenant("ops.integration", "integration_id"), *parts)


def belongs_to(parent: str) -> ForeignKeyConstraint:
    """A child's foreign key to its parent, of the same integration and so of the same tenant."""
    remote = [f"fleet.{parent}.integration_id", f"fleet.{parent}.vendor_id"]
    return ForeignKeyConstraint(["integration_id", "parent_id"], remote, ondelete="CASCADE")


class Driver(Landed, table=True):
    """Drivers."""

    __tablename__ = "driver"
    __table_args__ = landed(
        "Drivers, active or deactivated.", Index("ix_driver_tenant_id", "tenant_id")
    )

    vendor_id: str = text("The vendor's id of the driver.", primary_key=True)
    name: str | None = text("The driver's name.")
    username: str | None = text("The name the driver signs in with at the vendor.")
    is_active: bool | None = boolean("False once the fleet deactivated the driver.")
    phone: str | None = text("Telephone number as the vendor has it.")
    license_number: str | None = text("Number of the driving licence.")
    license_state: str | None = text("State that issued the licence.")
    home_timezone: str | None = text("Time zone of the home terminal, an IANA name.")
    eld_day_start_hour: int | None = integer("Hour at which the driver's log day starts.")
    eld_exempt: bool | None = boolean("True when the driver need not keep an electronic log.")
    eld_exempt_reason: str | None = text("Why the driver need not.")
    rulesets: Any = jsonb("Hours-of-service rules that apply to the driver.")
    external_ids: Any = jsonb(EXTERNAL)
    tags: Any = jsonb(TAGS)
    static_vehicle_id: str | None = text("The vehicle that is always the driver's.")
    carrier_name: str | None = text("Name of the carrier on the driver's logs.")
    carrier_dot_number: str | None = text("US DOT number of that carrier.")
    source_created_at: datetime | None = instant(CREATED)
    source_updated_at: datetime | None = instant(UPDATED)


class Vehicle(Landed, table=True):
    """Vehicles."""

    __tablename__ = "vehicle"
    __table_args__ = landed(
        "Trucks as the fleet registered them.", Index("ix_vehicle_tenant_id", "tenant_id")
    )

    vendor_id: str = text("The vendor's id of the vehicle.", primary_key=True)
    name: str | None = text("The fleet's name for it.")
    vin: str | None = text("Vehicle identification number.")
    serial: str | None = text("Serial number of the vendor's device in it.")
    make: str | None = text("Who built it.")
    model: str | None = text("Its model.")
    model_year: int | None = integer("The year of its model.")
    license_plate: str | None = text("Its licence plate.")
    external_ids: Any = jsonb(EXTERNAL)
    tags: Any = jsonb(TAGS)
    static_driver_id: str | None = text("The driver whose vehicle it always is.")
    source_created_at: datetime | None = instant(CREATED)
    source_updated_at: datetime | None = instant(UPDATED)


class VehiclePosition(Landed, table=True):
    """Last known positions."""

    __tablename__ = "vehicle_position"
    __table_args__ = landed(
        "Each vehicle's last known position; all null when the vendor has none.",
        Index("ix_vehicle_position_tenant_id", "tenant_id"),
    )

    vendor_id: str = text("The vendor's id of the vehicle.", primary_key=True)
    name: str | None = text("The fleet's name for the vehicle.")
    vin: str | None = text("Vehicle identification number.")
    latitude: float | None = real(LATITUDE)
    longitude: float | None = real(LONGITUDE)
    heading_degrees: float | None = real("Direction of travel, degrees clockwise from north.")
    speed_mph: float | None = real("Speed in miles per hour.")
    is_ecu_speed: bool | None = boolean("True when the engine measured the speed, not GPS.")
    formatted_location: str | None = text("The place in words.")
    address_id: str | None = text("The fleet's address book entry that it stands at.")
    address_name: str | None = text("Name of that entry.")
    source_updated_at: datetime | None = instant("When the position was taken.")


class HosClock(Landed, table=True):
    """Remaining hours."""

    __tablename__ = "hos_clock"
    __table_args__ = landed(
        "Drivers' remaining hours of service. ops.dataset_state.confirmed_at says as of when.",
        one_of("duty_status", DutyStatus),
        Index("ix_hos_clock_tenant_id", "tenant_id"),
    )

    vendor_id: str = text("The vendor's id of the driver.", primary_key=True)
    driver_name: str | None = text("The driver's name.")
    duty_status: str = text("Duty status now; unknown is never rest and never available.")
    vendor_duty_status: str | None = text("The vendor's own word; empty when the app is offline.")
    vehicle_id: str | None = text("The vehicle the driver is in.")
    vehicle_name: str | None = text("The fleet's name for that vehicle.")
    drive_remaining_s: int | None = integer("Seconds of driving left, rounded down.")
    shift_remaining_s: int | None = integer("Seconds of shift left, rounded down.")
    cycle_remaining_s: int | None = integer("Seconds of cycle left, rounded down.")
    cycle_tomorrow_s: int | None = integer("Seconds of cycle that tomorrow will have.")
    cycle_started_at: datetime | None = instant("When the cycle began.")
    break_remaining_s: int | None = integer("Seconds of driving until a break is due.")
    shift_driving_violation_s: int | None = integer("Seconds driven beyond the shift, rounded up.")
    cycle_violation_s: int | None = integer("Seconds beyond the cycle, rounded up.")
    source_updated_at: datetime | None = instant(UPDATED)


class HosDailyLog(Landed, table=True):
    """Hours of a day."""

    __tablename__ = "hos_daily_log"
    __table_args__ = landed(
        "Drivers' hours of one home-terminal day (not a shift); today's row is partial.",
        Index("ix_hos_daily_log_tenant_id_driver_id", "tenant_id", "driver_id", "start_at"),
    )

    vendor_id: str = text("The driver's id and the start of the day.", primary_key=True)
    driver_id: str = text("The vendor's id of the driver.")
    driver_name: str | None = text("The driver's name.")
    log_date: dt.date | None = day("The day in the driver's home time zone.")
    start_at: datetime = instant("When the day starts.")
    end_at: datetime = instant("When the day ends.")
    home_timezone: str | None = text("Time zone of the home terminal, an IANA name.")
    active_s: int | None = integer("Seconds active: driving or on duty.")
    drive_s: int | None = integer("Seconds driving.")
    on_duty_s: int | None = integer("Seconds on duty, without yard moves.")
    yard_move_s: int | None = integer("Seconds of yard moves.")
    off_duty_s: int | None = integer("Seconds off duty.")
    sleeper_berth_s: int | None = integer("Seconds in the sleeper berth.")
    personal_conveyance_s: int | None = integer("Seconds of personal conveyance.")
    waiting_s: int | None = integer("Seconds waiting at a well or a dock.")
    drive_distance_m: int | None = integer("Metres driven.")
    is_certified: bool | None = boolean("True when the driver certified the day.")
    certified_at: datetime | None = instant("When the driver certified it.")
    adverse_driving_claimed: bool | None = boolean("True when adverse conditions were claimed.")
    big_day_claimed: bool | None = boolean("True when the 16-hour exception was claimed.")
    short_haul_active: bool | None = boolean("True when the short-haul exception applies.")
    source_updated_at: datetime | None = instant(UPDATED)


class Load(Landed, table=True):
    """Loads."""

    __tablename__ = "load"
    __table_args__ = landed(
        "Loads; their stops stand in fleet.load_stop.",
        one_of("status", LoadStatus),
        Index("ix_load_tenant_id_status", "tenant_id", "status"),
    )

    vendor_id: str = text("The vendor's id of the load.", primary_key=True)
    load_number: str | None = text("The number people call it by.")
    status: str = text("Where it stands; unknown when the vendor's word is new to us.")
    vendor_status: str | None = text("The vendor's own word.")
    is_open: bool = boolean("True while it is on the vendor's active list, by its status.")
    driver_id: str | None = text("The driver's id at this vendor, which is not the ELD's.")
    driver_name: str | None = text("The driver's name.")
    co_driver_id: str | None = text("The second driver's id at this vendor.")
    truck_id: str | None = text("The truck's id at this vendor.")
    truck_unit: str | None = text("The fleet's number of the truck.")
    truck_vin: str | None = text("The truck's identification number.")
    trailer_id: str | None = text("The trailer's id at this vendor.")
    trailer_unit: str | None = text("The fleet's number of the trailer.")
    customer_id: str | None = text("The customer's id at this vendor.")
    customer_name: str | None = text("The customer's name.")
    pickup_location: str | None = text("Where it is picked up, in words.")
    pickup_at: datetime | None = instant("When it is to be picked up.")
    delivery_location: str | None = text("Where it is delivered, in words.")
    delivery_at: datetime | None = instant("When it is to be delivered.")
    equipment_type: str | None = text("Kind of trailer that it needs.")
    commodity: str | None = text("What is carried.")
    weight_lb: Decimal | None = decimal("Weight in pounds.")
    loaded_miles: Decimal | None = decimal("Miles with the load.")
    empty_miles: Decimal | None = decimal("Miles without it, to its pickup.")
    rate_amount: Decimal | None = decimal("What the customer pays.")
    rate_currency: str | None = text("In which currency.")
    references: Any = jsonb("Reference numbers of others.")
    notes: str | None = text("Notes of the fleet.")
    source_created_at: datetime | None = instant(CREATED)
    source_updated_at: datetime | None = instant(UPDATED)


class LoadStop(LandedChild, table=True):
    """Stops of loads."""

    __tablename__ = "load_stop"
    __table_args__ = landed(
        "Stops of loads, in order of sequence.",
        belongs_to("load"),
        one_of("stop_type", StopType),
        one_of("status", StopStatus),
        Index("ix_load_stop_tenant_id", "tenant_id"),
    )

    vendor_id: str = text("The stop's id; made of load and sequence if need be.", primary_key=True)
    sequence: int = integer("Its place in the order of the load.")
    stop_type: str = text("What happens there.")
    status: str = text("Where the truck stands with it.")
    name: str | None = text("Name of the place.")
    address1: str | None = text("Street and number.")
    address2: str | None = text("More of the address.")
    city: str | None = text("City.")
    state: str | None = text("State or province.")
    zip: str | None = text("Postal code.")
    country: str | None = text("Country.")
    latitude: float | None = real(LATITUDE)
    longitude: float | None = real(LONGITUDE)
    timezone: str | None = text("Time zone of the place, an IANA name.")
    appointment_type: str | None = text("Kind of appointment.")
    appointment_start_at: datetime | None = instant("Start of the appointed time.")
    appointment_end_at: datetime | None = instant("End of the appointed time.")
    appointment_confirmed: bool | None = boolean("True when the appointment is confirmed.")
    eta_at: datetime | None = instant("When the truck is expected.")
    arrived_at: datetime | None = instant("When the truck arrived.")
    departed_at: datetime | None = instant("When the truck left.")
    references: Any = jsonb("Reference numbers of the stop.")
    instructions: str | None = text("What the driver must know.")


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


class FuelPrice(LandedChild, table=True):
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


class PlanStatus(StrEnum):
    """Where a route plan stands."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class RoutePlan(Table, table=True):
    """Route plans."""

    __tablename__ = "route_plan"
    __table_args__ = table(
        "fleet",
        "A planned trip with one load: when it drives, rests and buys fuel.",
        of_tenant(),
        UniqueConstraint("tenant_id", "id"),
        one_of("status", PlanStatus),
        Index("ix_route_plan_tenant_id_created_at", "tenant_id", "created_at"),
    )

    id: UUID = identity("The plan's id.")
    tenant_id: UUID = uuid("The tenant that it belongs to.")
    load_id: str | None = text("The vendor's id of the load.")
    driver_id: str | None = text("The vendor's id of the driver.")
    vehicle_id: str | None = text("The vendor's id of the vehicle.")
    status: str = text("draft, accepted, superseded or cancelled.", "'draft'")
    departs_at: datetime | None = instant("When it sets off.")
    arrives_at: datetime | None = instant("When it arrives.")
    distance_m: int | None = integer("Metres to drive.")
    drive_s: int | None = integer("Seconds to drive.")
    fuel_cost: Decimal | None = decimal("Expected cost of fuel, USD.")
    is_legal: bool | None = boolean("True when it keeps the hours-of-service rules.")
    inputs: Any = jsonb("What it was made from, and as of when.", "'{}'")
    created_by: str | None = text("Who asked for it.")
    created_at: datetime = instant("When it was made.", "now()")
    updated_at: datetime = instant("When it last changed.", "now()")


class RoutePlanStop(Table, table=True):
    """Stops of route plans."""

    __tablename__ = "route_plan_stop"
    __table_args__ = table(
        "fleet",
        "Stops of a planned trip, in order of position.",
        within_tenant("fleet.route_plan", "route_plan_id"),
        one_of("kind", ("pickup", "delivery", "fuel", "rest", "break", "other")),
        CheckConstraint("departs_at >= arrives_at", name="order"),
        Index("ix_route_plan_stop_tenant_id", "tenant_id"),
    )

    route_plan_id: UUID = uuid("The plan.", primary_key=True, default=...)
    position: int = integer("Its place in the order of the plan.", primary_key=True, default=...)
    tenant_id: UUID = uuid("The tenant that it belongs to.")
    kind: str = text("pickup, delivery, fuel, rest, break or other.")
    place_id: str | None = text("The vendor's id of the station or stop.")
    name: str | None = text("The place in words.")
    latitude: float | None = real(LATITUDE)
    longitude: float | None = real(LONGITUDE)
    arrives_at: datetime | None = instant("When the truck arrives.")
    departs_at: datetime | None = instant("When the truck leaves.")
    distance_m: int | None = integer("Metres from the stop before.")
    fuel_gallons: Decimal | None = decimal("US gallons to buy.")
    fuel_price: Decimal | None = decimal("Expected USD per US gallon.")
    note: str | None = text("Why it is there.")
