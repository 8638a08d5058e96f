"""The console's app on a test's database, with fleets and people in it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from console.api.app import PREFIX, create_app
from console.api.house import House, opened
from console.orchestrator import Orchestrator
from core import passwords
from core.secrets import KeyRing
from core.settings import Settings
from models.ops import Role
from store import integrations, people, tenants
from store.connection import session
from tests.support.hauls import Haul, haul

KEY = "ab" * 32
JWT_KEY = "cd" * 32
PASSWORD = "a long enough password"
# Hashing is slow on purpose; once is enough.
HASH = passwords.hashed(PASSWORD)
ROLES = tuple(Role)
VENDORS = ("samsara", "truckbase", "fuelfinder", "openweather")


def configured(url: str, **more: Any) -> Settings:
    """The settings of a console on this database, whatever the environment says."""
    told = {"database_url": SecretStr(url), "console_jwt_key": SecretStr(JWT_KEY),
            "credentials_encryption_key": SecretStr(KEY), "app_url": None,
            "prefect_api_url": "http://127.0.0.1:9/api"}  # fmt: skip
    return Settings(_env_file=None, **(told | more))


def add_fleet(url: str, slug: str, *vendors: str, keys: dict[str, Any] | None = None) -> None:
    """A sandbox tenant with a person of each role (role@slug.example) and these vendors."""
    ring = KeyRing.parse(KEY)
    with session(url) as db:
        tenants.add(db, slug, f"{slug.title()} Freight", is_sandbox=True)
        for role in ROLES:
            tenants.add_user(
                db, slug, f"{role.lower()}@{slug}.example", f"{role.title()} of {slug}", role,
                password_hash=HASH, driver_id=f"{slug}-driver-1" if role is Role.DRIVER else None,
            )  # fmt: skip
        for vendor in vendors:
            held = (keys or {}).get(vendor, {"api_key": f"canary-{slug}-{vendor}"})
            integrations.add(db, ring, slug, vendor, held, poll_seconds=300)


DATASETS = {"samsara": ("drivers", "hos_clocks"), "truckbase": ("loads",),
            "fuelfinder": ("stations",), "openweather": ("weather",)}  # fmt: skip
# (status, minutes ago, seconds, error kind): the newest last.
RUNS = (
    ("success", 60 * 24 * 20, 4, None),
    ("failed", 60 * 24 * 3, 2, "vendor_unavailable"),
    ("deferred", 60 * 5, 0, "deferred"),
    ("success", 60 * 2, 3, None),
    ("partial", 30, 5, None),
    ("running", 0, None, None),
)
PUT_RUN = """
INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, flow_run_id, batch, sync_type,
    datasets, started_at, status, completed_at, fetched, inserted, updated, unchanged, quarantined,
    attempts, error_kind, error_happened, error_who, error_next_step)
VALUES (%(id)s, %(tenant)s, %(integration)s, %(vendor)s, %(flow)s, '1', 'scheduled', %(datasets)s,
    %(at)s, %(status)s, %(end)s, 10, 4, 3, 2, 1, 1, %(kind)s::text,
    CASE WHEN %(kind)s::text IS NOT NULL THEN '<b>It</b> happened.' END, 'Who must act: nobody.',
    'Wait.')
"""
PUT_DATASET = """
INSERT INTO ops.sync_run_dataset (run_id, dataset, tenant_id, position, status, fetched, inserted,
    updated, unchanged, quarantined, pages, requests, attempts, seconds, is_complete)
VALUES (%(id)s, %(dataset)s, %(tenant)s, 1, 'success', 10, 4, 3, 2, 1, 1, 2, 1, 1.5, true)
"""
PUT_ASIDE = """
INSERT INTO ops.quarantine (tenant_id, integration_id, dataset, vendor_id, path, reason, payload,
    fingerprint, first_run_id, last_run_id)
VALUES (%(tenant)s, %(integration)s, %(dataset)s, 'row-1', 'odometer', 'It is negative.',
    '{"name": "<script>alert(1)</script>"}', 'print', %(id)s, %(id)s) RETURNING id
"""
PUT_INCIDENT = """
INSERT INTO ops.incident (key, tenant_id, integration_id, vendor, kind, severity, happened, who,
    next_step)
VALUES (%(integration)s::text, %(tenant)s, %(integration)s, %(vendor)s, 'failing', 'ERROR',
    'It fails.', 'Who must act: the vendor.', 'Wait.') RETURNING id
"""
PUT_BREAKER = """
INSERT INTO ops.breaker (vendor, is_sandbox, scope, tenant_id, integration_id, state, reason)
VALUES (%(vendor)s, true, 'integration', %(tenant)s, %(integration)s, 'OPEN', '5 failures.')
"""
PUT_GATE = """
INSERT INTO ops.rate_gate (scope, not_before)
SELECT vendor || '@sandbox:' || credentials_fingerprint || ':default', now() + interval '1 minute'
FROM ops.integration WHERE id = %(integration)s
"""
PUT_DRIVER = """
INSERT INTO fleet.driver (tenant_id, integration_id, run_id, row_hash, vendor_id, name, is_active,
    home_timezone, rulesets, external_ids, tags)
VALUES (%(tenant)s, %(integration)s, %(id)s, 1, %(driver)s, %(driver)s, true, 'America/Chicago',
    '[]', '{}', '[]')
"""
PUT_CLOCK = """
INSERT INTO fleet.hos_clock (tenant_id, integration_id, run_id, row_hash, vendor_id, driver_name,
    duty_status, vehicle_name, drive_remaining_s, shift_remaining_s, break_remaining_s,
    cycle_remaining_s)
VALUES (%(tenant)s, %(integration)s, %(id)s, 1, %(driver)s, %(driver)s, 'driving', 'Truck 9',
    36000, 46800, 25200, 180000)
"""
PUT_STATE = """
INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, last_attempt_at,
    last_success_at, confirmed_at, last_run_id)
VALUES (%(integration)s, %(dataset)s, %(tenant)s, now(), now(), now(), %(id)s)
"""


@dataclass(frozen=True)
class Filled:
    """Ids of what a fleet has, by vendor where there is one for each."""

    integrations: dict[str, UUID]
    runs: dict[str, list[UUID]]
    aside: dict[str, UUID]
    incident: UUID
    drivers: tuple[str, ...]
    load: str
    load_driver: str


def run_id(at: datetime, number: int = 0) -> UUID:
    """An id as of that time: see models.ops.new_id."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0x2 << 62) | uuid4().int >> 70 | number)


def fill(url: str, slug: str) -> Filled:
    """Give a fleet a past: runs of every kind, rows set aside, an incident, drivers with hours."""
    made: dict[str, Any] = {"integrations": {}, "runs": {}, "aside": {}}
    with psycopg.connect(url) as conn:
        found = conn.execute(
            "SELECT i.id, i.tenant_id, i.vendor FROM ops.integration i"
            " JOIN ops.tenant t ON t.id = i.tenant_id WHERE t.slug = %s ORDER BY i.vendor DESC",
            [slug],
        ).fetchall()
        for integration, tenant, vendor in found:
            told = {"integration": integration, "tenant": tenant, "vendor": vendor,
                    "datasets": [*DATASETS[vendor]], "dataset": DATASETS[vendor][-1]}  # fmt: skip
            made["integrations"][vendor] = integration
            made["runs"][vendor] = [put_run(conn, told, *each) for each in RUNS]
            told["id"] = made["runs"][vendor][-2]
            made["aside"][vendor] = conn.execute(PUT_ASIDE, told).fetchone()[0]
            made["incident"] = conn.execute(PUT_INCIDENT, told).fetchone()[0]
            for statement in (PUT_BREAKER, PUT_GATE, PUT_STATE):
                conn.execute(statement, told)
            if vendor == "samsara":
                made["drivers"] = tuple(f"{slug}-driver-{number}" for number in (1, 2, 3))
                for driver in made["drivers"]:
                    conn.execute(PUT_DRIVER, told | {"driver": driver})
                    conn.execute(PUT_CLOCK, told | {"driver": driver})
    load, hand = f"{slug}-load-1", f"{slug}-hand-1"
    one = Haul(load, f"{slug}-1001", hand, "Ann Hand", "on_time", (made["drivers"][0], "name"))
    haul(url, made["integrations"]["truckbase"], one)
    return Filled(**made, load=load, load_driver=hand)


def put_run(
    conn: Any, told: dict[str, Any], status: str, minutes: float, seconds: float | None,
    kind: str | None,
) -> UUID:  # fmt: skip
    """One run that began so long ago; it and its first dataset."""
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    end = None if seconds is None else at + timedelta(seconds=seconds)
    row = told | {"id": run_id(at), "at": at, "status": status, "end": end, "kind": kind,
                  "flow": str(uuid4())}  # fmt: skip
    conn.execute(PUT_RUN, row)
    conn.execute(PUT_DATASET, row)
    return row["id"]


@dataclass
class Served:
    """The app while it serves, and ways to ask it."""

    app: FastAPI
    url: str
    http: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def house(self) -> House:
        found: House = self.app.state.house
        return found

    async def token(self, slug: str, role: Role | str) -> str:
        """A good token for the person of that role, without the slow password."""
        email = f"{role.lower()}@{slug}.example"
        if email not in self.tokens:
            async with self.house.walled.outside() as conn:
                ((tenant_id, user_id),) = await people.candidates(conn, email)
            async with self.house.walled.within(tenant_id) as conn:
                person = await people.person(conn, user_id)
            self.tokens[email] = self.house.tokens.make(person, datetime.now(UTC))[0]
        return self.tokens[email]

    async def ask(
        self, method: str, path: str, *, by: Role | str = Role.ADMIN, of: str = "acme", **more: Any
    ) -> httpx.Response:
        """One question of the API by a person of that role and tenant."""
        headers = {"Authorization": f"Bearer {await self.token(of, by)}", **more.pop("headers", {})}
        return await self.http.request(method, f"{PREFIX}{path}", headers=headers, **more)


class Scheduler:
    """Prefect as far as the console asks it: a flow run for each idempotency key."""

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []

    def __call__(self) -> Orchestrator:
        settings = Settings(_env_file=None, prefect_api_url="http://prefect.test/api")
        return Orchestrator(settings, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"id": request.url.path.rpartition("/")[2]})
        body = json.loads(request.content)
        key = body.get("idempotency_key") or uuid4().hex
        self.asked.append(body)
        run = self.runs.setdefault(
            key, {"id": str(uuid4()), "name": "run", "state": {"type": "SCHEDULED"}}
        )
        return httpx.Response(201, json=run)


def opening_with(scheduler: Scheduler) -> Any:
    """A house that asks this scheduler."""
    return partial(opened, orchestrator=scheduler)


@asynccontextmanager
async def served(url: str, *, opening: Any = None, **more: Any) -> AsyncIterator[Served]:
    """The app in this loop, without a socket."""
    settings = configured(url, **more)
    app = create_app(settings, opening) if opening else create_app(settings)
    scheme = "https" if settings.app_url and settings.app_url.scheme == "https" else "http"
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=f"{scheme}://console.test") as http,
    ):
        yield Served(app, url, http)


@contextmanager
def live(url: str, *, opening: Any = None, **more: Any) -> Iterator[str]:
    """The app behind a real server in a thread of its own; its address."""
    settings = configured(url, **more)
    app = create_app(settings, opening) if opening else create_app(settings)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(
            target=lambda: server.run(sockets=[listener]), name="console", daemon=True
        )
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            until_answers(f"{address}/healthz", thread)
            yield address
        finally:
            server.should_exit = True
            thread.join(10)


def until_answers(address: str, thread: threading.Thread) -> None:
    """Return when it does; the listener takes connections before the app is ready."""
    for _ in range(100):
        assert thread.is_alive(), "the console did not start"
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            continue
    raise AssertionError("the console does not answer")
