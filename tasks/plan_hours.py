"""The hours that a plan reckons with: the answer about one driver, in the plan's words."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.errors import HoursUnknown, NotFoundError
from core.hours_limits import Ruleset
from core.route.duty import Gain
from core.route.request import Hours, HoursBasis
from models.hours import DriverHours
from tasks.hos import Desk
from tasks.plan_facts import TOO_OLD


async def told_hours(
    desk: Desk, tenant: UUID, driver: str | None, now: datetime, *, may_ask: bool
) -> tuple[DriverHours | None, Hours]:
    """What is known of the hours of a driver, named by the id where his hours come from.

    ``may_ask``: the vendor may be asked for him if what is kept is old.
    """
    if driver is None:
        why = "the load's driver is linked to nobody whose hours are known"
        return None, Hours(HoursBasis.UNKNOWN, None, why=why)
    try:
        if may_ask:
            told = await desk.read(tenant, driver)
            _, case = await desk.look(tenant, driver)
        else:
            told, case = await desk.kept(tenant, driver, now)
    except (HoursUnknown, NotFoundError) as error:
        return None, Hours(HoursBasis.UNKNOWN, None, why=_plain(str(error)))
    return told, hours_of(told, case.rulesets)


def hours_of(told: DriverHours, rulesets: tuple[Ruleset, ...] = ()) -> Hours:
    """The answer as hours to plan with."""
    basis, why = _basis(told)
    gains: tuple[Gain, ...] = ()
    if told.next_day_at is not None and told.gained_s and told.gained_s > 0:
        gains = (Gain(told.next_day_at, told.gained_s),)
    return Hours(
        basis=basis,
        clocks=told.clocks,
        rulesets=rulesets,
        gains=gains,
        home_timezone=told.home_timezone,
        driver_name=told.driver_name,
        why=why,
    )


def _basis(told: DriverHours) -> tuple[HoursBasis, str | None]:
    if told.clocks.is_exempt:
        reason = f" ({told.exempt_reason})" if told.exempt_reason else ""
        return HoursBasis.EXEMPT, f"the driver is exempt from hours of service{reason}"
    if told.is_active is False:
        return HoursBasis.UNKNOWN, "the fleet deactivated this driver"
    if not told.clocks.is_status_known:
        return HoursBasis.UNKNOWN, "nobody knows what the driver is doing"
    if told.age_s > TOO_OLD.total_seconds():
        return HoursBasis.STALE, f"the last reading is of {told.as_of:%a %H:%M} UTC"
    return HoursBasis.KNOWN, None


def _plain(sentence: str) -> str:
    """As a part of another sentence."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")
