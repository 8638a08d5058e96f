"""Planned trips."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from models.fleet.landed import LATITUDE, LONGITUDE
from models.ops.columns import (
    Table,
    boolean,
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
