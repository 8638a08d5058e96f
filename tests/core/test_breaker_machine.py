"""The breaker under random calls, times and operators: what must hold, always.

The machine keeps its own account of who is out and since when; it trusts the breaker for nothing
but its answers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.breaker import (
    Admission,
    Mode,
    Outcome,
    Phase,
    Policy,
    State,
    Window,
    admit,
    record,
    reset,
    window_start,
)

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
LONGEST_REST = timedelta(seconds=990)


def s(seconds):
    return timedelta(seconds=seconds)


@dataclass
class Call:
    owner: str
    tenant: int
    admission: Admission
    lease_ends: datetime
    is_void: bool = False  # a person reset the breaker since
    is_dead: bool = False


class Breaker(RuleBasedStateMachine):
    """Eight imagined callers, two operators, one clock."""

    @initialize(
        failures=st.integers(1, 6), successes=st.integers(1, 3), tenants=st.sampled_from([1, 3])
    )
    def begin(self, failures, successes, tenants):
        self.policy = Policy(
            failure_threshold=failures,
            success_threshold=successes,
            minimum_tenants=tenants,
            minimum_calls=6,
        )
        self.state, self.now = State(), NOON
        self.out, self.done, self.outcomes = [], [], []
        self.names, self.quiet_until = 0, None

    @property
    def mode(self):
        over = self.policy.until is not None and self.now >= self.policy.until
        return Mode.AUTO if over else self.policy.mode

    @rule(seconds=st.one_of(st.integers(0, 70), st.floats(0, 2), st.sampled_from([120, 1000])))
    def time_passes(self, seconds):
        self.now += s(seconds)

    @precondition(lambda self: self.state.phase is not Phase.CLOSED)
    @rule(early=st.sampled_from([0, 0, 0, 0.001, 1]))
    def the_time_comes(self, early):
        """To the moment when a probe is due, or just before it."""
        due = self.state.probe_expires_at or self.state.next_probe_at
        self.now = max(self.now, due - s(early))

    @precondition(lambda self: self.state.phase is Phase.CLOSED)
    @rule(tenants=st.integers(1, 5), calls=st.integers(1, 8))
    def outage(self, tenants, calls):
        """So many calls go out side by side, and all fail."""
        first = len(self.out)
        for call in range(calls):
            self.ask(1 + call % tenants)
        while len(self.out) > first:
            self.finish(len(self.out) - 1, Outcome.FAILURE, 0.5)

    @precondition(lambda self: self.state.phase is not Phase.CLOSED)
    @rule(outcome=st.sampled_from([None, *Outcome]))
    def probes_race(self, outcome):
        """Left to itself, two callers ask when a probe is due; the newest call may come back."""
        self.operate(Mode.AUTO, None)
        self.the_time_comes(0)
        self.ask(1)
        self.ask(2)
        if outcome is not None and self.out:
            self.finish(len(self.out) - 1, outcome, 0.5)

    @rule(tenant=st.integers(1, 5))
    def ask(self, tenant):
        self.names += 1
        before, owner = self.state, f"call {self.names}"
        answer = admit(self.policy, before, self.now, owner)
        if self.mode is Mode.FORCED_OPEN:
            assert not answer.allowed, "forced open always wins"
        if self.mode is Mode.AUTO and before.phase is Phase.OPEN and answer.allowed:
            assert answer.is_probe
            assert self.now >= before.next_probe_at >= self.quiet_until, "before its time"
        if not answer.allowed:
            assert answer.state is None
            assert answer.retry_at is None or answer.retry_at > self.now
            return
        if answer.is_probe:
            assert not self.live_probes(), "at most one probe at a time"
        self.move(answer.state or before)
        self.out.append(Call(owner, tenant, answer, self.now + self.policy.probe_lease))

    @precondition(lambda self: self.out)
    @rule(which=st.integers(0, 99), outcome=st.sampled_from(Outcome), jitter=st.floats(0, 1))
    def finish(self, which, outcome, jitter):
        call = self.out.pop(which % len(self.out))
        self.done.append(call)
        self.tell(call, outcome, jitter)

    @precondition(lambda self: self.out)
    @rule(which=st.integers(0, 99))
    def crash(self, which):
        """A caller dies and never says what became of its call."""
        call = self.out.pop(which % len(self.out))
        self.done.append(call)
        call.is_dead = True

    @precondition(lambda self: any(c.admission.is_probe for c in self.done))
    @rule(which=st.integers(0, 99), outcome=st.sampled_from(Outcome))
    def tell_again(self, which, outcome):
        """A probe that has spoken speaks again, much later."""
        probes = [call for call in self.done if call.admission.is_probe and not call.is_dead]
        if probes:
            before = self.state
            self.tell(probes[which % len(probes)], outcome, 0.5)
            if before.phase is not Phase.CLOSED:
                assert self.state is before, "a decision counts once"

    @rule(
        mode=st.sampled_from([*Mode, Mode.AUTO]), seconds=st.one_of(st.none(), st.integers(1, 600))
    )
    def operate(self, mode, seconds):
        until = None if seconds is None else self.now + s(seconds)
        self.policy = replace(self.policy, mode=mode, who="Ann", why="a test", until=until)

    @precondition(lambda self: self.out)
    @rule(outcome=st.sampled_from([Outcome.SUCCESS, Outcome.FAILURE]))
    def force_open_meanwhile(self, outcome):
        """The newest call, a probe perhaps, comes back to a breaker that was forced open."""
        self.operate(Mode.FORCED_OPEN, 30)
        self.finish(len(self.out) - 1, outcome, 0.5)

    @rule()
    def start_afresh(self):
        self.move(reset(self.state, self.now, "Ann", "a test").state)
        self.quiet_until = None
        for call in self.out:
            call.is_void = True

    def tell(self, call, outcome, jitter):
        before, mode = self.state, self.mode
        if outcome in (Outcome.SUCCESS, Outcome.FAILURE):
            self.outcomes.append((self.now, call.tenant, outcome))
        window = self.window()
        found = record(
            self.policy,
            before,
            outcome,
            self.now,
            version=call.admission.version,
            owner=call.owner,
            window=window,
            jitter=jitter,
        )
        if call.admission.version != before.version or mode is Mode.DISABLED:
            assert found.state is before, "a late decision never wins"
        if mode is Mode.FORCED_OPEN:
            assert found.state.phase is before.phase, "forced open always wins"
        if found.event is not None and found.event.to_phase is Phase.OPEN:
            assert outcome is Outcome.FAILURE
            self.quiet_until = self.now + s(54)
            if before.phase is Phase.CLOSED:
                assert max(window.failed_tenants, 1) >= self.policy.minimum_tenants
        if found.state is not before and outcome in (Outcome.IGNORED, Outcome.CANCELLED):
            assert found.state.phase is before.phase
        if before.probe_owner == call.owner and mode is Mode.AUTO:
            assert found.state.probe_owner is None, "a probe gives its place back"
        if before.phase is Phase.HALF_OPEN and found.state.phase is Phase.CLOSED:
            assert outcome is Outcome.SUCCESS
        self.move(found.state)

    def move(self, state):
        assert state.version >= self.state.version
        if state.phase is not self.state.phase:
            assert state.version > self.state.version, "each transition is fenced"
        self.state = state

    def window(self):
        since = window_start(self.policy, self.state, self.now)
        seen = [one for one in self.outcomes if one[0] >= since]
        failed = [tenant for _, tenant, outcome in seen if outcome is Outcome.FAILURE]
        return Window(len(seen), len(failed), len(set(failed)))

    def live_probes(self):
        """Probes that may still be at the vendor: not finished, lease not over, not reset."""
        return [
            call
            for call in self.out
            if call.admission.is_probe and self.now < call.lease_ends and not call.is_void
        ]

    @invariant()
    def is_well_formed(self):
        if not hasattr(self, "state"):
            return
        state = self.state
        has_probe = state.probe_owner is not None
        assert has_probe is (state.probe_expires_at is not None)
        assert not has_probe or state.phase is Phase.HALF_OPEN
        assert state.phase is not Phase.OPEN or state.next_probe_at > state.opened_at
        assert state.phase is not Phase.CLOSED or state.openings == 0

    def teardown(self):
        """The vendor recovers and the operator lets go: it closes, in bounded time."""
        if not hasattr(self, "state"):
            return
        self.policy = replace(self.policy, mode=Mode.AUTO, until=None)
        latest = self.now + LONGEST_REST + self.policy.probe_lease + s(60)
        while self.state.phase is not Phase.CLOSED:
            assert self.now <= latest, "it always closes after the vendor recovers"
            self.names += 1
            answer = admit(self.policy, self.state, self.now, f"call {self.names}")
            if answer.allowed:
                self.move(answer.state or self.state)
                for call in self.out:
                    self.tell(call, Outcome.FAILURE, 0.5)  # from before: all late by now
                call = Call(f"call {self.names}", 1, answer, self.now)
                self.tell(call, Outcome.SUCCESS, 0.5)
            else:
                self.now = max(self.now + s(1), answer.retry_at)


TestBreaker = Breaker.TestCase
TestBreaker.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
