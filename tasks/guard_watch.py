"""The breakers and gates of one vendor as one process sees them: asked rarely, told at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from adapters._kit.vendor import Vendor
from core import breaker
from core.breaker import Mode, Phase, Policy
from core.errors import Deferred, Origin
from core.gate import Limit, is_missed
from store import breaker_rows, breakers, gates
from store.breakers import Call, Kept, Policies, Target, Told, Verdict
from store.connection import Connection
from store.gates import Want
from store.line import Gathered, Line
from tasks import config, guard_words
from tasks.guard_memory import Memory, Prepaid

# How long to wait for the database where no call to a vendor that answers is held up: before a
# batch, whose claims waited for it as well, and before a probe.
PATIENT_S = 5.0


async def default_policies() -> Policies:
    """What holds where no operator says otherwise."""
    return Policies()


def is_probed(policy: Policy, kept: Kept, now: datetime) -> bool:
    """Whether somebody is finding out about it: what he finds is worth waiting for."""
    return kept.state.phase is Phase.HALF_OPEN and policy.mode_at(now) is Mode.AUTO


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
    _rates: dict[str, Limit] = field(default_factory=dict)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _reads: Gathered[Target] = field(init=False)
    _calls: Gathered[Call] = field(init=False)
    _wants: Gathered[Want] = field(init=False)

    def __post_init__(self) -> None:
        self._reads = Gathered(self.line, self._read)
        self._calls = Gathered(self.line, self._record)
        self._wants = Gathered(self.line, self._take)

    async def prepare(
        self, whose: Sequence[Whose], limits: Mapping[str, int] | None = None
    ) -> None:
        """Before a batch: the operator's settings, and all its breakers and gates at once.

        ``limits``: how many calls each integration is likely to make under each limit.
        """
        targets = [self.target(one) for one in whose]
        wholes = {Target(target.vendor) for target in targets}
        wants = {
            (scope := self.scope(one, name)): Want(scope, self.rate(name), calls)
            for one in whose
            for name, calls in (limits or {}).items()
        }
        _, _, self.policies = await asyncio.gather(
            self._reads.bring(*wholes, *targets, patience_s=PATIENT_S),
            self._wants.bring(*wants.values(), patience_s=PATIENT_S),
            self.load_policies(),
        )

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
        """Read breakers into memory; False when the database does not answer."""
        return await self._reads.bring(*targets)

    async def admit(self, target: Target, owner: str) -> Verdict | None:
        """Ask for a probe; None when the database does not answer.

        One call of this process asks at a time: the others see what it was told.
        """
        both = (Target(target.vendor), target)
        async with self._asking:
            if (states := self.memory.breakers(both)) is not None:
                now = self.memory.clock.now()
                verdict, granted = breakers.decide(self.policies, states, target, now, owner)
                if not granted:
                    return verdict
            return await self._admit(target, owner)

    async def _admit(self, target: Target, owner: str) -> Verdict | None:
        async def ask(conn: Connection) -> Verdict:
            verdict = await breakers.admit(conn, self.policies, target, owner)
            self._learn(verdict.states, verdict.told)
            return verdict

        async def give_back(conn: Connection) -> None:
            found = await breakers.give_back(conn, self.policies, target, owner)
            self._learn(found.states, found.told)

        # A probe that comes when nobody waits for it any more goes back at once.
        return await self.line.ask(ask, undo=give_back, patience_s=PATIENT_S)

    async def record(self, call: Call) -> None:
        """Count a call whose outcome may change a breaker, at once."""
        await self._calls.bring(call)

    async def flush(self) -> None:
        """Write down the good answers counted so far; they go with failures, too."""
        for is_sandbox in (False, True):
            vendor = breakers.Vendor(self.vendor.name, is_sandbox)
            if good := self.memory.good_answers(vendor):
                await self._write_down(vendor, good)

    async def give_back(self) -> None:
        """At the end: return calls that were taken and not made, where they would be missed."""
        unused = [
            Want(scope, rate, calls)
            for scope, calls in self.memory.unused().items()
            if is_missed(rate := self.rate(gates.limit_of(scope)), calls)
        ]
        if unused:
            await self.line.ask(lambda conn: gates.give_back(conn, unused))

    async def take(self, scope: str, limit: str, calls: int) -> Prepaid | None:
        """Take calls at a gate; None when the database does not answer."""
        taken = await self._wants.bring(Want(scope, self.rate(limit), calls))
        return self.memory.gate(scope) if taken else None

    async def refused(self, scope: str, limit: str, retry_after_s: float | None) -> None:
        """The vendor refused a call under this limit: pause it for everybody."""
        rate, backoff = self.rate(limit), config.backoff(self.vendor)

        async def pause(conn: Connection) -> None:
            self.memory.see(scope, await gates.refused(conn, scope, rate, backoff, retry_after_s))

        await self.line.ask(pause)

    async def answered(self, scope: str, limit: str) -> None:
        """The vendor takes calls again: its next refusal is the first."""

        async def forgive(conn: Connection) -> None:
            self.memory.see(scope, await gates.answered(conn, scope, self.rate(limit)))

        await self.line.ask(forgive)

    async def refusal(self, *, is_sandbox: bool) -> Deferred | None:
        """Why the vendor as a whole is left alone now; None when a call, or a probe, may go."""
        whole = Target(breakers.Vendor(self.vendor.name, is_sandbox))
        if self.memory.breakers([whole]) is None:
            await self.read([whole])
        kept = (self.memory.last_known([whole]) or {whole: Kept()})[whole]
        now, policy = self.memory.clock.now(), self.policies.vendor
        answer = breaker.admit(policy, kept.state, now, "")
        if answer.allowed or is_probed(policy, kept, now):
            return None
        origin = Origin(self.vendor.name)
        return guard_words.left_alone(self.vendor, policy, origin, whole, answer, kept, now)

    async def _write_down(self, vendor: breakers.Vendor, tallies: Mapping[Target, int]) -> None:
        policies = self.policies
        await self.line.ask(lambda conn: breakers.record(conn, policies, vendor, tallies=tallies))

    async def _read(self, conn: Connection, targets: Sequence[Target]) -> None:
        for vendor in {target.vendor for target in targets}:
            ours = {target for target in targets if target.vendor == vendor}
            ids = [one.integration_id for one in ours if one.integration_id is not None]
            self.memory.remember(await breaker_rows.read(conn, vendor, ids), ours)

    async def _take(self, conn: Connection, wants: Sequence[Want]) -> None:
        together: dict[str, Want] = {}
        for want in wants:
            calls = want.calls + (together[want.scope].calls if want.scope in together else 0)
            together[want.scope] = want._replace(calls=calls)
        for scope, turn in (await gates.take(conn, list(together.values()))).items():
            self.memory.put(scope, turn)

    async def _record(self, conn: Connection, calls: Sequence[Call]) -> None:
        for vendor in {call.target.vendor for call in calls}:
            ours = [call for call in calls if call.target.vendor == vendor]
            good = self.memory.good_answers(vendor)
            found = await breakers.record(conn, self.policies, vendor, ours, good)
            self._learn(found.states, found.told)

    def _learn(self, states: Mapping[Target, Kept], told: Sequence[Told]) -> None:
        self.memory.remember(states)
        self.told += told
