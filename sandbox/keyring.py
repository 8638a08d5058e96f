"""Which tenant a credential belongs to, and what it may not do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.credentials import VENDORS, credentials
from sandbox.exchange import Vendor


@dataclass
class _Holder:
    generation: dict[str, int] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    missing: set[tuple[str, str]] = field(default_factory=set)


class Keyring:
    """Keys of all known tenants, by vendor. Errors: KeyError for an unknown tenant or vendor."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        self._vendors = {vendor.name: vendor for vendor in vendors}
        self._slugs: dict[str, dict[str, str]] = {name: {} for name in VENDORS}
        self._holders: dict[str, _Holder] = {}

    def add(self, slug: str) -> None:
        """Let a tenant's keys in; a tenant already known stays as it is."""
        if slug in self._holders:
            return
        self._holders[slug] = _Holder()
        for name in VENDORS:
            self._slugs[name][self._key(slug, name)] = slug

    def _key(self, slug: str, vendor: str) -> str:
        generation = self._holders[slug].generation.get(vendor, 0)
        return self._vendors[vendor].keyed(credentials(slug, generation)[vendor])

    def slug(self, vendor: str, key: str | None) -> str | None:
        """Whose key it is; None for an unknown or revoked one."""
        return self._slugs[vendor].get(key) if key else None

    def current(self, slug: str, vendor: str) -> dict[str, str]:
        """The keys that work now (or would, if they were not revoked)."""
        generation = self._holders[slug].generation.get(vendor, 0)
        return credentials(slug, generation)[vendor]

    def rotate(self, slug: str, vendor: str) -> dict[str, str]:
        """New keys; the old ones stop working."""
        self._slugs[vendor].pop(self._key(slug, vendor), None)
        holder = self._holders[slug]
        holder.generation[vendor] = holder.generation.get(vendor, 0) + 1
        self.restore(slug, vendor)
        return self.current(slug, vendor)

    def revoke(self, slug: str, vendor: str) -> None:
        """The keys stop working."""
        self._slugs[vendor].pop(self._key(slug, vendor), None)
        self._holders[slug].revoked.add(vendor)

    def restore(self, slug: str, vendor: str) -> None:
        """The keys work again."""
        self._slugs[vendor][self._key(slug, vendor)] = slug
        self._holders[slug].revoked.discard(vendor)

    def remove_scope(self, slug: str, vendor: str, scope: str) -> None:
        """Take a permission away. ValueError if the vendor has no such scope."""
        if scope not in self._vendors[vendor].scopes:
            known = ", ".join(self._vendors[vendor].scopes)
            raise ValueError(f"{vendor} has no scope {scope!r}; it has: {known}")
        self._holders[slug].missing.add((vendor, scope))

    def add_scope(self, slug: str, vendor: str, scope: str) -> None:
        """Give a permission back."""
        self._holders[slug].missing.discard((vendor, scope))

    def allows(self, slug: str, vendor: str, scope: str | None) -> bool:
        """Whether the tenant's key holds this permission."""
        return (vendor, scope) not in self._holders[slug].missing

    def state(self) -> dict[str, dict[str, list[str]]]:
        """What is revoked or missing, by tenant; tenants with everything are left out."""
        return {
            slug: {
                "revoked": sorted(holder.revoked),
                "missing_scopes": sorted(f"{vendor}: {scope}" for vendor, scope in holder.missing),
            }
            for slug, holder in self._holders.items()
            if holder.revoked or holder.missing
        }
