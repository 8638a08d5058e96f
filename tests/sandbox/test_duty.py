"""Drivers work legally: 49 CFR 395, checked on the timeline and not with the world's own clocks."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sandbox.world import TenantPlan, World
from sandbox.world.duty import library
from sandbox.world.hours import clock, daily_logs, entries, trailing_logs
from sandbox.world.instants import DAY, HOUR, log_day
from sandbox.world.shifts import DRIVING, OFF, PERIOD, PERSONAL, SLEEPER, WORK

START = 1_791_000_000
REST = {OFF, SLEEPER, PERSONAL}
FLEET = World(tenants=[TenantPlan("acme", 60)]).tenant("acme")


def stretches(which: int) -> list[tuple[int, int, str]]:
    """Ten days of a driver, the first two to know what went before."""
    return list(entries(FLEET, which, START - 3 * DAY, START + 8 * DAY))


def shifts(which: int) -> list[list[tuple[int, int, str]]]:
    """What lies between rests of ten hours and more."""
    found: list[list[tuple[int, int, str]]] = []
    open_, rested = False, 0
    for start, end, status in stretches(which):
        if status in REST:
            rested += end - start
            if rested >= 10 * HOUR:
                open_ = False
            elif open_:
                found[-1].append((start, end, status))
            continue
        rested = 0
        if not open_:
            found.append([])
            open_ = True
        found[-1].append((start, end, status))
    return found[1:]


@pytest.mark.parametrize("which", range(60))
def test_a_shift_keeps_the_eleven_and_fourteen_hour_rules(which):
    for shift in shifts(which):
        driven = sum(end - start for start, end, status in shift if status == DRIVING)
        last = max((end for _, end, status in shift if status == DRIVING), default=0)

        assert driven <= 11 * HOUR
        assert last <= shift[0][0] + 14 * HOUR


@pytest.mark.parametrize("which", range(60))
def test_nobody_drives_eight_hours_without_a_break(which):
    driven = idle = 0
    for start, end, status in stretches(which):
        if status == DRIVING:
            driven += end - start
            idle = 0
        else:
            idle += end - start
            driven = 0 if idle >= HOUR // 2 else driven

        assert driven <= 8 * HOUR


@pytest.mark.parametrize("which", range(60))
def test_nobody_drives_past_the_cycle(which):
    """60 or 70 hours of work between restarts of 34 hours, over four weeks."""
    cycle = FLEET.seat(which).duty.cycle_limit
    worked = rest = 0
    for start, end, status in entries(FLEET, which, START - PERIOD, START + PERIOD):
        rest = rest + end - start if status in REST else 0
        worked = 0 if rest >= 34 * HOUR else worked + (end - start if status in WORK else 0)

        assert worked <= cycle


def test_timelines_have_no_holes():
    for which in range(60):
        found = stretches(which)

        assert all(one[1] == two[0] and one[2] != two[2] for one, two in pairwise(found))


@pytest.mark.parametrize("style", ["road70", "long70", "road60", "canada", "yard", "personal"])
def test_the_clocks_agree_with_the_timeline(style):
    """Every library fortnight, every third minute: clocks never below zero, and exact."""
    for duty in library(7)[style]:
        previous = duty.at(0)
        for second in range(180, PERIOD, 180):
            found = duty.at(second)
            assert min(found.drive, found.shift, found.rest, found.cycle) >= 0
            if (
                found.status in WORK
                and previous.status == found.status
                and (found.rest <= previous.rest)
            ):
                assert previous.cycle - found.cycle == 180
                assert previous.drive - found.drive == (180 if found.status == DRIVING else 0)
            previous = found


def test_clocks_run_down_in_milliseconds_while_driving():
    now = next(
        at
        for at in range(START, START + PERIOD, 600)
        if {clock(FLEET, 0, at + gone).status for gone in range(0, 90, 10)} == {DRIVING}
    )

    one, two = clock(FLEET, 0, now), clock(FLEET, 0, now + 60)

    assert one.drive_ms - two.drive_ms == one.shift_ms - two.shift_ms == 60_000
    assert one.cycle_ms - two.cycle_ms == 60_000
    assert one.drive_ms % 1000


def test_clocks_of_resting_drivers_stand_still():
    """They may jump when rest gives something back, and not drift."""
    for which in range(60):
        changes = 0
        previous = clock(FLEET, which, START)
        for now in range(START + 600, START + 8 * DAY, 600):
            found = clock(FLEET, which, now)
            if found.status == previous.status and found.status in REST:
                changes += found != previous
            previous = found

        # A reset a day, a restart a week, a break half-way through a pause.
        assert changes <= 24


def test_a_day_has_as_many_hours_as_the_calendar_says():
    """The clocks go back on 1 November 2026: that day has 25 hours, in spring 23."""
    world = World(tenants=[TenantPlan("acme", 60)])
    tenant = world.tenant("acme")
    now = 1_793_750_000
    changed = 0
    for which in range(60):
        zone = tenant.driver(which).timezone
        for log in trailing_logs(tenant, which, now):
            spent = log.drive_s + log.on_duty_s + log.yard_move_s
            spent += log.off_duty_s + log.sleeper_s + log.personal_conveyance_s
            assert spent == min(log.end_at, now) - log.start_at
            if log.end_at - log.start_at != DAY:
                assert log.end_at - log.start_at == 25 * HOUR
                assert zone != "America/Phoenix"
                changed += 1

    assert changed > 30


def test_log_days_touch_each_other_and_end_with_today():
    now = START + 12_345
    for which in range(12):
        driver = FLEET.driver(which)
        found = list(trailing_logs(FLEET, which, now))

        assert len(found) == 8
        assert found[-1].start_at <= now < found[-1].end_at
        assert all(one.end_at == two.start_at for one, two in pairwise(found))
        today = log_day(driver.timezone, now, driver.day_start_hour)
        assert list(daily_logs(FLEET, which, today, today, now)) == found[-1:]
