"""`sally integration`: connect a tenant to vendors, test it, replace its key."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import orjson
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters import registry
from adapters._kit.probe import ProbeResult
from adapters._kit.vendor import Vendor
from console.cli import keys
from console.cli.ground import database, sandbox_if
from console.cli.render import when
from core.errors import ConfigurationError, SallyError
from core.secrets import Credentials
from sandbox import credentials as sandbox_credentials
from store import integrations, tenants
from store.connection import session
from tasks import connection_test, places
from tasks.config import key_ring
from tasks.guard_watch import Whose

Tenant = Annotated[str, Parameter(help="The tenant's short name.")]
VendorName = Annotated[str, Parameter(help="samsara, truckbase, fuelfinder or openweather.")]
KeyFile = Annotated[Path | None, Parameter(help="A file that holds the key, or NAME=value lines.")]
FromEnv = Annotated[
    bool, Parameter(help="Read the key from variables such as SAMSARA_API_KEY.", negative=())
]
MARKS = {"ok": ("✓", "green"), "rate_limited": ("⏸", "cyan"), "unreachable": ("!", "yellow")}


class ConnectionRefused(SallyError):
    """The vendor does not accept the credential, or cannot be reached."""


def add(
    *,
    tenant: Tenant,
    vendor: VendorName,
    key_file: KeyFile = None,
    from_env: FromEnv = False,
    settings: Annotated[
        str | None, Parameter(help='JSON, such as {"places": [[31.55, -97.15]]}.')
    ] = None,
    untested: Annotated[
        bool, Parameter(help="Store the key without asking the vendor first.", negative=())
    ] = False,
) -> None:
    """Connect a tenant to a vendor: read the key, test it, store it encrypted."""
    chosen = registry.vendor(vendor)
    options = _options(settings)
    with database() as url:
        ring = key_ring()
        with session(url) as db:
            held = tenants.get(db, tenant)
        is_sandbox = held.is_sandbox
        credentials = _credentials(chosen, tenant, key_file, from_env=from_env, sandbox=is_sandbox)
        if not untested:
            _accept(chosen, _tested(chosen, credentials, is_sandbox=is_sandbox))
        with session(url) as db:
            every = int(chosen.poll_every.total_seconds())
            integrations.add(
                db, ring, tenant, vendor, credentials, settings=options, poll_seconds=every
            )
    print(f"Connected {tenant} to {chosen.title}. Sync it: sally sync --tenant {tenant}")


def replace_key(
    *, tenant: Tenant, vendor: VendorName, key_file: KeyFile = None, from_env: FromEnv = False
) -> None:
    """Give an integration another key: tested, stored, and synced again at once."""
    chosen = registry.vendor(vendor)
    with database() as url:
        ring = key_ring()
        with session(url) as db:
            is_sandbox = tenants.get(db, tenant).is_sandbox
            integrations.get(db, tenant, vendor)
        credentials = _credentials(chosen, tenant, key_file, from_env=from_env, sandbox=is_sandbox)
        _accept(chosen, _tested(chosen, credentials, is_sandbox=is_sandbox))
        with session(url) as db:
            integrations.replace_credentials(db, ring, tenant, vendor, credentials)
    print(f"{chosen.title} has a new key for {tenant}; its next sync is due now.")


def test(*, tenant: Tenant, vendor: VendorName) -> None:
    """Ask each of the vendor's endpoints whether the stored key works; changes nothing."""
    chosen = registry.vendor(vendor)
    with database() as url:
        with session(url) as db:
            integration = integrations.get(db, tenant, vendor)
            credentials = integrations.credentials_of(integration, key_ring())
            is_sandbox = tenants.get(db, tenant).is_sandbox
            whose = Whose(
                integration.id,
                integration.tenant_id,
                integration.credentials_fingerprint,
                is_sandbox,
            )
        results = _tested(chosen, credentials, is_sandbox=is_sandbox, guarded=(url, whose))
    _accept(chosen, results)


def list_integrations(
    *,
    tenant: Annotated[str | None, Parameter(help="Only this tenant's.")] = None,
    vendor: Annotated[str | None, Parameter(help="Only this vendor's.")] = None,
) -> None:
    """Who is connected to what, when it was synced, and what is wrong."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in (
        "tenant",
        "vendor",
        "status",
        "last good sync",
        "next sync",
        "key",
        "what is wrong",
    ):
        table.add_column(name, overflow="fold")
    with database() as url, session(url) as db:
        for each in integrations.all_of(db, tenant, vendor):
            held = each.integration
            styles = {"active": "green", "needs_attention": "red", "disabled": "dim"}
            table.add_row(
                each.tenant.slug,
                registry.vendor(held.vendor).title,
                Text(held.status.replace("_", " "), styles.get(held.status, "")),
                when(held.last_success_at),
                "off" if held.status == "disabled" else when(held.next_sync_at),
                held.credentials_fingerprint,
                held.last_error_happened or "",
            )
    if table.row_count:
        Console(highlight=False).print(table)
    else:
        print("No integrations yet. Add one: sally integration add --tenant SLUG --vendor NAME")


def enable(*, tenant: Tenant, vendor: VendorName) -> None:
    """Sync it again, at once."""
    with database() as url, session(url) as db:
        integrations.enable(db, tenant, vendor)
    print(f"{tenant}/{vendor} is synced again; its next sync is due now.")


def disable(*, tenant: Tenant, vendor: VendorName) -> None:
    """Sync it no more until it is enabled; its rows stay."""
    with database() as url, session(url) as db:
        integrations.disable(db, tenant, vendor)
    print(f"{tenant}/{vendor} is not synced any more. Its rows stay as they are.")


def _credentials(
    vendor: Vendor, tenant: str, key_file: Path | None, *, from_env: bool, sandbox: bool
) -> Credentials:
    """A sandbox tenant without a key given gets the key that the sandbox knows it by."""
    if sandbox and key_file is None and not from_env:
        return sandbox_credentials(tenant)[vendor.name]
    return keys.read(vendor, key_file, from_env=from_env)


def _options(settings: str | None) -> dict[str, object]:
    if settings is None:
        return {}
    try:
        options = orjson.loads(settings)
    except orjson.JSONDecodeError:
        options = None
    if not isinstance(options, dict):
        raise ConfigurationError('--settings takes a JSON object, such as {"radius_miles": 40}.')
    places.configured(options)
    return options


def _tested(
    vendor: Vendor,
    credentials: Credentials,
    *,
    is_sandbox: bool,
    guarded: tuple[str, Whose] | None = None,
) -> list[ProbeResult]:
    """Each endpoint's answer. ``guarded``: the database and the integration of a stored key."""
    with sandbox_if(is_sandbox):
        asked = connection_test.ask(vendor, credentials, is_sandbox=is_sandbox, guarded=guarded)
        return asyncio.run(asked).results


def _accept(vendor: Vendor, results: list[ProbeResult]) -> None:
    """Print each endpoint's answer; refuse a credential that nothing can be read with."""
    console = Console(highlight=False)
    for each in results:
        mark, style = MARKS.get(each.outcome, ("✗", "red"))
        words = "" if each.outcome == "ok" else f"  {each.sentence}"
        console.print(
            Text.assemble(
                (f"{mark} ", style), f"{each.dataset:<16}", (each.outcome.replace("_", " "), style),
                (f"  {each.ms} ms", "dim"), words,
            ),
            soft_wrap=True,
        )  # fmt: skip
    if why := connection_test.refusal(vendor, results):
        raise ConnectionRefused(why)
