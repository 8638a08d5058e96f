"""Loads and their stops."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index

from models.fleet.landed import (
    CREATED,
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
from models.records import LoadStatus, StopStatus, StopType


class Load(Landed, FirstSeen, table=True):
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
