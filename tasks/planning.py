"""Makes route plans: of all open loads, or of one; keeps what is new and says what turned late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from uuid import UUID

from core.route import links as rules
from core.route.plan import Plan, Verdict
from core.route.planner import impossible, plan
from core.route.request import Request
from core.route.versions import differs, turned_late
from store import hos, links, planning, plans
from store.connection import Connection, as_console, connect
from store.links import Link
from store.plan_rows import Kept, Subject
from store.planning import Load
from tasks.hos import Desk, desk
from tasks.hos_answer import feeds
from tasks.plan_facts import hours_fact
from tasks.plan_hours import told_hours
from tasks.plan_relief import reliefs_of
from tasks.plan_requests import Scene, is_over, position_of, request_of, scene_of

Links = Mapping[tuple[UUID, str], Link]


@dataclass(frozen=True, slots=True)
class Planned:
    """What came of planning: plans by verdict, how many are new, loads that are over."""

    verdicts: Mapping[Verdict, int]
    new: int
    ended: int

    @property
    def said(self) -> str:
        """One line for the flow run."""
        total = sum(self.verdicts.values())
        parts = [f"{count} {verdict.replace('_', ' ')}" for verdict, count in self.verdicts.items()]
        listed = f": {', '.join(parts)}" if parts else ""
        return f"{total} loads planned{listed}; {self.new} new versions, {self.ended} ended."


async def plan_all(url: str, tenant: str | None = None, *, by: str) -> Planned:
    """A plan of every open load with a driver, of one tenant or of all. No vendor is asked."""
    verdicts: Counter[Verdict] = Counter()
    new = ended = 0
    async with connect(url) as conn, desk(url) as opened:
        for tenant_id, _ in await planning.tenants(conn, tenant):
            held = await link_drivers(conn, tenant_id)
            scene = scene_of(await planning.read(conn, tenant_id))
            for load in scene.ground.wanted:
                made, subject = await _made(opened, tenant_id, scene, load, held, may_ask=False)
                verdicts[made.verdict] += 1
                new += await _keep(conn, subject, made, by)
            ended += await plans.cancel_ended(conn, tenant_id)
    return Planned(dict(verdicts), new, ended)


async def plan_load(url: str, tenant: str, load: str, *, by: str, at: Desk | None = None) -> Kept:
    """A plan of one load now, kept if it is new; the vendor of hours is asked if need be.

    ``load``: its number or the TMS's id. NotFoundError for a stranger's.
    """
    async with connect(url) as conn, AsyncExitStack() as leaving:
        opened = at if at is not None else await leaving.enter_async_context(desk(url))
        tenant_id = await hos.tenant_id(conn, tenant)
        held = await link_drivers(conn, tenant_id)
        scene = scene_of(await planning.read(conn, tenant_id, load))
        made, subject = await _made(
            opened, tenant_id, scene, scene.ground.wanted[0], held, may_ask=True
        )
        await _keep(conn, subject, made, by)
        kept = await plans.newest(conn, subject)
        assert kept is not None  # one was kept, if not now then before
        return kept


async def latest_plan(conn: Connection, tenant: UUID, load: str) -> Kept | None:
    """The whole plan in force of a load, by its number or the TMS's id; None: there is none.

    It reads as the console, behind the tenant's wall.
    """
    async with as_console(conn, tenant):
        return await plans.of_load(conn, tenant, load)


async def link_drivers(conn: Connection, tenant: UUID) -> Links:
    """Find whose hours are whose, keep it, and give all links; what a person confirmed stays."""
    known = await links.known(conn, tenant, list(feeds()))
    held = await links.held(conn, tenant)
    for load_integration, hands in known.hands.items():
        for hours_integration, logged in known.logged.items():
            found = {one.hand_id: one for one in rules.match_all(hands, logged)}
            before = {one.driver_id: one for one in held
                      if one.load_integration_id == load_integration}  # fmt: skip
            named = {hand.id: hand.name for hand in hands}
            new = {
                id_: (named[id_], one.logged_id, one.basis)
                for id_, one in found.items()
                if id_ not in before
                or (before[id_].hours_driver_id, before[id_].basis) != (one.logged_id, one.basis)
            }
            lost = [id_ for id_ in named if id_ in before and id_ not in found]
            if new or lost:
                await links.keep(conn, tenant, load_integration, hours_integration, new, lost)
    held = await links.held(conn, tenant)
    return {(one.load_integration_id, one.driver_id): one for one in held}


async def _made(
    opened: Desk, tenant: UUID, scene: Scene, load: Load, held: Links, *, may_ask: bool
) -> tuple[Plan, Subject]:
    """The plan of a load, and what it is about."""
    link = held.get((load.integration_id, load.driver_id)) if load.driver_id else None
    driver, now = link.hours_driver_id if link else None, scene.ground.now
    told, hours = await told_hours(opened, tenant, driver, now, may_ask=may_ask)
    position = position_of(scene, load, link)
    subject = Subject(tenant, load.integration_id, load.id, load.number, load.driver_id, driver,
                      position.vehicle_id if position else None)  # fmt: skip
    request = request_of(scene, load, link, hours, hours_fact(told, hours, now))
    return await _planned(opened, tenant, scene, load, request, held), subject


async def _planned(
    opened: Desk, tenant: UUID, scene: Scene, load: Load, request: Request, held: Links
) -> Plan:
    if is_over(load):
        return impossible(request, f"the load is {load.status}")
    made = plan(request)
    if made.verdict is not Verdict.LATE:
        return made
    # Only for one who is late are others looked at: each costs a question and a way.
    others = await reliefs_of(opened, tenant, scene, load, request, held)
    return plan(replace(request, reliefs=others)) if others else made


async def _keep(conn: Connection, subject: Subject, made: Plan, by: str) -> bool:
    """Keep the plan as a version if it says something new; whether it did."""
    before = await plans.newest(conn, subject)
    is_over = before is not None and before.status in ("cancelled", "superseded")
    if before is not None and not is_over and differs(before.plan, made) is None:
        await plans.checked(conn, before, made.made_at)
        return False
    is_risk = turned_late(before.plan if before else None, made)
    return await plans.keep(conn, subject, made, after=before, is_risk=is_risk, by=by)
