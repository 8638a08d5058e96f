"""Loads, their route plans, and whose hours are whose, as the API shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from console.api.words import Line, Strict
from core.hours import Which
from core.route.facts import Confidence, Fact, Topic
from core.route.links import Basis
from core.route.plan import Plan, PlanStop, Verdict
from core.route.request import HoursBasis
from core.route.trip import Kind
from store.load_pages import LoadLine
from store.plan_rows import Kept


class OfAttributes(BaseModel):
    """Read from an object of ours."""

    model_config = ConfigDict(from_attributes=True)


class LoadShown(OfAttributes):
    """An open load, and what its plan in force comes to."""

    load_id: str = Field(description="The TMS's id.")
    number: str | None
    status: str
    driver_id: str | None = Field(description="The driver's id at the TMS.")
    driver_name: str | None
    hours_driver_id: str | None = Field(description="Whose hours are used; null: linked to nobody.")
    basis: Basis | None = Field(description="What the link rests on; name is a guess.")
    place: str | None = Field(description="Of the last delivery.")
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str | None
    verdict: Verdict | None = Field(description="Null: there is no plan yet.")
    said: str | None = Field(description="The verdict in a sentence.")
    arrives_at: datetime | None = Field(description="At the last stop, by the plan.")
    degraded: int = Field(description="How many inputs of the plan are missing or old.")
    version: int | None
    checked_at: datetime | None = Field(description="When the plan was last found to hold.")


class Loads(BaseModel):
    """A page of the open loads: what needs a person first."""

    items: list[LoadShown]
    total: int


class Input(OfAttributes):
    """What a plan was made from."""

    topic: Topic
    source: str
    as_of: datetime | None
    age_s: int | None = Field(description="When the plan was made.")
    confidence: Confidence
    degraded: str | None = Field(description="What is wrong with it; null: nothing.")


class Place(BaseModel):
    """A point on the ground."""

    latitude: float
    longitude: float


class StopShown(BaseModel):
    """One stop of a plan."""

    kind: Kind
    name: str
    place_id: str | None
    latitude: float | None
    longitude: float | None
    mile: float = Field(description="From the start.")
    arrives_at: datetime
    departs_at: datetime
    timezone: str | None
    why: str
    clock: Which | None = Field(description="Which clock forced it.")
    drive_s: int
    wait_s: int
    late_s: int = Field(description="Seconds after its appointment closed.")
    is_break: bool
    opens_at: datetime | None
    closes_at: datetime | None
    gallons: float | None
    price: float | None = Field(description="Diesel, USD a gallon, as posted.")
    inputs: list[Input]


class Warned(BaseModel):
    """High or severe weather on a stretch of the road."""

    from_mile: float
    to_mile: float
    passes_at: datetime
    severity: str
    said: str
    point: Place


class MissedShown(OfAttributes):
    """The first appointment that is missed."""

    place_id: str
    name: str
    late_s: int
    said: str


class RoutePlan(BaseModel):
    """A plan, whole."""

    id: UUID
    load_id: str
    load_number: str | None
    driver_id: str | None
    hours_driver_id: str | None
    vehicle_id: str | None
    version: int
    status: str
    created_at: datetime
    checked_at: datetime = Field(description="When it was last found to hold.")
    created_by: str | None
    verdict: Verdict
    said: str
    is_legal: bool | None = Field(description="Null: nobody can say.")
    hours: HoursBasis
    departs_at: datetime | None
    arrives_at: datetime | None
    miles: float | None
    drive_s: int | None
    fuel_cost: float | None = Field(description="USD; null: a price is not known.")
    stops: list[StopShown]
    inputs: list[Input]
    degraded: list[str] = Field(description="What is missing or old, and what is done instead.")
    warnings: list[Warned]
    missed: MissedShown | None
    changes: list[str] = Field(description="The smallest changes that would help.")
    road: list[Place]


class Planning(BaseModel):
    """A plan that was asked for."""

    status: str = Field(description="Always scheduled: read the load's plan for what comes of it.")
    load_id: str
    flow_run_id: str
    checked_at: datetime | None = Field(
        description="Of the plan until now: it grows when the load has been planned."
    )


class DriverLinkShown(OfAttributes):
    """Whose hours a driver of the TMS has."""

    driver_id: str = Field(description="The driver's id at the TMS.")
    driver_name: str | None
    hours_driver_id: str | None = Field(description="Null: linked to nobody.")
    hours_driver_name: str | None
    basis: Basis | None
    is_guess: bool = Field(description="It may be another person: a person should confirm it.")
    confirmed_by: str | None
    confirmed_at: datetime | None


class DriverLinks(BaseModel):
    """Everybody who drives an open load, and every link: those that need a person first."""

    items: list[DriverLinkShown]


class NewLink(Strict):
    """Whose hours the driver has."""

    hours_driver_id: Line = Field(description="The driver's id where the hours come from.")


def load(of: LoadLine) -> LoadShown:
    """As the API shows it."""
    return LoadShown.model_validate(of)


def route_plan(of: Kept) -> RoutePlan:
    """As the API shows it."""
    plan, about = of.plan, of.subject
    same = ("verdict", "said", "is_legal", "hours", "departs_at", "arrives_at", "miles", "drive_s",
            "fuel_cost")  # fmt: skip
    told = {name: getattr(plan, name) for name in same}
    told |= {name: getattr(of, name) for name in ("id", "version", "status", "created_at",
                                                  "checked_at", "created_by")}  # fmt: skip
    told |= {name: getattr(about, name) for name in ("load_id", "load_number", "driver_id",
                                                     "hours_driver_id", "vehicle_id")}  # fmt: skip
    told["missed"] = plan.missed and MissedShown.model_validate(plan.missed)
    return RoutePlan.model_validate(told | _parts(plan))


def _parts(plan: Plan) -> dict[str, object]:
    return {
        "stops": [_stop(stop) for stop in plan.stops],
        "inputs": [_input(fact) for fact in plan.facts],
        "degraded": plan.degraded,
        "warnings": [
            Warned(from_mile=one.from_mile, to_mile=one.to_mile, passes_at=one.passes_at,
                   severity=one.severity, said=one.said, point=Place(**one.point._asdict()))
            for one in plan.warnings
        ],
        "changes": plan.changes,
        "road": [Place(**point._asdict()) for point in plan.road],
    }  # fmt: skip


def _stop(of: PlanStop) -> StopShown:
    same = set(StopShown.model_fields) - {"latitude", "longitude", "inputs"}
    told: dict[str, object] = {name: getattr(of, name) for name in same}
    told["latitude"] = of.point and of.point.latitude
    told["longitude"] = of.point and of.point.longitude
    return StopShown.model_validate(told | {"inputs": [_input(fact) for fact in of.facts]})


def _input(of: Fact) -> Input:
    return Input.model_validate(of)
