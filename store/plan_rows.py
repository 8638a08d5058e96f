"""A route plan as rows, and rows as the plan again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from core.hours import Which
from core.route.facts import Confidence, Fact, Topic
from core.route.plan import Missed, Plan, PlanStop, Verdict, WeatherWarning
from core.route.request import HoursBasis
from core.route.roads import Point
from core.route.trip import Kind

METRES = 1609.344


@dataclass(frozen=True, slots=True)
class Subject:
    """What a plan is about: the load, and who and what drives it, by the vendors' ids."""

    tenant_id: UUID
    integration_id: UUID
    load_id: str
    load_number: str | None
    driver_id: str | None
    hours_driver_id: str | None
    vehicle_id: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan at rest."""

    id: UUID
    subject: Subject
    version: int
    status: str
    created_at: datetime
    checked_at: datetime
    created_by: str | None
    plan: Plan


def keys(subject: Subject) -> dict[str, Any]:
    """The load's key, as parameters."""
    return {"tenant": subject.tenant_id, "integration": subject.integration_id,
            "load": subject.load_id}  # fmt: skip


def _json(value: Any) -> str:
    return orjson.dumps(value, default=list).decode()  # a Point is a tuple of a class of its own


def plan_row(subject: Subject, plan: Plan, version: int, by: str) -> dict[str, Any]:
    """The plan's own row, as parameters."""
    return keys(subject) | {
        "number": subject.load_number,
        "driver": subject.driver_id,
        "hours_driver": subject.hours_driver_id,
        "vehicle": subject.vehicle_id,
        "version": version,
        "departs_at": plan.departs_at,
        "arrives_at": plan.arrives_at,
        "distance_m": None if plan.miles is None else round(plan.miles * METRES),
        "drive_s": plan.drive_s,
        "fuel_cost": plan.fuel_cost,
        "is_legal": plan.is_legal,
        "inputs": _json([asdict(fact) for fact in plan.facts]),
        "by": by,
        "verdict": str(plan.verdict),
        "said": plan.said,
        "hours": str(plan.hours),
        "degraded": _json(plan.degraded),
        "warnings": _json([asdict(one) for one in plan.warnings]),
        "missed": None if plan.missed is None else _json(asdict(plan.missed)),
        "changes": _json(plan.changes),
        "road": _json([[round(p.latitude, 4), round(p.longitude, 4)] for p in plan.road]),
        "made_at": plan.made_at,
    }


def stop_rows(plan_id: UUID, tenant: UUID, plan: Plan) -> list[dict[str, Any]]:
    """The rows of its stops, as parameters."""
    found, before = [], 0.0
    for position, stop in enumerate(plan.stops):
        found.append(
            asdict(stop)
            | {
                "plan": plan_id,
                "position": position,
                "tenant": tenant,
                "kind": str(stop.kind),
                "clock": None if stop.clock is None else str(stop.clock),
                "latitude": stop.point.latitude if stop.point else None,
                "longitude": stop.point.longitude if stop.point else None,
                "distance_m": round((stop.mile - before) * METRES),
                "inputs": _json([asdict(fact) for fact in stop.facts]),
            }
        )
        before = stop.mile
    return found


def plan_of(row: dict[str, Any], stops: Sequence[dict[str, Any]]) -> Plan:
    """The plan that these rows hold."""
    missed = row["missed"]
    return Plan(
        load_id=row["load_id"],
        made_at=row["created_at"],
        verdict=Verdict(row["verdict"]),
        said=row["said"],
        hours=HoursBasis(row["hours_basis"]),
        facts=_facts(row["inputs"]),
        degraded=tuple(row["degraded"]),
        is_legal=row["is_legal"],
        departs_at=row["departs_at"],
        arrives_at=row["arrives_at"],
        miles=None if row["distance_m"] is None else row["distance_m"] / METRES,
        drive_s=row["drive_s"],
        fuel_cost=row["fuel_cost"],
        stops=tuple(_stop(stop) for stop in stops),
        warnings=tuple(_warning(one) for one in row["warnings"]),
        missed=None if missed is None else Missed(**missed),
        changes=tuple(row["changes"]),
        road=tuple(Point(*point) for point in row["road"]),
    )


def _stop(row: dict[str, Any]) -> PlanStop:
    where = None if row["latitude"] is None else Point(row["latitude"], row["longitude"])
    return PlanStop(
        kind=Kind(row["kind"]),
        name=row["name"],
        place_id=row["place_id"],
        point=where,
        mile=row["mile"] or 0.0,
        arrives_at=row["arrives_at"],
        departs_at=row["departs_at"],
        why=row["note"],
        timezone=row["timezone"],
        clock=None if row["clock"] is None else Which(row["clock"]),
        drive_s=row["drive_s"] or 0,
        wait_s=row["wait_s"] or 0,
        late_s=row["late_s"] or 0,
        is_break=bool(row["is_break"]),
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        gallons=row["fuel_gallons"],
        price=row["fuel_price"],
        facts=_facts(row["inputs"]),
    )


def _warning(held: dict[str, Any]) -> WeatherWarning:
    passes = datetime.fromisoformat(held["passes_at"])
    return WeatherWarning(**held | {"passes_at": passes, "point": Point(*held["point"])})


def _facts(held: Sequence[dict[str, Any]]) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            topic=Topic(one["topic"]),
            source=one["source"],
            as_of=None if one["as_of"] is None else datetime.fromisoformat(one["as_of"]),
            age_s=one["age_s"],
            confidence=Confidence(one["confidence"]),
            degraded=one["degraded"],
        )
        for one in held
    )
