"""Trucks and where they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index

from models.fleet.landed import (
    CREATED,
    EXTERNAL,
    LATITUDE,
    LONGITUDE,
    TAGS,
    UPDATED,
    Landed,
    landed,
)
from models.ops.columns import boolean, instant, integer, jsonb, real, text


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
