"""The circuit breaker's decisions: what a state, an outcome and a time lead to. No I/O.

A breaker is CLOSED (calls go), OPEN (none goes before ``next_probe_at``) or HALF_OPEN (one probe
at a time goes). What is kept of it is ``State``; what an operator tunes is ``Policy``.

``State.version`` is the fence. It grows with every transition, granted probe and reset, not with
counts: calls that run side by side in one version all count. The caller hands the admission's
version back with the outcome; an outcome of another version is late and changes nothing.
Whoever stores the state applies one decision at a time (a row lock around read, decide and write,
never across the call), and writes nothing for a refusal: asking two breakers and keeping neither
answer unless both allow gives no probe away. Instants are aware, all from one clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.errors import ConfigurationError

_MOST_DOUBLINGS = 40  # beyond any cap; keeps the power of two finite
_NONE, _DAY = timedelta(0), timedelta(days=1)


class Phase(StrEnum):
    """Where a breaker stands."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


class Mode(StrEnum):
    """What an operator wants of a breaker."""

    AUTO = "auto"
    FORCED_OPEN = "forced_open"
    DISABLED = "disabled"


class Outcome(StrEnum):
    """What a call says about its vendor.

    IGNORED: no evidence (429, 401, 403, other 4xx, a fault of ours). CANCELLED: given up.
    """

    SUCCESS = "success"
    FAILURE = "failure"
    IGNORED = "ignored"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Policy:
    """An operator's settings of one breaker; raises ConfigurationError for ones that cannot work.

    ``jitter_share``: waits vary by this share of themselves, both ways. ``failure_rate``: share of
    failures among at least ``minimum_calls`` of the last ``window`` that opens it; None: no rule.
    ``minimum_tenants``: distinct tenants that must have failed in the window before it opens
    (1 for an integration's breaker, 3 for a vendor's). ``probe_lease``: longer than the longest
    call. ``until``: when a mode other than auto ends; None: when somebody ends it.
    """

    failure_threshold: int = 5
    success_threshold: int = 2
    recovery_timeout: timedelta = timedelta(seconds=60)
    recovery_cap: timedelta = timedelta(minutes=15)
    jitter_share: float = 0.1
    failure_rate: float | None = 0.5
    minimum_calls: int = 20
    window: timedelta = timedelta(minutes=2)
    minimum_tenants: int = 1
    probe_lease: timedelta = timedelta(seconds=120)
    mode: Mode = Mode.AUTO
    who: str | None = None
    why: str | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        least = min(self.failure_threshold, self.success_threshold, self.minimum_calls)
        rest, rate = self.recovery_timeout, self.failure_rate
        is_signed = (self.who or "").strip() and (self.why or "").strip()
        for holds, rule in (
            (min(least, self.minimum_tenants) >= 1, "Thresholds and minimums are 1 or more."),
            (_NONE < rest <= self.recovery_cap <= _DAY, "0 < recovery_timeout <= cap <= 1 day."),
            (0 <= self.jitter_share < 1, "jitter_share is 0 or more and under 1."),
            (rate is None or 0 < rate <= 1, "failure_rate is over 0 and at most 1, or none."),
            (min(self.window, self.probe_lease) > _NONE, "window and probe_lease are over 0."),
            (self.mode is Mode.AUTO or is_signed, f"Mode {self.mode} needs who and why."),
            (self.until is None or self.until.tzinfo is not None, "until needs a time zone."),
        ):
            if not holds:
                raise ConfigurationError(f"The circuit breaker's policy cannot be used. {rule}")

    def mode_at(self, now: datetime) -> Mode:
        """The mode in force: auto again from ``until`` on."""
        return Mode.AUTO if self.until is not None and now >= self.until else self.mode

    def rest(self, openings: int, jitter: float) -> timedelta:
        """How long it stays open after so many openings in a row. ``jitter``: 0 to 1."""
        doubled = self.recovery_timeout.total_seconds() * 2 ** min(openings - 1, _MOST_DOUBLINGS)
        varied = 1 + self.jitter_share * (2 * min(max(jitter, 0.0), 1.0) - 1)
        return timedelta(seconds=min(doubled, self.recovery_cap.total_seconds()) * varied)


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one breaker between calls.

    ``openings``: in a row, without a recovery between. ``probe_owner`` holds the one probe until
    its outcome, or until another takes it from ``probe_expires_at`` on.
    """

    phase: Phase = Phase.CLOSED
    version: int = 0
    consecutive_failures: int = 0
    consecutive_successes: int = 0
    openings: int = 0
    opened_at: datetime | None = None
    next_probe_at: datetime | None = None
    probe_owner: str | None = None
    probe_expires_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The calls since ``window_start``, the one being recorded included.

    ``failed_tenants``: distinct tenants among the failures. Ignored calls are in neither count.
    """

    calls: int = 0
    failures: int = 0
    failed_tenants: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """A transition: one row of history and one event to tell."""

    happened_at: datetime
    actor: str | None
    from_phase: Phase
    to_phase: Phase
    reason: str

    @property
    def name(self) -> str:
        """What it is called outside: opened, half_opened or closed."""
        return {Phase.OPEN: "opened", Phase.HALF_OPEN: "half_opened"}.get(self.to_phase, "closed")


class Decision(NamedTuple):
    """The state from now on (the very same object when nothing changed) and what happened."""

    state: State
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a call may go.

    ``version``: to hand back with the outcome; None when the outcome shall not count.
    ``retry_at``: when to ask again if refused; None: when an operator ends it.
    ``state``: to be stored before the call goes; None when nothing changed.
    """

    allowed: bool
    is_probe: bool = False
    retry_at: datetime | None = None
    version: int | None = None
    state: State | None = None
    event: Event | None = None


def window_start(policy: Policy, state: State, now: datetime) -> datetime:
    """From when on outcomes are evidence: never from before the last change of state.

    What opened the breaker must not open it again once the vendor has recovered.
    """
    start = now - policy.window
    return start if state.changed_at is None else max(start, state.changed_at)


def admit(policy: Policy, state: State, now: datetime, owner: str) -> Admission:
    """May this call go? ``owner``: unique to the call, so that two never share a probe."""
    mode = policy.mode_at(now)
    if mode is Mode.FORCED_OPEN:
        return Admission(False, retry_at=policy.until)
    if mode is Mode.DISABLED:
        return Admission(True)
    if state.phase is Phase.CLOSED:
        return Admission(True, version=state.version)
    due = state.next_probe_at if state.phase is Phase.OPEN else state.probe_expires_at
    if due is not None and now < due:
        return Admission(False, retry_at=due)
    version, lease_ends = state.version + 1, now + policy.probe_lease
    granted = replace(state, version=version, probe_owner=owner, probe_expires_at=lease_ends)
    if state.phase is Phase.HALF_OPEN:
        return Admission(True, True, version=version, state=granted)
    half_open = replace(granted, phase=Phase.HALF_OPEN, consecutive_successes=0, changed_at=now)
    event = Event(now, owner, Phase.OPEN, Phase.HALF_OPEN, "The rest is over: one probe may go.")
    return Admission(True, True, version=version, state=half_open, event=event)


def record(
    policy: Policy,
    state: State,
    outcome: Outcome,
    now: datetime,
    *,
    version: int | None,
    owner: str,
    window: Window,
    jitter: float,
) -> Decision:
    """What an outcome leads to. ``version``: of the call's admission; ``jitter``: 0 to 1.

    A probe's outcome counts after its lease too, as long as nobody else took the probe.
    """
    if version != state.version or policy.mode_at(now) is Mode.DISABLED:
        return Decision(state)
    is_probe = state.phase is Phase.HALF_OPEN and owner == state.probe_owner
    if policy.mode_at(now) is Mode.FORCED_OPEN:
        return Decision(_without_probe(state) if is_probe else state)
    if state.phase is Phase.CLOSED:
        counted, why = _counted(policy, state, outcome, window)
        return _opened(policy, counted, now, owner, why, jitter) if why else Decision(counted)
    if not is_probe:
        return Decision(state)
    if outcome is Outcome.FAILURE:
        return _opened(policy, state, now, owner, "The probe failed.", jitter)
    if outcome is Outcome.SUCCESS:
        return _probe_succeeded(policy, state, now, owner)
    return Decision(_without_probe(state))


def reset(state: State, now: datetime, who: str, why: str) -> Decision:
    """Closed by a person: counts start anew, and outcomes of calls already out are late."""
    closed = State(version=state.version + 1, opened_at=state.opened_at, changed_at=now)
    event = Event(now, who, state.phase, Phase.CLOSED, why)
    return Decision(closed, None if state.phase is Phase.CLOSED else event)


def _counted(
    policy: Policy, state: State, outcome: Outcome, window: Window
) -> tuple[State, str | None]:
    """The state with this outcome in it, and why it must open, if it must."""
    if outcome is Outcome.SUCCESS and state.consecutive_failures:
        return replace(state, consecutive_failures=0), None
    if outcome is not Outcome.FAILURE:
        return state, None
    state = replace(state, consecutive_failures=state.consecutive_failures + 1)
    return state, _why_open(policy, state, window)


def _why_open(policy: Policy, state: State, window: Window) -> str | None:
    # One tenant's trouble is not the vendor's. One failed tenant is always known: this call's.
    if max(window.failed_tenants, 1) < policy.minimum_tenants:
        return None
    if state.consecutive_failures >= policy.failure_threshold:
        return f"{state.consecutive_failures} failures in a row."
    if policy.failure_rate is None or window.calls < policy.minimum_calls:
        return None
    if window.failures < policy.failure_rate * window.calls:
        return None
    return f"{window.failures} of {window.calls} calls failed."


def _opened(
    policy: Policy, state: State, now: datetime, owner: str, why: str, jitter: float
) -> Decision:
    openings = state.openings + 1
    opened = replace(
        _without_probe(state),
        phase=Phase.OPEN,
        version=state.version + 1,
        consecutive_successes=0,
        openings=openings,
        opened_at=now,
        next_probe_at=now + policy.rest(openings, jitter),
        changed_at=now,
    )
    return Decision(opened, Event(now, owner, state.phase, Phase.OPEN, why))


def _probe_succeeded(policy: Policy, state: State, now: datetime, owner: str) -> Decision:
    successes = state.consecutive_successes + 1
    if successes >= policy.success_threshold:
        return reset(state, now, owner, f"{successes} probes in a row succeeded.")
    return Decision(replace(_without_probe(state), consecutive_successes=successes))


def _without_probe(state: State) -> State:
    return replace(state, probe_owner=None, probe_expires_at=None)
