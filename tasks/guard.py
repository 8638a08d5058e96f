"""Stands between a vendor and our calls: circuit breakers and rate gates, shared by all processes.

    async with watching(vendor, database_url()) as watch:
        session = client.session(url, credentials, guard_of(watch, whose))

Each call asks before it goes and tells how it ended. What is decided lies in `core`, what is kept
in `store`. Without a database calls go on, and the log says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from adapters._kit.vendor import Vendor
from core import gate
from core.breaker import Outcome, Phase
from core.errors import Origin, RateLimited, VendorError
from store import breaker_rows, breakers, signals
from store.breakers import Call, Kept, Policies, Target, Versions
from store.connection import UNREACHABLE, connect
from store.line import ANSWER_S, Line
from tasks import guard_words
from tasks.guard_memory import Memory, Prepaid
from tasks.guard_watch import Watch, Whose, default_policies, is_probed

# Calls that are taken from a gate together: twice as many each time, for one who calls on and on.
# While the database is asked, the request for the next page waits, which was to be under way.
AT_ONCE, MOST_AT_ONCE = 8, 64
LOOK_AGAIN_S = 0.25
LISTEN_AGAIN_S = 1.0
UNCOUNTED = Versions()
NOBODY = ""  # owns no probe
NONE = timedelta(0)
log = logging.getLogger("sally.guard")


@asynccontextmanager
async def watching(
    vendor: Vendor,
    url: str,
    load_policies: Callable[[], Awaitable[Policies]] = default_policies,
    *,
    answer_s: float = ANSWER_S,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Watch]:
    """Watch over a vendor's calls: hears what other processes change, and tells them."""
    async with Line(url, answer_s) as line:
        watch = Watch(vendor, line, load_policies, sleep)
        ears = asyncio.Event()
        listener = asyncio.create_task(_listen(url, watch, ears))
        try:
            with contextlib.suppress(TimeoutError):  # then we go on deaf, and look more often
                async with asyncio.timeout(LISTEN_AGAIN_S):
                    await ears.wait()
            yield watch
            await watch.flush()
            await watch.give_back()
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)


async def _listen(url: str, watch: Watch, ears: asyncio.Event) -> None:
    """Forget what others say has changed; what may have been missed is forgotten as well."""
    memory = watch.memory
    while True:
        try:
            async with connect(url, application_name="sally guard ear") as conn:
                await signals.listen(conn)
                memory.clock.set(await breaker_rows.now(conn))
                memory.forget_all()
                memory.is_heard = True
                ears.set()
                async for name, teller in signals.heard(conn):
                    if teller != watch.line.number:
                        memory.forget(name)
        except UNREACHABLE as error:
            log.warning("What others change is not heard (%s); trying again.", type(error).__name__)
        memory.is_heard = False
        ears.set()
        await asyncio.sleep(LISTEN_AGAIN_S)


@dataclass(slots=True)
class Pass:
    """One call's permission, and under which circumstances it was given."""

    scope: str
    limit: str
    owner: str
    versions: Versions = UNCOUNTED
    is_probe: bool = False


class IntegrationGuard:
    """What one integration's session asks; see `adapters._kit.guard.Guard`."""

    def __init__(self, watch: Watch, whose: Whose) -> None:
        self._watch, self._whose = watch, whose
        self._memory: Memory = watch.memory
        self._target = watch.target(whose)
        self._both = (Target(self._target.vendor), self._target)
        self._whole, self._own = (watch.memory.breaker(target) for target in self._both)
        self._at_once = AT_ONCE

    def paused_until(self, path: str | None) -> datetime | None:
        """Until when the vendor wants no call of this path, as far as this process knows."""
        limit = self._watch.vendor.limit_of(path or "").name
        held = self._memory.gate(self._watch.scope(self._whose, limit))
        return None if held is None else held.gate.not_before

    async def admit(self, limit: str, origin: Origin) -> Pass:
        """A pass for one call, after its turn came; ``Deferred`` when that would take too long."""
        scope = self._watch.scope(self._whose, limit)
        held = self._memory.gate(scope)
        if held is not None and held.is_open and held.calls:
            held.calls -= 1
        else:
            await self._turn(scope, limit, origin)
        versions = self._plainly()
        if versions is not None:
            return Pass(scope, limit, NOBODY, versions)
        return await self._pass(scope, limit, origin)

    async def confirm(self, given: Pass, origin: Origin) -> Pass:
        """The same pass unless something changed since it was given."""
        if given.is_probe:
            return given
        held = self._memory.gate(given.scope)
        if held is not None and not held.is_open and gate.pause_left(held.gate, self._now()) > NONE:
            return await self.admit(given.limit, origin)
        if given.versions == self._plainly():
            return given
        return await self._pass(given.scope, given.limit, origin)

    async def settle(self, given: Pass, error: VendorError | None) -> None:
        """Tell how the call ended: at once what others must know, the rest in passing."""
        await self._settle_gate(given, error)
        outcome = _outcome(error)
        if outcome is Outcome.FAILURE or given.is_probe:
            await self._record(given, outcome)
        elif outcome is Outcome.SUCCESS:
            if self._whole.has_failed or self._own.has_failed:
                await self._record(given, outcome)
            else:
                self._own.good += 1

    async def give_up(self, given: Pass) -> None:
        """A call that never ended: another may probe in its place."""
        if given.is_probe:
            await self._record(given, Outcome.CANCELLED)

    async def _turn(self, scope: str, limit: str, origin: Origin) -> None:
        """Wait until the gate lets this call go."""
        has_turn = False
        while True:
            held = self._memory.gate(scope)
            if held is None or (held.calls < 1 and not has_turn):
                taken = await self._watch.take(scope, limit, self._at_once)
                self._at_once = min(2 * self._at_once, MOST_AT_ONCE)
                has_turn = has_turn or taken is None  # nobody counts; a known pause holds even so
                held = taken or held
                if held is None:
                    return
            wait = self._wait(held)
            if gate.defers(wait):
                raise guard_words.too_early(
                    self._watch.vendor, origin, held.gate, self._now(), wait
                )
            if not has_turn:
                if held.calls < 1:  # another call of this process was faster
                    continue
                held.calls -= 1
                has_turn = True
            if wait <= NONE:
                return
            await self._watch.sleep(wait.total_seconds())

    def _wait(self, held: Prepaid) -> timedelta:
        """How long until the calls taken may go, a pause that came since included."""
        now = self._now()
        rest = NONE if held.ready_at is None else held.ready_at - now
        return max(rest, gate.pause_left(held.gate, now), NONE)

    async def _pass(self, scope: str, limit: str, origin: Origin) -> Pass:
        """Pass both breakers; where somebody is probing, wait a while for what he finds."""
        patience = self._now() + gate.PATIENCE
        while True:
            states = await self._states()
            if states is None:
                return Pass(scope, limit, NOBODY)
            owner = uuid4().hex
            now = self._now()
            verdict, granted = breakers.decide(
                self._watch.policies, states, self._target, now, owner
            )
            if granted:
                asked = await self._watch.admit(self._target, owner)
                if asked is None:
                    return Pass(scope, limit, owner)
                verdict = asked
            if verdict.refused_by is None:
                return Pass(scope, limit, owner, verdict.versions, verdict.is_probe)
            target, answer = verdict.refused_by
            kept = verdict.states[target]
            policy = self._watch.policies.of(target)
            if not is_probed(policy, kept, now) or now >= patience:
                raise guard_words.left_alone(
                    self._watch.vendor, policy, origin, target, answer, kept, now
                )
            await self._change(target)

    async def _states(self) -> dict[Target, Kept] | None:
        """Both breakers; as they were last known where the database does not answer."""
        states = self._memory.breakers(self._both)
        if states is None:
            await self._watch.read(self._both)
            states = self._memory.last_known(self._both)
        return states

    async def _change(self, target: Target) -> None:
        """Wait until a breaker changes, or look again."""
        changed = self._memory.changed
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN_S):
                await changed.wait()
                return
        self._memory.forget(target.signal)

    async def _settle_gate(self, given: Pass, error: VendorError | None) -> None:
        if isinstance(error, RateLimited):
            await self._watch.refused(given.scope, given.limit, error.retry_after)
            return
        held = self._memory.gate(given.scope)
        if error is None and held is not None and held.gate.strikes:
            await self._watch.answered(given.scope, given.limit)

    async def _record(self, given: Pass, outcome: Outcome) -> None:
        await self._watch.record(Call(self._target, outcome, given.versions, given.owner))

    def _plainly(self) -> Versions | None:
        """The usual case, made cheap: both breakers known and closed, and no operator's word."""
        whole, own = self._whole.kept, self._own.kept
        if whole is None or own is None or not self._watch.policies.are_plain:
            return None
        if whole.state.phase is not Phase.CLOSED or own.state.phase is not Phase.CLOSED:
            return None
        if not self._memory.is_fresh(self._whole, self._own):
            return None
        return Versions(whole.state.version, own.state.version)

    def _now(self) -> datetime:
        return self._memory.clock.now()


def _outcome(error: VendorError | None) -> Outcome:
    if error is None:
        return Outcome.SUCCESS
    return Outcome.FAILURE if error.counts_for_breaker else Outcome.IGNORED
