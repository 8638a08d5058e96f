"""Two demo tenants on the sandbox, for whoever has nothing configured yet."""

from __future__ import annotations

from adapters import registry
from core.secrets import KeyRing
from sandbox import credentials
from store import integrations, tenants
from store.connection import session

DEMO = {"acme": "Acme Freight", "bluemesa": "Blue Mesa Freight"}


def seed(url: str, ring: KeyRing) -> None:
    """Create the demo tenants, each with every vendor connected."""
    with session(url) as db:
        for slug, name in DEMO.items():
            tenants.add(db, slug, name, is_sandbox=True)
            for vendor in registry.VENDORS:
                integrations.add(
                    db,
                    ring,
                    slug,
                    vendor.name,
                    credentials(slug)[vendor.name],
                    poll_seconds=int(vendor.poll_every.total_seconds()),
                )
