"""Loads that move with their drivers: picked up at the start of one shift, delivered at the end
of the next, at the places where the truck then is.

A tenant's loads come in lanes. A driver lane belongs to one driver, whose shifts give load after
load; a board lane offers loads that nobody takes. A load's state is what its events up to now
have made of it, and `updated_at` is the last of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sandbox.world import hours
from sandbox.world.dice import Dice
from sandbox.world.instants import DAY, HOUR, MINUTE
from sandbox.world.load_plans import Plan, between_events, lanes, plan_of, status_at
from sandbox.world.places import City
from sandbox.world.roads import Corridor
from sandbox.world.shifts import PERIOD
from sandbox.world.tenant import Tenant

KEPT = 30 * DAY
BOARD_EVERY = 2 * DAY
ACTIVE = frozenset(["booked", "assigned", "dispatched", "at_pickup", "in_transit", "at_delivery"])
_CUSTOMERS = (
    "Lone Star Grocers",
    "Front Range Paper Co",
    "Acme Brokerage",
    "Gulf Cold Storage",
    "Prairie Foods",
    "Cascade Lumber",
    "Delta Plastics",
    "Great Lakes Steel",
    "Sun Valley Print",
    "Harbor Imports",
)
_GOODS = ("Dairy, refrigerated", "Paper rolls", "Steel coil", "Produce", "Lumber", None)
_STREETS = ("Industrial Blvd", "Commerce St", "Beltline Rd", "Freight Way", "Depot Ave")


class Stop(NamedTuple):
    """A stop in the state it is in. Coordinates and zone may be unknown."""

    id: str
    sequence: int
    type: str
    status: str
    name: str
    address: str
    city: City
    latitude: float | None
    longitude: float | None
    window: tuple[str, int, int | None, bool] | None
    eta: int | None
    arrived_at: int | None
    departed_at: int | None


class Load(NamedTuple):
    """A load in the state it is in; `driver` is a place in the tenant."""

    id: str
    row: int
    number: str
    status: str
    created_at: int
    updated_at: int
    driver: int | None
    stops: tuple[Stop, ...]
    customer: tuple[str, str]
    references: tuple[tuple[str, str], ...]
    equipment: str
    commodity: str | None
    weight_lb: int | None
    miles: float | None
    rate: str | None
    trailer: str | None
    notes: str | None


def _window(dice: Dice, at: int) -> tuple[str, int, int | None, bool] | None:
    if dice.chance(0.06):
        return None
    start = at - at % (30 * MINUTE)
    kind = dice.pick(("exact", "window", "window", "fcfs"))
    if kind == "fcfs":
        return kind, start, None if dice.chance(0.5) else start + 7 * HOUR, False
    return kind, start, start + (2 * HOUR if kind == "window" else 0), dice.chance(0.8)


class _Visit(NamedTuple):
    """One planned stop: when it is due, and when its ETA is known and becomes better."""

    type: str
    arrive: int
    depart: int
    underway: int
    nearing: int | None = None


def _visits(plan: Plan) -> list[_Visit]:
    found = [_Visit("pickup", plan.arrive, plan.leave, plan.dispatched)]
    if plan.pause:
        found.append(_Visit("delivery", *plan.pause, plan.leave))
    before = plan.pause[1] if plan.pause else plan.leave
    found.append(_Visit("delivery", plan.unloading, plan.delivered, before, plan.nearing))
    return found


def _stop(
    load_id: str, place: int, visit: _Visit, corridor: Corridor, mile: float, now: int
) -> Stop:
    dice = Dice("stop", load_id, place)
    spot = corridor.spot(mile)
    arrived, departed = visit.arrive <= now, visit.depart <= now
    underway = visit.underway <= now
    status = (
        "completed" if departed else "arrived" if arrived else "en_route" if underway else "pending"
    )
    eta = None
    if status == "en_route":
        better = visit.nearing is not None and visit.nearing <= now
        error = dice.spread(-20, 20) * MINUTE // (5 if better else 1)
        eta = (visit.arrive + error) // MINUTE * MINUTE
    return Stop(
        id=f"st_{load_id[3:]}{place}",
        sequence=place,
        type=visit.type,
        status=status,
        name=f"{dice.pick(_CUSTOMERS)} {dice.pick(('DC', 'Warehouse', 'Plant', 'Yard'))}",
        address=f"{dice.spread(100, 9900)} {dice.pick(_STREETS)}",
        city=spot.city,
        latitude=round(spot.lat, 4),
        longitude=round(spot.lon, 4),
        window=_window(dice, visit.arrive),
        eta=eta,
        arrived_at=visit.arrive if arrived else None,
        departed_at=visit.depart if departed else None,
    )


def _driver_load(tenant: Tenant, lane: int, which: int, sequence: int, now: int) -> Load | None:
    """A load stays as it is between two events: it is made once for each."""
    row = lane * 100_000 + sequence
    bumped = tenant.bumps.of("loads", row)
    held = tenant.settled_loads.get(row)
    if held and held[0] <= now < held[1] and held[2] == bumped:
        return held[3]
    plan = plan_of(tenant, which, sequence)
    if plan.booked > now:
        return None
    last, following = between_events(plan, now)
    load = _load_at(tenant, lane, which, sequence, plan, now, last)
    if len(tenant.settled_loads) > 20_000:
        tenant.settled_loads.clear()
    tenant.settled_loads[row] = (last, following, bumped, load)
    return load


def _load_at(
    tenant: Tenant, lane: int, which: int, sequence: int, plan: Plan, now: int, last: int
) -> Load:
    load_id = _id(tenant, lane, sequence)
    corridor, _ = tenant.corridor(which)
    stops = tuple(
        _stop(load_id, place, visit, corridor, hours.miles(tenant, which, visit.arrive), now)
        for place, visit in enumerate(_visits(plan), 1)
    )
    status = status_at(plan, now)
    driven = hours.miles(tenant, which, plan.unloading) - hours.miles(tenant, which, plan.leave)
    driver = None if status == "booked" else which
    return _made(tenant, lane, sequence, status, plan.booked, last, driver, stops, driven)


def _made(
    tenant: Tenant, lane: int, sequence: int, status: str, created: int, changed: int,
    driver: int | None, stops: tuple[Stop, ...], driven: float,
) -> Load:  # fmt: skip
    """The parts of a load that never change, around those that do."""
    load_id, row = _id(tenant, lane, sequence), lane * 100_000 + sequence
    dice = Dice("load", load_id)
    initials = "".join(word[0] for word in tenant.plan.title.split())[:2].upper()
    customer = dice.below(len(_CUSTOMERS))
    bill = (("bol", f"{dice.spread(700_000, 799_999)}"),) if dice.chance(0.7) else ()
    order = (("po", f"PO-{dice.spread(10_000, 99_999)}"),) if dice.chance(0.5) else ()
    bumped, bumped_at = tenant.bumps.of("loads", row), tenant.bumps.at("loads", row) or 0
    board = driven == 0
    return Load(
        id=load_id,
        row=row,
        number=f"{initials}-{10_000 + (lane * 97 + sequence) % 90_000}",
        status=status,
        created_at=created,
        updated_at=max(changed, bumped_at),
        driver=driver,
        stops=stops,
        customer=(f"cus_{10 + customer}", _CUSTOMERS[customer]),
        references=bill + order,
        equipment=dice.pick(("reefer", "dry_van", "flatbed")),
        commodity=dice.pick(_GOODS),
        weight_lb=None if board else dice.spread(8_000, 44_000),
        miles=None if board else round(driven, 1),
        rate=None if board else f"{driven * (1.9 + dice.unit()):.2f}",
        trailer=f"TR-{5000 + lane}" if driver is not None and dice.chance(0.8) else None,
        notes=f"Rescheduled {bumped} times" if bumped else None,
    )


def _board_load(tenant: Tenant, lane: int, sequence: int, now: int) -> Load | None:
    dice = Dice(tenant.seed, tenant.slug, "board", lane, sequence)
    created = sequence * BOARD_EVERY + dice.below(6 * HOUR)
    withdrawn = created + dice.spread(38, 42) * HOUR
    if created > now:
        return None
    status = "booked" if now < withdrawn else dice.pick(("cancelled", "tonu"))
    origin, _ = tenant.corridor(lane % max(1, tenant.plan.drivers))
    load_id = _id(tenant, lane, sequence)
    stops = tuple(
        _stop(load_id, place, _Visit(kind, *(4 * [withdrawn + DAY * place])), origin, 0.0, 0)
        ._replace(city=origin.cities[end], latitude=None, longitude=None, window=None)
        for place, kind, end in ((1, "pickup", 0), (2, "delivery", -1))
    )  # fmt: skip
    changed = withdrawn if status != "booked" else created
    return _made(tenant, lane, sequence, status, created, changed, None, stops, 0.0)


def _id(tenant: Tenant, lane: int, sequence: int) -> str:
    return f"ld_{tenant.number}{lane:05d}{sequence:05d}"


def find(tenant: Tenant, load_id: str, now: int) -> Load | None:
    """A load by its id, however old; None if it does not exist (yet)."""
    digits = load_id.removeprefix(f"ld_{tenant.number}")
    if len(digits) != 10 or not digits.isdigit():
        return None
    lane, sequence = int(digits[:5]), int(digits[5:])
    found = lanes(tenant)
    if lane < len(found.drivers):
        return _driver_load(tenant, lane, found.drivers[lane], sequence, now)
    if lane < len(found.drivers) + found.boards:
        return _board_load(tenant, lane, sequence, now)
    return None


def _sequence(tenant: Tenant, now: int) -> Iterator[Load]:
    found = lanes(tenant)
    for lane, which in enumerate(found.drivers):
        duty, anchor, _, _ = tenant.seat(which)
        a_lap = len(duty.shifts) // 2
        lap = (now - anchor) // PERIOD
        for sequence in range((lap - 3) * a_lap, (lap + 2) * a_lap):
            load = _driver_load(tenant, lane, which, sequence, now)
            delivered = load.stops[-1].departed_at if load else None
            if load and (delivered is None or delivered > now - KEPT):
                yield load
    newest = now // BOARD_EVERY
    for lane in range(len(found.drivers), len(found.drivers) + found.boards):
        for sequence in range(newest - KEPT // BOARD_EVERY, newest + 1):
            load = _board_load(tenant, lane, sequence, now)
            if load:
                yield load


def loads(tenant: Tenant, now: int) -> list[Load]:
    """Every load that is on or was delivered in the last 30 days, in order of id."""
    stamp = (now, tenant.bumps.version["loads"])
    held = tenant.held_loads
    if held is None or held[0] != stamp:
        held = tenant.held_loads = (stamp, list(_sequence(tenant, now)))
    return held[1]
