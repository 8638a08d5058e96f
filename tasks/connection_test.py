"""Asking a vendor whether a credential works: before it is stored, or the stored one."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

from adapters import registry
from adapters._kit.guard import OPEN, Guard
from adapters._kit.http import VendorClient
from adapters._kit.probe import Outcome, ProbeResult, test_connection
from adapters._kit.vendor import Vendor
from core import redaction
from core.errors import ConfigurationError
from core.secrets import Credentials
from store.connection import connect
from tasks import policies
from tasks.config import base_url
from tasks.guard import IntegrationGuard, watching
from tasks.guard_watch import Whose


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the vendor says. ``refused``: one sentence if nothing can be read with this key."""

    results: list[ProbeResult]
    refused: str | None


async def ask(
    vendor: Vendor,
    credentials: Credentials,
    *,
    is_sandbox: bool,
    guarded: tuple[str, Whose] | None = None,
) -> Verdict:
    """Each endpoint's answer; changes nothing.

    ``guarded``: the database and the integration of a stored key, whose breakers and gates hold.
    """
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(VendorClient(vendor))
        guard: Guard = OPEN  # nobody has called with a new key yet
        if guarded is not None:
            url, whose = guarded
            watch = await stack.enter_async_context(watching(vendor, url))
            async with connect(url) as conn:
                watch.policies = await policies.mirrored(conn, vendor.name)
            guard = IntegrationGuard(watch, whose)
        address = base_url(vendor, is_sandbox=is_sandbox)
        results = await test_connection(vendor, client.session(address, credentials, guard))
    return Verdict(results, refusal(vendor, results))


def refusal(vendor: Vendor, results: list[ProbeResult]) -> str | None:
    """Why nothing can be read with this key; None when something can."""
    bad = [each for each in results if each.outcome not in (Outcome.OK, Outcome.RATE_LIMITED)]
    if any(each.outcome is Outcome.BAD_CREDENTIALS for each in bad):
        return f"{vendor.title} does not accept this key. Check it and try again."
    if len(bad) == len(results):
        return f"{vendor.title} gave no usable answer: {bad[0].sentence}"
    return None


def complete(vendor_name: str, given: Credentials) -> tuple[Vendor, Credentials]:
    """The vendor and its credential's fields; ConfigurationError names what is missing or more."""
    vendor = registry.vendor(vendor_name)
    wanted = {field.name: field.title for field in vendor.credentials}
    if unknown := sorted(set(given) - set(wanted)):
        # The name may be a secret in the wrong place: only its number is told.
        raise ConfigurationError(
            f"{vendor.title} takes {', '.join(wanted)}, and not {len(unknown)} other field(s)."
        )
    credentials = {name: given.get(name, "").strip() for name in wanted}
    for name, value in credentials.items():
        if not value:
            raise ConfigurationError(f"{vendor.title} needs {name} ({wanted[name]}).")
        # It travels in a header or an address.
        if not value.isascii() or not value.isprintable():
            raise ConfigurationError(f"{name} has characters that no key of {vendor.title} has.")
    redaction.remember(credentials.values())
    return vendor, credentials
