"""`sally tenant`: fleets."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from console.cli.ground import database
from store import integrations, tenants
from store.connection import session


def add_tenant(
    slug: str,
    *,
    name: Annotated[str | None, Parameter(help="The fleet's full name.")] = None,
    sandbox: Annotated[
        bool, Parameter(help="Its vendors are the sandbox, not the real ones.", negative=())
    ] = False,
) -> None:
    """Add a fleet under a short name, such as `bigrig`."""
    with database() as url, session(url) as db:
        tenant = tenants.add(db, slug, name, is_sandbox=sandbox)
        print(f"Added {tenant.slug} ({tenant.name}).")
        print(f"Connect a vendor: sally integration add --tenant {tenant.slug} --vendor samsara")


def list_tenants() -> None:
    """Every fleet, and the vendors it is connected to."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("tenant", "name", "vendors", "kind"):
        table.add_column(name)
    with database() as url, session(url) as db:
        connected = integrations.all_of(db)
        for tenant in tenants.all_of(db):
            vendors = [each.integration.vendor for each in connected if each.tenant.id == tenant.id]
            kind = "sandbox" if tenant.is_sandbox else "live"
            table.add_row(
                tenant.slug,
                tenant.name,
                ", ".join(vendors) or "none yet",
                kind if tenant.is_active else f"{kind}, inactive",
            )
    if table.row_count:
        Console(highlight=False).print(table)
    else:
        print("No tenants yet. Add one: sally tenant add SLUG --name NAME")
