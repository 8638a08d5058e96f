"""Samsara's duty logs: the timeline, the daily sums, the violations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sandbox.exchange import Answer, Ask
from sandbox.samsara.clocks import STATUS_WORDS
from sandbox.samsara.cursor import envelope, read
from sandbox.samsara.errors import bad
from sandbox.samsara.fleet import RULESETS, carrier, instant
from sandbox.world import hours
from sandbox.world.dice import number
from sandbox.world.instants import DAY, HOUR, day_start, iso
from sandbox.world.plan import DailyLog, Driver
from sandbox.world.shifts import SLEEPER, WORK
from sandbox.world.tenant import Tenant

DRIVERS_PER_PAGE = 50
ROWS_PER_PAGE = 200
METRES_PER_SECOND = 26.8224


def _chosen(ask: Ask, default: list[int]) -> list[int]:
    ids = ask.many("driverIds")
    if not ids:
        return default
    places = [ask.tenant.place(one) for one in ids]
    return [which for which in places if which is not None]


def _window(ask: Ask) -> tuple[int, int]:
    start, end = ask.one("startTime"), ask.one("endTime")
    window = (
        instant(start, "startTime") if start else ask.now,
        instant(end, "endTime") if end else ask.now,
    )
    if window[1] < window[0]:
        raise bad("endTime must not be before startTime")
    return window


def _log_entry(tenant: Tenant, which: int, entry: tuple[int, int, str], now: int) -> dict[str, Any]:
    start, end, status = entry
    corridor, _ = tenant.corridor(which)
    spot = corridor.spot(hours.miles(tenant, which, start))
    shown: dict[str, Any] = {
        "hosStatusType": STATUS_WORDS[status].decode(),
        "logStartTime": iso(start),
        "logRecordedLocation": {"latitude": spot.lat, "longitude": spot.lon},
    }
    # The open entry has no end.
    if end <= now:
        shown["logEndTime"] = iso(end)
    if status in WORK or status == SLEEPER:
        vehicle = tenant.vehicle(which)
        shown["vehicle"] = {"id": vehicle.id, "name": vehicle.name}
    return shown


def logs(ask: Ask) -> Answer:
    """GET /fleet/hos/logs: without times only what lasts now."""
    tenant, (first, last), start = ask.tenant, _window(ask), read(ask).offset
    wanted = _chosen(ask, tenant.active)
    last = min(last, ask.now)

    def make() -> bytes:
        chosen, data = wanted[start : start + DRIVERS_PER_PAGE], []
        for which in chosen:
            driver = {"id": tenant.driver_id(which), "name": tenant.name(which)}
            found = [
                _log_entry(tenant, which, entry, ask.now)
                for entry in hours.entries(tenant, which, first, last)
            ]
            data.append({"driver": driver, "hosLogs": found})
        return envelope(ask, data, start + len(chosen), len(wanted))

    return ask.page((ask.now, len(wanted)), make)


def _day(ask: Ask, name: str) -> date:
    text = ask.one(name)
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise bad(f"Invalid value for {name}. Must be YYYY-MM-DD") from None


def _durations(found: DailyLog) -> dict[str, int]:
    seconds = {
        "activeDurationMs": found.drive_s + found.on_duty_s + found.yard_move_s,
        "driveDurationMs": found.drive_s,
        "offDutyDurationMs": found.off_duty_s,
        "onDutyDurationMs": found.on_duty_s,
        "personalConveyanceDurationMs": found.personal_conveyance_s,
        "sleeperBerthDurationMs": found.sleeper_s,
        "waitingTimeDurationMs": 0,
        "yardMoveDurationMs": found.yard_move_s,
    }
    return {name: length * 1000 for name, length in seconds.items()}


def _log_driver(driver: Driver) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": driver.id, "name": driver.name, "timezone": driver.timezone}
    if driver.ruleset:
        shown["eldSettings"] = {"rulesets": [RULESETS[driver.ruleset]]}
    if driver.payroll_id:
        shown["externalIds"] = {"payrollId": driver.payroll_id}
    return shown


def _daily_row(tenant: Tenant, driver: Driver, found: DailyLog, now: int) -> dict[str, Any]:
    certified = found.end_at + 7 * HOUR <= now
    settings = carrier(tenant)
    meta: dict[str, Any] = {
        "adverseDrivingClaimed": False,
        "bigDayClaimed": False,
        "carrierName": settings["carrierName"],
        "carrierUsDotNumber": settings["dotNumber"],
        "isCertified": certified,
        "isUsShortHaulActive": False,
    }
    if certified:
        meta["certifiedAtTime"] = iso(found.end_at + 7 * HOUR)
    row: dict[str, Any] = {
        "driver": _log_driver(driver),
        "startTime": iso(found.start_at),
        "endTime": iso(found.end_at),
        "dutyStatusDurations": _durations(found),
    }
    if driver.ruleset:
        row["distanceTraveled"] = {
            "driveDistanceMeters": round(found.drive_s * METRES_PER_SECOND),
            "personalConveyanceDistanceMeters": found.personal_conveyance_s * 8,
            "yardMoveDistanceMeters": found.yard_move_s * 2,
        }
        row["pendingDutyStatusDurations"] = _durations(found)
        row["logMetaData"] = meta
    return row


def daily_logs(ask: Ask) -> Answer:
    """GET /fleet/hos/daily-logs: log days in each driver's zone, both dates included."""
    tenant, first, last = ask.tenant, _day(ask, "startDate"), _day(ask, "endDate")
    if last < first or last - first > timedelta(days=366):
        raise bad("endDate must not be before startDate")
    status = ask.one("driverActivationStatus") or "active"
    if status not in ("active", "deactivated"):
        raise bad("Invalid value for driverActivationStatus. Can only be 'active' or 'deactivated'")
    default = tenant.active if status == "active" else tenant.deactivated
    wanted, start = _chosen(ask, default), read(ask).offset
    # As many drivers as fill a page, whatever the number of days.
    size = max(1, ROWS_PER_PAGE // ((last - first).days + 1))

    def make() -> bytes:
        chosen, data = wanted[start : start + size], []
        for which in chosen:
            driver = tenant.driver(which)
            for found in hours.daily_logs(tenant, which, first, last, ask.now):
                data.append(_daily_row(tenant, driver, found, ask.now))
        return envelope(ask, data, start + len(chosen), len(wanted))

    return ask.page((ask.now, len(wanted)), make)


def _violations(tenant: Tenant, which: int, first: int, last: int) -> list[dict[str, Any]]:
    """Nobody drives too long here, but now and then a log is not signed."""
    driver, found = tenant.driver(which), []
    zone, hour = driver.timezone, driver.day_start_hour
    for ordinal in range(first // DAY, last // DAY + 1):
        day = date(1970, 1, 1) + timedelta(days=ordinal)
        start = day_start(zone, day, hour)
        if start < first or start > last or number(which, ordinal, bits=4):
            continue
        end = day_start(zone, day + timedelta(days=1), hour)
        found.append(
            {
                "day": {"startTime": iso(start), "endTime": iso(end)},
                "description": "Missing Driver Certification",
                "driver": {"id": driver.id, "name": driver.name},
                "durationMs": (end - start) * 1000,
                "type": "unsubmittedLogs",
                "violationStartTime": iso(start),
            }
        )
    return found


def violations(ask: Ask) -> Answer:
    """GET /fleet/hos/violations: one wrapper object a driver; drivers without any are left out."""
    tenant, (first, last), start = ask.tenant, _window(ask), read(ask).offset
    if last - first > 366 * DAY:
        raise bad("The time range must not be longer than a year")
    wanted = _chosen(ask, tenant.active)
    types = ask.many("types")

    def make() -> bytes:
        chosen, data = wanted[start : start + ROWS_PER_PAGE], []
        for which in chosen:
            found = _violations(tenant, which, first, min(last, ask.now))
            if found and (not types or "unsubmittedLogs" in types):
                data.append({"violations": found})
        return envelope(ask, data, start + len(chosen), len(wanted))

    return ask.page((ask.now, len(wanted)), make)
