"""`sally analyst`: logins that read one tenant's tables and views, and nothing else."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from console.cli import arguments
from console.cli.arguments import Who
from console.cli.ground import database
from console.cli.render import when
from store import analysts


def grant(
    *,
    tenant: Annotated[str, Parameter(help="The tenant's short name.")],
    name: Annotated[str | None, Parameter(help="Who it is for.")] = None,
    who: Who = None,
) -> None:
    """Make a login that reads one tenant, and print its connection string once."""
    with database() as url:
        made = analysts.grant(url, tenant, name, actor=arguments.who(who))
    print(f"{made.login} reads schemas analytics and fleet of {made.tenant}, and writes nowhere.")
    print("This address holds its password and is shown only now:\n")
    print(f"  {made.url}\n")
    print(f"Take it back: sally analyst revoke {made.login}")
    print("What there is to read: docs/data/README.md")


def list_analysts() -> None:
    """Every analyst's login, and which tenant it reads."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for head in ("login", "tenant", "for", "granted"):
        table.add_column(head)
    with database() as url:
        for one in analysts.all_of(url):
            gone = "" if one.is_there else " (the login is gone; revoke it)"
            table.add_row(one.login, one.tenant, one.name or "", when(one.granted_at) + gone)
    if table.row_count:
        Console(highlight=False).print(table)
    else:
        print("No analysts yet. Make a login: sally analyst grant --tenant SLUG")


def revoke(login: str, *, who: Who = None) -> None:
    """Take a login back at once; its open sessions end."""
    with database() as url:
        slugs = analysts.revoke(url, login, actor=arguments.who(who))
    print(f"{login} is gone; it could read {', '.join(slugs)}.")
