"""`sally alerts`: what is wrong, who heard of it, who takes it on; and whether alerts arrive."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from rich.console import Console

from console.cli import alert_tables, arguments, keys
from console.cli.arguments import Who
from console.cli.ground import database
from console.cli.render import when
from core.errors import NotFoundError, SallyError
from store import channels, incident_care, incident_facts
from store.connection import connect, session
from store.incident_care import Delivery, Listed
from store.lookup import check_tenant
from tasks import alert_test
from tasks.config import key_ring

LONGEST_MUTE = timedelta(days=7)

Incident = Annotated[str, Parameter(help="Its id, or the end of it, as in the list.")]
Tenant = Annotated[str | None, Parameter(help="Only this tenant's.")]


class NotArrived(SallyError):
    """A test alert reached nobody, or not everybody."""


def list_incidents(
    *,
    tenant: Tenant = None,
    everything: Annotated[
        bool, Parameter(name="--all", help="Those that are over as well.", negative=())
    ] = False,
    limit: Annotated[int, Parameter(help="How many.")] = 50,
) -> None:
    """What is wrong now: since when, how often, who was told and who takes it on."""
    with database() as url:
        found = asyncio.run(_incidents(url, tenant, everything, limit))
    console = Console(highlight=False)
    if found:
        alert_tables.incidents(console, found)
    else:
        console.print("Nothing is wrong." if not everything else "Nothing was ever wrong.")


def log(*, tenant: Tenant = None, limit: Annotated[int, Parameter(help="How many.")] = 50) -> None:
    """Every message, newest first: to whom, when it left, or why it did not."""
    with database() as url:
        found = asyncio.run(_deliveries(url, tenant, limit))
    console = Console(highlight=False)
    if found:
        alert_tables.deliveries(console, found)
    else:
        console.print("No message yet. See whether they would arrive: sally alerts test")


def ack(incident: Incident, *, who: Who = None) -> None:
    """Take an incident on: nobody is reminded of it any more, but all hear when it is over."""
    person = arguments.who(who)
    with database() as url:
        found = asyncio.run(_ack(url, incident, person))
    print(f"{person} takes on {found.code}: {found.happened}")


def mute(
    incident: Incident,
    *,
    span: Annotated[str, Parameter(name="--for", help="How long: 30m, 4h; at most 168h.")],
    who: Who = None,
) -> None:
    """Tell nobody anything of an incident for a while."""
    length, person = arguments.span(span, LONGEST_MUTE), arguments.who(who)
    with database() as url:
        found, until = asyncio.run(_mute(url, incident, length, person))
    print(f"{found.code} tells nobody anything until {until:%Y-%m-%d %H:%M} UTC ({when(until)}).")


def send_test(
    *,
    tenant: Annotated[
        str | None, Parameter(help="Whose admins get it. Default: the operator.")
    ] = None,
) -> None:
    """Send a marked test alert to a tenant's admins, the way that real ones take."""
    with database() as url:
        sent, note = asyncio.run(_test(url, tenant))
    console = Console(highlight=False)
    if sent:
        alert_tables.deliveries(console, sent)
    elif note is not None:
        raise NotArrived(note)
    bad = [each for each in sent if each.status != "sent"]
    if bad:
        raise NotArrived(
            f"{len(bad)} of {len(sent)} did not leave: {bad[0].error or 'still being sent'}"
        )


def slack(
    *,
    tenant: Annotated[str, Parameter(help="The tenant's short name.")],
    webhook_file: Annotated[
        Path | None, Parameter(help="A file that holds the webhook's address.")
    ] = None,
    from_env: Annotated[
        bool, Parameter(help="Read it from SALLY_TENANT_SLACK_WEBHOOK_URL.", negative=())
    ] = False,
    remove: Annotated[bool, Parameter(help="Forget the one it has.", negative=())] = False,
) -> None:
    """Give a tenant a Slack channel of its own: its incoming webhook, stored encrypted."""
    with database() as url:
        if remove:
            with session(url) as db:
                had = channels.remove_slack(db, tenant)
            print(f"{tenant} has no Slack channel {'any more' if had else 'to forget'}.")
            return
        ring = key_ring()
        address = keys.webhook(webhook_file, from_env=from_env)
        with session(url) as db:
            held = channels.set_slack(db, ring, tenant, address)
    print(f"{tenant}'s alerts go to Slack as well (webhook {held.secret_fingerprint}).")
    print(f"See whether they arrive: sally alerts test --tenant {tenant}")


async def _incidents(url: str, tenant: str | None, everything: bool, limit: int) -> list[Listed]:
    async with connect(url) as conn:
        await check_tenant(conn, tenant)
        return await incident_care.listing(
            conn, tenant_slug=tenant, with_closed=everything, limit=limit
        )


async def _deliveries(url: str, tenant: str | None, limit: int) -> list[Delivery]:
    async with connect(url) as conn:
        await check_tenant(conn, tenant)
        return await incident_care.deliveries(conn, tenant_slug=tenant, limit=limit)


async def _ack(url: str, code: str, who: str) -> Listed:
    async with connect(url) as conn:
        found = await incident_care.find(conn, code)
        await incident_care.take_on(conn, found.id, found.tenant_id, who)
        return found


async def _mute(url: str, code: str, span: timedelta, who: str) -> tuple[Listed, datetime]:
    async with connect(url) as conn:
        found = await incident_care.find(conn, code)
        until = await incident_care.mute(conn, found.id, found.tenant_id, span, who)
        return found, until


async def _test(url: str, slug: str | None) -> tuple[list[Delivery], str | None]:
    """The test's messages when they have been tried, or why there are none."""
    tenant_id = None if slug is None else await _tenant(url, slug)
    return await alert_test.send(url, tenant_id)


async def _tenant(url: str, slug: str) -> UUID:
    async with connect(url) as conn:
        await check_tenant(conn, slug)
        found = await incident_facts.tenant_named(conn, slug)
    if found is None:
        raise NotFoundError(f"There is no tenant “{slug}”. See: sally tenant list")
    return found
