"""Trips of random roads and clocks, against a checker that knows the rules and not the planner."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.hours_limits import Ruleset
from core.route.duty import Duty, Gain
from core.route.rules import limits_of
from core.route.trip import Berth, Call, Kind, best
from tests.support.routes import HOUR, START

LIMITS = limits_of((Ruleset("US Interstate Property", "USA 70 hour / 8 day"),), START.date())
MINUTE = 60


@st.composite
def journeys(draw):
    minutes = st.integers(0, 14 * 60)
    shift = draw(minutes)
    drive = min(draw(st.integers(0, 11 * 60)), 11 * 60)
    duty = Duty(
        START,
        drive * MINUTE,
        shift * MINUTE,
        draw(st.integers(0, 8 * 60)) * MINUTE,
        draw(st.integers(0, 70 * 60)) * MINUTE,
        tuple(
            Gain(START + timedelta(hours=18, days=day), draw(st.integers(0, 12)) * HOUR)
            for day in range(draw(st.integers(0, 3)))
        ),
    )
    miles = sorted(draw(st.lists(st.integers(1, 2500), min_size=1, max_size=4)))
    calls = []
    for number, mile in enumerate(miles):
        opens = draw(st.none() | st.integers(0, 90))
        calls.append(
            Call(
                str(number),
                draw(st.sampled_from([Kind.PICKUP, Kind.DELIVERY, Kind.FUEL])),
                mile,
                draw(st.integers(0, 4 * 60)) * MINUTE,
                None if opens is None else START + timedelta(hours=opens),
                None if opens is None else START + timedelta(hours=opens + 2),
                detour_miles=draw(st.integers(0, 8)),
            )
        )
    berths = [Berth(f"b{mile}", mile) for mile in draw(st.lists(st.integers(0, 2500), max_size=8))]
    return duty, calls, berths


def violations(duty: Duty, trip) -> list[str]:
    """What a roadside inspector would write down, minute by minute of the trip."""
    found = []
    drive, since_break, cycle = duty.drive_s, duty.break_s, duty.cycle_s
    window_ends = START + timedelta(seconds=duty.shift_s)
    is_fresh = duty.shift_s == LIMITS.window_s
    gains = list(duty.gains)
    now = START

    def passes(until):
        nonlocal cycle, now
        while gains and gains[0].at <= until:
            cycle = min(cycle + gains.pop(0).seconds, LIMITS.cycle_s)
        now = until

    def rests(until):
        nonlocal drive, since_break, cycle, window_ends, is_fresh
        length = (until - now).total_seconds()
        passes(until)
        if length >= 30 * MINUTE:
            since_break = 8 * HOUR
        if length >= 10 * HOUR:
            drive, since_break, is_fresh = 11 * HOUR, 8 * HOUR, True
        if length >= 34 * HOUR:
            cycle = 70 * HOUR
            gains.clear()

    def begins():
        nonlocal window_ends, is_fresh
        if is_fresh:
            window_ends, is_fresh = now + timedelta(hours=14), False

    rests(trip.departs_at)
    for halt in trip.halts:
        begins() if halt.drive_s else None
        drive, since_break = drive - halt.drive_s, since_break - halt.drive_s
        cycle -= halt.drive_s
        passes(now + timedelta(seconds=halt.drive_s))
        if now != halt.arrives_at:
            found.append("time goes missing")
        if halt.drive_s and (drive < 0 or since_break < 0 or cycle < 0 or now > window_ends):
            found.append(f"illegal driving before {halt.kind} at mile {halt.mile}")
        if halt.kind in (Kind.REST, Kind.BREAK):
            rests(halt.departs_at)
            continue
        if halt.wait_s >= 10 * HOUR:
            rests(halt.arrives_at + timedelta(seconds=halt.wait_s))
        work = (halt.departs_at - now).total_seconds()
        if work:
            begins()
        cycle -= work
        passes(halt.departs_at)
        if work >= 30 * MINUTE:
            since_break = 8 * HOUR
    return found


@settings(deadline=None)  # a busy machine is slow
@given(journeys())
def test_no_trip_breaks_a_rule(journey):
    duty, calls, berths = journey

    trip = best(duty, LIMITS, calls, berths, 50.0)

    assert violations(duty, trip) == []


@settings(deadline=None)  # a busy machine is slow
@given(journeys())
def test_every_stop_is_reached_in_order_and_every_mile_is_driven(journey):
    duty, calls, berths = journey

    trip = best(duty, LIMITS, calls, berths, 50.0)

    reached = [halt.key for halt in trip.halts if halt.kind not in (Kind.REST, Kind.BREAK)]
    assert reached == [call.key for call in calls]
    miles = calls[-1].mile + sum(call.detour_miles for call in calls)
    assert abs(trip.drive_s - miles / 50 * HOUR) <= 60  # whole seconds, a stop each
