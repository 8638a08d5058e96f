"""From what is known around a load to what a plan is asked for: places, legs, truck, drivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core import settings
from core.route.facts import Confidence, Fact, Topic, assumed, missing
from core.route.fuel import Tank
from core.route.request import Hours, Request, Station, Truck, Visit
from core.route.roads import Point
from core.route.trip import Kind
from core.route.weather import Observation
from models.records import LoadStatus, StopStatus, StopType
from store.links import Link
from store.planning import Ground, Load, Position, Stop
from tasks import roads
from tasks.plan_facts import feed_fact, position_fact

DONE = (StopStatus.COMPLETED, StopStatus.SKIPPED, StopStatus.CANCELLED)
KINDS = {StopType.PICKUP.value: Kind.PICKUP, StopType.DELIVERY.value: Kind.DELIVERY}
FROM_VISIT = "The plan begins at its next stop, so when it gets there cannot be said."
FROM_LAST = "The plan begins at the stop that it left last."


@dataclass(frozen=True, slots=True)
class Start:
    """Where a plan begins. ``doubt``: why nobody can say whether it holds from there."""

    point: Point
    name: str
    fact: Fact
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A tenant's ground, made ready once for all of its loads."""

    ground: Ground
    by_vin: Mapping[str, Position]
    by_driver: Mapping[str, Position]
    stations: Sequence[Station]
    observations: Sequence[Observation]
    facts: tuple[Fact, ...]


def scene_of(ground: Ground) -> Scene:
    """The ground with its positions by truck and driver, and what all plans share."""
    return Scene(
        ground=ground,
        by_vin={_vin(p.vin): p for p in ground.positions if p.vin},
        by_driver={p.driver_id: p for p in ground.positions if p.driver_id},
        stations=[
            Station(s.id, s.name, Point(s.latitude, s.longitude), s.price, s.price_as_of,
                    s.parking_spaces, s.has_parking)
            for s in ground.stations
        ],
        observations=[
            Observation(Point(w.latitude, w.longitude), w.place, w.condition_id, w.description,
                        w.severity, w.observed_at)
            for w in ground.weather
        ],
        facts=tuple(feed_fact(topic, ground) for topic in (Topic.LOAD, Topic.FUEL, Topic.WEATHER)),
    )  # fmt: skip


def truck() -> Truck:
    """What the settings say of a truck."""
    held = settings.settings()
    capacity = held.sally_plan_tank_gallons
    return Truck(
        tank=Tank(
            start_gallons=capacity * held.sally_plan_start_share,
            capacity_gallons=capacity,
            reserve_gallons=min(held.sally_plan_reserve_gallons, capacity),
            mpg=held.sally_plan_mpg,
        ),
        mph=held.sally_plan_mph,
        fuel_stop_s=held.sally_plan_fuel_minutes * 60,
        service_s=held.sally_plan_service_minutes * 60,
        stop_cost_usd=held.sally_plan_stop_cost_usd,
    )


def request_of(
    scene: Scene, load: Load, link: Link | None, hours: Hours, hours_fact: Fact
) -> Request:
    """What a plan of this load is asked for."""
    assumptions = truck()
    earlier = earlier_of(scene, load)
    visits, lost = chained(load, earlier)
    position = position_of(scene, load, link)
    start = start_of(scene, earlier[0] if earlier else load, position, visits)
    legs = []
    here = start.point
    for visit in visits:
        legs.append(roads.leg(here, visit.point))
        here = visit.point
    doubts = [start.doubt] if start.doubt else []
    doubts += [f"{name} could not be located" for name in lost]
    facts = [
        *scene.facts,
        driver_fact(load, link),
        hours_fact,
        start.fact,
        _tank_fact(assumptions),
        *_road_facts(visits, [leg.is_estimated for leg in legs], lost),
        *_earlier_facts(earlier),
    ]
    return Request(
        now=scene.ground.now,
        load_id=load.id,
        start=start.point,
        start_name=start.name,
        visits=visits,
        legs=tuple(legs),
        hours=hours,
        truck=assumptions,
        stations=scene.stations,
        observations=scene.observations,
        facts=tuple(facts),
        doubts=tuple(doubts),
    )


def earlier_of(scene: Scene, load: Load) -> tuple[Load, ...]:
    """The loads that the same driver has before this one: those under way, then by appointment."""
    mine = [
        other
        for other in scene.ground.loads
        if (other.integration_id, other.driver_id) == (load.integration_id, load.driver_id)
        and load.driver_id is not None
        and not is_over(other)
    ]
    if load.id not in [other.id for other in mine]:
        return ()
    mine.sort(key=_turn)
    return tuple(mine[: [other.id for other in mine].index(load.id)])


def _turn(load: Load) -> tuple[bool, float, str]:
    """Whose turn it is: a load under way first; one without an appointment last."""
    times = [at for stop in load.stops for at in (stop.opens_at, stop.closes_at) if at is not None]
    first = min(times).timestamp() if times else float("inf")
    return load.status != LoadStatus.IN_TRANSIT, first, load.id


def chained(load: Load, earlier: Sequence[Load]) -> tuple[tuple[Visit, ...], tuple[str, ...]]:
    """Its stops, after those of the loads before it; those that are not located are named."""
    visits, lost = visits_of(load)
    before: list[Visit] = []
    missed: list[str] = []
    for other in earlier:
        found, left = visits_of(other)
        number = other.number or other.id
        before += [replace(visit, before=number, closes_at=None) for visit in found]
        missed += left
    return (*before, *visits), (*missed, *lost)


def visits_of(load: Load) -> tuple[tuple[Visit, ...], tuple[str, ...]]:
    """The stops still to be made; and the names of those that could not be located."""
    found, lost = [], []
    for stop in load.stops:
        if stop.status in DONE:
            continue
        point, is_guessed = locate(stop)
        name = stop.name or stop.city or f"stop {stop.sequence}"
        if point is None:
            lost.append(name)
            continue
        is_reached = stop.status == StopStatus.ARRIVED
        ends = stop.closes_at
        if ends is None and stop.appointment_type == "exact":
            ends = stop.opens_at
        found.append(
            Visit(
                key=stop.id,
                kind=KINDS.get(stop.stop_type, Kind.OTHER),
                name=name,
                point=point,
                opens_at=None if is_reached else stop.opens_at,
                closes_at=None if is_reached else ends,
                timezone=stop.timezone,
                is_guessed=is_guessed,
                is_reached=is_reached,
            )
        )
    return tuple(found), tuple(lost)


def locate(stop: Stop) -> tuple[Point | None, bool]:
    """Where a stop is, and whether only its city says so."""
    if stop.latitude is not None and stop.longitude is not None:
        return Point(stop.latitude, stop.longitude), False
    return roads.place(stop.city, stop.state, stop.country), True


def position_of(scene: Scene, load: Load, link: Link | None) -> Position | None:
    """The truck's last position: by its VIN, else of the truck that its driver is in."""
    if load.truck_vin and _vin(load.truck_vin) in scene.by_vin:
        return scene.by_vin[_vin(load.truck_vin)]
    return scene.by_driver.get(link.hours_driver_id) if link else None


def start_of(scene: Scene, load: Load, position: Position | None, visits: Sequence[Visit]) -> Start:
    """Where the plan begins: where the truck is, else the stop that it left last, else the next."""
    first = visits[0] if visits else None
    if first is not None and first.is_reached:
        fact = position_fact(position, scene.ground, "By the load it stands at its next stop.")
        return Start(first.point, first.name, fact)
    if position is not None:
        name = position.place or position.name or "The truck's position"
        fact = position_fact(position, scene.ground, "")
        return Start(Point(position.latitude, position.longitude), name, fact)
    for stop in reversed(load.stops):
        point, _ = locate(stop)
        if stop.status == StopStatus.COMPLETED and point is not None:
            name = stop.name or stop.city or "The stop before"
            return Start(point, name, position_fact(None, scene.ground, FROM_LAST))
    fact = position_fact(None, scene.ground, FROM_VISIT)
    point = first.point if first else Point(0.0, 0.0)
    return Start(point, first.name if first else "", fact, "nobody knows where the truck is")


def driver_fact(load: Load, link: Link | None) -> Fact:
    """Who drives it, and how sure that is."""
    who = load.driver_name or load.driver_id
    if who is None:
        return missing(Topic.DRIVER, "load", "No driver is assigned to the load.")
    if link is None:
        said = f"{who} is linked to nobody whose hours are known: link the driver by hand."
        return missing(Topic.DRIVER, "load", said)
    if link.is_guess:
        said = f"{who} is linked by the name alone: a guess until a person confirms it."
        return Fact(Topic.DRIVER, "link by name", link.confirmed_at, None, Confidence.LOW, said)
    source = f"link by {link.basis.replace('_', ' ')}"
    if link.confirmed_by:
        source = f"link confirmed by {link.confirmed_by}"
    return Fact(Topic.DRIVER, source, link.confirmed_at, None, Confidence.HIGH)


def is_over(load: Load) -> bool:
    """Is there nothing left to plan?"""
    return load.status in (LoadStatus.DELIVERED, LoadStatus.CANCELLED)


def _tank_fact(of: Truck) -> Fact:
    tank = of.tank
    return assumed(
        Topic.TANK,
        f"settings: {tank.start_gallons:g} of {tank.capacity_gallons:g} gal at the start, "
        f"{tank.mpg:g} mpg, {tank.reserve_gallons:g} gal reserve",
    )


def _road_facts(
    visits: Sequence[Visit], are_estimated: Sequence[bool], lost: Sequence[str]
) -> list[Fact]:
    found = [Fact(Topic.ROAD, roads.SOURCE, None, None, Confidence.MEDIUM)]
    names = [v.name for v, is_so in zip(visits, are_estimated, strict=True) if is_so]
    if names:
        said = f"The way to {' and '.join(names)} is estimated from the straight line."
        found.append(assumed(Topic.ROAD, "straight line × 1.3", said))
    guessed = [v.name for v in visits if v.is_guessed]
    if guessed:
        said = f"{' and '.join(guessed)}: located by the city, up to some miles off."
        found.append(assumed(Topic.ROAD, "list of cities", said))
    found += [
        missing(Topic.LOAD, "load", f"{name} could not be located: it is left out of the plan.")
        for name in lost
    ]
    return found


def _earlier_facts(earlier: Sequence[Load]) -> list[Fact]:
    """That the driver has other loads first is an assumption: the TMS gives no order."""
    numbers = " and ".join(load.number or load.id for load in earlier)
    if not numbers:
        return []
    return [assumed(Topic.LOAD, f"order of the driver's loads: {numbers} first, by appointment")]


def _vin(vin: str | None) -> str:
    return (vin or "").strip().upper()
