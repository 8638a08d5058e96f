"""`sally deletions`: mass deletions that are held, and their approval."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters import registry
from console.cli import arguments
from console.cli.arguments import Who
from console.cli.ground import database
from console.cli.render import when
from store import deletions
from store.connection import connect
from store.deletions import Held
from store.lookup import check_tenant

STYLES = {"held": "yellow", "approved": "cyan", "deleted": "red", "released": "green"}


def list_held(
    *,
    tenant: Annotated[str | None, Parameter(help="Only this tenant's.")] = None,
    everything: Annotated[
        bool, Parameter(name="--all", help="Those that are over as well.", negative=())
    ] = False,
    limit: Annotated[int, Parameter(help="How many.")] = 50,
) -> None:
    """Rows that vanished, too many at once to be taken as gone."""
    with database() as url:
        found = asyncio.run(_held(url, tenant, everything, limit))
    console = Console(highlight=False)
    if not found:
        console.print("No deletion was ever held." if everything else "No deletion is held.")
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("id", "tenant", "vendor", "dataset", "status", "gone of", "seen"):
        table.add_column(name, no_wrap=True)
    for each in found:
        table.add_row(
            each.code,
            each.tenant_slug,
            registry.vendor(each.vendor).title,
            each.dataset,
            Text(each.status, STYLES[each.status]),
            f"{each.deleted or each.gone:,} / {each.live:,}",
            when(each.last_seen_at, each.now),
        )
    console.print(table)
    if any(each.status == "held" for each in found):
        console.print("\nIf they are gone for good: sally deletions approve ID", soft_wrap=True)


def approve(
    held: Annotated[str, Parameter(help="Its id, or the end of it, as in the list.")],
    *,
    tenant: Annotated[str | None, Parameter(help="Only if it is this tenant's.")] = None,
    who: Who = None,
) -> None:
    """Let the next complete sync that still lacks the rows delete them."""
    person = arguments.who(who)
    with database() as url:
        found = asyncio.run(_approve(url, held, tenant, person))
    print(
        f"{found.gone:,} {found.dataset} of {found.tenant_slug} will be marked as deleted by the "
        "next complete sync that still lacks them; rows that are back by then stay."
    )
    print(f"Do it now: sally sync --tenant {found.tenant_slug} --vendor {found.vendor}")


async def _held(url: str, tenant: str | None, everything: bool, limit: int) -> list[Held]:
    async with connect(url) as conn:
        await check_tenant(conn, tenant)
        return await deletions.listing(conn, tenant_slug=tenant, with_ended=everything, limit=limit)


async def _approve(url: str, code: str, tenant: str | None, who: str) -> Held:
    async with connect(url) as conn:
        await check_tenant(conn, tenant)
        found = await deletions.find(conn, code, tenant)
        await deletions.approve(conn, found, who)
        return found
