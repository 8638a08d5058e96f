"""The breakers and gates of one vendor as one process sees them: asked rarely, told at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from adapters._kit.vendor import Vendor
from core.gate import Gate, Limit
from store import breaker_rows, breakers, gates
from store.breakers import Call, Policies, Target, Told, Verdict
from store.gates import Turn, Want
from store.line import Line
from tasks import config
from tasks.guard_memory import Memory, Prepaid


async def default_policies() -> Policies:
    """What holds where no operator says otherwise."""
    return Policies()


@dataclass(frozen=True, slots=True)
class Whose:
    """An integration as its guard knows it. ``fingerprint``: of its credential."""

    integration_id: UUID
    tenant_id: UUID
    fingerprint: str
    is_sandbox: bool


@dataclass(slots=True)
class Watch:
    """Shared by the guards of all integrations of one vendor in one process.

    ``told``: transitions made here that Prefect has yet to hear of.
    """

    vendor: Vendor
    line: Line
    load_policies: Callable[[], Awaitable[Policies]] = default_policies
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    memory: Memory = field(default_factory=Memory)
    policies: Policies = field(default_factory=Policies)
    told: list[Told] = field(default_factory=list)
    _tallies: Counter[Target] = field(default_factory=Counter)
    _rates: dict[str, Limit] = field(default_factory=dict)

    async def prepare(
        self, whose: Sequence[Whose], limits: Mapping[str, int] | None = None
    ) -> None:
        """Before a batch: the operator's settings, and all its breakers and gates at once.

        ``limits``: how many calls each integration is likely to make under each limit.
        """
        self.policies = await self.load_policies()
        for is_sandbox in {one.is_sandbox for one in whose}:
            ours = [self.target(one) for one in whose if one.is_sandbox == is_sandbox]
            await self.read([Target(ours[0].vendor), *ours])
        wants = {
            (scope := self.scope(one, name)): Want(scope, self.rate(name), calls)
            for one in whose
            for name, calls in (limits or {}).items()
        }
        await self._take(list(wants.values()))

    def target(self, whose: Whose) -> Target:
        """The breaker of an integration."""
        vendor = breakers.Vendor(self.vendor.name, whose.is_sandbox)
        return Target(vendor, whose.integration_id, whose.tenant_id)

    def scope(self, whose: Whose, limit: str) -> str:
        """The gate of an integration's credential under one of the vendor's limits."""
        return gates.scope_of(self.vendor.name, whose.is_sandbox, whose.fingerprint, limit)

    def rate(self, limit: str) -> Limit:
        """How fast one credential may call under this limit; the settings are read once."""
        if limit not in self._rates:
            self._rates[limit] = config.rate(self.vendor, limit)
        return self._rates[limit]

    async def read(self, targets: Collection[Target]) -> bool:
        """Read breakers of one vendor into memory; False when the database does not answer."""
        (vendor,) = {target.vendor for target in targets}
        ids = [one.integration_id for one in targets if one.integration_id is not None]
        found = await self.line.ask(lambda conn: breaker_rows.read(conn, vendor, ids))
        if found is not None:
            self.memory.remember(found, targets)
        return found is not None

    async def admit(self, target: Target, owner: str) -> Verdict | None:
        """Ask for a probe; None when the database does not answer."""
        policies = self.policies
        verdict = await self.line.ask(
            lambda conn: breakers.admit(conn, policies, target, owner),
            # A probe that comes when nobody waits for it any more goes back at once.
            undo=lambda conn: breakers.give_back(conn, policies, target, owner),
        )
        if verdict is not None:
            self.memory.remember(verdict.states)
            self.told += verdict.told
        return verdict

    async def record(self, call: Call) -> None:
        """Count a call whose outcome may change a breaker, at once."""
        policies, tallies = self.policies, self._drained(call.target.vendor)
        found = await self.line.ask(
            lambda conn: breakers.record(conn, policies, call.target.vendor, [call], tallies)
        )
        if found is not None:
            self.memory.remember(found.states)
            self.told += found.told

    def tally(self, target: Target) -> None:
        """Count a good answer that changes nothing; it is written down with the next ones."""
        self._tallies[target] += 1

    async def flush(self) -> None:
        """Write down the good answers counted so far."""
        for vendor in {target.vendor for target in self._tallies}:
            await self._write_down(vendor, self._drained(vendor))

    async def take(self, scope: str, limit: str, calls: int) -> Prepaid | None:
        """Take calls at a gate; None when the database does not answer."""
        turns = await self._take([Want(scope, self.rate(limit), calls)])
        return None if turns is None else self.memory.gate(scope)

    async def refused(self, scope: str, limit: str, retry_after_s: float | None) -> None:
        """The vendor refused a call under this limit: pause it for everybody."""
        rate, backoff = self.rate(limit), config.backoff(self.vendor)
        await self._see(
            scope,
            await self.line.ask(
                lambda conn: gates.refused(conn, scope, rate, backoff, retry_after_s)
            ),
        )

    async def answered(self, scope: str, limit: str) -> None:
        """The vendor takes calls again: its next refusal is the first."""
        rate = self.rate(limit)
        await self._see(scope, await self.line.ask(lambda conn: gates.answered(conn, scope, rate)))

    async def _see(self, scope: str, gate: Gate | None) -> None:
        if gate is not None:
            self.memory.see(scope, gate)

    async def _take(self, wants: Sequence[Want]) -> dict[str, Turn] | None:
        if not wants:
            return {}
        turns = await self.line.ask(lambda conn: gates.take(conn, wants))
        for scope, turn in (turns or {}).items():
            self.memory.put(scope, turn)
        return turns

    async def _write_down(self, vendor: breakers.Vendor, tallies: Mapping[Target, int]) -> None:
        policies = self.policies
        await self.line.ask(lambda conn: breakers.record(conn, policies, vendor, tallies=tallies))

    def _drained(self, vendor: breakers.Vendor) -> dict[Target, int]:
        ours = [target for target in self._tallies if target.vendor == vendor]
        return {target: self._tallies.pop(target) for target in ours}
