"""Whether a plan made anew says something else than the one before: only then it is a version."""

from __future__ import annotations

from datetime import timedelta

from core.route.plan import Plan, Verdict
from core.route.trip import Kind

DRIFT = timedelta(minutes=15)
PLANNED = (Kind.FUEL, Kind.REST, Kind.BREAK)


def differs(old: Plan, new: Plan) -> str | None:
    """What is new, in a few words; None when the old one still tells the same.

    A truck that goes by its plan passes stop after stop: what is left must be the end of what was
    planned. A break or a rest on the open road may move along.
    """
    if old.verdict is not new.verdict:
        return f"{old.verdict} became {new.verdict}"
    if old.verdict is Verdict.IMPOSSIBLE:
        return None if old.said == new.said else "another reason"
    if old.hours is not new.hours:
        return f"hours {old.hours} became {new.hours}"
    if _visits(old)[-len(_visits(new)) :] != _visits(new):
        return "other stops or appointments"
    if _planned(new) and _planned(old)[-len(_planned(new)) :] != _planned(new):
        return "other pauses or fuel stops"
    if old.arrives_at and new.arrives_at and abs(old.arrives_at - new.arrives_at) > DRIFT:
        return "another time of arrival"
    if _missing(old) != _missing(new):
        return "other inputs are missing"
    if not _warned(new) <= _warned(old):
        return "new weather"
    return None


def turned_late(old: Plan | None, new: Plan) -> bool:
    """Did it become infeasible with this plan?"""
    return new.verdict is Verdict.LATE and (old is None or old.verdict is not Verdict.LATE)


def _visits(plan: Plan) -> list[tuple[object, ...]]:
    return [
        (stop.place_id, stop.opens_at, stop.closes_at)
        for stop in plan.stops
        if stop.kind not in (*PLANNED, Kind.START)
    ]


def _planned(plan: Plan) -> list[tuple[object, ...]]:
    return [(stop.kind, stop.place_id) for stop in plan.stops if stop.kind in PLANNED]


def _missing(plan: Plan) -> frozenset[object]:
    return frozenset(fact.topic for fact in plan.facts if fact.degraded)


def _warned(plan: Plan) -> frozenset[object]:
    """Severities, and about where: to half a degree."""
    return frozenset(
        (one.severity, round(one.point.latitude * 2), round(one.point.longitude * 2))
        for one in plan.warnings
    )
