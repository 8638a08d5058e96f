"""Hours of service and positions of a tenant's drivers at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sandbox.world.dice import number
from sandbox.world.instants import HOUR, day_start, log_day
from sandbox.world.plan import Clock, DailyLog, Position
from sandbox.world.roads import place_name
from sandbox.world.shifts import DRIVING, OFF, ON_DUTY, PERIOD, PERSONAL, SLEEPER, UNKNOWN, YARD
from sandbox.world.tenant import (
    CANADIAN,
    DEACTIVATED,
    DISCONNECTED,
    EXEMPT,
    RETIRED,
    Seat,
    Tenant,
)

MILES_PER_HOUR = 60.0
_FULL = (11 * HOUR, 14 * HOUR, 8 * HOUR)


def clock(tenant: Tenant, which: int, now: int) -> Clock:
    """What the ELD says about a driver. Values stand still while nothing runs."""
    duty, anchor, kind, residue = tenant.seat(which)
    passed = now - anchor
    second = passed % PERIOD
    status, drive, shift, rest, cycle, began = duty.at(second)
    bumped = tenant.bumps.any("hos_clocks").get(which, 0)
    # Odd milliseconds everywhere but on full clocks: a floor must not be a rounding.
    drive_ms = drive * 1000 - (residue if drive != _FULL[0] else 0)
    shift_ms = max(0, shift * 1000 - (residue if shift != _FULL[1] else 0))
    rest_ms: int | None = rest * 1000 - (residue if rest != _FULL[2] else 0)
    cycle_ms = cycle * 1000 - (residue if cycle != duty.cycle_limit else 0)
    if bumped:
        cycle_ms = (cycle_ms - 60_000 * bumped) % (duty.cycle_limit * 1000)
    in_vehicle = status != OFF
    if kind == DISCONNECTED:
        # The app went silent in the middle of a shift; these are its last words.
        status, drive_ms, shift_ms, in_vehicle = UNKNOWN, 27_660_000, 32_520_000, False
    elif kind == CANADIAN:
        # 13 h of driving in a 16 h window, and no 30-minute rule.
        shift_ms += 7_200_000 if shift_ms else 0
        drive_ms, rest_ms = drive_ms + 7_200_000, None
    elif kind in (DEACTIVATED, RETIRED):
        in_vehicle = False
    started = now - second + began
    return Clock(status, drive_ms, shift_ms, rest_ms, cycle_ms, started, in_vehicle, kind == EXEMPT)


def _spent(seat: Seat, status: str, start: int, end: int) -> int:
    """Seconds of a status between two instants."""
    laps_end, at_end = divmod(end - seat.anchor, PERIOD)
    laps_start, at_start = divmod(start - seat.anchor, PERIOD)
    whole = (laps_end - laps_start) * seat.duty.totals[status]
    return whole + seat.duty.spent(status, at_end) - seat.duty.spent(status, at_start)


def daily_log(tenant: Tenant, which: int, day: date, hour: int, zone: str, now: int) -> DailyLog:
    """One log day; seconds count up to now."""
    seat = tenant.seat(which)
    start, end = day_start(zone, day, hour), day_start(zone, day + timedelta(days=1), hour)
    until = max(start, min(end, now))
    spent = [
        _spent(seat, status, start, until)
        for status in (DRIVING, ON_DUTY, YARD, OFF, SLEEPER, PERSONAL)
    ]
    return DailyLog(which, day.isoformat(), start, end, *spent)


def daily_logs(tenant: Tenant, which: int, first: date, last: date, now: int) -> Iterator[DailyLog]:
    """The log days of a driver from `first` to `last` that have begun."""
    driver = tenant.driver(which)
    zone, hour = driver.timezone, driver.day_start_hour
    newest = min(last, log_day(zone, now, hour))
    day = first
    while day <= newest:
        yield daily_log(tenant, which, day, hour, zone, now)
        day += timedelta(days=1)


def trailing_logs(tenant: Tenant, which: int, now: int, days: int = 8) -> Iterator[DailyLog]:
    """The log day that lasts and those before it."""
    driver = tenant.driver(which)
    today = log_day(driver.timezone, now, driver.day_start_hour)
    return daily_logs(tenant, which, today - timedelta(days=days - 1), today, now)


def entries(tenant: Tenant, which: int, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """(start, end, status) of everything that touches [start, end]; whole, not cut off."""
    seat = tenant.seat(which)
    if not seat.duty.shifts:
        # Nothing ever changes for this driver: one entry, from the first day on.
        yield tenant.driver(which).created_at, end + PERIOD, OFF
        return
    lap = (start - seat.anchor) // PERIOD - 1
    held: tuple[int, int, str] | None = None
    while seat.anchor + lap * PERIOD <= end + PERIOD:
        base = seat.anchor + lap * PERIOD
        for begun, done, status in seat.duty.entries():
            entry = (base + begun, base + done, status)
            if held and held[2] == status:
                held = (held[0], entry[1], status)
                continue
            if held and held[0] <= end and held[1] > start:
                yield held
            held = entry
        lap += 1


def miles(tenant: Tenant, which: int, now: int) -> float:
    """Miles on the driver's odometer, counted from the start of their road."""
    seat = tenant.seat(which)
    _, from_mile = tenant.corridor(which)
    driven = _spent(seat, DRIVING, seat.anchor, now)
    return from_mile + driven / HOUR * MILES_PER_HOUR


def position(tenant: Tenant, which: int, now: int) -> Position | None:
    """Where the truck last reported from: now while it drives, where it stopped while not."""
    vehicle = tenant.vehicle(which)
    if not vehicle.has_gps:
        return None
    duty, anchor, kind, _ = tenant.seat(which)
    second = (now - anchor) % PERIOD
    lap_start = now - second
    driving = duty.at(second).status == DRIVING
    seen: int | None = now
    if not driving:
        seen = duty.since(DRIVING, second)
        if seen is None and duty.totals[DRIVING]:
            seen = (duty.since(DRIVING, PERIOD - 1) or 0) - PERIOD
        seen = lap_start + (seen or 0)
    corridor, _ = tenant.corridor(which)
    spot = corridor.spot(miles(tenant, which, now))
    if kind == RETIRED:
        return Position(vehicle.id, spot.lat, spot.lon, int(seen or now), None, None, None)
    jitter = number(which, now // 60, bits=6) / 16 - 2
    return Position(
        vehicle_id=vehicle.id,
        latitude=spot.lat,
        longitude=spot.lon,
        at=int(seen or now),
        speed=round(MILES_PER_HOUR + jitter, 1) if driving else 0.0,
        heading=spot.heading if driving else 0,
        location=place_name(spot.lat, spot.lon, spot.road),
    )
