"""Fleets with a past, for the pages: a week of syncs of every outcome, trouble, drivers, people."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from adapters import registry
from core.secrets import KeyRing
from models.ops import Role
from sandbox.box import Box
from store import integrations, tenants
from store.connection import session
from tests.support.console import HASH, KEY
from tests.support.hauls import Haul, haul

NASTY = "<script>document.title='taken'</script>"
RUNS = 46
REJECTED = (
    "auth_rejected", "Truckbase answered 401: the key is not accepted.",
    "Who must act: the tenant's admin.", "Replace the API key of this integration.",
)  # fmt: skip
DOWN = (
    "vendor_unavailable", "Samsara answered 503 to /fleet/drivers.", "Who must act: the vendor.",
    "Nothing to do: the sync tries again by itself.",
)  # fmt: skip
# Name, status, drive, shift, break, cycle (minutes), vehicle.
DRIVERS: tuple[tuple[str, str, int, int, int, int, str | None], ...] = (
    ("Abel Moreno", "driving", 382, 512, 250, 2710, "Truck 101"),
    ("Brigitte Okafor-Lindqvist", "driving", 96, 201, 44, 1650, "Truck 102"),
    ("Carl Ng", "driving", 22, 140, 22, 900, "Truck 103"),
    ("Dana Whitehorse", "off_duty", 660, 840, 480, 4200, None),
    ("Eli Brandt", "unknown", 300, 420, 200, 2000, "Truck 107"),
    ("Fatima Haddad", "on_duty", 0, 0, 310, 1210, "Truck 104"),
    ("George " + NASTY, "sleeper_berth", 655, 800, 480, 3300, "Truck 110"),
)
# One load of each verdict, one without a plan, one whose names are not to be trusted.
HAULS = (
    Haul("ld-1", "AF-2001", "h1", "Abel Moreno", "on_time", ("d1", "external_id")),
    Haul("ld-2", "AF-2002", "h2", "Brigitte Okafor-Lindqvist", "late", ("d2", "name")),
    Haul("ld-3", "AF-2003", "h3", "Carl N.", "unverified"),
    Haul("ld-4", "AF-2004", "h4", "Dana Whitehorse", "impossible", ("d4", "external_id")),
    Haul("ld-5", "AF-2005", None, None, None),
    Haul("ld-7", "AF-2007", "h5", "Eve Q.", "on_time"),
    Haul("ld-6", NASTY, "h6", NASTY, "on_time", city=NASTY),
)
RUN = """
INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, flow_run_id, batch, sync_type,
    datasets, started_at, status, completed_at, not_before, attempts, fetched, inserted, updated,
    unchanged, quarantined, error_kind, error_happened, error_who, error_next_step, http_status,
    vendor_request_id)
SELECT %(id)s, tenant_id, id, vendor, gen_random_uuid()::text, '1', %(type)s,
    '{drivers,hos_clocks}', %(at)s, %(status)s, %(end)s, %(wait)s, %(attempts)s, %(fetched)s,
    %(new)s, %(changed)s, %(same)s, %(aside)s, %(kind)s, %(happened)s, %(who)s, %(step)s,
    %(http)s, %(request)s
FROM ops.integration WHERE id = %(integration)s
"""
DATASET = """
INSERT INTO ops.sync_run_dataset (run_id, dataset, tenant_id, position, status, pages, requests,
    attempts, seconds, is_complete, fetched, inserted, updated, unchanged, quarantined)
SELECT %(id)s, %(dataset)s, tenant_id, %(position)s, %(status)s, 2, 3, 1, 0.8, true, %(fetched)s,
    %(new)s, %(changed)s, %(same)s, %(aside)s
FROM ops.integration WHERE id = %(integration)s
"""
DRIVER = """
INSERT INTO fleet.driver (tenant_id, integration_id, vendor_id, run_id, row_hash, name, is_active,
    home_timezone, eld_day_start_hour, rulesets, external_ids, tags)
SELECT tenant_id, id, %(id)s, %(run)s, 1, %(name)s, true, 'America/Chicago', 0,
    '[{"shift": "US Interstate Property", "cycle": "USA 70 hour / 8 day"}]', '{}', '[]'
FROM ops.integration WHERE id = %(integration)s
"""
CLOCK = """
INSERT INTO fleet.hos_clock (tenant_id, integration_id, vendor_id, run_id, row_hash, driver_name,
    duty_status, vehicle_name, drive_remaining_s, shift_remaining_s, break_remaining_s,
    cycle_remaining_s, cycle_tomorrow_s, shift_driving_violation_s)
SELECT tenant_id, id, %(id)s, %(run)s, 1, %(name)s, %(status)s, %(vehicle)s, %(drive)s * 60,
    %(shift)s * 60, %(rest)s * 60, %(cycle)s * 60, %(cycle)s * 60 + 3600,
    CASE WHEN %(drive)s = 0 THEN 900 ELSE 0 END
FROM ops.integration WHERE id = %(integration)s
"""
CONFIRMED = """
INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, last_attempt_at,
    last_success_at, confirmed_at, last_run_id)
SELECT i.id, d, i.tenant_id, now(), now(), now() - interval '1 minute', %s
FROM ops.integration i, unnest(ARRAY['drivers', 'hos_clocks']) d WHERE i.id = %s
"""
FRESH = """
UPDATE ops.dataset_state SET confirmed_at = now() - interval '1 minute' WHERE integration_id = %s
"""
HEALTHY = """
UPDATE ops.integration SET last_run_status = 'success', next_sync_at = now() + interval '2 min',
    last_success_at = now() - interval '3 min', last_started_at = now() - interval '3 min'
WHERE vendor = 'samsara'
"""
ILL = """
UPDATE ops.integration SET status = 'needs_attention', last_run_status = 'failed',
    last_success_at = now() - interval '5 hours', consecutive_failures = 4, last_error_kind = %s,
    last_error_happened = %s, last_error_who = %s, last_error_next_step = %s
WHERE vendor = 'truckbase' RETURNING id
"""
OLD = """
INSERT INTO ops.freshness (integration_id, tenant_id, level, stale, said)
SELECT id, tenant_id, 'critical', '{"loads": "critical"}',
    'Loads were last read 5 h ago; they should come every 5 min.'
FROM ops.integration WHERE id = %s
"""
BREAKER = """
INSERT INTO ops.breaker (vendor, is_sandbox, scope, state, opened_at, retry_at, reason)
VALUES ('fuelfinder', true, 'vendor', 'OPEN', now() - interval '2 minutes',
    now() + interval '1 hour', '7 of 9 calls failed in 2 min, at 3 tenants')
"""
INCIDENT = """
INSERT INTO ops.incident (key, tenant_id, integration_id, vendor, kind, severity, happened, who,
    next_step, opened_at, times, is_sandbox, error_kind, told_at)
SELECT 'key ' || id, tenant_id, id, vendor, 'key_rejected', 'ERROR', %s, %s, %s,
    now() - interval '5 hours', 12, true, 'auth_rejected', now()
FROM ops.integration WHERE id = %s RETURNING id
"""
MESSAGE = """
INSERT INTO ops.alert_delivery (incident_id, tenant_id, channel, recipient, step, status, sent_at,
    message_id)
SELECT id, tenant_id, 'email', 'admin@acme.example', 'opened', 'sent',
    now() - interval '5 hours', 'm1'
FROM ops.incident
"""
KEY_REPLACED = """
INSERT INTO ops.audit_log (tenant_id, actor, action, subject, subject_id, details, happened_at)
SELECT tenant_id, 'admin@acme.example', 'integration.replace_credentials', 'integration',
    id::text, '{"after": "b2c4d6e8f0a1"}', now() - interval '8 hours'
FROM ops.integration WHERE id = %s
"""
ASIDE = """
INSERT INTO ops.quarantine (tenant_id, integration_id, dataset, vendor_id, rule, path, reason,
    payload, fingerprint, times, first_run_id, last_run_id)
SELECT tenant_id, id, 'drivers', 'd90', 'mapping', %(path)s, 'is not a number of metres',
    %(payload)s, %(path)s, 4, %(run)s, %(run)s
FROM ops.integration WHERE id = %(integration)s
"""


@dataclass
class Scene:
    """The database of the pages' tests, and the ids that they need."""

    url: str
    box: Box
    samsara: UUID
    runs: list[UUID]

    def rows(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with psycopg.connect(self.url) as conn:
            return conn.execute(statement, arguments).fetchall()

    def refresh(self) -> None:
        """The hours were confirmed a minute ago, as when the scene began."""
        with psycopg.connect(self.url) as conn:
            conn.execute(FRESH, [self.samsara])

    def id_of(self, slug: str, vendor: str) -> UUID:
        """A tenant's connection to a vendor."""
        ((found,),) = self.rows(
            "SELECT i.id FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id"
            " WHERE t.slug = %s AND i.vendor = %s", slug, vendor,
        )  # fmt: skip
        return UUID(str(found))


def play(url: str, box: Box) -> Scene:
    """acme has a past, bluemesa is healthy, newco has nothing."""
    acme, bluemesa = box.keys("acme"), box.keys("bluemesa")
    box.add_tenant("newco", drivers=4, loads=3)
    add(url, "acme", "Acme Freight", {v: acme[v] for v in ("samsara", "truckbase", "fuelfinder")})
    add(url, "bluemesa", "Blue Mesa Freight", {"samsara": bluemesa["samsara"]})
    add(url, "newco", "New Company", {})
    scene = Scene(url, box, UUID(int=0), [])
    scene.samsara = scene.id_of("acme", "samsara")
    with psycopg.connect(url) as conn:
        scene.runs = _runs(conn, scene.samsara)
        _drivers(conn, scene.samsara, scene.runs[-1])
        _trouble(conn, scene)
    haul(url, scene.id_of("acme", "truckbase"), *HAULS)
    return scene


def add(url: str, slug: str, name: str, keys: dict[str, dict[str, str]]) -> None:
    """A sandbox tenant with a person of each role and these vendors."""
    with session(url) as db:
        tenants.add(db, slug, name, is_sandbox=True)
        for role in Role:
            tenants.add_user(
                db, slug, f"{role.lower()}@{slug}.example", f"{role.title().replace('_', ' ')} Ann",
                role, password_hash=HASH, driver_id="d1" if role is Role.DRIVER else None,
            )  # fmt: skip
        for vendor, held in keys.items():
            every = int(registry.vendor(vendor).poll_every.total_seconds())
            integrations.add(db, KeyRing.parse(KEY), slug, vendor, held, poll_seconds=every)


def _runs(conn: psycopg.Connection[Any], integration: UUID) -> list[UUID]:
    """A week of them, of every outcome; ids grow with time."""
    dice, now, made = random.Random(7), datetime.now(UTC), []
    bad = ("partial", "failed", "deferred", "crashed")
    for number in range(RUNS):
        at = now - timedelta(hours=(RUNS - number) * 3.4, minutes=dice.randrange(50))
        status = "success" if number % 6 else bad[number // 6 % len(bad)]
        if number == RUNS - 1:
            at, status = now - timedelta(minutes=3), "success"
        kind = "initial" if number == 0 else "manual" if number % 11 == 3 else "scheduled"
        made.append(_run(conn, integration, at, status, kind, dice))
    return made


def _run(
    conn: psycopg.Connection[Any], integration: UUID, at: datetime, status: str, kind: str,
    dice: random.Random,
) -> UUID:  # fmt: skip
    begins = int(at.timestamp() * 1000) << 80
    run = UUID(int=begins | (0x7 << 76) | (0x2 << 62) | dice.getrandbits(60))
    is_good, has_failed = status in ("success", "partial"), status == "failed"
    new, changed = (dice.randrange(6), dice.randrange(40)) if is_good else (0, 0)
    aside, fetched = 2 if status == "partial" else 0, 412 if is_good else 0
    error = DOWN if has_failed else (None,) * 4
    told: dict[str, Any] = {
        "id": run, "integration": integration, "type": kind, "at": at, "status": status,
        "end": at + timedelta(milliseconds=dice.randrange(700, 5200)),
        "wait": at + timedelta(minutes=9) if status == "deferred" else None,
        "attempts": 3 if has_failed else 1, "fetched": fetched, "new": new, "changed": changed,
        "same": fetched - new - changed - aside, "aside": aside,
        "http": 503 if has_failed else None, "request": "req-7f3a" if has_failed else None,
    } | dict(zip(("kind", "happened", "who", "step"), error, strict=True))  # fmt: skip
    conn.execute(RUN, told)
    if is_good:
        drivers = {"dataset": "drivers", "position": 0, "fetched": 200, "changed": 0}
        drivers |= {"same": 200 - new - aside, "status": "partial" if aside else "success"}
        clocks = {"dataset": "hos_clocks", "position": 1, "fetched": 212, "new": 0, "aside": 0}
        clocks |= {"same": 212 - changed, "status": "success"}
        conn.execute(DATASET, told | drivers)
        conn.execute(DATASET, told | clocks)
    return run


def _drivers(conn: psycopg.Connection[Any], integration: UUID, run: UUID) -> None:
    """Clocks of a minute ago."""
    names = ("name", "status", "drive", "shift", "rest", "cycle", "vehicle")
    for number, driver in enumerate(DRIVERS, 1):
        told: dict[str, Any] = {"id": f"d{number}", "integration": integration, "run": run}
        told |= dict(zip(names, driver, strict=True))
        conn.execute(DRIVER, told)
        conn.execute(CLOCK, told)
    conn.execute(CONFIRMED, [run, integration])


def _trouble(conn: psycopg.Connection[Any], scene: Scene) -> None:
    """A rejected key and its incident, old data, an open breaker, rows set aside."""
    conn.execute(HEALTHY)
    ((truckbase,),) = conn.execute(ILL, REJECTED).fetchall()
    conn.execute(OLD, [truckbase])
    conn.execute(BREAKER)
    conn.execute(INCIDENT, [*REJECTED[1:], truckbase])
    conn.execute(MESSAGE)
    conn.execute(KEY_REPLACED, [scene.samsara])
    for path in ("odometer", NASTY):
        conn.execute(
            ASIDE,
            {"path": path, "payload": Jsonb({"id": "d90", "name": NASTY}), "run": scene.runs[-1],
             "integration": scene.samsara},
        )  # fmt: skip
