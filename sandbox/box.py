"""The sandbox as an object: the world, its clock, keys, limits, faults and the count of requests.

Tests hold one of these and turn its knobs without HTTP; the server and the control endpoints turn
the same ones. All methods are quick and never wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.credentials import credentials
from sandbox.exchange import Answer, Ask, Pages, Refused, Vendor
from sandbox.faults import Faults, Rule, Verdict, front_answer
from sandbox.fuelfinder import FuelFinder
from sandbox.keyring import Keyring
from sandbox.ledger import Ledger
from sandbox.limits import Limits
from sandbox.openweather import OpenWeather
from sandbox.samsara import Samsara
from sandbox.spoil import spoiled
from sandbox.truckbase import Truckbase
from sandbox.world import TenantPlan, World


class Box:
    """A sandbox. `url` is set while it is served."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.url = ""
        self.clock = Clock()
        self.vendors: tuple[Vendor, ...] = (Samsara(), Truckbase(), FuelFinder(), OpenWeather())
        self.keyring = Keyring(self.vendors)
        self.limits = Limits()
        self.rules = Faults()
        self.ledger = Ledger()
        self.pages = Pages()
        for slug in self.world.tenants:
            self.keyring.add(slug)

    # Tenants and keys

    def add_tenant(
        self, slug: str, drivers: int = 12, loads: int | None = None, name: str | None = None
    ) -> dict[str, dict[str, str]]:
        """A new tenant, or a known one with another size; returns its keys."""
        self.world.add(TenantPlan(slug, drivers, loads, name))
        self.keyring.add(slug)
        return self.keys(slug)

    def keys(self, slug: str) -> dict[str, dict[str, str]]:
        """The keys that work now, by vendor."""
        return {vendor.name: self.keyring.current(slug, vendor.name) for vendor in self.vendors}

    def fingerprint(self, slug: str, vendor: str) -> str:
        """The name under which a tenant's key stands in the counts and the log."""
        for known in self.vendors:
            if known.name == vendor:
                return self.ledger.name(known.keyed(self.keyring.current(slug, vendor)))
        raise KeyError(vendor)

    def base(self, vendor: str) -> str:
        """The vendor's base URL, as a setting would hold it."""
        found = {known.name: known.base for known in self.vendors}
        return self.url + found[vendor]

    # The clock

    @property
    def now(self) -> int:
        """The world's instant, whole seconds since 1970."""
        return self.clock.now()

    def freeze(self, at: datetime | str | int | None = None) -> None:
        """Stop the world's clock, at an instant or where it is."""
        self.clock.freeze(at)

    def advance(self, seconds: float) -> None:
        """Move the world's clock."""
        self.clock.advance(seconds)

    # Faults

    def faults(self, *rules: Mapping[str, Any] | Rule, **rule: Any) -> None:
        """Add rules: mappings, or one by keywords. ValueError for a rule that makes no sense."""
        given = [*rules, rule] if rule else list(rules)
        found = [each if isinstance(each, Rule) else _rule(each) for each in given]
        self.rules.rules.extend(found)

    def clear(self) -> None:
        """No faults any more."""
        self.rules.rules.clear()

    # What happened, and what is true

    def stats(self, log: int = 0) -> dict[str, Any]:
        """Counts since the last reset, with the newest `log` requests."""
        kept = {"hits": self.pages.hits, "made": self.pages.made}
        return {**self.ledger.state(log), "pages": kept}

    def reset_stats(self) -> None:
        """Start counting anew."""
        self.ledger.reset()

    def truth(self, slug: str, now: int | None = None) -> dict[str, Any]:
        """The domain truth of a tenant at the present clock, or at another instant."""
        return self.world.truth(slug, self.now if now is None else now)

    def mutate(
        self, slug: str | None, dataset: str = "hos_clocks", share: float = 0.01, seed: int = 0
    ) -> int:
        """Change this share of rows; returns how many. ValueError for a bad dataset or share."""
        return self.world.mutate(slug, dataset, share, seed, self.now)

    def warm(self, slug: str, vendor: str, path: str, query: str = "") -> int:
        """Encode a tenant's pages of an endpoint ahead of time; returns their number."""
        found = self.vendor(vendor)
        if found is None:
            raise ValueError(f"no such vendor: {vendor}")
        pages, following = 0, query
        while True:
            answer = self.answer(found, slug, path, following)
            pages += answer.status == 200
            onward = found.onward(answer, query)
            if onward is None:
                return pages
            following = onward

    # For the server

    def vendor(self, name: str) -> Vendor | None:
        """A vendor by its name."""
        return next((vendor for vendor in self.vendors if vendor.name == name), None)

    def answer(self, vendor: Vendor, slug: str, path: str, query: str) -> Answer:
        """What the vendor says to an admitted request."""
        ask = self.ask(slug, path, query)
        try:
            return vendor.answer(ask)
        except Refused as refused:
            return refused.answer

    def ask(self, slug: str, path: str, query: str) -> Ask:
        """The request as a vendor sees it."""
        return Ask(
            self.world, self.world.tenant(slug), self.pages, self.clock.now(), path, query,
            self.world.station_bumps,
        )  # fmt: skip

    def admitted(
        self, vendor: Vendor, slug: str | None, path: str, query: str, verdict: Verdict | None
    ) -> Answer:
        """The answer to a request that was not one too many, with faults in its body."""
        if verdict is not None and verdict.front is not None:
            return front_answer(verdict.front.rule, vendor)
        if slug is None:
            return vendor.unauthorized()
        if not self.keyring.allows(slug, vendor.name, vendor.scope(path)):
            return vendor.forbidden()
        answer = self.answer(vendor, slug, path, query)
        if verdict is not None and verdict.spoils:
            answer = spoiled(answer, verdict.spoils, vendor, self.ask(slug, path, query))
        return answer

    @staticmethod
    def credentials(slug: str) -> dict[str, dict[str, str]]:
        """The keys a tenant starts with; the same as `sandbox.credentials`."""
        return credentials(slug)


def _rule(given: Mapping[str, Any]) -> Rule:
    wrong = set(given) - {"kind", "vendor", "credential", "path", "share", "times", "seed", "args"}
    if wrong or "kind" not in given:
        raise ValueError(f"a fault rule needs a kind and has no {', '.join(sorted(wrong)) or '-'}")
    return Rule(**given)
