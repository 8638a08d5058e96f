"""`sally hos`: one driver's hours now, and the hours that a person enters in their place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from console import hours as words
from console.cli.ground import database, sandbox_if
from core.errors import ConfigurationError, NotFoundError
from core.hours import Band, Which, band_of
from core.hours_override import Override
from models.hours import DriverHours, Source
from store.hos import Case
from tasks.hos import desk

Driver = Annotated[str, Parameter(help="The vendor's id of the driver, or the full name.")]
Tenant = Annotated[str, Parameter(help="The tenant's short name.")]
Left = Annotated[str | None, Parameter(help="What is left, as H:MM.")]
Author = Annotated[str, Parameter(help="Who says so: a name, or the address of a user.")]
Status = Literal[
    "driving", "on_duty", "yard_move", "off_duty", "sleeper_berth", "personal_conveyance"
]
ORDER = (Which.DRIVE, Which.SHIFT, Which.BREAK, Which.CYCLE)
STYLES = {Band.GOOD: "green", Band.LOW: "yellow", Band.SHORT: "red", Band.VIOLATION: "bold red"}


def show(driver: str, *, tenant: str) -> None:
    """One driver's hours now, and where they come from."""
    # Fresh hours need no vendor, so the sandbox is started for the others only.
    with database() as url, sandbox_if(asyncio.run(_needs_sandbox(url, tenant, driver))):
        found = asyncio.run(_read(url, tenant, driver))
    tell(Console(highlight=False), found)


def override(
    driver: Driver,
    *,
    tenant: Tenant,
    author: Author,
    reason: Annotated[str, Parameter(help="Why the vendor's hours are not to be used.")],
    drive: Left = None,
    shift: Left = None,
    break_: Annotated[Left, Parameter(name="--break")] = None,
    cycle: Left = None,
    status: Annotated[
        Status | None,
        Parameter(help="What the driver does; left out, every clock runs and he is not available."),
    ] = None,
    until: Annotated[
        str | None, Parameter(help="When it ends: 18:00 in the home terminal, or a full time.")
    ] = None,
    hours: Annotated[float | None, Parameter(help="Or: in how many hours it ends.")] = None,
) -> None:
    """Enter hours for a driver, for 24 hours at most, in place of the vendor's."""
    from store import overrides
    from store.connection import session

    if (until is None) == (hours is None):
        raise ConfigurationError("Say when it ends: --until 18:00, or --hours 6; at most 24 hours.")
    with database() as url:
        case = asyncio.run(_look(url, tenant, driver))
        if until is not None:
            ends = words.until(until, case.read_at, case.home_timezone)
        else:
            ends = words.in_hours(hours or 0, case.read_at)
        wanted = Override(
            author=author,
            reason=reason,
            created_at=case.read_at,
            expires_at=ends,
            drive_s=words.entered_s(drive, "--drive"),
            shift_s=words.entered_s(shift, "--shift"),
            break_s=words.entered_s(break_, "--break"),
            cycle_s=words.entered_s(cycle, "--cycle"),
            duty_status=status,
        )
        with session(url) as db:
            overrides.enter(db, case, wanted, actor=author)
        tell(Console(highlight=False), asyncio.run(_read(url, tenant, case.driver_id)))


def end_override(driver: Driver, *, tenant: Tenant, author: Author) -> None:
    """End what was entered for a driver: the vendor's hours are read again."""
    from store import overrides
    from store.connection import session

    with database() as url:
        case = asyncio.run(_look(url, tenant, driver))
        with session(url) as db:
            overrides.end(db, case, actor=author)
    print(f"The override of {case.name or case.driver_id} ({case.driver_id}) is ended.")


def list_overrides(*, tenant: Tenant) -> None:
    """The hours that people entered and that hold now."""
    from store import overrides, tenants
    from store.connection import session

    with database() as url:
        with session(url) as db:
            now = overrides.database_now(db)
            held = overrides.in_force(db, tenants.get(db, tenant).id)
        cases = asyncio.run(_look_up(url, tenant, [each.driver_id for each in held]))
    console = Console(highlight=False)
    for each in held:
        case = cases.get(each.driver_id)
        line = words.override(each.override, now, case.home_timezone if case else None)
        name = (case.name if case else None) or "?"
        console.print(Text.assemble((name, "bold"), f" ({each.driver_id})  {line}"), soft_wrap=True)
    if not held:
        print(f"No override holds at {tenant}.")


def tell(console: Console, hours: DriverHours) -> None:
    """What a dispatcher reads."""
    said = Text.assemble((hours.driver_name or "?", "bold"), f" ({hours.driver_id})  ")
    said.append(words.status(hours))
    if hours.source is not Source.OVERRIDE and hours.reading and hours.reading.vehicle_name:
        said.append(f", {hours.reading.vehicle_name}")
    console.print(said)
    console.print(Text(words.where_from(hours), "yellow" if hours.degraded else "dim"))
    if not hours.clocks.is_exempt:
        console.print()
        console.print(_table(hours))
    console.print()
    for line in (words.binds(hours), words.comes_back(hours), words.availability(hours)):
        if line is not None:
            console.print(line, soft_wrap=True, markup=False)
    if hours.why is not None:
        told = hours.why.sentences
        said_last = (told.happened, told.who, told.next_step, words.asked_again(hours) or "")
        console.print(f"\n{' '.join(said_last)}".rstrip(), soft_wrap=True, markup=False)


def _table(hours: DriverHours) -> Table:
    """The four clocks: what is at least left, what was said, and how urgent that is."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("")
    table.add_column("at least left", justify="right")
    table.add_column(f"{hours.vendor_title} said", justify="right", style="dim")
    if hours.override is not None:
        table.add_column("entered", justify="right", style="dim")
    table.add_column("")
    for which in ORDER:
        band = band_of(hours.clocks, which)
        cells = [_left(hours.clocks.left_s(which)), _left(_said(hours, which))]
        if hours.override is not None:
            cells.append(_left(getattr(hours.override, f"{which}_s")))
        table.add_row(str(which), *cells, Text(words.band(band), STYLES[band] if band else ""))
    return table


def _left(seconds: int | None) -> str:
    return "–" if seconds is None else words.length(seconds)


def _said(hours: DriverHours, which: Which) -> int | None:
    if hours.reading is None:
        return None
    left: int | None = getattr(hours.reading.clocks, f"{which}_s")
    return left


async def _needs_sandbox(url: str, tenant: str, driver: str) -> bool:
    async with desk(url) as opened:
        return await opened.needs_sandbox(tenant, driver)


async def _read(url: str, tenant: str, driver: str) -> DriverHours:
    async with desk(url) as opened:
        return await opened.read(tenant, driver)


async def _look(url: str, tenant: str, driver: str) -> Case:
    async with desk(url) as opened:
        return (await opened.look(tenant, driver))[1]


async def _look_up(url: str, tenant: str, drivers: Sequence[str]) -> dict[str, Case]:
    """The drivers by id; those that left the fleet meanwhile are left out."""
    found: dict[str, Case] = {}
    async with desk(url) as opened:
        for driver in drivers:
            with suppress(NotFoundError):
                found[driver] = (await opened.look(tenant, driver))[1]
    return found
