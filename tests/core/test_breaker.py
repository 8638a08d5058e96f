"""The breaker's policy, its waits, and a vendor's bad day from start to end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.breaker import (
    Mode,
    Outcome,
    Phase,
    Policy,
    State,
    Window,
    admit,
    record,
    window_start,
)
from core.errors import ConfigurationError

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
S = timedelta(seconds=1)
POLICY = Policy()


def told(state, outcome, now, version=None, owner="a", policy=POLICY):
    return record(
        policy,
        state,
        outcome,
        now,
        version=state.version if version is None else version,
        owner=owner,
        window=Window(1, 1, 1),
        jitter=0.5,
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"failure_threshold": 0},
        {"success_threshold": 0},
        {"minimum_calls": 0},
        {"minimum_tenants": 0},
        {"recovery_timeout": timedelta(0)},
        {"recovery_cap": 59 * S},
        {"recovery_cap": timedelta(days=2)},
        {"jitter_share": -0.1},
        {"jitter_share": 1.0},
        {"failure_rate": 0.0},
        {"failure_rate": 1.1},
        {"window": timedelta(0)},
        {"probe_lease": timedelta(0)},
        {"mode": Mode.FORCED_OPEN},
        {"mode": Mode.FORCED_OPEN, "who": "Ann", "why": "  "},
        {"mode": Mode.DISABLED, "why": "a test"},
        {"until": NOON.replace(tzinfo=None)},
    ],
    ids=str,
)
def test_a_policy_that_cannot_work_is_refused(settings):
    """An operator types these; a clear sentence beats a breaker that never opens or closes."""
    with pytest.raises(ConfigurationError, match="circuit breaker"):
        Policy(**settings)


@pytest.mark.parametrize(
    ("openings", "jitter", "seconds"),
    [(1, 0.5, 60), (1, 0.0, 54), (1, 1.0, 66), (2, 0.5, 120), (5, 0.5, 900), (5, 1.0, 990)],
)
def test_the_rest_doubles_and_varies(openings, jitter, seconds):
    """60 s, doubled by each opening in a row up to 15 min, give or take a tenth."""
    assert POLICY.rest(openings, jitter).total_seconds() == pytest.approx(seconds)


@given(openings=st.integers(1, 10**9), jitter=st.floats(0, 1), more=st.integers(0, 1000))
@settings(deadline=None, max_examples=60)
def test_the_rest_is_bounded_and_never_shrinks(openings, jitter, more):
    """Whatever the count, it is finite, near its bounds, and longer openings rest no less."""
    rest = POLICY.rest(openings, jitter)

    assert 54 * S <= rest <= 990 * S
    assert POLICY.rest(openings + more, jitter) >= rest


def test_calls_side_by_side_all_count():
    """Five calls went out together in one version; their five failures open the breaker."""
    state = State()
    versions = [admit(POLICY, state, NOON, f"call {n}").version for n in range(5)]

    for version in versions:
        state = told(state, Outcome.FAILURE, NOON + S, version).state

    assert state.phase is Phase.OPEN


def test_a_bad_day_from_start_to_end():
    """It opens, a probe fails, it rests longer, two probes succeed, and it starts afresh."""
    state, now = State(), NOON
    for _ in range(5):
        state = told(state, Outcome.FAILURE, now).state
    assert state.next_probe_at == NOON + 60 * S

    probe = admit(POLICY, state, NOON + 60 * S, "first")
    state = told(probe.state, Outcome.FAILURE, NOON + 70 * S, probe.version, "first").state
    assert state.next_probe_at == NOON + 190 * S

    for name, phase in (("second", Phase.HALF_OPEN), ("third", Phase.CLOSED)):
        probe = admit(POLICY, state, NOON + 200 * S, name)
        state = told(probe.state, Outcome.SUCCESS, NOON + 201 * S, probe.version, name).state
        assert state.phase is phase

    for _ in range(5):
        state = told(state, Outcome.FAILURE, NOON + 300 * S).state
    assert state.next_probe_at == NOON + 360 * S


def test_a_probe_taken_over_cannot_speak_any_more():
    """The slow probe's failure arrives when another holds the place: it is late."""
    state = State(phase=Phase.OPEN, next_probe_at=NOON)
    slow = admit(POLICY, state, NOON, "slow")
    quick = admit(POLICY, slow.state, NOON + POLICY.probe_lease, "quick")

    late = told(quick.state, Outcome.FAILURE, NOON + 130 * S, slow.version, "slow")

    assert late.state is quick.state
    assert late.event is None


def test_a_slow_probe_still_speaks_while_nobody_took_over():
    """Else a vendor slower than the lease would be probed for ever and never rest longer."""
    state = State(phase=Phase.OPEN, openings=1, next_probe_at=NOON)
    slow = admit(POLICY, state, NOON, "slow")

    found = told(slow.state, Outcome.FAILURE, NOON + 500 * S, slow.version, "slow")

    assert found.state.phase is Phase.OPEN


def test_an_event_says_who_and_why():
    """History has to answer who opened it and on what evidence."""
    state = replace(State(), consecutive_failures=4)

    event = told(state, Outcome.FAILURE, NOON, owner="run 1").event

    assert (event.actor, event.reason) == ("run 1", "5 failures in a row.")
    assert (event.from_phase, event.to_phase, event.happened_at) == (
        Phase.CLOSED,
        Phase.OPEN,
        NOON,
    )


def test_the_window_forgets_what_was_before_the_last_change():
    """The failures that opened it are no evidence against a vendor that recovered."""
    recovered = State(changed_at=NOON - 5 * S)

    assert window_start(POLICY, recovered, NOON) == NOON - 5 * S
    assert window_start(POLICY, State(), NOON) == NOON - POLICY.window
    assert window_start(POLICY, State(changed_at=NOON - 999 * S), NOON) == NOON - POLICY.window
