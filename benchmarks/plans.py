"""PLANS: how long a thousand route plans take, and what the road network costs."""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import psycopg

from benchmarks.ground import temporary_folder
from benchmarks.report import Section
from core.hours import AgedClocks
from core.hours_limits import Ruleset
from core.route.fuel import Tank
from core.route.planner import plan
from core.route.request import Hours, HoursBasis, Request, Station, Truck, Visit
from core.route.roads import Point
from core.route.trip import Kind
from core.route.weather import Observation
from deployments.postgres import Postgres
from sandbox.world.places import CITIES
from store import migrate
from tasks import roads
from tasks.planning import plan_all

TARGET_S = 60.0
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
RULES = (Ruleset("US Interstate Property", "USA 70 hour / 8 day"),)
CLOCKS = AgedClocks(39_600, 50_400, 28_800, 252_000, 60, True, False, None, None)
PLACES = [Point(city.lat, city.lon) for city in CITIES.values() if city.country == "US"]
# A tenant whose loads go from city to city, each with a driver and a truck of its own.
SEED = """
CREATE TEMP TABLE place (n int, lat float, lon float);
{places}
INSERT INTO ops.tenant (slug, name, is_sandbox) VALUES ('big', 'Big', true);
INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext, credentials_key_id,
    credentials_fingerprint) SELECT id, v, 'sealed', 'key', v FROM ops.tenant,
    unnest(ARRAY['samsara', 'truckbase', 'fuelfinder', 'openweather']) v;
INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, confirmed_at)
    SELECT id, d, tenant_id, now() FROM ops.integration,
    unnest(ARRAY['hos_clocks', 'loads', 'stations', 'weather', 'positions', 'drivers']) d;
CREATE TEMP TABLE who AS SELECT g.n, t.id AS tenant_id, s.id AS eld, l.id AS tms, f.id AS fuel,
    w.id AS sky, a.lat AS lat, a.lon AS lon, b.lat AS to_lat, b.lon AS to_lon
    FROM generate_series(1, {loads}) g(n), ops.tenant t
    JOIN ops.integration s ON s.vendor = 'samsara' JOIN ops.integration l ON l.vendor = 'truckbase'
    JOIN ops.integration f ON f.vendor = 'fuelfinder'
    JOIN ops.integration w ON w.vendor = 'openweather',
    place a, place b WHERE a.n = g.n * 7 % {count} AND b.n = (g.n * 13 + 5) % {count};
INSERT INTO fleet.driver (tenant_id, integration_id, run_id, row_hash, vendor_id, name,
    home_timezone, eld_day_start_hour, external_ids, tags, rulesets)
    SELECT tenant_id, eld, eld, n, 'e' || n, 'Driver ' || n, 'America/Chicago', 0,
    jsonb_build_object('tms', 'd' || n), '[]',
    '[{{"shift": "US Interstate Property", "cycle": "USA 70 hour / 8 day"}}]' FROM who;
INSERT INTO fleet.hos_clock (tenant_id, integration_id, run_id, row_hash, vendor_id, duty_status,
    vehicle_id, drive_remaining_s, shift_remaining_s, break_remaining_s, cycle_remaining_s)
    SELECT tenant_id, eld, eld, n, 'e' || n, 'on_duty', 'v' || n, 39600, 50400, 28800, 200000
    FROM who;
INSERT INTO fleet.vehicle_position (tenant_id, integration_id, run_id, row_hash, vendor_id, vin,
    latitude, longitude, source_updated_at)
    SELECT tenant_id, eld, eld, n, 'v' || n, 'VIN' || n, lat, lon, now() FROM who;
INSERT INTO fleet.load (tenant_id, integration_id, run_id, row_hash, vendor_id, load_number, status,
    is_open, driver_id, driver_name, truck_vin, "references")
    SELECT tenant_id, tms, tms, n, 'l' || n, 'N' || n, 'in_transit', true, 'd' || n, 'Driver ' || n,
    'VIN' || n, '[]' FROM who;
INSERT INTO fleet.load_stop (tenant_id, integration_id, run_id, row_hash, parent_id, vendor_id,
    sequence, stop_type, status, name, latitude, longitude, "references", appointment_end_at)
    SELECT tenant_id, tms, tms, n, 'l' || n, 'st' || n, 1, 'delivery', 'pending', 'Dock', to_lat,
    to_lon, '[]', now() + n % 72 * interval '1 h' FROM who;
INSERT INTO fleet.fuel_station (tenant_id, integration_id, run_id, row_hash, vendor_id, name,
    latitude, longitude, status, diesel_price, amenities, truck_parking_spaces, source_updated_at)
    SELECT tenant_id, fuel, fuel, n, 'f' || n, 'Stop ' || n, lat + 0.02, lon, 'open',
    3 + n % 90 * 0.01, '[]', 50, now() FROM who WHERE n <= {count};
INSERT INTO fleet.weather_observation (tenant_id, integration_id, run_id, row_hash, vendor_id,
    latitude, longitude, condition_id, condition, conditions, road_severity, rain_1h_mm, snow_1h_mm,
    source_updated_at) SELECT tenant_id, sky, sky, n, 'w' || n, lat, lon, 800, 'Clear', '[]', 'low',
    0, 0, now() FROM who WHERE n <= {count};
"""


def run(*, quick: bool) -> Section:
    """The network, plans alone, and plans from rows to rows."""
    plans = 100 if quick else 1_000
    section = Section(
        f"PLANS: {plans:,} route plans between {len(PLACES)} cities, "
        "with 1,500 truck stops and 300 observations",
        ("", "plans", "wall s", "CPU s", "CPU ms a plan", "MB more"),
    )
    _row(section, "load the network", 1, *_timed(lambda: roads.leg(PLACES[0], PLACES[1])))
    requests = _requests(plans)
    _row(section, "plans alone, with new ways", plans, *_timed(lambda: _plan(requests)))
    with temporary_folder() as folder:
        entered = folder / "rows"
        entered.mkdir(mode=0o711)
        postgres = Postgres(entered)
        try:
            postgres.start()
            url = postgres.url("sally")
            migrate.upgrade(url)
            with psycopg.connect(url, autocommit=True) as conn:
                conn.execute(_seed(plans).encode())
                conn.execute("VACUUM ANALYZE")
            first = _timed(lambda: asyncio.run(_all(url, plans)))
            _row(section, "from rows to rows, first plans", plans, *first)
            again = _timed(lambda: asyncio.run(_all(url, plans)))
            _row(section, "the same again, nothing new", plans, *again)
        finally:
            postgres.stop()
    section.verdict(f"{plans:,} plans from rows to rows", first[0], TARGET_S, " s", least=False)
    return section


def _plan(requests: list[tuple[Request, tuple[Point, ...]]]) -> None:
    for request, points in requests:
        legs = tuple(roads.leg(a, b) for a, b in pairwise(points))
        made = plan(replace(request, legs=legs))
        if made.miles is None:
            raise RuntimeError("a plan came out without a road")


def _requests(count: int) -> list[tuple[Request, tuple[Point, ...]]]:
    """Three cities each, a tank that needs fuel, and everything beside the road."""
    dice = random.Random(7)
    stations = [_station(dice, n) for n in range(1_500)]
    sky = [Observation(_near(dice), None, 800, "clear", "low", NOW) for _ in range(300)]
    found = []
    for number in range(count):
        points = tuple(dice.sample(PLACES, 3))
        visits = tuple(
            Visit(f"s{n}", Kind.DELIVERY, f"Stop {n}", point, None, NOW + timedelta(hours=40 * n))
            for n, point in enumerate(points[1:], 1)
        )
        request = Request(NOW, f"l{number}", points[0], "Start", visits, (),
                          Hours(HoursBasis.KNOWN, CLOCKS, RULES), Truck(Tank(100, 200, 30, 6.5)),
                          stations, sky)  # fmt: skip
        found.append((request, points))
    return found


def _station(dice: random.Random, number: int) -> Station:
    price = Decimal(dice.randint(2_900, 4_900)) / 1000
    return Station(f"f{number}", f"Stop {number}", _near(dice), price, NOW, 50, True)


def _near(dice: random.Random) -> Point:
    """Beside a freeway: on the way between two cities."""
    line = roads.leg(*dice.sample(PLACES[:20], 2)).points
    return dice.choice(line)


def _seed(loads: int) -> str:
    rows = ", ".join(f"({n}, {p.latitude}, {p.longitude})" for n, p in enumerate(PLACES))
    places = f"INSERT INTO place VALUES {rows};"
    return SEED.format(loads=loads, count=len(PLACES), places=places)


async def _all(url: str, plans: int) -> None:
    done = await plan_all(url, by="benchmark")
    if sum(done.verdicts.values()) != plans:
        raise RuntimeError(f"not every load was planned: {done.said}")


def _timed(work: Callable[[], object]) -> tuple[float, float, float]:
    """Wall and CPU seconds, and megabytes that the process grew by at its largest."""
    before, began, cpu = _mb(), time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu, _mb() - before


def _mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(section: Section, name: str, plans: int, took: float, cpu: float, more: float) -> None:
    each = f"{cpu / plans * 1000:.1f}"
    figures = (f"{took:.2f}", f"{cpu:.2f}", each, f"{more:.0f}")
    section.rows.append((name, f"{plans:,}", *figures))
