"""CONSOLE: how long people wait for lists, histories and pages, a thousand fleets in the tables."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
from pydantic import SecretStr

from benchmarks import pages
from benchmarks.ground import temporary_folder
from benchmarks.report import Section
from console.api.tokens import Tokens
from core import passwords
from core.settings import Settings
from deployments.environment import inherited
from deployments.ports import free_port
from deployments.postgres import Postgres
from store import migrate
from store.people import Person

KEY = "ab" * 32
TARGET_MS, PAGE_TARGET_MS = 200.0, 1000.0
VISITS = 7  # of each page
THINK_S = 0.5  # between a person's two looks
# Each fleet has every vendor; runs spread over thirty days, one in twenty of them failed.
SEED = """
INSERT INTO ops.tenant (slug, name, is_sandbox)
    SELECT 'fleet' || n, 'Fleet ' || n, true FROM generate_series(1, {tenants}) n;
INSERT INTO ops.app_user (tenant_id, email, name, role)
    SELECT id, slug || '@example.com', slug, 'DISPATCHER' FROM ops.tenant;
INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext, credentials_key_id,
    credentials_fingerprint, poll_seconds)
    SELECT id, v, 'sealed', 'key', slug || v, 300 FROM ops.tenant,
        unnest(ARRAY['samsara', 'truckbase', 'fuelfinder', 'openweather']) v;
INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, flow_run_id, sync_type,
    started_at, completed_at, status, fetched, inserted, error_kind, error_happened)
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
            || substr(md5(i.id::text || n), 1, 3) || '8' || substr(md5(n || i.id::text), 1, 15)
        )::uuid,
        i.tenant_id, i.id, i.vendor, 'flow' || n, 'scheduled', at,
        at + make_interval(secs => 1 + n % 7),
        CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'success' END, 100, 100,
        CASE WHEN n % 20 = 0 THEN 'vendor_unavailable' END,
        CASE WHEN n % 20 = 0 THEN 'The vendor answered 503.' END
    FROM generate_series({runs}, 1, -1) n, ops.integration i,
        LATERAL (SELECT now() - n * interval '30 days' / {runs} AS at) t;
INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, confirmed_at, last_success_at)
    SELECT id, 'hos_clocks', tenant_id, now(), now() FROM ops.integration WHERE vendor = 'samsara';
INSERT INTO fleet.driver (tenant_id, integration_id, run_id, row_hash, vendor_id, name,
    home_timezone, external_ids, tags, rulesets)
    SELECT tenant_id, id, id, n, 'd' || n, 'Driver ' || n, 'America/Chicago', '{{}}', '[]', '[]'
    FROM ops.integration, generate_series(1, 20) n WHERE vendor = 'samsara';
INSERT INTO fleet.hos_clock (tenant_id, integration_id, run_id, row_hash, vendor_id, duty_status,
    drive_remaining_s, shift_remaining_s, break_remaining_s, cycle_remaining_s)
    SELECT tenant_id, id, id, n, 'd' || n, 'driving', 30000, 40000, 20000, 100000
    FROM ops.integration, generate_series(1, 20) n WHERE vendor = 'samsara';
"""
PEOPLE = """
SELECT u.id, u.tenant_id, t.slug, t.name, t.is_sandbox, u.email, u.name, u.role, u.driver_id,
    u.password_changed_at, i.id
FROM ops.app_user u JOIN ops.tenant t ON t.id = u.tenant_id
JOIN ops.integration i ON i.tenant_id = t.id AND i.vendor = 'samsara' ORDER BY random() LIMIT 100
"""


@dataclass(slots=True)
class Seen:
    """What people met. ``took``: milliseconds of each answer, by what was asked."""

    took: dict[str, list[float]] = field(default_factory=dict)
    errors: int = 0

    def note(self, what: str, answer: httpx.Response, took_s: float) -> None:
        """One answer."""
        self.took.setdefault(what, []).append(took_s * 1000)
        self.errors += answer.is_error


def run(*, quick: bool) -> Section:
    """Ten people for a minute, then a hundred for half of one."""
    tenants, runs, seconds = (20, 50, 3.0) if quick else (1_000, 250, 60.0)
    section = Section(
        f"CONSOLE: {tenants:,} tenants, {tenants * 4 * runs:,} runs, one process of the console",
        ("", "answers", "median ms", "p95 ms", "p99 ms", "most ms", "errors"),
    )
    with temporary_folder() as folder:
        postgres = Postgres(_entered(folder / "rows"))
        try:
            postgres.start()
            url = postgres.url("sally")
            migrate.upgrade(url)
            with psycopg.connect(url, autocommit=True) as conn:
                conn.execute(SEED.format(tenants=tenants, runs=runs).encode())
                conn.execute("VACUUM ANALYZE")
                people = conn.execute(PEOPLE).fetchall()
                conn.execute(
                    "UPDATE ops.app_user SET password_hash = %s WHERE id = %s",
                    [passwords.hashed(pages.PASSWORD), people[0][0]],
                )
            with _console(url, folder) as address:
                _measure(section, address, people, seconds)
        finally:
            postgres.stop()
    return section


def _measure(
    section: Section, address: str, people: list[tuple[object, ...]], seconds: float
) -> None:
    asyncio.run(_crowd(address, people, 5, 2.0))  # statements are prepared, connections made
    ten = asyncio.run(_crowd(address, people[1:], 10, seconds))
    # A browser takes a core, which the ten's figures must not pay for.
    with ThreadPoolExecutor(1) as browsing:
        looked = browsing.submit(_look, address, people[0])
        beside = asyncio.run(_crowd(address, people[1:], 10, seconds / 3))
        shown = looked.result()
    for what, took in ten.took.items():
        _row(section, f"10 people, {what}", took, "")
    for what, took in shown.items():
        _row(section, f"beside 10, in Chromium, {what}", took, "")
    worst = max(_share(took, 0.95) for took in ten.took.values())
    section.verdict("10 people, the worst p95", worst, TARGET_MS, " ms", least=False)
    if shown:
        slowest = max(_share(took, 0.5) for took in shown.values())
        section.verdict("slowest page to interactive", slowest, PAGE_TARGET_MS, " ms", least=False)
        first = max(took[0] for took in shown.values())
        section.verdict("the same, caches empty", first, PAGE_TARGET_MS, " ms", least=False)
    else:
        section.notes.append("pages: not measured, there is no Chromium")
    section.verdict("10 people, errors", ten.errors + beside.errors, 0, "", least=False)
    many = asyncio.run(_crowd(address, people, 100, seconds / 2))
    _row(section, "100 people, all", list(itertools.chain(*many.took.values())), str(many.errors))
    section.verdict("100 people, errors", many.errors, 0, "", least=False)


def _look(address: str, row: tuple[object, ...]) -> dict[str, list[float]]:
    """The pages of one more person's fleet."""
    if pages.browser() is None:
        return {}
    email, integration = str(row[5]), row[-1]
    paths = {
        "integrations": "/integrations",
        "an integration's history": f"/integrations/{integration}",
        "its settings": f"/integrations/{integration}/settings",
        "drivers' hours": "/drivers",
        "health": "/health",
        "alerts": "/alerts",
        "quarantine": "/quarantine",
    }
    return pages.opened(address, email, paths, times=VISITS)


async def _crowd(
    address: str, people: list[tuple[object, ...]], count: int, seconds: float
) -> Seen:
    seen, end = Seen(), time.monotonic() + seconds
    settings = Settings(_env_file=None, console_jwt_key=SecretStr(KEY))
    tokens = Tokens(settings)
    limits = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(base_url=address, timeout=30, limits=limits) as http:
        whose = itertools.islice(itertools.cycle(people), count)
        await asyncio.gather(*(_person(http, tokens, each, seen, end) for each in whose))
    return seen


async def _person(
    http: httpx.AsyncClient, tokens: Tokens, row: tuple[object, ...], seen: Seen, end: float
) -> None:
    """Looks at what a dispatcher looks at, one after the other, and reads for a moment."""
    *who, integration = row
    token, _ = tokens.make(Person(*who), datetime.now(UTC))  # type: ignore[arg-type]  # as asked
    headers, history = {"Authorization": f"Bearer {token}"}, f"/integrations/{integration}"
    looks = {
        "the list of integrations": "/integrations",
        "a history's first page": f"{history}/sync-history?limit=50",
        "a history's figures": f"{history}/sync-history/stats",
        "a history's page by offset": f"{history}/sync-history?limit=50&offset=150",
        "the drivers' board": "/drivers",
    }
    await asyncio.sleep(random.random() * THINK_S)
    while time.monotonic() < end:
        for what, path in looks.items():
            begun = time.perf_counter()
            try:
                answer = await http.get(f"/api/v1{path}", headers=headers)
            except httpx.HTTPError:
                seen.errors += 1
            else:
                seen.note(what, answer, time.perf_counter() - begun)
            await asyncio.sleep(THINK_S)


@contextmanager
def _console(url: str, folder: Path) -> Iterator[str]:
    """The console as it is served: a process of its own."""
    port = free_port(0, "")
    env = {**inherited(), "DATABASE_URL": url, "CONSOLE_JWT_KEY": KEY,
           "CREDENTIALS_ENCRYPTION_KEY": KEY, "SALLY_DATA": str(folder),
           "PATH": os.environ.get("PATH", "")}  # fmt: skip
    command = [sys.executable, "-m", "console.api", "--port", str(port)]
    process = subprocess.Popen(command, env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{address}/readyz", timeout=5).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _entered(folder: Path) -> Path:
    folder.mkdir(mode=0o711)
    return folder


def _row(section: Section, name: str, took: list[float], errors: str) -> None:
    figures = [f"{_share(took, of):.0f}" for of in (0.5, 0.95, 0.99, 1)]
    section.rows.append((name, f"{len(took):,}", *figures, errors))


def _share(took: list[float], of: float) -> float:
    ordered = sorted(took)
    return ordered[min(int(len(ordered) * of), len(ordered) - 1)]
