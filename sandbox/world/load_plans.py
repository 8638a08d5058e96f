"""When things happen to a driver's loads, which is when things happen in the driver's shifts."""

from __future__ import annotations

from typing import NamedTuple

from sandbox.world.dice import Dice
from sandbox.world.instants import DAY, HOUR
from sandbox.world.shifts import PERIOD
from sandbox.world.tenant import DISCONNECTED, YARD_HAND, Tenant


class Plan(NamedTuple):
    """When things happen to a load of a driver."""

    booked: int
    assigned: int
    dispatched: int
    arrive: int
    leave: int
    pause: tuple[int, int] | None
    nearing: int
    unloading: int
    delivered: int
    completed: int
    invoiced: int
    paid: int


class Lanes(NamedTuple):
    """The drivers with a lane, and the number of board lanes behind theirs."""

    drivers: tuple[int, ...]
    boards: int


def lanes(tenant: Tenant) -> Lanes:
    """Which lanes a tenant has; at least one board lane when it has two or more."""
    wanted = tenant.plan.load_lanes
    boards = max(1, wanted // 12) if wanted > 1 else 0
    drivers: list[int] = []
    for which in tenant.active:
        if len(drivers) == wanted - boards:
            break
        if tenant.kind(which) not in (YARD_HAND, DISCONNECTED):
            drivers.append(which)
    return Lanes(tuple(drivers), wanted - len(drivers))


def plan_of(tenant: Tenant, which: int, sequence: int) -> Plan:
    """The events of a driver's load number so-and-so, counted from 1970."""
    duty, anchor, _, _ = tenant.seat(which)
    lap, turn = divmod(sequence, len(duty.shifts) // 2)
    base = anchor + lap * PERIOD
    first, second = duty.shifts[2 * turn], duty.shifts[2 * turn + 1]
    dice = Dice(tenant.seed, tenant.slug, "plan", which, sequence)
    arrive, delivered = base + first.start, base + second.end
    multi = dice.chance(0.3)
    return Plan(
        booked=arrive - dice.spread(36 * HOUR, 60 * HOUR),
        assigned=arrive - dice.spread(16 * HOUR, 24 * HOUR),
        dispatched=arrive - dice.spread(2 * HOUR, 6 * HOUR),
        arrive=arrive,
        leave=base + first.under_way,
        pause=(base + first.pause, base + first.resumed) if multi else None,
        nearing=base + second.resumed,
        unloading=base + second.unloading,
        delivered=delivered,
        completed=delivered + dice.spread(2 * HOUR, 8 * HOUR),
        invoiced=delivered + dice.spread(20 * HOUR, 40 * HOUR),
        paid=delivered + dice.spread(8 * DAY, 12 * DAY),
    )


def status_at(plan: Plan, now: int) -> str:
    """Where a load stands at an instant."""
    changes = (
        (plan.paid, "paid"), (plan.invoiced, "invoiced"), (plan.completed, "completed"),
        (plan.delivered, "delivered"), (plan.unloading, "at_delivery"),
        (plan.leave, "in_transit"), (plan.arrive, "at_pickup"),
        (plan.dispatched, "dispatched"), (plan.assigned, "assigned"),
    )  # fmt: skip
    return next((status for at, status in changes if at <= now), "booked")


def between_events(plan: Plan, now: int) -> tuple[int, int]:
    """When something last happened to it, and when something will again: in between it stays."""
    instants = [at for at in plan if isinstance(at, int)] + list(plan.pause or ())
    last = max(at for at in instants if at <= now)
    return last, min((at for at in instants if at > now), default=1 << 40)
