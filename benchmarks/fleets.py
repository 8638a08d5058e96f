"""Fleets made by SQL: many tenants with weeks of data, every value by arithmetic, none by chance.

Times count from now; days are whole. The page of worked queries uses two of these fleets, the
benchmark a thousand. The first one syncs as often as real ones do, the others every few hours.
"""

from __future__ import annotations

from typing import Any

import psycopg

NAMES = ("acme", "bluemesa")
# What a row brings along; ids of runs grow with time, as real ones do.
LANDED = "tenant_id, integration_id, run_id, row_hash, synced_at"
OF = "i.tenant_id, i.id, i.id, 1, now() - interval '5 min'"
RUN_ID = """(lpad(to_hex((extract(epoch FROM s.at) * 1000)::bigint), 12, '0') || '7000'
    || '8' || substr(md5(i.id::text || s.at), 1, 15))::uuid"""
STEPS = (
    # Triggers and foreign keys look at every row, and every row here is right by construction.
    "SET session_replication_role = replica",
    """
INSERT INTO ops.tenant (slug, name, is_sandbox)
SELECT coalesce(({names}::text[])[n], 'fleet-' || n), 'Fleet ' || n, true
FROM generate_series(1, {tenants}) n
""",
    """
INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext, credentials_key_id,
    credentials_fingerprint, created_at, last_success_at, last_run_status)
SELECT t.id, v.vendor, 'sealed', 'key', 'print', now() - interval '90 days',
    now() - interval '4 min', 'success'
FROM ops.tenant t CROSS JOIN unnest(ARRAY['samsara', 'truckbase', 'fuelfinder', 'openweather'])
    AS v(vendor)
""",
    """
INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, last_success_at, confirmed_at)
SELECT i.id, d.dataset, i.tenant_id, now() - interval '4 min', now() - interval '4 min 1 s'
FROM ops.integration i JOIN (VALUES ('samsara', 'hos_clocks'), ('samsara', 'drivers'),
    ('truckbase', 'loads'), ('fuelfinder', 'stations'), ('openweather', 'weather'))
    AS d(vendor, dataset) ON d.vendor = i.vendor
""",
    f"""
INSERT INTO fleet.driver ({LANDED}, vendor_id, name, is_active, home_timezone, rulesets,
    external_ids, tags)
SELECT {OF}, 'd' || n, (ARRAY['Ann', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gwen', 'Hal', 'Ida',
    'Jon'])[n % 10 + 1] || ' ' || n, true, 'America/Chicago', '[]', '{{{{}}}}', '[]'
FROM ops.integration i CROSS JOIN generate_series(1, {{drivers}}) n WHERE i.vendor = 'samsara'
""",
    f"""
INSERT INTO fleet.hos_clock ({LANDED}, vendor_id, driver_name, duty_status, vehicle_name,
    drive_remaining_s, shift_remaining_s, break_remaining_s, cycle_remaining_s)
SELECT {OF}, 'd' || n, 'Driver ' || n, (ARRAY['driving', 'on_duty', 'off_duty', 'driving',
    'sleeper_berth', 'driving', 'unknown', 'off_duty', 'yard_move', 'driving'])[n % 10 + 1],
    'Truck ' || n, 60 * (n * 67 % 660), 60 * (n * 89 % 840), 60 * (n * 41 % 480 + 5),
    3600 * (n * 13 % 70 + 1)
FROM ops.integration i CROSS JOIN generate_series(1, {{drivers}}) n WHERE i.vendor = 'samsara'
""",
    f"""
INSERT INTO fleet.hos_daily_log ({LANDED}, vendor_id, driver_id, start_at, end_at, drive_s)
SELECT {OF}, 'd' || n || ':' || d, 'd' || n, now() - make_interval(days => d),
    now() - make_interval(days => d - 1), 3600 * (n * d % 11)
FROM ops.integration i CROSS JOIN generate_series(1, {{drivers}}) n
CROSS JOIN generate_series(1, {{days}}) d WHERE i.vendor = 'samsara'
""",
    f"""
INSERT INTO fleet.vehicle_position ({LANDED}, vendor_id, vin, latitude, longitude,
    formatted_location, source_updated_at)
SELECT {OF}, 'v' || n, 'VIN' || n, 30 + n % 10, -100 + n % 10, 'I-35, mile ' || 10 * n,
    now() - interval '3 min'
FROM ops.integration i CROSS JOIN generate_series(1, {{drivers}}) n WHERE i.vendor = 'samsara'
""",
    # Five statuses a day; the last one holds today.
    """
INSERT INTO fleet.hos_status_period (tenant_id, integration_id, run_id, valid_from, valid_to,
    is_first, vendor_id, duty_status)
SELECT i.tenant_id, i.id, i.id, now() - make_interval(hours => 5 * k),
    CASE WHEN k > 1 THEN now() - make_interval(hours => 5 * (k - 1)) END, k = 5 * {days},
    'd' || n, (ARRAY['driving', 'on_duty', 'driving', 'off_duty', 'sleeper_berth'])[(k + n) % 5 + 1]
FROM ops.integration i CROSS JOIN generate_series(1, {drivers}) n
CROSS JOIN generate_series(1, 5 * {days}) k WHERE i.vendor = 'samsara'
""",
    # A load every two days for each driver; the newest two of each are open.
    f"""
INSERT INTO fleet.load ({LANDED}, vendor_id, load_number, status, is_open, driver_name, truck_unit,
    truck_vin, customer_name, pickup_at, delivery_at, rate_amount, rate_currency, "references")
SELECT {OF}, 'l' || n || '-' || k, 'L-' || 1000 * n + k,
    CASE WHEN k > 2 THEN 'delivered' WHEN k = 2 THEN 'in_transit' ELSE 'assigned' END, k <= 2,
    CASE WHEN k > 1 OR n % 4 > 0 THEN 'Driver ' || n END, 'T' || n,
    CASE WHEN k > 1 THEN 'VIN' || n END, 'Customer ' || n % 7,
    now() + make_interval(days => 2 - 2 * k, hours => n),
    now() + make_interval(days => 4 - 2 * k, hours => n), 900 + 10 * n + k, 'USD', '[]'
FROM ops.integration i CROSS JOIN generate_series(1, {{drivers}}) n
CROSS JOIN generate_series(1, greatest({{days}} / 2, 3)) k WHERE i.vendor = 'truckbase'
""",
    f"""
INSERT INTO fleet.load_stop ({LANDED}, parent_id, vendor_id, sequence, stop_type, status, city,
    state, latitude, longitude, appointment_start_at, appointment_end_at, eta_at, "references")
SELECT l.tenant_id, l.integration_id, l.run_id, 1, l.synced_at, l.vendor_id,
    l.vendor_id || '#' || s, s, (ARRAY['pickup', 'delivery'])[s],
    CASE WHEN NOT l.is_open OR (s = 1 AND l.status = 'in_transit') THEN 'completed'
        ELSE 'pending' END,
    (ARRAY['Dallas', 'Tulsa', 'Omaha', 'Denver', 'Lincoln'])[x % 5 + 1],
    (ARRAY['TX', 'OK', 'NE', 'CO', 'NE'])[x % 5 + 1], 30 + x % 10, -100 + x % 10,
    t.due_at - interval '2 h', t.due_at,
    CASE WHEN x % 3 > 0 THEN t.due_at + make_interval(mins => 50 * (x % 5 - 3)) END, '[]'
FROM fleet.load l CROSS JOIN generate_series(1, 2) s
CROSS JOIN LATERAL (SELECT substr(l.load_number, 3)::int / 1000 + s AS x) n
CROSS JOIN LATERAL (SELECT CASE s WHEN 1 THEN l.pickup_at ELSE l.delivery_at END
    - CASE WHEN n.x % 4 = 0 THEN interval '50 h' ELSE interval '0' END AS due_at) t
""",
    """
INSERT INTO fleet.load_period (tenant_id, integration_id, run_id, valid_from, valid_to, is_first,
    vendor_id, load_number, status, is_open, changes)
SELECT l.tenant_id, l.integration_id, l.run_id, l.pickup_at + make_interval(hours => 12 * (k - 3)),
    CASE WHEN k < 3 THEN l.pickup_at + make_interval(hours => 12 * (k - 2)) END, k = 1, l.vendor_id,
    l.load_number, (ARRAY['unassigned', 'assigned', 'in_transit'])[k], true,
    CASE WHEN k = 1 THEN '{{}}'::jsonb ELSE '{{"status": ["before", "after"]}}' END
FROM fleet.load l CROSS JOIN generate_series(1, 3) k
""",
    f"""
INSERT INTO fleet.fuel_station ({LANDED}, vendor_id, name, brand, city, state, latitude, longitude,
    status, amenities)
SELECT {OF}, 's' || n, 'Stop ' || n, (ARRAY['Loves', 'Pilot', 'TA'])[n % 3 + 1], 'City ' || n,
    (ARRAY['TX', 'OK'])[n % 2 + 1], 30 + n % 10, -100 + n % 10, 'open', '[]'
FROM ops.integration i CROSS JOIN generate_series(1, 20) n WHERE i.vendor = 'fuelfinder'
""",
    # A price a day; what it costs goes up and down over five days.
    """
INSERT INTO fleet.fuel_price_period (tenant_id, integration_id, run_id, valid_from, valid_to,
    is_first, parent_id, vendor_id, product, price_type, amount, currency, unit)
SELECT s.tenant_id, s.integration_id, s.run_id, now() - make_interval(days => d),
    CASE WHEN d > 1 THEN now() - make_interval(days => d - 1) END, d = {days}, s.vendor_id,
    s.vendor_id || ':diesel', 'diesel', 'posted',
    3.5 + 0.01 * (substr(s.vendor_id, 2)::int % 7) + 0.02 * (d % 5) - 0.01 * d, 'USD', 'gal'
FROM fleet.fuel_station s CROSS JOIN generate_series(1, {days}) d
""",
    f"""
INSERT INTO fleet.weather_observation ({LANDED}, vendor_id, latitude, longitude, condition_id,
    condition, description, conditions, road_severity, temperature_f, visibility_m, wind_speed_mph,
    rain_1h_mm, snow_1h_mm, source_updated_at)
SELECT {OF}, 30 + n || ',' || -100 + n, 30 + n, -100 + n, 600 + n,
    (ARRAY['Clear', 'Rain', 'Snow'])[n % 3 + 1],
    (ARRAY['clear sky', 'light rain', 'heavy snow'])[n % 3 + 1], '[]',
    (ARRAY['low', 'moderate', 'severe'])[n % 3 + 1], 30 + n, 9000 - 500 * n, n, 0, 0,
    now() - CASE WHEN n = 9 THEN interval '3 h' ELSE interval '20 min' END
FROM ops.integration i CROSS JOIN generate_series(0, 9) n WHERE i.vendor = 'openweather'
""",
    f"""
INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, flow_run_id, sync_type, datasets,
    started_at, completed_at, status, attempts, fetched, updated, unchanged, quarantined,
    error_kind, error_happened, error_who, error_next_step)
SELECT {RUN_ID}, i.tenant_id, i.id, i.vendor, gen_random_uuid()::text, 'scheduled', e.datasets,
    s.at, s.at + make_interval(secs => 1 + x.n % 10 * 0.2), x.status, 1 + (x.n % 50 = 1)::int,
    g.fetched, g.fetched / 10, g.fetched - g.fetched / 10 - g.bad, g.bad,
    CASE x.status WHEN 'failed' THEN 'vendor_unavailable' END,
    CASE x.status WHEN 'failed' THEN 'The vendor did not answer.' END,
    CASE x.status WHEN 'failed' THEN 'Who must act: the vendor.' END,
    CASE x.status WHEN 'failed' THEN 'Nothing to do.' END
FROM ops.integration i
JOIN ops.tenant t ON t.id = i.tenant_id
JOIN (VALUES ('samsara', ARRAY['drivers', 'vehicles', 'positions', 'hos_clocks', 'hos_daily_logs'],
        5), ('truckbase', ARRAY['loads'], 5), ('fuelfinder', ARRAY['stations'], 60),
        ('openweather', ARRAY['weather'], 30)) AS e(vendor, datasets, minutes)
    ON e.vendor = i.vendor
CROSS JOIN LATERAL generate_series(date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
    - make_interval(days => {{days}}), now() - interval '5 min',
    make_interval(mins => CASE WHEN t.slug = ({{names}}::text[])[1] THEN e.minutes
        ELSE coalesce({{others_every}}, e.minutes) END)) AS s(at)
CROSS JOIN LATERAL (SELECT n, CASE WHEN n % 100 = 7 THEN 'failed' WHEN n % 40 = 3 THEN 'partial'
    WHEN n % 60 = 11 THEN 'deferred' ELSE 'success' END AS status
    FROM (SELECT (extract(epoch FROM s.at) / 300)::bigint % 288 + length(i.vendor) AS n) k) x
CROSS JOIN LATERAL (SELECT
    CASE WHEN x.status IN ('failed', 'deferred') THEN 0 ELSE 20 * cardinality(e.datasets) END
        AS fetched, (x.status = 'partial')::int AS bad) g
""",
    """
INSERT INTO ops.sync_run_dataset (run_id, dataset, tenant_id, position, status, fetched, updated,
    unchanged, quarantined, requests, attempts, seconds, is_complete)
SELECT r.id, d.name, r.tenant_id, d.place - 1, r.status, f.rows, f.rows / 10,
    f.rows - f.rows / 10 - f.bad, f.bad, 2, r.attempts, 0.2, r.status = 'success'
FROM ops.sync_run r CROSS JOIN unnest(r.datasets) WITH ORDINALITY AS d(name, place)
CROSS JOIN LATERAL (SELECT r.fetched / cardinality(r.datasets) AS rows,
    CASE WHEN d.place = 1 THEN r.quarantined ELSE 0 END AS bad) f
""",
    """
INSERT INTO ops.vendor_outcome (vendor, happened_at, tenants, integrations, successes, failures)
SELECT i.vendor, now() - make_interval(mins => m), array_agg(i.tenant_id), array_agg(i.id),
    array_agg(3), array_agg((m % 20 = 0)::int)
FROM ops.integration i CROSS JOIN generate_series(5, 55, 5) m GROUP BY i.vendor, m
""",
    "SET session_replication_role = origin",
)


def fill(
    conn: psycopg.Connection[Any],
    *,
    tenants: int,
    drivers: int,
    days: int,
    others_every: int | None,
    is_checked: bool = True,
) -> None:
    """Fill a migrated, empty database as its superuser.

    ``others_every``: minutes between the syncs of all but the first; None: as real ones.

    The exclusion constraints are taken away, and put back if ``is_checked``, which checks every
    row: minutes for millions.
    """
    told = {"tenants": tenants, "drivers": drivers, "days": days, "names": f"ARRAY{list(NAMES)}",
            "others_every": "NULL" if others_every is None else others_every}  # fmt: skip
    constraints = _constraints(conn)
    for table, name, _ in constraints:
        conn.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    for step in STEPS:
        conn.execute(step.format(**told).encode())
    for table, name, definition in constraints if is_checked else ():
        conn.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}".encode())


def _constraints(conn: psycopg.Connection[Any]) -> list[tuple[str, str, str]]:
    found = conn.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'x' AND connamespace = 'fleet'::regnamespace"
    )
    return found.fetchall()
