"""Other drivers who could take a load that comes too late: near it, free, and with hours known."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from core.route.request import HoursBasis, Relief, Request
from core.route.roads import Point, straight_miles
from models.records import StopStatus
from store.links import Link
from store.planning import Load
from tasks import roads
from tasks.hos import Desk
from tasks.plan_hours import told_hours
from tasks.plan_requests import Scene

WITHIN_MILES = 300.0
MOST = 3


async def reliefs_of(
    opened: Desk, tenant: UUID, scene: Scene, load: Load, request: Request,
    held: Mapping[tuple[UUID, str], Link],
) -> tuple[Relief, ...]:  # fmt: skip
    """The nearest free drivers; none once the load is on a truck."""
    if any(stop.status in (StopStatus.COMPLETED, StopStatus.ARRIVED) for stop in load.stops):
        return ()
    first = request.visits[0].point
    found: list[Relief] = []
    for miles, driver, where in _free(scene, first, held):
        if miles > WITHIN_MILES or len(found) == MOST:
            break
        told, hours = await told_hours(opened, tenant, driver, request.now, may_ask=False)
        if told is None or hours.basis is not HoursBasis.KNOWN:
            continue
        name = told.driver_name or driver
        found.append(Relief(driver, name, hours, where, roads.leg(where, first)))
    return tuple(found)


def _free(
    scene: Scene, first: Point, held: Mapping[tuple[UUID, str], Link]
) -> list[tuple[float, str, Point]]:
    """Drivers in trucks whose place is known and who have no open load, the nearest first."""
    busy = {
        link.hours_driver_id
        for load in scene.ground.loads
        if load.driver_id and (link := held.get((load.integration_id, load.driver_id)))
    }
    found = []
    for driver, position in scene.by_driver.items():
        if driver not in busy:
            where = Point(position.latitude, position.longitude)
            found.append((straight_miles(where, first), driver, where))
    return sorted(found)
