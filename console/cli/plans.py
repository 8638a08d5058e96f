"""`sally plan`: whether a load can be delivered on time, and why, as a timeline."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from console import linking
from console import plans as words
from console.cli.ground import database, sandbox_if
from console.linking import Linked
from core.route.plan import Verdict
from core.route.words import clock_time
from store.connection import connect
from store.plan_rows import Kept
from store.plans import Listed

Tenant = Annotated[str, Parameter(help="The tenant's short name.")]
STYLES = {
    Verdict.ON_TIME: "green",
    Verdict.LATE: "bold red",
    Verdict.UNVERIFIED: "yellow",
    Verdict.IMPOSSIBLE: "red",
}
BY = "sally plan"


def plan(
    load: Annotated[str | None, Parameter(help="The load's number or the TMS's id.")] = None,
    *,
    tenant: Tenant,
) -> int:
    """Plan one load now and show it, or plan all open loads and list them."""
    console = Console(highlight=False)
    # Planning needs a second of imports, and the network of roads.
    from tasks import planning

    with database() as url:
        if load is None:
            done = asyncio.run(planning.plan_all(url, tenant, by=BY))
            show_list(console, asyncio.run(_listed(url, tenant)))
            console.print(done.said, style="dim")
            return 0
        with sandbox_if(_is_sandbox(url, tenant)):
            kept = asyncio.run(planning.plan_load(url, tenant, load, by=BY))
    show(console, kept)
    return 0


def list_links(*, tenant: Tenant) -> None:
    """Whose hours are whose, what that rests on, and who is linked to nobody."""
    console = Console(highlight=False)
    with database() as url:
        found = asyncio.run(_links(url, tenant))
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("driver of the TMS", "whose hours", "rests on"):
        table.add_column(name)
    for one in found:
        driver = f"{one.driver_name or '?'} ({one.driver_id})"
        if one.basis is None:
            table.add_row(driver, "–", Text("not linked", "yellow"))
            continue
        basis = one.basis.replace("_", " ") + (": a guess" if one.is_guess else "")
        by = f" by {one.confirmed_by}" if one.confirmed_by else ""
        hours = f"{one.hours_driver_name or '?'} ({one.hours_driver_id})"
        table.add_row(driver, hours, basis + by)
    console.print(table)


def confirm_link(
    driver: Annotated[str, Parameter(help="The driver's id at the TMS.")],
    hours_driver: Annotated[str, Parameter(help="The driver's id where the hours come from.")],
    *,
    tenant: Tenant,
    author: Annotated[str, Parameter(help="Who says so.")],
) -> None:
    """Say whose hours a load's driver has; it stays until somebody says otherwise."""
    from store import links, tenants
    from store.connection import session

    with database() as url, session(url) as db:
        links.confirm(db, tenants.get(db, tenant).id, driver, hours_driver, actor=author)
    print(f"{driver} is {hours_driver}, confirmed by {author}.")


def show(console: Console, kept: Kept) -> None:
    """The plan: its verdict, the timeline with the reasons, weather, and what it rests on."""
    plan, number = kept.plan, kept.subject.load_number or kept.subject.load_id
    console.print(Text.assemble(
        (f"Load {number}", "bold"), f" ({kept.subject.load_id}), plan {kept.version}  ",
        (words.verdict(plan.verdict), STYLES[plan.verdict])))  # fmt: skip
    _line(console, plan.said)
    if figures := words.figures(plan):
        _line(console, figures, "dim")
    if plan.stops:
        console.print()
        console.print(_timeline(kept))
    for title, lines in (
        ("What would help", plan.changes),
        ("Weather", [f"mile {w.from_mile:.0f}–{w.to_mile:.0f}: {w.said}" for w in plan.warnings]),
        ("Missing or old", plan.degraded),
        ("Made from", [words.fact(fact) for fact in plan.facts]),
    ):
        if lines:
            console.print(f"\n{title}", style="bold")
            for line in lines:
                _line(console, f"  {line}", "dim" if title == "Made from" else "")


def show_list(console: Console, plans: list[Listed]) -> None:
    """One line a load."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("load", "plan", "verdict", "arrives", ""):
        table.add_column(name)
    for one in plans:
        verdict = Verdict(one.verdict)
        arrives = clock_time(one.arrives_at, None) if one.arrives_at else "–"
        table.add_row(one.load_number or one.load_id, str(one.version),
                      Text(words.verdict(verdict), STYLES[verdict]), arrives, one.said)  # fmt: skip
    console.print(table)


def _timeline(kept: Kept) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("mile", justify="right")
    for name in ("when", "what", "where and why"):
        table.add_column(name)
    for stop in kept.plan.stops:
        table.add_row(
            f"{stop.mile:.0f}",
            words.stay(stop),
            Text(words.what(stop), "bold red" if stop.late_s else ""),
            Text.assemble((stop.name, "bold"), f"\n{stop.why}"),
        )
    return table


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, soft_wrap=True, markup=False)


async def _listed(url: str, tenant: str) -> list[Listed]:
    from store import hos, plans

    async with connect(url) as conn:
        return await plans.listed(conn, await hos.tenant_id(conn, tenant))


async def _links(url: str, tenant: str) -> list[Linked]:
    from store import hos
    from tasks.planning import link_drivers

    async with connect(url) as conn:
        tenant_id = await hos.tenant_id(conn, tenant)
        await link_drivers(conn, tenant_id)
        return await linking.lines(conn, tenant_id)


def _is_sandbox(url: str, tenant: str) -> bool:
    from store import tenants
    from store.connection import session

    with session(url) as db:
        return tenants.get(db, tenant).is_sandbox
