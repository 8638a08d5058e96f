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

VERDICTS = ("on_time", "late", "unverified", "impossible")
KINDS = ("start", "pickup", "delivery", "fuel", "rest", "break", "other")
HOURS = ("known", "stale", "unknown", "exempt")


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
        within_tenant("ops.integration", "load_integration_id"),
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("load_integration_id", "load_id", "version"),
        one_of("status", PlanStatus),
        one_of("verdict", VERDICTS),
        one_of("hours_basis", HOURS),
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
    load_integration_id: UUID | None = uuid("The connection that the load came through.")
    load_number: str | None = text("The number people call the load by.")
    hours_driver_id: str | None = text("The driver's id where the hours come from, as linked.")
    version: int = integer("Counts the plans of a load, from 1; earlier ones are kept.", "1")
    verdict: str | None = text("on_time, late, unverified (hours not known) or impossible.")
    said: str | None = text("The verdict in a sentence or two.")
    hours_basis: str | None = text("The driver's hours: known, stale, unknown or exempt.")
    degraded: Any = jsonb("What was missing or old, and what was done instead: sentences.", "'[]'")
    warnings: Any = jsonb("High and severe weather on the way.", "'[]'")
    missed: dict[str, Any] | None = jsonb(
        "The first appointment that is missed, and by how much; null: none."
    )
    changes: Any = jsonb("The smallest changes that would help: sentences.", "'[]'")
    road: Any = jsonb("The way as points: latitude and longitude.", "'[]'")
    checked_at: datetime = instant("When it was last found to hold still.", "now()")
    is_risk_told: bool | None = boolean(
        "That it turned infeasible: false until Prefect was told; null when it did not."
    )


class RoutePlanStop(Table, table=True):
    """Stops of route plans."""

    __tablename__ = "route_plan_stop"
    __table_args__ = table(
        "fleet",
        "Stops of a planned trip, in order of position.",
        within_tenant("fleet.route_plan", "route_plan_id"),
        one_of("kind", KINDS),
        CheckConstraint("departs_at >= arrives_at", name="order"),
        Index("ix_route_plan_stop_tenant_id", "tenant_id"),
    )

    route_plan_id: UUID = uuid("The plan.", primary_key=True, default=...)
    position: int = integer("Its place in the order of the plan.", primary_key=True, default=...)
    tenant_id: UUID = uuid("The tenant that it belongs to.")
    kind: str = text("start, pickup, delivery, fuel, rest, break or other.")
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
    mile: float | None = real("Statute miles from the start.")
    clock: str | None = text("Which clock forced it: drive, shift, break or cycle.")
    drive_s: int | None = integer("Seconds driven since the stop before.")
    wait_s: int | None = integer("Seconds of the stay until the appointment opens.")
    late_s: int | None = integer("Seconds after the appointment closed; 0 when in time.")
    is_break: bool | None = boolean("True when the stay counts as the 30-minute break.")
    opens_at: datetime | None = instant("From when on the stop takes the truck.")
    closes_at: datetime | None = instant("Until when.")
    timezone: str | None = text("Time zone in which the stop's times are said, an IANA name.")
    inputs: Any = jsonb("What it rests on: source, as of when, age, confidence.", "'[]'")
