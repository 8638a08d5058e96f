"""`sally quality`: what broke its rules, how payloads changed, Great Expectations' own pages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters import registry
from console.cli import arguments
from console.cli.arguments import Who
from console.cli.ground import database
from console.cli.render import when
from core.settings import settings
from deployments.folders import data_folder
from quality.declared import declared
from quality.frames import columns, plans
from store import drift as drifts
from store import quality
from store.connection import connect
from store.drift import Listed
from store.landed import landed
from store.lookup import check_tenant
from store.quality import SUITE, Result

MOST_ROWS = 10_000  # of each dataset, in the documents
STYLES = {"critical": "bold red", "warning": "yellow", "passed": "green", "error": "red"}
KINDS = {
    "new_field": "a new field",
    "new_value": "a new word",
    "vanished_field": "a field that is gone",
}
Tenant = Annotated[str | None, Parameter(help="Only this tenant's.")]
Vendor = Annotated[str | None, Parameter(help="Only this vendor's.")]
Limit = Annotated[int, Parameter(help="How many.")]


def show(*, tenant: Tenant = None, vendor: Vendor = None, limit: Limit = 20) -> None:
    """What the gate and the audit found, newest first; quarantined rows stand in the quarantine."""
    if vendor is not None:
        registry.vendor(vendor)
    with database() as url:
        found = asyncio.run(_results(url, tenant, vendor, limit))
    console = Console(highlight=False)
    if not found:
        console.print("No rule was broken, and nothing was audited yet: scheduled runs are.")
        return
    console.print(_results_table(found))
    for one in found:
        console.print(Text(f"\n{_name(one)}: {one.said}{_such_as(one)}"), soft_wrap=True)


def drift(*, vendor: Vendor = None, limit: Limit = 50) -> None:
    """Fields and words that vendors do not document, and fields that are gone, newest first."""
    if vendor is not None:
        registry.vendor(vendor)
    with database() as url:
        found = asyncio.run(_drifts(url, vendor, limit))
    console = Console(highlight=False)
    if not found:
        console.print("Every payload was as its vendor documents it.")
        return
    console.print(_drifts_table(found))


def accept(
    *,
    tenant: Annotated[str, Parameter(help="The tenant's short name.")],
    vendor: Annotated[str, Parameter(help="The vendor's name.")],
    dataset: Annotated[str, Parameter(help="The dataset's name.")],
    who: Who = None,
) -> None:
    """Take the next fetch as it comes, though it is unlike those before: it is really so."""
    registry.vendor(vendor)
    person = arguments.who(who)
    with database() as url:
        asyncio.run(_accept(url, person, tenant, vendor, dataset))
    print(f"The next sync of {dataset} is taken as it comes, and is what later ones are held to.")


def docs(
    *, folder: Annotated[Path | None, Parameter(help="Default: quality in the data folder.")] = None
) -> None:
    """Write Great Expectations' Data Docs over the rows that changed last.

    They hold values of rows, and load their style from a CDN when they are looked at.
    """
    with database() as url:
        held = asyncio.run(_held(url))
    # Takes seconds to import, so only here.
    from quality.expectations import document

    where = (folder or data_folder(settings()) / "quality").resolve()
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    print(document(where, held))


async def _results(url: str, tenant: str | None, vendor: str | None, limit: int) -> list[Result]:
    async with connect(url) as conn:
        await check_tenant(conn, tenant)
        return await quality.results(conn, tenant=tenant, vendor=vendor, limit=limit)


async def _drifts(url: str, vendor: str | None, limit: int) -> list[Listed]:
    async with connect(url) as conn:
        return await drifts.differences(conn, vendor=vendor, limit=limit)


async def _accept(url: str, person: str, tenant: str, vendor: str, dataset: str) -> None:
    async with connect(url) as conn:
        await check_tenant(conn, tenant)
        await quality.accept(conn, person, tenant, vendor, dataset)


async def _held(url: str) -> dict[str, Any]:
    """By vendor and dataset, the plans and the columns of what changed last."""
    held: dict[str, Any] = {}
    async with connect(url) as conn:
        for vendor in registry.VENDORS:
            for dataset in vendor.datasets:
                found = await landed(conn, dataset.record, MOST_ROWS)
                if not found:
                    continue
                numbers: dict[Any, int] = {}
                groups = [numbers.setdefault(whose, len(numbers)) for whose, _ in found]
                rules = declared(dataset.record)
                made = columns(rules, [record for _, record in found], groups)
                held[f"{vendor.name} {dataset.name}"] = (plans(rules), made)
    return held


def _results_table(found: Sequence[Result]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("when", "tenant", "dataset", "where", "rule", "result"):
        table.add_column(name, no_wrap=name != "rule")
    table.add_column("rows", justify="right", no_wrap=True)
    for one in found:
        word = one.severity if one.status == "failed" else one.status
        table.add_row(
            when(one.created_at),
            one.tenant_slug or "all",
            one.dataset,
            one.source,
            one.rule,
            Text(word, STYLES.get(word, "")),
            f"{one.rows if one.rule == SUITE else one.failed:,}",
        )
    return table


def _drifts_table(found: Sequence[Listed]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("day", "vendor, dataset", "what", "field", "such as"):
        table.add_column(name, no_wrap=name in ("day", "what"))
    for one in found:
        table.add_row(
            f"{one.day}",
            f"{registry.vendor(one.vendor).title}, {one.dataset}",
            KINDS[one.kind],
            one.field,
            Text(one.value or (one.example or "")),
        )
    return table


def _name(one: Result) -> str:
    return f"{one.dataset} {one.rule}" if one.rule != SUITE else f"{one.dataset}, audited"


def _such_as(one: Result) -> str:
    return f" Such as: {', '.join(one.examples)}." if one.examples else ""
