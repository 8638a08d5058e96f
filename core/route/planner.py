"""A whole plan: the road, fuel by range and price, hours by the rules, weather, and the reasons."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from core.route import changes, words
from core.route.facts import Fact, Topic, age_s, degraded, measured, missing, of_topics
from core.route.fuel import Fill
from core.route.plan import Missed, Plan, PlanStop, Verdict, WeatherWarning
from core.route.request import Request, Visit
from core.route.roads import Path, drawn
from core.route.rules import Limits, limits_of
from core.route.setting import Setting, setting_of
from core.route.start import Begin, begin
from core.route.trip import APPOINTED, Halt, Kind, Trip, best
from core.route.weather import WARNED, Passing, along

# Of the road, so much must have weather near it, or the plan says that it has not.
COVERED = 0.8


def plan(request: Request) -> Plan:
    """The plan; an impossible one says why. Never raises for what the inputs lack."""
    limits = limits_of(request.hours.rulesets, request.now.date())
    if not request.visits:
        return impossible(request, "no stop of it is left that could be located")
    if limits is None:
        return impossible(request, "no hours-of-service rules are known for this day")
    setting = setting_of(request)
    start = begin(request.hours, limits, request.now)
    trip = best(start.duty, limits, setting.calls, setting.berths, request.truck.mph)
    passings, covered = _weather(request, setting.path, trip)
    facts = (*request.facts, *_found_out(request, setting, covered))
    whole = Plan(
        load_id=request.load_id,
        made_at=request.now,
        verdict=_verdict(request, start, trip),
        said="",
        hours=request.hours.basis,
        facts=facts,
        degraded=degraded(facts),
        is_legal=True if start.is_sure else None,
        departs_at=trip.departs_at,
        arrives_at=trip.arrives_at,
        miles=setting.path.miles,
        drive_s=trip.drive_s,
        fuel_cost=setting.fuelling.cost_usd,
        stops=_stops(request, setting, start, trip, limits, facts),
        warnings=tuple(_warning(setting.path, one) for one in passings),
        missed=_missed(request, trip),
        changes=changes.that_help(request, limits, setting, start, trip),
        road=drawn(setting.path),
    )
    return replace(whole, said=_said(request, whole, start))


def impossible(request: Request, why: str) -> Plan:
    """No plan, and why; the inputs that are wrong are named all the same."""
    said = degraded(request.facts)
    return Plan(
        load_id=request.load_id,
        made_at=request.now,
        verdict=Verdict.IMPOSSIBLE,
        said=f"Cannot plan because {why}.",
        hours=request.hours.basis,
        facts=request.facts,
        degraded=said,
    )


def _found_out(request: Request, setting: Setting, covered: float) -> list[Fact]:
    """What only the road shows: which legs are estimated, which fuel and weather is missing."""
    found: list[Fact] = []
    fuelling, path = setting.fuelling, setting.path
    if not setting.stations:
        found.append(missing(Topic.FUEL, "truck stops", "No truck stop is known near this road."))
    if fuelling.dry_mile is not None:
        said = (
            f"No known truck stop keeps the reserve beyond mile {fuelling.dry_mile:.0f} of "
            f"{path.miles:.0f}: look for fuel before it."
        )
        found.append(missing(Topic.FUEL, "truck stops", said))
    if any(fill.pump.price is None for fill in fuelling.fills):
        said = "A fuel stop has no fresh price, so the cost of fuel is not known."
        found.append(missing(Topic.FUEL, "prices", said))
    if covered < COVERED:
        share = f"{1 - covered:.0%} of the road has" if covered else "The road has"
        found.append(
            missing(Topic.WEATHER, "observations", f"{share} no weather observation near it.")
        )
    return found


def _verdict(request: Request, start: Begin, trip: Trip) -> Verdict:
    """What nobody can verify is neither on time nor late, however it comes out."""
    if not start.is_sure or request.doubts:
        return Verdict.UNVERIFIED
    return Verdict.LATE if trip.late_s else Verdict.ON_TIME


def _stops(
    request: Request, setting: Setting, start: Begin, trip: Trip, limits: Limits,
    facts: tuple[Fact, ...],
) -> tuple[PlanStop, ...]:  # fmt: skip
    found = [_first(request, start, trip, facts)]
    visits = {visit.key: visit for visit in request.visits}
    fills = {fill.pump.key: fill for fill in setting.fuelling.fills}
    for halt in trip.halts:
        if halt.kind in APPOINTED:
            found.append(_visit(visits[halt.key or ""], halt, facts))
        elif halt.kind is Kind.FUEL:
            found.append(_fuel(request, setting, fills[halt.key or ""], halt, facts))
        else:
            found.append(_pause(request, setting, halt, limits, facts))
    return tuple(found)


def _first(request: Request, start: Begin, trip: Trip, facts: tuple[Fact, ...]) -> PlanStop:
    why = "Leaves now."
    if start.rests_first_s:
        why = words.first_rest(start.rests_first_s, start.why or "the clocks are used up")
    elif trip.departs_at > request.now:
        wait = words.span(int((trip.departs_at - request.now).total_seconds()))
        why = f"Leaves in {wait}, so as not to wait at the first appointment."
    return PlanStop(
        kind=Kind.START,
        name=request.start_name,
        place_id=None,
        point=request.start,
        mile=0.0,
        arrives_at=request.now,
        departs_at=trip.departs_at,
        why=why,
        timezone=request.hours.home_timezone,
        facts=of_topics(facts, Topic.POSITION, Topic.HOURS, Topic.DRIVER, Topic.TANK),
    )


def _visit(visit: Visit, halt: Halt, facts: tuple[Fact, ...]) -> PlanStop:
    return PlanStop(
        kind=halt.kind,
        name=visit.name,
        place_id=visit.key,
        point=visit.point,
        mile=halt.mile,
        arrives_at=halt.arrives_at,
        departs_at=halt.departs_at,
        why=words.visit(visit, halt),
        timezone=visit.timezone,
        drive_s=halt.drive_s,
        wait_s=halt.wait_s,
        late_s=halt.late_s,
        is_break=halt.is_break,
        opens_at=visit.opens_at,
        closes_at=visit.closes_at,
        facts=of_topics(facts, Topic.LOAD, Topic.ROAD),
    )


def _fuel(
    request: Request, setting: Setting, fill: Fill, halt: Halt, facts: tuple[Fact, ...]
) -> PlanStop:
    station = setting.stations[fill.pump.key]
    age = age_s(station.price_as_of, request.now)
    price = measured(Topic.FUEL, station.name, station.price_as_of, request.now)
    return PlanStop(
        kind=Kind.FUEL,
        name=station.name,
        place_id=station.key,
        point=station.point,
        mile=halt.mile,
        arrives_at=halt.arrives_at,
        departs_at=halt.departs_at,
        why=words.fuel(fill, station, age, is_break=halt.is_break),
        timezone=request.hours.home_timezone,
        drive_s=halt.drive_s,
        is_break=halt.is_break,
        gallons=Decimal(str(round(fill.gallons, 1))),
        price=fill.pump.price,
        facts=(price, *of_topics(facts, Topic.TANK, Topic.ROAD)),
    )


def _pause(
    request: Request, setting: Setting, halt: Halt, limits: Limits, facts: tuple[Fact, ...]
) -> PlanStop:
    station = None if halt.key is None else setting.stations[halt.key]
    zone = request.hours.home_timezone
    return PlanStop(
        kind=halt.kind,
        name="On the road" if station is None else station.name,
        place_id=None if station is None else station.key,
        point=setting.path.at(halt.mile) if station is None else station.point,
        mile=halt.mile,
        arrives_at=halt.arrives_at,
        departs_at=halt.departs_at,
        why=words.pause(halt, limits, station, zone),
        timezone=zone,
        clock=halt.clock,
        drive_s=halt.drive_s,
        is_break=halt.is_break,
        facts=of_topics(facts, Topic.HOURS, Topic.DRIVER, Topic.ROAD),
    )


def _weather(request: Request, path: Path, trip: Trip) -> tuple[tuple[Passing, ...], float]:
    """What is to be warned of on the way, and how much of the road has weather near it."""
    marks = [0.0, *(halt.mile for halt in trip.halts)]
    leaves = [trip.departs_at, *(halt.departs_at for halt in trip.halts)]

    def at(mile: float) -> datetime:
        index = max(0, bisect_right(marks, mile) - 1)
        driven = timedelta(hours=(mile - marks[index]) / request.truck.mph)
        return leaves[index] + driven

    found, covered = along(path, request.observations, at)
    return tuple(one for one in found if one.is_warning), covered


def _warning(path: Path, passing: Passing) -> WeatherWarning:
    assert passing.observation.severity in WARNED  # `_weather` left the others out
    return WeatherWarning(
        from_mile=passing.from_mile,
        to_mile=passing.to_mile,
        passes_at=passing.passes_at,
        severity=passing.observation.severity,
        point=path.at(passing.from_mile),
        said=words.weather(passing),
    )


def _missed(request: Request, trip: Trip) -> Missed | None:
    """The first appointment that is missed."""
    halt = next((halt for halt in trip.halts if halt.late_s), None)
    if halt is None:
        return None
    visit = next(visit for visit in request.visits if visit.key == halt.key)
    said = f"{visit.name} is missed by {words.span(halt.late_s)}."
    return Missed(visit.key, visit.name, halt.late_s, said)


def _said(request: Request, whole: Plan, start: Begin) -> str:
    """The verdict in a sentence or two."""
    assert whole.arrives_at is not None  # only an impossible plan has no arrival
    last = request.visits[-1]
    when = words.clock_time(whole.arrives_at, last.timezone)
    how = f"{whole.miles:.0f} miles, arriving at {last.name} {when}"
    if whole.verdict is Verdict.UNVERIFIED:
        doubt = "; ".join(filter(None, (None if start.is_sure else start.why, *request.doubts)))
        late = f" As far as it can be reckoned, {whole.missed.said}" if whole.missed else ""
        return f"Not verified, because {doubt}: {how}.{late}"
    if whole.missed is not None:
        return f"Cannot be done in time: {whole.missed.said} {how}."
    return f"On time and legal: {how}."
