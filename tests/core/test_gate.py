"""The rate gate: paced before the vendor refuses, and silent for as long as it asks."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigurationError
from core.gate import (
    LEAST_PAUSE,
    MOST_PAUSE,
    PATIENCE,
    Backoff,
    Gate,
    Limit,
    answered,
    defers,
    fresh,
    pause,
    pause_left,
    refused,
    take,
)

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
NONE = timedelta(0)
PER_MINUTE = Limit(per_second=1.0, burst=10)
BACKOFF = Backoff(unsaid=timedelta(seconds=5), factor=2, cap=timedelta(minutes=15))
quick = settings(deadline=None, max_examples=60)


def s(seconds):
    return timedelta(seconds=seconds)


def at(seconds):
    return NOON + s(seconds)


def empty(**more):
    return Gate(0.0, NOON, **more)


def test_a_burst_goes_at_once_and_the_rest_is_paced():
    """Ten may go together; the eleventh waits for its second, the twelfth for two."""
    gate, waits = fresh(PER_MINUTE, NOON), []
    for _ in range(13):
        gate, wait = take(gate, PER_MINUTE, NOON)
        waits.append(wait)

    assert waits == [NONE] * 10 + [s(1), s(2), s(3)]


def test_patience_ends_after_ten_seconds():
    """Exactly ten seconds wait here; longer ones take nothing, so that others are not pushed."""
    gate, wait = take(Gate(-9.0, NOON), PER_MINUTE, NOON)
    assert (wait, defers(wait), gate.tokens) == (s(10), False, -10.0)

    after, wait = take(gate, PER_MINUTE, NOON)
    assert wait == s(11)
    assert defers(wait)
    assert after is gate
    assert s(10) == PATIENCE


def test_tokens_come_back_up_to_the_burst():
    """An hour of silence saves up one burst, not an hour's worth."""
    gate, _ = take(empty(), PER_MINUTE, at(4), 1)
    assert gate.tokens == 3.0

    gate, _ = take(empty(), PER_MINUTE, at(3600), 1)
    assert gate.tokens == 9.0


def test_more_than_a_burst_goes_when_the_bucket_is_full_and_is_paid_later():
    """Else a batch larger than the burst would wait for ever."""
    gate, wait = take(fresh(PER_MINUTE, NOON), PER_MINUTE, NOON, 12)
    assert (wait, gate.tokens) == (NONE, -2.0)

    assert take(gate, PER_MINUTE, NOON).wait == s(3)


def test_nothing_wanted_waits_for_the_pause_alone():
    """A debt is nobody's business who makes no call."""
    assert take(Gate(-5.0, NOON), PER_MINUTE, NOON, 0).wait == NONE
    assert take(empty(not_before=at(3)), PER_MINUTE, NOON, 0).wait == s(3)
    with pytest.raises(ValueError, match="fewer"):
        take(empty(), PER_MINUTE, NOON, -1)


def test_a_clock_that_steps_back_gives_and_takes_nothing():
    """Two sessions may read the clock in one order and write in the other."""
    gate, wait = take(Gate(2.0, at(5)), PER_MINUTE, NOON)

    assert (gate.tokens, gate.refilled_at, wait) == (1.0, at(5), NONE)


def test_a_lower_limit_holds_at_once():
    """An operator lowers the burst: what was saved up above it is gone."""
    assert take(fresh(PER_MINUTE, NOON), Limit(1.0, 2), NOON).gate.tokens == 1.0


def test_a_pause_is_waited_for_or_defers():
    """2.5 s wait here, to the microsecond; a minute frees the worker."""
    gate = refused(fresh(PER_MINUTE, NOON), PER_MINUTE, BACKOFF, NOON, 2.5)
    assert gate.not_before == at(2.5)
    assert take(gate, PER_MINUTE, at(1)).wait == s(1.5)
    assert take(gate, PER_MINUTE, at(2.5)).wait == NONE

    gate = refused(gate, PER_MINUTE, BACKOFF, at(1), 60)
    assert defers(take(gate, PER_MINUTE, at(2)).wait)


def test_nobody_saves_up_for_the_end_of_a_pause():
    """After a refusal one goes at once and the others are paced: no second stampede."""
    gate = refused(fresh(PER_MINUTE, NOON), PER_MINUTE, BACKOFF, NOON, 8)
    waits = []
    for second in range(4):
        gate, wait = take(gate, PER_MINUTE, at(second))
        waits.append(second + wait.total_seconds())

    assert waits == [8, 9, 10, 11]
    assert take(gate, PER_MINUTE, at(8)).wait == s(4)


def test_repeat_offenders_back_off_further_until_a_success():
    """Each refusal after a pause doubles the next; an answer forgets them."""
    gate, now, pauses = fresh(PER_MINUTE, NOON), NOON, []
    for _ in range(4):
        gate = refused(gate, PER_MINUTE, BACKOFF, now, 2)
        pauses.append((gate.not_before - now).total_seconds())
        now = gate.not_before
    assert pauses == [2, 4, 8, 16]

    gate = answered(gate, now)
    assert gate.strikes == 0
    assert refused(gate, PER_MINUTE, BACKOFF, now, 2).not_before == now + s(2)


def test_refusals_of_one_moment_are_one_offence():
    """Eight processes are refused together: that is one strike, and the longest pause asked for."""
    gate = fresh(PER_MINUTE, NOON)
    for asked in (2, 3, 1, 2):
        gate = refused(gate, PER_MINUTE, BACKOFF, NOON, asked)

    assert (gate.strikes, gate.not_before) == (1, at(3))


def test_an_answer_during_the_pause_says_nothing():
    """It is to a call that went out before: neither pause nor strikes end."""
    gate = refused(fresh(PER_MINUTE, NOON), PER_MINUTE, BACKOFF, NOON, 5)

    assert answered(gate, at(4.999)) is gate
    assert answered(gate, at(5)).not_before == at(5)


@pytest.mark.parametrize(
    ("strikes", "asked", "seconds"),
    [
        pytest.param(1, None, 5, id="not said"),
        pytest.param(2, None, 10, id="not said, again"),
        pytest.param(1, 0.40235, 0.40235, id="fractions"),
        pytest.param(1, 0.01, 0.25, id="tiny"),
        pytest.param(1, 0.0, 5, id="zero is not said"),
        pytest.param(1, -3.0, 5, id="negative is not said"),
        pytest.param(1, math.nan, 5, id="no number is not said"),
        pytest.param(1, math.inf, 3600, id="for ever"),
        pytest.param(1, 1e30, 3600, id="huge"),
        pytest.param(9, 2.0, 512, id="the ninth time"),
        pytest.param(10, 2.0, 900, id="the cap"),
        pytest.param(10**9, 2.0, 900, id="a very bad day"),
        pytest.param(5, 1800.0, 1800, id="asked for more than the cap"),
        pytest.param(0, 2.0, 2, id="no strike yet"),
    ],
)
def test_how_long_the_vendor_is_left_alone(strikes, asked, seconds):
    """A quarter of a second to an hour, whatever the vendor says."""
    assert pause(BACKOFF, strikes, asked).total_seconds() == seconds


def test_an_account_block_pauses_for_minutes():
    """A vendor that blocks without a word is left alone for as long as its setting says."""
    block = Backoff(unsaid=timedelta(minutes=5), cap=timedelta(hours=1))
    limit = Limit(1.0, 10)
    gate = refused(fresh(limit, NOON), limit, block, NOON, None)
    assert gate.not_before == at(300)

    gate = refused(gate, limit, block, at(300), None)
    assert gate.not_before == at(900)


@pytest.mark.parametrize(
    ("rate", "burst"), [(0, 1), (-1, 1), (math.inf, 1), (1, 0.5), (1, math.nan)]
)
def test_a_limit_that_cannot_work_is_refused(rate, burst):
    """No rate, no calls: that is said at once, not by waiting for ever."""
    with pytest.raises(ConfigurationError):
        Limit(rate, burst)


@pytest.mark.parametrize(
    "wrong", [{"factor": 0.5}, {"factor": 11}, {"unsaid": NONE}, {"cap": s(1)}, {"cap": s(3601)}]
)
def test_a_backoff_that_cannot_work_is_refused(wrong):
    """The same for how long a vendor is left alone."""
    with pytest.raises(ConfigurationError):
        Backoff(**wrong)


def test_a_very_slow_limit_defers():
    """One call in many years is a wait like any other."""
    assert defers(take(empty(), Limit(1e-300, 1), NOON).wait)


steps = st.lists(
    st.tuples(
        st.sampled_from(["take", "refused", "answered"]),
        st.floats(0, 30),
        st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)),
    ),
    max_size=40,
)


@given(steps=steps)
@quick
def test_a_pause_only_grows_and_nobody_goes_in_it(steps):
    """Whatever comes, no call falls before ``not_before``, which never moves back."""
    gate, now = fresh(PER_MINUTE, NOON), NOON
    for what, seconds, asked in steps:
        now += s(seconds)
        before = gate
        if what == "take":
            gate, wait = take(gate, PER_MINUTE, now)
            assert gate.not_before is None or now + wait >= gate.not_before
        elif what == "refused":
            gate = refused(gate, PER_MINUTE, BACKOFF, now, asked)
            assert LEAST_PAUSE <= pause_left(gate, now) <= MOST_PAUSE
        else:
            gate = answered(gate, now)
        assert before.not_before is None or gate.not_before >= before.not_before
        assert gate.refilled_at >= before.refilled_at
        assert gate.tokens <= PER_MINUTE.burst


@given(
    waits=st.lists(st.floats(0, 4), min_size=1, max_size=60),
    rate=st.floats(0.1, 20),
    burst=st.integers(1, 20),
)
@quick
def test_no_span_of_time_sees_more_calls_than_the_limit(waits, rate, burst):
    """Between any two calls there are at most a burst and what the rate adds."""
    limit = Limit(rate, burst)
    gate, now, calls = fresh(limit, NOON), NOON, []
    for seconds in waits:
        now += s(seconds)
        gate, wait = take(gate, limit, now)
        if not defers(wait):
            calls.append(now + wait)

    assert calls == sorted(calls), "first come, first served"
    for first in range(len(calls)):
        for last in range(first, len(calls)):
            span = (calls[last] - calls[first]).total_seconds()
            assert last - first + 1 <= burst + rate * span + 1e-3


@given(strikes=st.integers(0, 10**6), asked=st.one_of(st.none(), st.floats()))
@quick
def test_a_pause_is_bounded_and_grows_with_strikes(strikes, asked):
    """Never under a quarter of a second, never over an hour, never shorter for more refusals."""
    found = pause(BACKOFF, strikes, asked)

    assert LEAST_PAUSE <= found <= MOST_PAUSE
    assert pause(BACKOFF, strikes + 1, asked) >= found
    if asked is not None and 0 < asked <= 3600:
        assert found.total_seconds() >= asked - 1e-6
