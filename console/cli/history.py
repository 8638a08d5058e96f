"""`sally history`: every sync, newest first."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from adapters import registry
from console.cli import render
from console.cli.ground import database
from store.connection import connect
from store.history import Run, runs
from store.lookup import check_tenant

SHOWN = ("fetched", "inserted", "updated")
StatusName = Literal["running", "success", "partial", "failed", "deferred", "crashed"]


def history(
    *,
    tenant: Annotated[str | None, Parameter(help="Only this tenant's.")] = None,
    vendor: Annotated[str | None, Parameter(help="Only this vendor's.")] = None,
    status: Annotated[StatusName | None, Parameter(help="Only these.")] = None,
    limit: Annotated[int, Parameter(help="How many.")] = 20,
) -> None:
    """Every sync, newest first: what it brought, and what went wrong."""
    if vendor is not None:
        registry.vendor(vendor)
    with database() as url:
        found = asyncio.run(_runs(url, tenant, vendor, status, limit))
    console = Console(highlight=False)
    if not found:
        console.print("No syncs yet. Start one: sally sync")
        return
    console.print(_table(found))
    for run in found:
        if run.error_happened and run.status != "success":
            console.print(
                f"\n{run.tenant_slug}/{run.vendor}, {render.when(run.started_at)}: "
                f"{run.error_happened} {run.error_who or ''} {run.error_next_step or ''}",
                soft_wrap=True,
                markup=False,
            )
            break


async def _runs(
    url: str, tenant: str | None, vendor: str | None, status: str | None, limit: int
) -> list[Run]:
    async with connect(url) as conn:
        await check_tenant(conn, tenant)
        return await runs(conn, tenant_slug=tenant, vendor=vendor, status=status, limit=limit)


def _table(found: list[Run]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("started", "vendor, tenant", "status"):
        table.add_column(name, no_wrap=True)
    for name in (*SHOWN, "quaran-\ntined", "sec"):
        table.add_column(name, justify="right", no_wrap=True, vertical="bottom")
    for run in found:
        table.add_row(
            render.when(run.started_at),
            f"{registry.vendor(run.vendor).title}, {run.tenant_slug}",
            render.status(run.status),
            *(render.number(getattr(run, name), name) for name in (*SHOWN, "quarantined")),
            "" if run.seconds is None else f"{run.seconds:.1f}",
        )
    return table
