"""What one flow run works with: the vendor's client, the keys, the database, the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters._kit.http import VendorClient, VendorSession
from adapters._kit.vendor import Vendor
from core import redaction, settings
from core.errors import ConfigurationError
from core.secrets import KeyRing, Owner
from store.claims import Claim


@dataclass(slots=True)
class Tools:
    """Shared by the batches of one flow run. Holds no credential in clear."""

    vendor: Vendor
    client: VendorClient
    ring: KeyRing
    database_url: str
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)

    def session(self, claim: Claim) -> VendorSession:
        """The vendor's client with this integration's credential, at the right address."""
        owner = Owner(claim.tenant_id, claim.vendor, claim.integration_id)
        credentials = self.ring.open(claim.sealed, owner)
        return self.client.session(base_url(self.vendor, is_sandbox=claim.is_sandbox), credentials)


@asynccontextmanager
async def tools_for(vendor: Vendor) -> AsyncIterator[Tools]:
    """Open what a flow run needs; a missing setting is one clear sentence."""
    redaction.install()
    ring, url = key_ring(), database_url()
    async with VendorClient(vendor) as client:
        yield Tools(vendor, client, ring, url)


def key_ring() -> KeyRing:
    """The keys that open stored credentials."""
    held = settings.settings().credentials_encryption_key
    return KeyRing.parse(held.get_secret_value() if held else None)


def database_url() -> str:
    """Where the rows live."""
    url = settings.settings().database_url
    if url is None:
        raise ConfigurationError(
            "DATABASE_URL is not set and the local stack is not running. "
            "Start it with `make up`, or set DATABASE_URL to a PostgreSQL of your own."
        )
    redaction.remember_url(url.get_secret_value())
    return url.get_secret_value()


def base_url(vendor: Vendor, *, is_sandbox: bool) -> str:
    """A sandbox tenant's vendor is the sandbox; everybody else's is the real one."""
    if not is_sandbox:
        return settings.vendor_url(vendor.name) or vendor.base_url
    sandbox = settings.settings().sally_sandbox_url
    if sandbox is None:
        raise ConfigurationError(
            "This tenant uses the sandbox, which is not running. Start it with `make up`, "
            "or `sally sandbox` and SALLY_SANDBOX_URL."
        )
    return str(sandbox).rstrip("/") + vendor.sandbox_path
