"""`sally quarantine`: rows that could not be used; looked at, replayed or discarded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console

from adapters import registry
from console.cli import arguments, quarantine_tables
from console.cli.arguments import Who
from console.cli.ground import database
from core.errors import ConfigurationError, SallyError
from store import entries
from store.connection import connect
from store.entries import Entry, Which
from store.lookup import check_tenant
from tasks.config import key_ring
from tasks.replaying import Fate, Told, replay

MOST_AT_ONCE = 5_000

Tenant = Annotated[str | None, Parameter(help="Only this tenant's.")]
Vendor = Annotated[str | None, Parameter(help="Only this vendor's.")]
Dataset = Annotated[str | None, Parameter(help="Only this dataset's.")]
All = Annotated[bool, Parameter(name="--all", help="Every open entry.", negative=())]


class NotReplayed(SallyError):
    """Some rows did not land."""


def list_entries(
    *,
    tenant: Tenant = None,
    vendor: Vendor = None,
    dataset: Dataset = None,
    everything: Annotated[
        bool, Parameter(name="--all", help="Resolved ones as well.", negative=())
    ] = False,
    limit: Annotated[int, Parameter(help="How many.")] = 50,
) -> None:
    """Rows that could not be used: which, since when, how often, and what is wrong with them."""
    which = Which(tenant, vendor, dataset, with_resolved=everything, limit=limit)
    with database() as url:
        found = asyncio.run(_found(url, which))
    console = Console(highlight=False)
    if found:
        quarantine_tables.listing(console, found)
    else:
        console.print("Nothing was ever set aside." if everything else "Nothing is set aside.")


def show(
    entry: Annotated[str, Parameter(help="Its id, or the end of it, as in the list.")],
    *,
    tenant: Tenant = None,
) -> None:
    """One entry, with its row as sent, without secrets and personal data."""
    which = Which(tenant, codes=(entry,), with_resolved=True)
    with database() as url:
        found, payload = asyncio.run(_shown(url, which))
    quarantine_tables.one(Console(highlight=False), found, payload)


def replay_entries(
    *codes: Annotated[str, Parameter(help="Their ids, or the ends of them, as listed.")],
    tenant: Tenant = None,
    vendor: Vendor = None,
    dataset: Dataset = None,
    everything: All = False,
    who: Who = None,
) -> None:
    """Read rows again with today's mapping and rules, and land those that can be used now."""
    which, person = _which(codes, tenant, vendor, dataset, everything), arguments.who(who)
    with database() as url:
        told = asyncio.run(_replay(url, which, person))
    console = Console(highlight=False)
    if not told:
        console.print("Nothing is set aside.")
        return
    quarantine_tables.replayed(console, told)
    left = sum(each.fate not in (Fate.LANDED, Fate.SUPERSEDED) for each in told)
    if left:
        raise NotReplayed(f"{left:,} of {len(told):,} rows did not land; their entries stay open.")


def discard(
    *codes: Annotated[str, Parameter(help="Their ids, or the ends of them, as listed.")],
    why: Annotated[str, Parameter(help="Why, for those who wonder later.")],
    tenant: Tenant = None,
    vendor: Vendor = None,
    dataset: Dataset = None,
    everything: All = False,
    who: Who = None,
) -> None:
    """Let entries go whose rows nobody wants. One that is sent again is set aside again."""
    which, person = _which(codes, tenant, vendor, dataset, everything), arguments.who(who)
    if not why.strip():
        raise ConfigurationError("--why is empty: say why, for those who wonder later.")
    with database() as url:
        done = asyncio.run(_discard(url, which, person, why.strip()))
    print(f"{len(done):,} discarded. A row that its vendor sends again is set aside again.")


def _which(
    codes: tuple[str, ...], tenant: str | None, vendor: str | None, dataset: str | None,
    everything: bool,
) -> Which:  # fmt: skip
    """What is asked for; nothing named is not everything."""
    if not (codes or tenant or vendor or dataset or everything):
        raise ConfigurationError(
            "Say which: ids as in sally quarantine list, --tenant, --vendor, --dataset, or --all."
        )
    return Which(tenant, vendor, dataset, codes, limit=None)


async def _found(url: str, which: Which) -> list[Entry]:
    if which.vendor is not None:
        registry.vendor(which.vendor)
    async with connect(url) as conn:
        await check_tenant(conn, which.tenant_slug)
        return await entries.listing(conn, which)


async def _shown(url: str, which: Which) -> tuple[Entry, Any]:
    (found,) = await _found(url, which)
    async with connect(url) as conn:
        return found, await entries.payload_of(conn, found)


async def _replay(url: str, which: Which, who: str) -> list[Told]:
    told: list[Told] = []
    for some in _some(await _found(url, which)):
        told += await replay(url, key_ring(), some, who=who)
    return told


async def _discard(url: str, which: Which, who: str, why: str) -> list[Entry]:
    done: list[Entry] = []
    async with connect(url) as conn:
        for some in _some(await _found(url, which)):
            done += await entries.discard(conn, some, who, why)
    return done


def _some(found: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Not all whole rows at once: there may be very many."""
    for start in range(0, len(found), MOST_AT_ONCE):
        yield found[start : start + MOST_AT_ONCE]
