"""DAY's script: what goes wrong at the vendors, when, and the incidents that each of it causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.vendor import Sandbox
from core.alerts import Kind

# All day, everywhere: about one call in a hundred. None of it is an incident.
USUAL = (
    {"kind": "error_500", "share": 0.003},
    {"kind": "unavailable_503", "share": 0.003},
    {"kind": "reset", "share": 0.002},
    {"kind": "rate_limited", "share": 0.001, "args": {"retry_after": 1}},
    {"kind": "hang", "share": 0.0001},
)
OUTAGE_S = 75.0  # of ours: nobody is told of one that is over within 60
REVOKED = BROKEN = "samsara"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A fleet. ``keys``: by vendor, of those that it is connected to."""

    slug: str
    keys: Mapping[str, Mapping[str, str]]

    @property
    def admin(self) -> str:
        """Who is told of its troubles."""
        return f"admin@{self.slug}.example"


@dataclass(frozen=True, slots=True)
class Cause:
    """An incident that must be told to one tenant's admin, once, with its end."""

    slug: str
    kind: str
    vendor: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong from ``start`` on, until ``end``: shares of the day, or ``seconds`` long."""

    name: str
    start: float
    end: float
    rules: Sequence[Mapping[str, Any]] = ()
    revoked: Sequence[Tenant] = ()
    causes: Sequence[Cause] = ()
    seconds: float | None = None

    def is_on(self, passed_s: float, day_s: float) -> bool:
        """Whether it is there so long after the day's start."""
        begin = self.start * day_s
        over = begin + self.seconds if self.seconds is not None else self.end * day_s
        return begin <= passed_s < over


def script(given: Sequence[Tenant], down: str) -> list[Trouble]:
    """The troubles of a day, and whom they hit. ``down``: the vendor that has an outage."""
    revoked, broken = given[1:4], given[5]
    outage = [Cause(tenant.slug, Kind.VENDOR_DOWN, down) for tenant in given if down in tenant.keys]
    return [
        Trouble("the usual faults", 0, 1, USUAL),
        Trouble("Samsara is slow (400 ms more)", 0.1, 0.2,
                [{"kind": "latency", "vendor": "samsara", "args": {"ms": 400}}]),
        Trouble(f"{len(revoked)} keys revoked", 0.1, 0.6, revoked=revoked,
                causes=[Cause(one.slug, Kind.KEY_REJECTED, REVOKED) for one in revoked]),
        Trouble(f"{down} is down for everybody", 0.3, 1,
                [{"kind": "unavailable_503", "vendor": down}], causes=outage,
                seconds=OUTAGE_S),
        Trouble(f"{BROKEN} answers one tenant with another format", 0.1, 0.95,
                [{"kind": "not_json", "vendor": BROKEN, "credential": broken.slug}],
                causes=[Cause(broken.slug, Kind.FAILING, BROKEN)]),
    ]  # fmt: skip


class Weather:
    """Makes the sandbox go wrong as the script says; `at` is called all day long."""

    def __init__(self, served: Sandbox, troubles: Sequence[Trouble], day_s: float) -> None:
        self.served, self.troubles, self.day_s = served, troubles, day_s
        self._on: list[Trouble] = []

    def at(self, passed_s: float) -> list[tuple[Tenant, Mapping[str, str]]]:
        """Bring the faults in step; returns tenants whose admins got a new key, and the key."""
        wanted = [one for one in self.troubles if one.is_on(passed_s, self.day_s)]
        if wanted == self._on:
            return []
        began = [one for one in wanted if one not in self._on]
        ended = [one for one in self._on if one not in wanted]
        self._on = wanted
        self.served.ask("DELETE", "faults")
        if rules := [dict(rule) for one in wanted for rule in one.rules]:
            self.served.ask("POST", "faults", rules)
        for one in began:
            for tenant in one.revoked:
                self._key(tenant, "revoke")
        return [(tenant, self._key(tenant, "rotate")) for one in ended for tenant in one.revoked]

    def over(self) -> list[tuple[Tenant, Mapping[str, str]]]:
        """The day is over: nothing is wrong any more."""
        return self.at(self.day_s + OUTAGE_S)

    def _key(self, tenant: Tenant, action: str) -> Mapping[str, str]:
        told = {"slug": tenant.slug, "vendor": REVOKED, "action": action}
        keys: Mapping[str, str] = self.served.ask("POST", "credentials", told)["credentials"]
        return keys
