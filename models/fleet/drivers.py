"""Drivers and their hours."""

import datetime as dt
from datetime import datetime
from typing import Any

from sqlalchemy import Index

from models.fleet.landed import CREATED, EXTERNAL, TAGS, UPDATED, FirstSeen, Landed, landed
from models.ops.columns import boolean, day, instant, integer, jsonb, one_of, text
from models.records import DutyStatus


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


class HosClock(Landed, FirstSeen, table=True):
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
