"""How a route plan is said to a person: words and shapes, never colour alone."""

from __future__ import annotations

from core.hours import home_time
from core.route.facts import Fact
from core.route.plan import Plan, PlanStop, Verdict
from core.route.trip import Kind
from core.route.words import span

SHAPES = {
    Verdict.ON_TIME: "● on time",
    Verdict.LATE: "✗ late",
    Verdict.UNVERIFIED: "? unverified",
    Verdict.IMPOSSIBLE: "✗ no plan",
}
SIGNS = {
    Kind.START: "▷",
    Kind.PICKUP: "▲",
    Kind.DELIVERY: "▼",
    Kind.FUEL: "◆",
    Kind.REST: "☾",
    Kind.BREAK: "‖",
    Kind.OTHER: "•",
}


def verdict(of: Verdict) -> str:
    """The verdict as its shape and its word."""
    return SHAPES[of]


def stay(stop: PlanStop) -> str:
    """When it arrives and leaves, by the clock there: “Thu 14:05–14:35 CDT”."""
    comes, goes = (
        home_time(stop.arrives_at, stop.timezone),
        home_time(stop.departs_at, stop.timezone),
    )
    if comes == goes:
        return f"{comes:%a %H:%M %Z}"
    until = f"{goes:%H:%M %Z}" if comes.date() == goes.date() else f"{goes:%a %H:%M %Z}"
    return f"{comes:%a %H:%M}–{until}"


def what(stop: PlanStop) -> str:
    """What happens there: “◆ fuel”, “‖ break”, “◆ fuel, break”."""
    more = ", break" if stop.is_break and stop.kind is Kind.FUEL else ""
    return f"{SIGNS[stop.kind]} {stop.kind}{more}"


def figures(plan: Plan) -> str | None:
    """Miles, driving and fuel in one line; None without a road."""
    if plan.miles is None or plan.drive_s is None:
        return None
    fuel = "the cost of fuel is not known"
    if plan.fuel_cost is not None:
        fuel = f"${plan.fuel_cost:.2f} of fuel" if plan.fuel_cost else "no fuel needed"
    return f"{plan.miles:.0f} miles, {span(plan.drive_s)} of driving, {fuel}."


def fact(of: Fact) -> str:
    """An input in one line: “hours: Samsara, 3 min old, high confidence”."""
    age = "" if of.age_s is None else f", {span(of.age_s)} old"
    return f"{of.topic}: {of.source}{age}, {_confidence(of)}"


def _confidence(of: Fact) -> str:
    word = str(of.confidence)
    return word if word in ("assumed", "missing") else f"{word} confidence"
