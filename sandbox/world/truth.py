"""The domain truth of a tenant: plain values, no vendor's words, to hold a synced table against.

Instants are `2026-10-05T15:29:58Z`, lengths are whole seconds (rounded down), money is text.
"""

from __future__ import annotations

from typing import Any

from sandbox.world import hours
from sandbox.world.instants import iso, iso_or_none
from sandbox.world.loads import ACTIVE, Load, Stop, loads
from sandbox.world.stations import Station, Stations
from sandbox.world.tenant import Tenant
from sandbox.world.weather import Weather

Row = dict[str, Any]


def drivers(tenant: Tenant) -> list[Row]:
    """Everybody, those who left included. An absent value is None."""
    rows = []
    for which in range(tenant.plan.drivers):
        found = tenant.driver(which)._asdict()
        bare = found["ruleset"] is None
        found["created_at"], found["updated_at"] = (
            iso(found["created_at"]),
            iso(found["updated_at"]),
        )
        found["known_day_start_hour"] = None if bare else found["day_start_hour"]
        rows.append(found)
    return rows


def vehicles(tenant: Tenant) -> list[Row]:
    """Every truck."""
    rows = []
    for which in range(tenant.plan.drivers):
        found = tenant.vehicle(which)._asdict()
        found["created_at"] = iso(found["created_at"])
        found["updated_at"] = iso(found["updated_at"])
        rows.append(found)
    return rows


def positions(tenant: Tenant, now: int) -> list[Row]:
    """The last report of every truck that reports."""
    seen = (hours.position(tenant, which, now) for which in range(tenant.plan.drivers))
    return [
        {
            "vehicle_id": one.vehicle_id,
            "latitude": one.latitude,
            "longitude": one.longitude,
            "positioned_at": iso(one.at),
            "speed_mph": one.speed,
            "heading_degrees": one.heading,
            "location": one.location,
        }
        for one in seen
        if one is not None
    ]


def hos_clocks(tenant: Tenant, now: int) -> list[Row]:
    """Hours left for everybody; None for the exempt, and for a clock the ruleset does not have."""
    rows = []
    for which in range(tenant.plan.drivers):
        found = hours.clock(tenant, which, now)
        left = (found.drive_ms, found.shift_ms, found.cycle_ms, found.rest_ms)
        drive, shift, cycle, pause = (
            None if found.exempt or ms is None else ms // 1000 for ms in left
        )
        rows.append(
            {
                "driver_id": tenant.driver_id(which),
                "active": tenant.is_active(which),
                "duty_status": found.status,
                "drive_remaining_s": drive,
                "shift_remaining_s": shift,
                "cycle_remaining_s": cycle,
                "break_remaining_s": pause,
                "cycle_tomorrow_s": cycle,
                "cycle_started_at": None if found.exempt else iso(found.cycle_started_at),
                "drive_violation_s": None if found.exempt else 0,
                "cycle_violation_s": None if found.exempt else 0,
                "vehicle_id": tenant.vehicle_id(which) if found.in_vehicle else None,
            }
        )
    return rows


def hos_daily_logs(tenant: Tenant, now: int) -> list[Row]:
    """Eight log days of everybody, the one that lasts and seven before it; `date` is its name."""
    rows = []
    for which in range(tenant.plan.drivers):
        for found in hours.trailing_logs(tenant, which, now):
            row = found._asdict()
            row.pop("driver")
            row["start_at"], row["end_at"] = iso(found.start_at), iso(found.end_at)
            known = {"driver_id": tenant.driver_id(which), "active": tenant.is_active(which)}
            rows.append({**known, **row, "waiting_s": 0})
    return rows


def _stop(stop: Stop) -> Row:
    window = stop.window
    known = stop.latitude is not None
    return {
        "id": stop.id,
        "sequence": stop.sequence,
        "type": stop.type,
        "status": stop.status,
        "name": stop.name,
        "address1": stop.address,
        "city": stop.city.name,
        "state": stop.city.state,
        "zip": stop.city.zip if known else None,
        "country": stop.city.country,
        "latitude": stop.latitude,
        "longitude": stop.longitude,
        "timezone": stop.city.zone if known else None,
        "appointment_type": window[0] if window else None,
        "window_start_at": iso(window[1]) if window else None,
        "window_end_at": iso_or_none(window[2]) if window else None,
        "confirmed": window[3] if window else None,
        "eta": iso_or_none(stop.eta),
        "arrived_at": iso_or_none(stop.arrived_at),
        "departed_at": iso_or_none(stop.departed_at),
    }


def _load(tenant: Tenant, load: Load) -> Row:
    assigned = load.driver is not None
    return {
        "id": load.id,
        "load_number": load.number,
        "status": load.status,
        "active": load.status in ACTIVE,
        "created_at": iso(load.created_at),
        "updated_at": iso(load.updated_at),
        "driver_id": tenant.tms_id(load.driver) if load.driver is not None else None,
        "eld_driver_id": tenant.driver_id(load.driver) if load.driver is not None else None,
        "vin": tenant.vehicle(load.driver).vin if load.driver is not None else None,
        "trailer": load.trailer if assigned else None,
        "customer_id": load.customer[0],
        "customer": load.customer[1],
        "equipment": load.equipment,
        "commodity": load.commodity,
        "weight_lb": load.weight_lb,
        "miles_loaded": load.miles,
        "rate": load.rate,
        "notes": load.notes,
        "stops": [_stop(stop) for stop in load.stops],
    }


def all_loads(tenant: Tenant, now: int) -> list[Row]:
    """Every load of the last 30 days, active or not."""
    return [_load(tenant, load) for load in loads(tenant, now)]


def station(stations: Stations, found: Station, now: int) -> Row:
    """One truck stop with its prices, dollars a US gallon."""
    at = stations.priced_at(found, now)
    prices = stations.prices(found, now)
    return {
        "id": found.id,
        "name": found.name,
        "brand": found.brand,
        "address": found.address,
        "city": found.city.name,
        "state": found.city.state,
        "zip": found.city.zip,
        "country": found.city.country,
        "latitude": found.lat,
        "longitude": found.lon,
        "status": found.status,
        "truck_accessible": found.truck_accessible,
        "truck_parking_spaces": found.parking_spaces,
        "amenities": list(found.amenities),
        "updated_at": iso_or_none(at),
        "prices": [
            {
                "product": price.product,
                "price_type": price.kind,
                "amount": price.amount,
                "is_estimated": found.estimated,
                "updated_at": iso_or_none(at),
            }
            for price in prices
        ],
    }


def weather_row(found: Weather) -> Row:
    """The weather at a place: deg F, mph, mm/h, metres."""
    return {
        "latitude": found.lat,
        "longitude": found.lon,
        "observed_at": iso(found.at),
        "condition_id": found.conditions[0],
        "temperature_f": found.temperature,
        "feels_like_f": found.feels_like,
        "pressure_hpa": found.pressure,
        "humidity_pct": found.humidity,
        "visibility_m": found.visibility,
        "wind_mph": found.wind,
        "gust_mph": found.gust,
        "wind_degrees": found.wind_from,
        "rain_mm_h": found.rain or 0.0,
        "snow_mm_h": found.snow or 0.0,
        "clouds_pct": found.clouds,
    }
