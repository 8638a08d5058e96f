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
    return Policy(
        mode=Mode.FORCED_OPEN,
        who="Ann",
        why="maintenance",
        until=None if until is None else at(until),
    )


def disabled(until=None):
    return Policy(
        mode=Mode.DISABLED, who="Ann", why="a test", until=None if until is None else at(until)
    )


def row(name, *values):
    return pytest.param(*values, id=name)


def changes(before, after):
    return {
        field.name: getattr(after, field.name)
        for field in fields(State)
        if getattr(after, field.name) != getattr(before, field.name)
    }


PROBE = {"version": 8, "probe_owner": "me", "probe_expires_at": at(60) + LEASE}
HALVED = {**PROBE, "phase": Phase.HALF_OPEN, "changed_at": at(60)}

ADMISSIONS = [
    # name, policy, state, seconds after noon, allowed, is_probe, retry_at, version, changes, event
    row("closed: goes", AUTO, closed(), 0, True, False, None, 7, {}, None),
    row("closed with failures: goes", AUTO, closed(4), 0, True, False, None, 7, {}, None),
    row("open: refused", AUTO, opened(), 0, False, False, at(60), None, {}, None),
    row("open, last moment: refused", AUTO, opened(), 59.999, False, False, at(60), None, {}, None),
    row(
        "open, time is up: a probe", AUTO, opened(), 60, True, True, None, 8, HALVED, "half_opened"
    ),
    row(
        "open, long past: a probe",
        AUTO,
        opened(),
        9000,
        True,
        True,
        None,
        8,
        {**HALVED, "changed_at": at(9000), "probe_expires_at": at(9000) + LEASE},
        "half_opened",
    ),
    row(
        "open without a time: a probe, nobody is locked out",
        AUTO,
        State(phase=Phase.OPEN, version=7),
        60,
        True,
        True,
        None,
        8,
        HALVED,
        "half_opened",
    ),
    row(
        "half open, probe out: refused", AUTO, half_open(), 1, False, False, at(120), None, {}, None
    ),
    row(
        "half open, probe's own owner: no second one",
        AUTO,
        half_open("me"),
        1,
        False,
        False,
        at(120),
        None,
        {},
        None,
    ),
    row(
        "half open, last moment of the lease: refused",
        AUTO,
        half_open(),
        119.999,
        False,
        False,
        at(120),
        None,
        {},
        None,
    ),
    row(
        "half open, lease over: the probe goes to another",
        AUTO,
        half_open(),
        120,
        True,
        True,
        None,
        8,
        {**PROBE, "probe_expires_at": at(120) + LEASE},
        None,
    ),
    row(
        "half open, place free: a probe",
        AUTO,
        half_open(None),
        60,
        True,
        True,
        None,
        8,
        PROBE,
        None,
    ),
    row(
        "half open after one success: a second probe",
        AUTO,
        half_open(None, successes=1),
        60,
        True,
        True,
        None,
        8,
        PROBE,
        None,
    ),
    row("forced open over closed", forced(), closed(), 0, False, False, at(3600), None, {}, None),
    row("forced open over open", forced(), opened(), 60, False, False, at(3600), None, {}, None),
    row(
        "forced open over half open",
        forced(),
        half_open(None),
        9,
        False,
        False,
        at(3600),
        None,
        {},
        None,
    ),
    row("forced open without end", forced(None), closed(), 0, False, False, None, None, {}, None),
    row(
        "forced open, until has come: auto",
        forced(),
        closed(),
        3600,
        True,
        False,
        None,
        7,
        {},
        None,
    ),
    row(
        "forced open over, the state is open: its own time counts",
        forced(30),
        opened(),
        30,
        False,
        False,
        at(60),
        None,
        {},
        None,
    ),
    row("disabled over closed", disabled(), closed(), 0, True, False, None, None, {}, None),
    row("disabled over open", disabled(), opened(), 0, True, False, None, None, {}, None),
    row("disabled over a probe", disabled(), half_open(), 1, True, False, None, None, {}, None),
    row(
        "disabled, until has come: auto",
        disabled(9),
        opened(),
        9,
        False,
        False,
        at(60),
        None,
        {},
        None,
    ),
]


@pytest.mark.parametrize(
    ("policy", "state", "after", "allowed", "is_probe", "retry_at", "version", "changed", "event"),
    ADMISSIONS,
)
def test_who_is_admitted(
    policy, state, after, allowed, is_probe, retry_at, version, changed, event
):
    """Whether a call goes depends on policy, state and time alone."""
    found = admit(policy, state, at(after), "me")

    assert (found.allowed, found.is_probe, found.retry_at) == (allowed, is_probe, retry_at)
    assert found.version == version
    assert changes(state, found.state or state) == changed
    assert (found.event.name if found.event else None) == event


def opens(openings, rest, version=8, **more):
    return {
        "phase": Phase.OPEN,
        "version": version,
        "openings": openings,
        "opened_at": at(1),
        "changed_at": at(1),
        "next_probe_at": at(1 + rest),
        **more,
    }


FREED = {"probe_owner": None, "probe_expires_at": None}
RECOVERED = {
    **FREED,
    "phase": Phase.CLOSED,
    "version": 8,
    "consecutive_failures": 0,
    "openings": 0,
    "changed_at": at(1),
    "next_probe_at": None,
}


def fails(count):
    return {"consecutive_failures": count}


def tenants(count, calls=5, failures=5):
    return Window(calls=calls, failures=failures, failed_tenants=count)


OUTCOMES = [
    # name, policy, state, outcome, owner, version, window, changes, event
    row("closed, success: nothing to write", AUTO, closed(), SUCCESS, "a", 7, QUIET, {}, None),
    row(
        "closed, success forgets failures", AUTO, closed(4), SUCCESS, "a", 7, QUIET, fails(0), None
    ),
    row("closed, first failure counts", AUTO, closed(), FAILURE, "a", 7, QUIET, fails(1), None),
    row("closed, fourth failure counts", AUTO, closed(3), FAILURE, "a", 7, QUIET, fails(4), None),
    row(
        "closed, fifth failure opens",
        AUTO,
        closed(4),
        FAILURE,
        "a",
        7,
        QUIET,
        opens(1, 60, **fails(5)),
        "opened",
    ),
    row("closed, ignored: neither good nor bad", AUTO, closed(4), IGNORED, "a", 7, QUIET, {}, None),
    row("closed, cancelled: neither", AUTO, closed(4), CANCELLED, "a", 7, QUIET, {}, None),
    row("closed, late failure", AUTO, closed(4), FAILURE, "a", 6, QUIET, {}, None),
    row("closed, late success", AUTO, closed(4), SUCCESS, "a", 6, QUIET, {}, None),
    row("closed, failure without a version", AUTO, closed(4), FAILURE, "a", None, QUIET, {}, None),
    row(
        "closed, half of 20 calls failed: opens",
        AUTO,
        closed(0),
        FAILURE,
        "a",
        7,
        BUSY,
        opens(1, 60, **fails(1)),
        "opened",
    ),
    row(
        "closed, under half failed",
        AUTO,
        closed(0),
        FAILURE,
        "a",
        7,
        Window(21, 10, 1),
        fails(1),
        None,
    ),
    row(
        "closed, all failed, but too few calls",
        AUTO,
        closed(0),
        FAILURE,
        "a",
        7,
        Window(19, 19, 1),
        fails(1),
        None,
    ),
    row("closed, bad rate, but a success came", AUTO, closed(), SUCCESS, "a", 7, BUSY, {}, None),
    row(
        "closed, no rate rule",
        Policy(failure_rate=None),
        closed(0),
        FAILURE,
        "a",
        7,
        BUSY,
        fails(1),
        None,
    ),
    row(
        "vendor, two tenants failed: no evidence",
        VENDOR,
        closed(40),
        FAILURE,
        "a",
        7,
        tenants(2),
        fails(41),
        None,
    ),
    row(
        "vendor, two tenants, bad rate: no evidence",
        VENDOR,
        closed(0),
        FAILURE,
        "a",
        7,
        tenants(2, 90, 90),
        fails(1),
        None,
    ),
    row(
        "vendor, three tenants failed: opens",
        VENDOR,
        closed(4),
        FAILURE,
        "a",
        7,
        tenants(3),
        opens(1, 60, **fails(5)),
        "opened",
    ),
    row(
        "vendor, three tenants, bad rate: opens",
        VENDOR,
        closed(0),
        FAILURE,
        "a",
        7,
        tenants(3, 20, 10),
        opens(1, 60, **fails(1)),
        "opened",
    ),
    row(
        "vendor, three tenants, not enough failures",
        VENDOR,
        closed(2),
        FAILURE,
        "a",
        7,
        tenants(3),
        fails(3),
        None,
    ),
    row(
        "integration, no summary at hand: its own failure is evidence",
        AUTO,
        closed(4),
        FAILURE,
        "a",
        7,
        Window(),
        opens(1, 60, **fails(5)),
        "opened",
    ),
    row("open, late failure", AUTO, opened(), FAILURE, "a", 6, QUIET, {}, None),
    row("open, late success", AUTO, opened(), SUCCESS, "a", 6, QUIET, {}, None),
    row("open, success of a call let through", AUTO, opened(), SUCCESS, "a", 7, QUIET, {}, None),
    row("open, failure of a call let through", AUTO, opened(), FAILURE, "a", 7, QUIET, {}, None),
    row(
        "half open, probe failed: opens at once, twice as long",
        AUTO,
        half_open(),
        FAILURE,
        "probe",
        7,
        QUIET,
        opens(2, 120, **FREED),
        "opened",
    ),
    row(
        "half open, second probe failed: opens at once",
        AUTO,
        half_open(successes=1),
        FAILURE,
        "probe",
        7,
        QUIET,
        opens(2, 120, consecutive_successes=0, **FREED),
        "opened",
    ),
    row(
        "half open, fourth failure: 8 minutes",
        AUTO,
        half_open(openings=3),
        FAILURE,
        "probe",
        7,
        QUIET,
        opens(4, 480, **FREED),
        "opened",
    ),
    row(
        "half open, fifth failure: 15 minutes, the cap",
        AUTO,
        half_open(openings=4),
        FAILURE,
        "probe",
        7,
        QUIET,
        opens(5, 900, **FREED),
        "opened",
    ),
    row(
        "half open, thousandth failure: still the cap",
        AUTO,
        half_open(openings=999),
        FAILURE,
        "probe",
        7,
        QUIET,
        opens(1000, 900, **FREED),
        "opened",
    ),
    row(
        "vendor, half open, one tenant's probe failed: opens",
        VENDOR,
        half_open(),
        FAILURE,
        "probe",
        7,
        tenants(1),
        opens(2, 120, **FREED),
        "opened",
    ),
    row(
        "half open, first success: place free, still half open",
        AUTO,
        half_open(),
        SUCCESS,
        "probe",
        7,
        QUIET,
        {"consecutive_successes": 1, **FREED},
        None,
    ),
    row(
        "half open, second success: closes, all forgotten",
        AUTO,
        half_open(successes=1, openings=4),
        SUCCESS,
        "probe",
        7,
        QUIET,
        {**RECOVERED, "consecutive_successes": 0},
        "closed",
    ),
    row(
        "half open, one success is enough by policy",
        Policy(success_threshold=1),
        half_open(),
        SUCCESS,
        "probe",
        7,
        QUIET,
        RECOVERED,
        "closed",
    ),
    row(
        "half open, ignored: place free", AUTO, half_open(), IGNORED, "probe", 7, QUIET, FREED, None
    ),
    row(
        "half open, cancelled: place free, success kept",
        AUTO,
        half_open(successes=1),
        CANCELLED,
        "probe",
        7,
        QUIET,
        FREED,
        None,
    ),
    row("half open, late failure", AUTO, half_open(), FAILURE, "a", 6, QUIET, {}, None),
    row("half open, late success", AUTO, half_open(), SUCCESS, "a", 6, QUIET, {}, None),
    row("half open, stranger's failure", AUTO, half_open(), FAILURE, "a", 7, QUIET, {}, None),
    row("half open, stranger's success", AUTO, half_open(), SUCCESS, "a", 7, QUIET, {}, None),
    row(
        "half open, old version of the owner",
        AUTO,
        half_open(),
        SUCCESS,
        "probe",
        6,
        QUIET,
        {},
        None,
    ),
    row("half open, told twice", AUTO, half_open(None), SUCCESS, "probe", 7, QUIET, {}, None),
    row("disabled: failure not recorded", disabled(), closed(4), FAILURE, "a", 7, QUIET, {}, None),
    row("disabled: success not recorded", disabled(), closed(4), SUCCESS, "a", 7, QUIET, {}, None),
    row(
        "disabled: probe not recorded",
        disabled(),
        half_open(),
        SUCCESS,
        "probe",
        7,
        QUIET,
        {},
        None,
    ),
    row("forced open: failure not counted", forced(), closed(4), FAILURE, "a", 7, QUIET, {}, None),
    row(
        "forced open: a probe closes nothing",
        forced(),
        half_open(successes=1),
        SUCCESS,
        "probe",
        7,
        QUIET,
        FREED,
        None,
    ),
    row(
        "forced open: a probe reopens nothing",
        forced(),
        half_open(),
        FAILURE,
        "probe",
        7,
        QUIET,
        FREED,
        None,
    ),
    row("forced open is over: counts", forced(1), closed(), FAILURE, "a", 7, QUIET, fails(1), None),
]


@pytest.mark.parametrize(
    ("policy", "state", "outcome", "owner", "version", "window", "changed", "event"), OUTCOMES
)
def test_what_an_outcome_leads_to(policy, state, outcome, owner, version, window, changed, event):
    """Only an outcome of the present version moves the state, and only as this table says."""
    found = record(
        policy, state, outcome, at(1), version=version, owner=owner, window=window, jitter=0.5
    )

    assert changes(state, found.state) == changed
    assert (found.event.name if found.event else None) == event


@pytest.mark.parametrize(
    ("state", "event"),
    [
        row("closed: counts anew, no event", closed(4), None),
        row("open: closes", opened(), "closed"),
        row("half open: closes, the probe's outcome is late", half_open(), "closed"),
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
