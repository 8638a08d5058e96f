"""Every transition of the breaker, row by row: what is asked or told, and what follows.

A row starts from a state at NOON and applies one step. ``expected`` names only the fields that
differ from the state before: whatever is not named must not have changed.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from core.breaker import Mode, Outcome, Phase, Policy, State, Window, admit, record, reset

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
AUTO = Policy()
BUSY = Window(calls=20, failures=10, failed_tenants=1)
QUIET = Window(calls=5, failures=5, failed_tenants=1)
VENDOR = Policy(minimum_tenants=3)
LEASE = AUTO.probe_lease
SUCCESS, FAILURE = Outcome.SUCCESS, Outcome.FAILURE
IGNORED, CANCELLED = Outcome.IGNORED, Outcome.CANCELLED


def s(seconds):
    return timedelta(seconds=seconds)


def at(seconds):
    return NOON + s(seconds)


def closed(failures=0, **more):
    return State(version=7, consecutive_failures=failures, **more)


def opened(openings=1, rest=60, **more):
    return State(
        phase=Phase.OPEN,
        version=7,
        consecutive_failures=5,
        openings=openings,
        opened_at=NOON,
        changed_at=NOON,
        next_probe_at=at(rest),
        **more,
    )


def half_open(owner="probe", successes=0, openings=1):
    return State(
        phase=Phase.HALF_OPEN,
        version=7,
        consecutive_failures=5,
        consecutive_successes=successes,
        openings=openings,
        opened_at=NOON - s(60),
        changed_at=NOON,
        next_probe_at=NOON,
        probe_owner=owner,
        probe_expires_at=None if owner is None else NOON + LEASE,
    )


def forced(until=3600):
    until = None if until is None else at(until)
    return Policy(mode=Mode.FORCED_OPEN, who="Ann", why="maintenance", until=until)


def disabled(until=None):
    until = None if until is None else at(until)
    return Policy(mode=Mode.DISABLED, who="Ann", why="a test", until=until)


def changes(before, after):
    found = {field.name: getattr(after, field.name) for field in fields(State)}
    return {name: value for name, value in found.items() if value != getattr(before, name)}


# An answer: allowed, is a probe, when to retry, version.
GOES, UNCOUNTED, PROBES = (True, False, None, 7), (True, False, None, None), (True, True, None, 8)


def no(seconds):
    return (False, False, None if seconds is None else at(seconds), None)


def asked(name, state, after, answer, changed=None, event=None, policy=AUTO):
    return pytest.param(policy, state, after, answer, changed or {}, event, id=name)


def granted(after):
    return {"version": 8, "probe_owner": "me", "probe_expires_at": at(after) + LEASE}


def halved(after):
    return {**granted(after), "phase": Phase.HALF_OPEN, "changed_at": at(after)}


HALF = "half_opened"
ADMISSIONS = [
    asked("closed: goes", closed(), 0, GOES),
    asked("closed with failures: goes", closed(4), 0, GOES),
    asked("open: refused", opened(), 0, no(60)),
    asked("open, last moment: refused", opened(), 59.999, no(60)),
    asked("open, time is up: a probe", opened(), 60, PROBES, halved(60), HALF),
    asked("open, long past: a probe", opened(), 9000, PROBES, halved(9000), HALF),
    asked("open without a time: a probe", State(Phase.OPEN, 7), 60, PROBES, halved(60), HALF),
    asked("half open, probe out: refused", half_open(), 1, no(120)),
    asked("half open, the probe's own owner: no second one", half_open("me"), 1, no(120)),
    asked("half open, last moment of the lease: refused", half_open(), 119.999, no(120)),
    asked("half open, lease over: goes to another", half_open(), 120, PROBES, granted(120)),
    asked("half open, place free: a probe", half_open(None), 60, PROBES, granted(60)),
    asked("half open, one success: a probe", half_open(None, 1), 60, PROBES, granted(60)),
    asked("forced open over closed", closed(), 0, no(3600), policy=forced()),
    asked("forced open over open, time is up", opened(), 60, no(3600), policy=forced()),
    asked("forced open over half open", half_open(None), 9, no(3600), policy=forced()),
    asked("forced open without end", closed(), 0, no(None), policy=forced(None)),
    asked("forced open, last moment", closed(), 3599.999, no(3600), policy=forced()),
    asked("forced open, until has come: auto", closed(), 3600, GOES, policy=forced()),
    asked("forced open is over, open: its time counts", opened(), 30, no(60), policy=forced(30)),
    asked("disabled over closed", closed(), 0, UNCOUNTED, policy=disabled()),
    asked("disabled over open", opened(), 0, UNCOUNTED, policy=disabled()),
    asked("disabled over a probe", half_open(), 1, UNCOUNTED, policy=disabled()),
    asked("disabled, until has come: auto", opened(), 9, no(60), policy=disabled(9)),
]


@pytest.mark.parametrize(("policy", "state", "after", "answer", "changed", "event"), ADMISSIONS)
def test_who_is_admitted(policy, state, after, answer, changed, event):
    """Whether a call goes depends on policy, state and time alone."""
    found = admit(policy, state, at(after), "me")

    assert (found.allowed, found.is_probe, found.retry_at, found.version) == answer
    assert changes(state, found.state or state) == changed
    assert (found.event.name if found.event else None) == event


def told(
    name, state, outcome, changed, event=None, *, policy=AUTO, by="a", version=7, window=QUIET
):
    name = f"{state.phase.lower()}: {name}"
    return pytest.param(policy, state, outcome, by, version, window, changed, event, id=name)


def tenants(count, calls=5, failures=5):
    return Window(calls=calls, failures=failures, failed_tenants=count)


def fails(count):
    return {"consecutive_failures": count}


def opens(openings, rest, **more):
    moved = {"phase": Phase.OPEN, "version": 8, "openings": openings}
    times = {"opened_at": at(1), "changed_at": at(1), "next_probe_at": at(1 + rest)}
    return {**moved, **times, **more}


NOTHING = {}
FREED = {"probe_owner": None, "probe_expires_at": None}
FRESH = {"version": 8, "openings": 0, "changed_at": at(1), "next_probe_at": None}
RECOVERED = {**FREED, **FRESH, **fails(0), "phase": Phase.CLOSED}
RECOVERED_AFTER_TWO = {**RECOVERED, "consecutive_successes": 0}
OPEN, CLOSE = "opened", "closed"
NO_RATE, ONE_IS_ENOUGH = Policy(failure_rate=None), Policy(success_threshold=1)
FIFTH, FIRST = opens(1, 60, **fails(5)), opens(1, 60, **fails(1))
AGAIN = opens(2, 120, **FREED)
AFTER_SUCCESS = {**AGAIN, "consecutive_successes": 0}
P = {"by": "probe"}
CLOSED_OUTCOMES = [
    told("success: nothing to write", closed(), SUCCESS, NOTHING),
    told("success forgets failures", closed(4), SUCCESS, fails(0)),
    told("first failure counts", closed(), FAILURE, fails(1)),
    told("fourth failure counts", closed(3), FAILURE, fails(4)),
    told("fifth failure opens", closed(4), FAILURE, FIFTH, OPEN),
    told("ignored: neither good nor bad", closed(4), IGNORED, NOTHING),
    told("cancelled: neither", closed(4), CANCELLED, NOTHING),
    told("late failure", closed(4), FAILURE, NOTHING, version=6),
    told("late success", closed(4), SUCCESS, NOTHING, version=6),
    told("failure without a version", closed(4), FAILURE, NOTHING, version=None),
    told("half of 20 calls failed: opens", closed(), FAILURE, FIRST, OPEN, window=BUSY),
    told("under half failed", closed(), FAILURE, fails(1), window=Window(21, 10, 1)),
    told("all failed of too few", closed(), FAILURE, fails(1), window=Window(19, 19, 1)),
    told("bad rate, but a success came", closed(), SUCCESS, NOTHING, window=BUSY),
    told("no rate rule", closed(), FAILURE, fails(1), policy=NO_RATE, window=BUSY),
    told(
        "no summary: its own failure is evidence", closed(4), FAILURE, FIFTH, OPEN, window=Window()
    ),
    told("vendor, 2 tenants", closed(40), FAILURE, fails(41), policy=VENDOR, window=tenants(2)),
    told(
        "vendor, 2 tenants, bad rate",
        closed(),
        FAILURE,
        fails(1),
        policy=VENDOR,
        window=tenants(2, 90, 90),
    ),
    told("vendor, 3 tenants", closed(4), FAILURE, FIFTH, OPEN, policy=VENDOR, window=tenants(3)),
    told(
        "vendor, 3 tenants, bad rate",
        closed(),
        FAILURE,
        FIRST,
        OPEN,
        policy=VENDOR,
        window=tenants(3, 20, 10),
    ),
    told(
        "vendor, 3 tenants, not enough",
        closed(2),
        FAILURE,
        fails(3),
        policy=VENDOR,
        window=tenants(3),
    ),
    told("disabled: no failure", closed(4), FAILURE, NOTHING, policy=disabled()),
    told("disabled: no success", closed(4), SUCCESS, NOTHING, policy=disabled()),
    told("forced open: no failure", closed(4), FAILURE, NOTHING, policy=forced()),
    told("forced open is over: counts", closed(), FAILURE, fails(1), policy=forced(1)),
]
OPEN_OUTCOMES = [
    told("late failure", opened(), FAILURE, NOTHING, version=6),
    told("late success", opened(), SUCCESS, NOTHING, version=6),
    told("success of a call let through", opened(), SUCCESS, NOTHING),
    told("failure of a call let through", opened(), FAILURE, NOTHING),
]
HALF_OPEN_OUTCOMES = [
    told("probe failed: opens, twice as long", half_open(), FAILURE, AGAIN, OPEN, **P),
    told("second probe failed", half_open(successes=1), FAILURE, AFTER_SUCCESS, OPEN, **P),
    told("4th: 8 min", half_open(openings=3), FAILURE, opens(4, 480, **FREED), OPEN, **P),
    told("5th: the cap", half_open(openings=4), FAILURE, opens(5, 900, **FREED), OPEN, **P),
    told("1000th: the cap", half_open(openings=999), FAILURE, opens(1000, 900, **FREED), OPEN, **P),
    told(
        "vendor, one tenant's probe failed",
        half_open(),
        FAILURE,
        AGAIN,
        OPEN,
        policy=VENDOR,
        window=tenants(1),
        **P,
    ),
    told("first success", half_open(), SUCCESS, {"consecutive_successes": 1, **FREED}, **P),
    told("second success", half_open(successes=1), SUCCESS, RECOVERED_AFTER_TWO, CLOSE, **P),
    told("one is enough", half_open(), SUCCESS, RECOVERED, CLOSE, policy=ONE_IS_ENOUGH, **P),
    told("ignored: place free", half_open(), IGNORED, FREED, **P),
    told("cancelled: place free, success kept", half_open(successes=1), CANCELLED, FREED, **P),
    told("late failure", half_open(), FAILURE, NOTHING, version=6),
    told("late success", half_open(), SUCCESS, NOTHING, version=6),
    told("stranger's failure", half_open(), FAILURE, NOTHING),
    told("stranger's success", half_open(), SUCCESS, NOTHING),
    told("the owner's old version", half_open(), SUCCESS, NOTHING, version=6, **P),
    told("told twice", half_open(None), SUCCESS, NOTHING, **P),
    told("disabled: no success", half_open(), SUCCESS, NOTHING, policy=disabled(), **P),
    told("forced open: closes not", half_open(successes=1), SUCCESS, FREED, policy=forced(), **P),
    told("forced open: reopens not", half_open(), FAILURE, FREED, policy=forced(), **P),
]


@pytest.mark.parametrize(
    ("policy", "state", "outcome", "owner", "version", "window", "changed", "event"),
    [*CLOSED_OUTCOMES, *OPEN_OUTCOMES, *HALF_OPEN_OUTCOMES],
)
def test_what_an_outcome_leads_to(policy, state, outcome, owner, version, window, changed, event):
    """Only an outcome of the present version moves the state, and only as this table says."""
    found = record(
        policy, state, outcome, at(1), version=version, owner=owner, window=window, jitter=0.5
    )

    assert changes(state, found.state) == changed
    assert (found.event.name if found.event else None) == event
    assert changed or found.state is state


@pytest.mark.parametrize(
    ("state", "event"),
    [
        pytest.param(closed(4), None, id="closed: counts anew, no event"),
        pytest.param(opened(), CLOSE, id="open: closes"),
        pytest.param(half_open(), CLOSE, id="half open: closes, the probe's outcome is late"),
    ],
)
def test_a_person_resets(state, event):
    """A reset closes, forgets and voids what is still out."""
    found = reset(state, at(1), "Ann", "the vendor is back")
    late = record(
        AUTO, found.state, FAILURE, at(2), version=7, owner="probe", window=QUIET, jitter=0.5
    )

    assert found.state == State(version=8, opened_at=state.opened_at, changed_at=at(1))
    assert (found.event.name if found.event else None) == event
    assert late.state is found.state
