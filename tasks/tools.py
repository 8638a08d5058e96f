"""What one flow run works with: the vendor's client, the keys, the database, the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from adapters._kit.guard import Guard
from adapters._kit.http import VendorClient, VendorSession
from adapters._kit.vendor import Vendor
from core import logs, traces
from core.secrets import KeyRing, Owner
from store.claims import Claim
from tasks import policies
from tasks.config import base_url, database_url, key_ring
from tasks.guard import IntegrationGuard, watching
from tasks.guard_watch import Watch, Whose


@dataclass(slots=True)
class Tools:
    """Shared by the batches of one flow run. Holds no credential in clear."""

    vendor: Vendor
    client: VendorClient
    ring: KeyRing
    database_url: str
    watch: Watch
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)

    def session(self, claim: Claim, guard: Guard) -> VendorSession:
        """The vendor's client with this integration's credential, at the right address."""
        owner = Owner(claim.tenant_id, claim.vendor, claim.integration_id)
        credentials = self.ring.open(claim.sealed, owner)
        where = base_url(self.vendor, is_sandbox=claim.is_sandbox)
        return self.client.session(where, credentials, guard)

    def guard(self, claim: Claim) -> IntegrationGuard:
        """What this integration's calls have to pass."""
        return IntegrationGuard(self.watch, whose(claim))


def whose(claim: Claim) -> Whose:
    """A claimed integration as the guard knows it."""
    return Whose(claim.integration_id, claim.tenant_id, claim.fingerprint, claim.is_sandbox)


@asynccontextmanager
async def tools_for(vendor: Vendor) -> AsyncIterator[Tools]:
    """Open what a flow run needs; a missing setting is one clear sentence."""
    logs.install()
    traces.start()
    ring, url = key_ring(), database_url()
    wanted = partial(policies.latest, vendor.name)
    try:
        async with VendorClient(vendor) as client, watching(vendor, url, wanted) as watch:
            yield Tools(vendor, client, ring, url, watch)
    finally:
        await traces.flush()
