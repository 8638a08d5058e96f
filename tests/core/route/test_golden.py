"""Plans computed by hand. 50 mph; the driver starts on Monday at 06:00 UTC with full clocks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.hours import Which
from core.route.duty import Gain
from core.route.plan import Verdict
from core.route.planner import plan
from core.route.request import HoursBasis, Relief
from core.route.roads import Leg
from tests.support.routes import (
    HOUR,
    at,
    clocks,
    hours,
    kinds,
    mark,
    request,
    station,
    stop,
    visit,
)


def test_a_day_that_needs_no_pause():
    """300 miles at 50 mph are 6 h: 06:00 to 12:00, an hour before it closes; unloading 1 h."""
    found = plan(request(visit(mile=300, opens=at("11:00"), closes=at("13:00"))))

    assert (found.verdict, found.is_legal) == (Verdict.ON_TIME, True)
    assert kinds(found) == ["start", "delivery"]
    last = found.stops[-1]
    assert (last.arrives_at, last.departs_at) == (at("12:00"), at("13:00"))
    assert "1 h before it closes" in last.why


def test_a_break_is_forced_at_eight_hours():
    """500 miles are 10 h. At 14:00, mile 400, 8 h are driven: break to 14:30, 2 h on: 16:30."""
    found = plan(request(visit(mile=500, closes=at("17:00"))))

    assert kinds(found) == ["start", "break", "delivery"]
    pause = stop(found, "break")
    assert pause.clock is Which.BREAK
    assert pause.mile == pytest.approx(400, abs=0.1)
    assert (pause.arrives_at, pause.departs_at) == (at("14:00"), at("14:30"))
    assert found.arrives_at == at("16:30")


def test_a_break_is_taken_at_the_last_truck_stop_before_it():
    """At mile 380 there is parking: 13:36 to 14:06, then 120 miles: 16:30, as without it."""
    found = plan(request(visit(mile=500), stations=[station("p", 380, parking=True)]))

    pause = stop(found, "break")
    assert (pause.name, pause.place_id) == ("Station p", "p")
    assert pause.mile == pytest.approx(380, abs=1.1)  # the nearest point of the drawn road
    assert found.arrives_at == at("16:30")


def test_the_window_binds_before_the_driving():
    """5 h of shift are left: at 11:00, mile 250, it ends. 10 h rest to 21:00, 1 h on: 22:00."""
    found = plan(request(visit(mile=300), driver=hours(clocks(shift=5))))

    rest = stop(found, "rest")
    assert rest.clock is Which.SHIFT
    assert (rest.arrives_at, rest.departs_at) == (at("11:00"), at("21:00"))
    assert found.arrives_at == at("22:00")


def test_a_rest_of_ten_hours():
    """650 miles are 13 h. Break at 14:00; from 14:30 3 h more are 11 h at 17:30, mile 550. Rest
    to 03:30; the last 100 miles take 2 h: 05:30 of the next day."""
    found = plan(request(visit(mile=650, closes=at("06:00", 1))))

    assert kinds(found) == ["start", "break", "rest", "delivery"]
    rest = stop(found, "rest")
    assert rest.clock is Which.DRIVE
    assert rest.mile == pytest.approx(550, abs=0.1)
    assert (rest.arrives_at, rest.departs_at) == (at("17:30"), at("03:30", 1))
    assert (found.arrives_at, found.verdict) == (at("05:30", 1), Verdict.ON_TIME)


def test_the_cycle_comes_back_at_midnight():
    """4 h of cycle: over at 10:00, mile 200. The rest ends at 20:00, but only midnight gives
    9 h back: 14 h off. The last 100 miles take 2 h: 02:00."""
    driver = hours(clocks(cycle=4), gains=(Gain(at("00:00", 1), 9 * HOUR),))

    found = plan(request(visit(mile=300), driver=driver))

    rest = stop(found, "rest")
    assert rest.clock is Which.CYCLE
    assert (rest.arrives_at, rest.departs_at) == (at("10:00"), at("00:00", 1))
    assert found.arrives_at == at("02:00", 1)


def test_without_a_day_that_gives_back_the_cycle_needs_a_restart():
    """From 10:00, 34 h off: Tuesday 20:00; 2 h on: 22:00."""
    found = plan(request(visit(mile=300), driver=hours(clocks(cycle=4))))

    assert stop(found, "rest").departs_at == at("20:00", 1)
    assert found.arrives_at == at("22:00", 1)


def test_a_closed_window_is_waited_for():
    """Loading 06:00 to 07:00; 100 miles: 09:00, opens at 12:00: 3 h of waiting, away at 13:00."""
    found = plan(
        request(
            visit("p", 0, opens=at("06:00"), closes=at("07:00"), kind="pickup"),
            visit("d", 100, opens=at("12:00"), closes=at("14:00")),
        )
    )

    last = found.stops[-1]
    assert (last.arrives_at, last.wait_s, last.departs_at) == (at("09:00"), 3 * HOUR, at("13:00"))
    assert found.verdict is Verdict.ON_TIME


def test_who_would_wait_at_the_first_stop_leaves_later():
    """300 miles are 6 h, it opens at 15:00: away at 09:00, there at 15:00, no waiting."""
    found = plan(request(visit(mile=300, opens=at("15:00"), closes=at("16:00"))))

    assert (found.departs_at, found.arrives_at) == (at("09:00"), at("15:00"))
    assert found.stops[-1].wait_s == 0


def test_forty_minutes_late_says_so_and_what_would_help():
    """There at 12:00, closed at 11:20: 40 min. The same hours 40 min earlier would do; so would
    Bo, who stands 100 miles before the stop: 2 h, 08:00."""
    bo = Relief("e2", "Bo", hours(), mark(200), Leg((mark(200), mark(300)), 100, False))

    found = plan(request(visit(mile=300, closes=at("11:20")), reliefs=(bo,)))

    assert found.verdict is Verdict.LATE
    assert found.missed.late_s == 40 * 60
    assert "missed by 40 min" in found.said
    assert found.changes == (
        "Stop d1 would have to take it until Mon 12:00 UTC.",
        "Started 40 min earlier, with the same hours, it would be met.",
        "Bo could do it, arriving Mon 08:00 UTC.",
    )


@pytest.mark.parametrize("basis", [HoursBasis.UNKNOWN, HoursBasis.EXEMPT])
def test_unknown_hours_are_planned_as_if_nothing_were_left(basis):
    """10 h rest to 16:00, then 6 h: 22:00, in time by the figures; yet nobody can say."""
    driver = hours(clocks(), basis, why="nobody knows what the driver is doing")

    found = plan(request(visit(mile=300, closes=at("23:00")), driver=driver))

    assert (found.verdict, found.is_legal) == (Verdict.UNVERIFIED, None)
    assert (found.departs_at, found.arrives_at) == (at("16:00"), at("22:00"))
    assert "nobody knows what the driver is doing" in found.said
    assert "10 h rest before anything else" in found.stops[0].why


def test_a_driver_in_violation_rests_first():
    """His hours are known: 10 h rest, then legal."""
    driver = hours(clocks(shift_driving_violation_s=600))

    found = plan(request(visit(mile=300, closes=at("23:00")), driver=driver))

    assert (found.verdict, found.departs_at) == (Verdict.ON_TIME, at("16:00"))


def test_stale_hours_are_never_verified():
    """Aged figures plan the trip; that it is legal is not claimed."""
    driver = hours(clocks(), HoursBasis.STALE, why="the last reading is of Mon 03:00 UTC")

    found = plan(request(visit(mile=300), driver=driver))

    assert (found.verdict, found.is_legal) == (Verdict.UNVERIFIED, None)
    assert found.arrives_at == at("12:00")


def test_a_ruleset_that_is_not_listed_is_never_verified():
    """The lowest limits are kept, and what his own demands beyond is not known."""
    found = plan(request(visit(mile=300), driver=hours(rulesets=())))

    assert found.verdict is Verdict.UNVERIFIED


def test_where_no_break_clock_is_told_none_was_taken():
    """9 h of driving left: 2 h are driven, so 6 h until the break: 12:00, mile 300."""
    found = plan(request(visit(mile=400), driver=hours(clocks(drive=9, break_=None))))

    assert stop(found, "break").arrives_at == at("12:00")


def test_no_stop_that_could_be_located_is_no_plan():
    found = plan(request())

    assert (found.verdict, found.stops) == (Verdict.IMPOSSIBLE, ())
    assert found.said == "Cannot plan because no stop of it is left that could be located."


def test_money_is_exact():
    found = plan(request(visit(mile=100)))

    assert found.fuel_cost == Decimal(0)


def test_a_break_that_the_window_leaves_no_use_of_is_a_rest():
    """2 h of driving before the break, and 2 h 20 min of shift: after 30 min nothing is left of
    it. So at 08:00 the shift, not the break, forces the rest: to 18:00, 2 h on: 20:00."""
    found = plan(request(visit(mile=200), driver=hours(clocks(shift=2 + 1 / 3, break_=2))))

    rest = stop(found, "rest")
    assert rest.clock is Which.SHIFT
    assert (rest.departs_at, found.arrives_at) == (at("18:00"), at("20:00"))
