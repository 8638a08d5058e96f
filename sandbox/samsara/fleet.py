"""Samsara's drivers, vehicles, positions and organization."""

from __future__ import annotations

from typing import Any

import orjson

from sandbox.exchange import Answer, Ask
from sandbox.samsara.cursor import envelope, limit, read
from sandbox.samsara.errors import bad
from sandbox.world import hours
from sandbox.world.instants import iso, parse
from sandbox.world.plan import Driver
from sandbox.world.tenant import Tenant

STAT_TYPES = frozenset(
    [
        "gps",
        "engineStates",
        "fuelPercents",
        "obdOdometerMeters",
        "gpsOdometerMeters",
        "obdEngineSeconds",
        "engineRpm",
        "faultCodes",
        "ambientAirTemperatureMilliC",
        "batteryMilliVolts",
        "ecuSpeedMph",
    ]
)
STATS_PAGE = 200
_US = {"break": "Property (off-duty/sleeper)", "jurisdiction": "", "restart": "34-hour Restart"}
RULESETS: dict[str, dict[str, str]] = {
    "us_70_8": {**_US, "cycle": "USA 70 hour / 8 day", "shift": "US Interstate Property"},
    "us_60_7": {**_US, "cycle": "USA 60 hour / 7 day", "shift": "US Interstate Property"},
    "canada_70_7": {
        "cycle": "Canada South Cycle 1 (70 hour / 7 day)",
        "jurisdiction": "CS",
        "restart": "36-hour Restart",
    },
}


def carrier(tenant: Tenant) -> dict[str, Any]:
    """The carrier as it stands in every driver."""
    return {
        "carrierName": f"{tenant.plan.title} LLC",
        "dotNumber": 1_000_000 + tenant.number % 3_000_000,
        "homeTerminalAddress": "",
        "homeTerminalName": "",
        "mainOfficeAddress": "4100 Commerce St, Dallas, TX 75226",
    }


def me(ask: Ask) -> Answer:
    """GET /me."""

    def make() -> bytes:
        settings = carrier(ask.tenant)
        kept = {key: settings[key] for key in ("carrierName", "dotNumber", "mainOfficeAddress")}
        identity = {"id": str(ask.tenant.number), "name": ask.tenant.plan.title}
        return orjson.dumps({"data": {"carrierSettings": kept, **identity}})

    return ask.page(0, make)


def _present(**values: Any) -> dict[str, Any]:
    """Keys without a value are left out, never null."""
    return {key: value for key, value in values.items() if value is not None}


def _external_ids(driver: Driver) -> dict[str, str] | None:
    return _present(payrollId=driver.payroll_id, tms=driver.tms_id) or None


def driver_row(driver: Driver, vehicle_name: str, settings: dict[str, Any]) -> dict[str, Any]:
    """A driver in Samsara's words."""
    bare = driver.ruleset is None
    vehicle = {"id": driver.vehicle_id, "name": vehicle_name} if driver.vehicle_id else None
    return _present(
        id=driver.id,
        name=driver.name,
        username=driver.username,
        driverActivationStatus="active" if driver.active else "deactivated",
        isDeactivated=not driver.active,
        timezone=driver.timezone,
        createdAtTime=f"{iso(driver.created_at)[:-1]}.117Z",
        updatedAtTime=f"{iso(driver.updated_at)[:-1]}.902Z",
        hasVehicleUnpinningEnabled=False,
        carrierSettings=settings,
        phone=driver.phone,
        licenseNumber=driver.license_number,
        licenseState=driver.license_state,
        eldDayStartHour=None if bare else driver.day_start_hour,
        eldExempt=True if driver.eld_exempt else None,
        eldExemptReason="Short Haul - 150 air mile" if driver.eld_exempt else None,
        eldSettings=None if bare else {"rulesets": [RULESETS[driver.ruleset or "us_70_8"]]},
        eldPcEnabled=None if bare else True,
        externalIds=_external_ids(driver),
        tags=[{"id": "3914", "name": "South Central", "parentTagId": "4815"}]
        if driver.tagged
        else None,
        staticAssignedVehicle=vehicle,
        notes=driver.notes,
    )


def _wanted_drivers(ask: Ask) -> list[int]:
    status = ask.query.get("driverActivationStatus", ["active"])
    if len(status) != 1 or status[0] not in ("active", "deactivated"):
        raise bad("Invalid value for driverActivationStatus. Can only be 'active' or 'deactivated'")
    tenant = ask.tenant
    found = tenant.active if status[0] == "active" else tenant.deactivated
    for name, field in (("updatedAfterTime", "updated_at"), ("createdAfterTime", "created_at")):
        after = ask.one(name)
        if after:
            since = instant(after, name)
            found = [which for which in found if getattr(tenant.driver(which), field) > since]
    return found


def instant(text: str, name: str) -> int:
    """An instant from the query; 400 if it is none."""
    try:
        return parse(text)
    except ValueError:
        raise bad(f"Invalid value for {name}. Must be an RFC 3339 timestamp") from None


def drivers(ask: Ask) -> Answer:
    """GET /fleet/drivers."""
    wanted, size, start = _wanted_drivers(ask), limit(ask), read(ask).offset
    rows = wanted[start : start + size]
    tenant = ask.tenant
    stamp = tenant.bumps.stamp("drivers", rows[0], rows[-1]) if rows else 0

    def make() -> bytes:
        settings = carrier(tenant)
        made = [
            driver_row(tenant.driver(which), tenant.vehicle_name(which), settings) for which in rows
        ]
        return envelope(ask, made, start + len(rows), len(wanted))

    return ask.page((len(wanted), stamp), make)


def vehicle_externals(serial: str | None, vin: str | None) -> dict[str, str] | None:
    """The automatic external ids, whose keys hold dots."""
    if serial is None or vin is None:
        return None
    return {"samsara.serial": serial, "samsara.vin": vin}


def _vehicle_row(tenant: Tenant, which: int) -> dict[str, Any]:
    found = tenant.vehicle(which)
    serial, gateway = found.serial, None
    if serial is not None:
        gateway = {"model": "VG54NA", "serial": f"{serial[:4]}-{serial[4:7]}-{serial[7:]}"}
    driver = {"id": found.driver_id, "name": tenant.name(which)} if found.driver_id else None
    return _present(
        id=found.id,
        name=found.name,
        createdAtTime=iso(found.created_at),
        updatedAtTime=iso(found.updated_at),
        notes=found.notes,
        harshAccelerationSettingType="off",
        vehicleRegulationMode="regulated",
        vin=found.vin,
        make=found.make,
        model=found.model,
        year=None if found.year is None else str(found.year),
        licensePlate=found.license_plate,
        serial=serial,
        gateway=gateway,
        externalIds=vehicle_externals(found.serial, found.vin),
        staticAssignedDriver=driver,
    )


def vehicles(ask: Ask) -> Answer:
    """GET /fleet/vehicles."""
    tenant, size, start = ask.tenant, limit(ask), read(ask).offset
    total = tenant.plan.drivers
    end = min(start + size, total)
    stamp = tenant.bumps.stamp("vehicles", start, max(start, end - 1))

    def make() -> bytes:
        rows = [_vehicle_row(tenant, which) for which in range(start, end)]
        return envelope(ask, rows, end, total)

    return ask.page((total, stamp), make)


def _stats_row(tenant: Tenant, which: int, now: int, *, gps: bool) -> dict[str, Any]:
    vehicle = tenant.vehicle(which)
    seen = hours.position(tenant, which, now) if gps else None
    shown = None
    if seen is not None:
        shown = _present(
            time=iso(seen.at),
            latitude=seen.latitude,
            longitude=seen.longitude,
            headingDegrees=seen.heading,
            speedMilesPerHour=seen.speed if seen.speed else 0 if seen.speed is not None else None,
            isEcuSpeed=None if seen.speed is None else seen.speed > 0,
            reverseGeo={"formattedLocation": seen.location} if seen.location else None,
        )
    return _present(
        id=vehicle.id,
        name=vehicle.name,
        externalIds=vehicle_externals(vehicle.serial, vehicle.vin),
        gps=shown,
    )


def _stat_types(ask: Ask) -> list[str]:
    types = ask.many("types")
    if not types:
        raise bad("Missing required parameter: types")
    if len(types) > 3:
        raise bad("Too many stat types: at most 3 can be requested")
    wrong = [name for name in types if name not in STAT_TYPES]
    if wrong:
        raise bad(f"Invalid stat type(s): {','.join(wrong)}")
    return types


def stats(ask: Ask) -> Answer:
    """GET /fleet/vehicles/stats: a snapshot, of the present or of `time`."""
    tenant, types, start = ask.tenant, _stat_types(ask), read(ask).offset
    at = ask.one("time")
    now = min(ask.now, instant(at, "time")) if at else ask.now
    ids = ask.many("vehicleIds")
    places = [tenant.place(one) for one in ids] if ids else range(tenant.plan.drivers)
    wanted = [which for which in places if which is not None]

    def make() -> bytes:
        chosen = wanted[start : start + STATS_PAGE]
        rows = [_stats_row(tenant, which, now, gps="gps" in types) for which in chosen]
        return envelope(ask, rows, start + len(rows), len(wanted))

    return ask.page((now, len(wanted)), make)
