"""`/drivers`: who may drive for how long, and hours that a person enters."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import StringConstraints

from console.api import problems
from console.api.house import House, Housed
from console.api.shapes import drivers as shapes
from console.api.shapes.drivers import Driver, Drivers, Hours, NewOverride
from console.api.shapes.integrations import Told
from console.api.who import Anyone, Dispatcher, Me, acting
from core.errors import HoursUnknown, NotFoundError
from core.hours_override import Override
from models.ops import Role
from store import hos_board, overrides
from store.hos import Case
from store.walled import walled_session
from tasks import hos_answer
from tasks.hos import board_answer

router = APIRouter(tags=["drivers"])

DriverId = Annotated[
    str, Path(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$",
              description="The driver's id at the vendor of hours.")
]  # fmt: skip
After = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


@router.get("/drivers", responses=problems.documented(401, 403, 404))
async def list_drivers(
    me: Anyone,
    house: Housed,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: Annotated[
        After | None, Query(description="The next_cursor of the page before.")
    ] = None,
    inactive: Annotated[bool, Query(description="Deactivated drivers as well.")] = False,
) -> Drivers:
    """The board: every driver's hours as they are kept. A DRIVER sees themselves."""
    only = None if me.may(Role.DISPATCHER) else me.person.driver_id or ""
    async with acting(house, me) as conn:
        cases = await hos_board.board(
            conn, me.tenant_id, hos_answer.feeds(), limit=limit, after=cursor, only=only,
            with_inactive=inactive,
        )  # fmt: skip
    last = cases[-1].driver_id if len(cases) == limit else None
    return Drivers(items=[_driver(each) for each in cases], next_cursor=last)


@router.get("/drivers/{driver_id}/hos", responses=problems.documented(401, 403, 404))
async def read_hours(driver_id: DriverId, me: Anyone, house: Housed) -> Hours:
    """One driver's hours now; where what is kept is too old, the vendor is asked first."""
    if me.may(Role.DISPATCHER):
        return shapes.hours(await house.desk.read(me.tenant_id, driver_id))
    # A driver sees their own hours; that there are others is none of their business.
    if driver_id != me.person.driver_id:
        raise problems.not_found("driver")
    try:
        return shapes.hours(await house.desk.read(me.tenant_id, driver_id))
    except NotFoundError:
        raise problems.not_found("driver") from None


@router.put("/drivers/{driver_id}/hos/override", responses=problems.documented(401, 403, 404, 413))
async def enter_override(
    driver_id: DriverId, given: NewOverride, me: Dispatcher, house: Housed
) -> Hours:
    """Enter hours in place of the vendor's, and of what was entered before."""
    case = await _case(house, me, driver_id)
    wanted = Override(
        author=me.actor,
        reason=given.reason,
        created_at=case.read_at,
        expires_at=given.expires_at.astimezone(UTC),
        drive_s=given.drive_s,
        shift_s=given.shift_s,
        break_s=given.break_s,
        cycle_s=given.cycle_s,
        duty_status=given.duty_status,
    )

    def store() -> None:
        with walled_session(house.url, me.tenant_id) as db:
            overrides.enter(db, case, wanted, actor=me.actor)

    await asyncio.to_thread(store)
    return shapes.hours(await house.desk.read(me.tenant_id, case.driver_id))


@router.delete(
    "/drivers/{driver_id}/hos/override",
    status_code=204,
    responses=problems.documented(401, 403, 404),
)
async def end_override(driver_id: DriverId, me: Dispatcher, house: Housed) -> None:
    """End what was entered: the vendor's hours are read again."""
    case = await _case(house, me, driver_id)

    def store() -> None:
        with walled_session(house.url, me.tenant_id) as db:
            overrides.end(db, case, actor=me.actor)

    await asyncio.to_thread(store)


async def _case(house: House, me: Me, driver_id: str) -> Case:
    return (await house.desk.look(me.tenant_id, driver_id))[1]


def _driver(case: Case) -> Driver:
    try:
        found = board_answer(case, case.read_at)
    except HoursUnknown as error:
        said = error.sentences
        why = Told(kind="unknown", happened=said.happened, who=said.who, next_step=said.next_step)
        return Driver(driver_id=case.driver_id, name=case.name, hours=None, unknown=why)
    return Driver(driver_id=case.driver_id, name=case.name, hours=shapes.hours(found), unknown=None)
