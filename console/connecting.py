"""A tenant's connections changed by its people: tested first, stored behind the wall, noted.

Used by the API and by the pages alike. The vendor is asked outside of any transaction.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters import registry
from core.errors import SallyError
from core.secrets import Credentials, KeyRing
from models.ops import Integration
from store import audit, integrations
from store.walled import walled_session
from tasks import connection_test
from tasks.connection_test import Verdict
from tasks.guard_watch import Whose


class KeyRefused(SallyError):
    """The vendor does not accept the key that was to be stored. ``verdict``: what it said."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.refused or "The vendor does not accept this key.")
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class Site:
    """Whose connections, and who changes them."""

    url: str
    ring: KeyRing
    tenant_id: UUID
    tenant_slug: str
    is_sandbox: bool
    actor: str


async def try_key(site: Site, vendor: str, given: Credentials) -> Verdict:
    """What the vendor says to a key that is not stored."""
    chosen, credentials = connection_test.complete(vendor, given)
    return await connection_test.ask(chosen, credentials, is_sandbox=site.is_sandbox)


async def try_stored(site: Site, vendor: str) -> Verdict:
    """What the vendor says to the key that is stored; its breakers and gates hold."""
    held = await asyncio.to_thread(_held, site, vendor)
    credentials = integrations.credentials_of(held, site.ring)
    whose = Whose(held.id, held.tenant_id, held.credentials_fingerprint, site.is_sandbox)
    return await connection_test.ask(
        registry.vendor(vendor), credentials, is_sandbox=site.is_sandbox, guarded=(site.url, whose)
    )


async def add(
    site: Site, vendor: str, given: Credentials, *, settings: dict[str, Any],
    poll_seconds: int | None, test_first: bool,
) -> UUID:  # fmt: skip
    """Connect a vendor; KeyRefused when it does not accept the key."""
    chosen, credentials = connection_test.complete(vendor, given)
    if test_first:
        await _accepted(site, vendor, credentials)
    every = poll_seconds or int(chosen.poll_every.total_seconds())

    def store() -> UUID:
        with walled_session(site.url, site.tenant_id) as db:
            made = integrations.add(
                db, site.ring, site.tenant_slug, vendor, credentials, settings=settings,
                poll_seconds=every, actor=site.actor,
            )  # fmt: skip
            return made.id

    return await asyncio.to_thread(store)


async def change(
    site: Site, vendor: str, *, given: Credentials | None, settings: dict[str, Any] | None,
    poll_seconds: int | None, enabled: bool | None, test_first: bool,
) -> None:  # fmt: skip
    """Change what is given; KeyRefused when the vendor does not accept a new key."""
    credentials = None if given is None else connection_test.complete(vendor, given)[1]
    if credentials is not None and test_first:
        await _accepted(site, vendor, credentials)

    def store() -> None:
        named = {"tenant_slug": site.tenant_slug, "vendor": vendor, "actor": site.actor}
        with walled_session(site.url, site.tenant_id) as db:
            integrations.configure(db, **named, settings=settings, poll_seconds=poll_seconds)
            if credentials is not None:
                integrations.replace_credentials(db, site.ring, credentials=credentials, **named)
            if enabled is not None:
                (integrations.enable if enabled else integrations.disable)(db, **named)

    await asyncio.to_thread(store)


async def remove(site: Site, vendor: str) -> None:
    """Disconnect a vendor: its credential is destroyed, its rows and runs stay."""

    def store() -> None:
        with walled_session(site.url, site.tenant_id) as db:
            integrations.remove(db, site.tenant_slug, vendor, actor=site.actor)

    await asyncio.to_thread(store)


async def note(site: Site, action: str, integration_id: UUID, **details: Any) -> None:
    """Write down what was done that changes no row of ours: a test, a sync."""

    def store() -> None:
        with walled_session(site.url, site.tenant_id) as db:
            audit.note(db, site.actor, action, integration_id, site.tenant_id, **details)

    await asyncio.to_thread(store)


async def _accepted(site: Site, vendor: str, credentials: Credentials) -> None:
    verdict = await try_key(site, vendor, credentials)
    if verdict.refused is not None:
        raise KeyRefused(verdict)


def _held(site: Site, vendor: str) -> Integration:
    with walled_session(site.url, site.tenant_id) as db:
        found = integrations.get(db, site.tenant_slug, vendor)
        db.expunge(found)
    return found
