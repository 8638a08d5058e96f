"""`sally breaker`: how vendors' circuit breakers stand, what they did, and what a person may do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from adapters import registry
from console.cli import arguments, breaker_tables
from console.cli.arguments import Who
from console.cli.breaker_tables import Picture, Source
from console.cli.ground import database, prefect_if_up, prefect_too
from console.cli.render import when
from console.orchestrator import Orchestrator, OrchestratorError
from core.breaker import Mode, Phase
from core.errors import ConfigurationError
from core.policies import Policies
from core.settings import settings
from store import breaker_log, breaker_policies
from store.breaker_log import Standing, Transition
from store.connection import Connection, connect
from store.lookup import check_tenant, database_now
from tasks.breaker_form import SLUG, BreakerForm

LONGEST = timedelta(hours=24)
ASK_S = 2.0  # for a list; what was last seen is nearly as good

VendorName = Annotated[str, Parameter(help="samsara, truckbase, fuelfinder or openweather.")]
Why = Annotated[str, Parameter(help="Why, for those who wonder later.")]


def list_breakers() -> None:
    """How each vendor's breaker stands, what operators set, and whose breakers are not closed."""
    with database() as url:
        picture = asyncio.run(_picture(url, is_prefect_up=prefect_if_up()))
    breaker_tables.show(Console(highlight=False), picture)


def history(
    vendor: Annotated[str | None, Parameter(help="Only this vendor's.")] = None,
    *,
    tenant: Annotated[str | None, Parameter(help="Only this tenant's own breakers.")] = None,
    limit: Annotated[int, Parameter(help="How many.")] = 20,
) -> None:
    """Every time a breaker opened, let a probe go or closed, newest first: who and why."""
    if vendor is not None:
        registry.vendor(vendor)
    with database() as url:
        found = asyncio.run(_transitions(url, vendor, tenant, limit))
    console = Console(highlight=False)
    if found:
        console.print(breaker_tables.history(found))
    else:
        console.print("No breaker has changed. How they stand: sally breaker list")


def force_open(
    vendor: VendorName,
    *,
    span: Annotated[str, Parameter(name="--for", help="How long: 30m, 1h, 1h30m; at most 24h.")],
    why: Why,
    who: Who = None,
) -> None:
    """Let no call go to a vendor for a while; syncs are deferred, not failed."""
    title, length, person = (
        registry.vendor(vendor).title,
        arguments.span(span, LONGEST),
        arguments.who(who),
    )
    _reason(why)
    console = Console(highlight=False)
    with prefect_too(console) as url:
        until = asyncio.run(_force_open(url, vendor, length, person, why))
    console.print(
        f"No call goes to {title} until {breaker_tables.clock(until)} ({when(until)}). "
        f"End it sooner: sally breaker auto {vendor}",
        soft_wrap=True,
    )


def auto(vendor: VendorName, *, who: Who = None) -> None:
    """End forced_open or disabled: the breaker decides by itself again."""
    title, person = registry.vendor(vendor).title, arguments.who(who)
    changes = {"mode": Mode.AUTO.value, "who": "", "why": "", "until": None}
    console = Console(highlight=False)
    with prefect_too(console) as url:
        asyncio.run(_change(url, vendor, changes, "breaker.auto", person))
    console.print(f"{title}'s breaker decides by itself again, from the next batch on.")


def reset(
    vendor: VendorName,
    *,
    why: Why,
    tenant: Annotated[str | None, Parameter(help="This tenant's own breaker.")] = None,
    every_tenant: Annotated[
        bool, Parameter(help="The vendor's and every tenant's own.", negative=())
    ] = False,
    who: Who = None,
) -> None:
    """Close a breaker now: the vendor's own, or a tenant's; counting starts anew."""
    title, person = registry.vendor(vendor).title, arguments.who(who)
    _reason(why)
    if tenant is not None and every_tenant:
        raise ConfigurationError("Use --tenant or --every-tenant, not both.")
    with database() as url:
        found, still = asyncio.run(_reset(url, vendor, tenant, every_tenant, person, why))
    console = Console(highlight=False)
    for line in breaker_tables.after_reset(title, vendor, tenant, found, still):
        console.print(line, soft_wrap=True)


async def _picture(url: str, *, is_prefect_up: bool) -> Picture:
    async with connect(url) as conn:
        source = await _from_prefect(conn) if is_prefect_up else Source.NOT_RUNNING
        mirrored = await breaker_policies.all_of(conn)
        policies = {
            vendor.name: mirrored[vendor.name].policy
            if vendor.name in mirrored
            else Policies().vendor
            for vendor in registry.VENDORS
        }
        return Picture(
            now=await database_now(conn),
            source=source,
            policies=policies,
            mirrored=mirrored,
            kinds=await breaker_log.kinds(conn),
            standings=await breaker_log.standings(conn),
            totals=await breaker_log.totals(
                conn, {name: policy.window for name, policy in policies.items()}
            ),
        )


async def _from_prefect(conn: Connection) -> Source:
    """Mirror what Prefect holds now, as a batch would."""
    try:
        async with Orchestrator(settings(), timeout=ASK_S) as orchestrator:
            blocks = await orchestrator.blocks(SLUG)
    except OrchestratorError:
        return Source.NO_ANSWER
    for vendor in registry.VENDORS:
        data = blocks[vendor.name].data if vendor.name in blocks else {}
        try:
            policies = BreakerForm(**data).policies()
        except ConfigurationError as error:
            await breaker_policies.refuse(conn, vendor.name, str(error))
        else:
            await breaker_policies.save(conn, vendor.name, policies.vendor)
    return Source.PREFECT


async def _transitions(
    url: str, vendor: str | None, tenant: str | None, limit: int
) -> list[Transition]:
    async with connect(url) as conn:
        await check_tenant(conn, tenant)
        return await breaker_log.transitions(conn, vendor=vendor, tenant_slug=tenant, limit=limit)


async def _force_open(url: str, vendor: str, length: timedelta, who: str, why: str) -> datetime:
    async with connect(url) as conn:
        until = (await database_now(conn) + length).replace(microsecond=0)
    changes = {
        "mode": Mode.FORCED_OPEN.value,
        "who": who,
        "why": why.strip(),
        "until": until.isoformat(),
    }
    await _change(url, vendor, changes, "breaker.force_open", who)
    return until


async def _change(
    url: str, vendor: str, changes: Mapping[str, object], action: str, who: str
) -> None:
    """Edit the block as an operator would in the UI, and mirror it, so that all obey at once."""
    async with Orchestrator(settings()) as orchestrator, connect(url) as conn:
        block = (await orchestrator.blocks(SLUG)).get(vendor)
        if block is None:
            raise OrchestratorError(
                f"Prefect has no circuit breaker block named {vendor}. `make up` and `sally sync` "
                "make it on the first start; one that was deleted is added in Prefect's UI: "
                f"Blocks, +, Circuit Breaker, named {vendor}."
            )
        policies = BreakerForm(**{**block.data, **changes}).policies()
        await orchestrator.change_block(block, changes)
        await breaker_policies.save(conn, vendor, policies.vendor)
        await breaker_log.note(conn, who, action, vendor, changes)


async def _reset(
    url: str, vendor: str, tenant: str | None, every_tenant: bool, who: str, why: str
) -> tuple[list[Standing], list[Standing]]:
    """The breakers that were closed, as they stood; and this vendor's that are still not closed."""
    async with connect(url) as conn:
        await check_tenant(conn, tenant)
        found = await breaker_log.reset(
            conn, vendor, tenant_slug=tenant, every_tenant=every_tenant, who=who, why=why
        )
        left = await breaker_log.standings(conn)
    return found, [
        each for each in left if each.vendor == vendor and each.phase is not Phase.CLOSED
    ]


def _reason(why: str) -> None:
    if not why.strip():
        raise ConfigurationError("--why is empty. Say why, for those who wonder later.")
