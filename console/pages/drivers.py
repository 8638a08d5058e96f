"""The board of drivers' hours, one driver's hours now, and hours that a person enters instead."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Request
from fastapi.responses import Response

from adapters import registry
from console import hours as words
from console.api import problems
from console.api.who import Me, acting
from console.pages.routing import (
    Anyone,
    Dispatcher,
    House,
    Housed,
    fields,
    pages,
    see_other,
)
from console.pages.viewing import is_fragment, page
from core.errors import ConfigurationError, HoursUnknown, Sentences
from core.freshness import WARNING_AFTER
from core.hours import Band, Which, band_of, worst_band
from core.hours_override import Override
from models.hours import DriverHours, Source
from models.ops import Role
from models.ops.people import OVERRIDE_STATUSES
from store import hos_board, overrides
from store.hos import Case
from store.walled import walled_session
from tasks import hos_answer
from tasks.hos import board_answer

router = pages()
PER_PAGE, MOST = 200, 1000  # of the board; a larger fleet is searched by name
CLOCKS = (Which.DRIVE, Which.SHIFT, Which.BREAK, Which.CYCLE)
SHOWN = ("available", "low", "short", "violation", "stale", "unknown")
_OF_BAND = {Band.LOW: "low", Band.SHORT: "short", Band.VIOLATION: "violation"}
TONES = {Band.GOOD: "good", Band.LOW: "warn", Band.SHORT: "bad", Band.VIOLATION: "bad"}
MOST_HOURS = {"drive": 11, "shift": 15, "break": 8, "cycle": 70}
NAMES = {"drive": "Drive", "shift": "Shift", "break": "Break", "cycle": "Cycle"}
DriverId = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one driver, ready to be shown. ``share``: of the most there can be, 0 to 100."""

    name: str
    left: str
    short: str
    band: str
    tone: str
    share: int
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """One driver of the board. ``group``: which of SHOWN; “other” for who has time but may not."""

    case: Case
    hours: DriverHours | None
    unknown: Sentences | None
    group: str
    clocks: tuple[Clock, ...]

    @property
    def name(self) -> str:
        """What people call them."""
        return self.case.name or self.case.driver_id


@router.get("/drivers")
async def board(
    request: Request, me: Dispatcher, house: Housed,
    show: Annotated[str, Query(max_length=20)] = "",
    name: Annotated[str, Query(max_length=100)] = "",
) -> Response:  # fmt: skip
    """Every driver as they are kept: nobody is asked, so it is quick."""
    lines = await _lines(house, me)
    counted = Counter(line.group for line in lines)
    wanted = [
        line
        for line in lines
        if (not show or line.group == show) and name.strip().lower() in line.name.lower()
    ]
    fragment = "parts/board.html" if is_fragment(request) else "drivers.html"
    return page(
        request, me, fragment, now=lines[0].case.read_at if lines else None, lines=wanted,
        counted=counted, all=len(lines), show=show, name=name, shown=SHOWN, words=words,
        availability=availability,
        is_cut=len(lines) >= MOST,
    )  # fmt: skip


@router.get("/hours")
async def own(request: Request, me: Anyone, house: Housed) -> Response:
    """One's own hours, for a driver."""
    driver = me.person.driver_id
    if driver is None:
        return page(request, me, "no_driver.html")
    return await _shown(request, me, house, driver)


@router.get("/drivers/{driver_id}")
async def show(driver_id: DriverId, request: Request, me: Anyone, house: Housed) -> Response:
    """One driver's hours; the vendor is asked, within seconds, where what is kept is too old."""
    if not me.may(Role.DISPATCHER) and driver_id != me.person.driver_id:
        raise problems.not_found("driver")
    return await _shown(request, me, house, driver_id)


@router.post("/drivers/{driver_id}/override")
async def enter(driver_id: DriverId, request: Request, me: Dispatcher, house: Housed) -> Response:
    """Enter hours in place of the vendor's."""
    form, case = await fields(request), (await house.desk.look(me.tenant_id, driver_id))[1]
    try:
        wanted = _override(form, case, me.actor)
        await _stored(house, me, case, wanted)
    except ConfigurationError as error:
        return await _shown(request, me, house, case.driver_id, form=form, why=str(error))
    return see_other(request, request.url.path.removesuffix("/override") + "?done=entered")


@router.post("/drivers/{driver_id}/override/end")
async def end(driver_id: DriverId, request: Request, me: Dispatcher, house: Housed) -> Response:
    """End what was entered: the vendor's hours are read again."""
    case = (await house.desk.look(me.tenant_id, driver_id))[1]

    def store() -> None:
        with walled_session(house.url, me.tenant_id) as db:
            overrides.end(db, case, actor=me.actor)

    await asyncio.to_thread(store)
    return see_other(request, request.url.path.removesuffix("/override/end") + "?done=ended")


async def _lines(house: House, me: Me) -> list[Line]:
    cases: list[Case] = []
    async with acting(house, me) as conn:
        while len(cases) < MOST:
            after = cases[-1].driver_id if cases else None
            found = await hos_board.board(
                conn, me.tenant_id, hos_answer.feeds(), limit=PER_PAGE, after=after
            )
            cases += found
            if len(found) < PER_PAGE:
                break
    return sorted((_line(case) for case in cases), key=lambda line: line.name.lower())


def _line(case: Case) -> Line:
    try:
        hours = board_answer(case, case.read_at)
    except HoursUnknown as error:
        return Line(case, None, error.sentences, "unknown", ())
    return Line(case, hours, None, group_of(hours), clocks_of(hours))


def group_of(hours: DriverHours) -> str:
    """Who can be planned with, how urgent the others are; who is not known is not available."""
    band = worst_band(hours.clocks)
    if hours.clocks.is_exempt:
        return "other"
    if band is Band.VIOLATION:
        return "violation"
    if not hours.clocks.is_status_known or band is None:
        return "unknown"
    if is_stale(hours):
        return "stale"
    if band is Band.GOOD:
        return "available" if hours.is_available else "other"
    return _OF_BAND[band]


def is_stale(hours: DriverHours) -> bool:
    """Older than two intervals of the vendor's sync, as everywhere: too old to call available."""
    if hours.source is not Source.STALE:
        return False
    vendor = registry.vendor(hours.vendor)
    return hours.age_s > WARNING_AFTER * vendor.poll_every.total_seconds()


def availability(hours: DriverHours) -> tuple[str, str, str]:
    """Tone, icon, words: what is stale or unknown is never shown as available."""
    if not hours.is_available:
        return ("bad", "cross", "Not available")
    if is_stale(hours):
        return ("warn", "clock", "Not confirmed")
    return ("good", "check", "Available")


def clocks_of(hours: DriverHours) -> tuple[Clock, ...]:
    """The four clocks, in the order that a dispatcher reads them."""
    return tuple(_clock(hours, which) for which in CLOCKS)


def _clock(hours: DriverHours, which: Which) -> Clock:
    left, band = hours.clocks.left_s(which), band_of(hours.clocks, which)
    said = getattr(hours.reading.clocks, f"{which}_s") if hours.reading else None
    is_sure = hours.clocks.is_status_known or band is Band.VIOLATION
    return Clock(
        NAMES[which],
        "–" if left is None else words.length(left),
        "–" if left is None else f"{left // 3600}:{left // 60 % 60:02}",
        words.band(band) if is_sure else "? not confirmed",
        TONES[band] if band is not None and is_sure else "calm",
        0 if left is None else min(100, round(left / (MOST_HOURS[which] * 36))),
        "–" if said is None else words.length(said),
    )


async def _shown(
    request: Request, me: Me, house: House, driver_id: str, *, form: dict[str, str] | None = None,
    why: str = "",
) -> Response:  # fmt: skip
    case = (await house.desk.look(me.tenant_id, driver_id))[1]
    try:
        hours, unknown = await house.desk.read(me.tenant_id, case.driver_id), None
    except HoursUnknown as error:
        hours, unknown = None, error.sentences
    return page(
        request, me, "driver.html", code=422 if why else 200, now=case.read_at, case=case,
        hours=hours, unknown=unknown, clocks=clocks_of(hours) if hours else (), words=words,
        availability=availability(hours) if hours else None,
        statuses=OVERRIDE_STATUSES, form=form or {}, why=why, most=MOST_HOURS,
        done=request.query_params.get("done", ""),
    )  # fmt: skip


async def _stored(house: House, me: Me, case: Case, wanted: Override) -> None:
    def store() -> None:
        with walled_session(house.url, me.tenant_id) as db:
            overrides.enter(db, case, wanted, actor=me.actor)

    await asyncio.to_thread(store)


def _override(form: dict[str, str], case: Case, author: str) -> Override:
    """What the form says; ConfigurationError names the field that cannot be read."""

    def entered(name: str) -> int | None:
        return words.entered_s(form.get(name, "").strip() or None, NAMES[name])

    return Override(
        author=author,
        reason=form.get("reason", "").strip()[:500],
        created_at=case.read_at,
        expires_at=_ends(form, case),
        drive_s=entered("drive"),
        shift_s=entered("shift"),
        break_s=entered("break"),
        cycle_s=entered("cycle"),
        duty_status=form.get("status") or None,
    )


def _ends(form: dict[str, str], case: Case) -> datetime:
    given = form.get("hours", "").strip()
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not 0 < number <= 24:
        raise ConfigurationError("Say for how many hours it holds: more than 0, at most 24.")
    return words.in_hours(number, case.read_at)
