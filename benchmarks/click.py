"""CLICK: from “Sync now”, or a run from Prefect's own form, to the rows of ten drivers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
from pydantic import SecretStr

from benchmarks import vendor, w1
from benchmarks.ground import seed, settings, temporary_folder
from benchmarks.report import Section
from console.api.tokens import Tokens
from core.settings import Settings
from deployments.stack import Part, Stack, running
from store.people import Person

KEY = "cd" * 32
TARGET_S, GIVE_UP_S, LOOK_S = 3.0, 60.0, 0.01
USER = """
INSERT INTO ops.app_user (tenant_id, email, name, role)
    SELECT id, 'ann@example.com', 'Ann', 'DISPATCHER' FROM ops.tenant
"""
PERSON = """
SELECT u.id, u.tenant_id, t.slug, t.name, t.is_sandbox, u.email, u.name, u.role, u.driver_id,
    u.password_changed_at FROM ops.app_user u JOIN ops.tenant t ON t.id = u.tenant_id
"""
# Rows, counts and status are one transaction: whoever sees the end sees the rows.
ENDED = "SELECT count(*) FROM ops.sync_run WHERE status = 'success'"
Ask = Callable[[], httpx.Response]


def run(*, quick: bool) -> Section:
    """By turns, after one of each that is not counted."""
    section = Section(
        "CLICK: Sync now for 10 drivers, all datasets, stack up, until the rows are there",
        ("", "runs", "median s", "least s", "most s"),
    )
    with temporary_folder() as folder, vendor.serving() as served:
        served.ask("POST", "tenants", {"slug": w1.SLUG, "drivers": 10})
        told = settings(
            folder / "stack", sally_sandbox_url=served.url, sally_console_port=0,
            console_jwt_key=SecretStr(KEY),
        )  # fmt: skip
        with running(told, want=w1.PARTS | {Part.CONSOLE}) as stack:
            seed(stack.env["DATABASE_URL"], stack.env["CREDENTIALS_ENCRYPTION_KEY"], [w1.SLUG])
            took = _by_turns(stack, 2 if quick else 11)
    for what, seconds in took.items():
        figures = (statistics.median(seconds), min(seconds), max(seconds))
        section.rows.append((what, str(len(seconds)), *(f"{one:.2f}" for one in figures)))
    for what, seconds in took.items():
        section.verdict(what, statistics.median(seconds), TARGET_S, " s", least=False)
    return section


def _by_turns(stack: Stack, times: int) -> dict[str, list[float]]:
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as conn:
        conn.execute(USER)
        row = conn.execute(PERSON).fetchone()
        assert row is not None
        tokens = Tokens(Settings(_env_file=None, console_jwt_key=SecretStr(KEY)))
        token, _ = tokens.make(Person(*row), datetime.now(UTC))
        [(integration,)] = conn.execute("SELECT id FROM ops.integration").fetchall()
        headers = {"Authorization": f"Bearer {token}"}
        with (
            httpx.Client(base_url=stack.urls["Console"], headers=headers, timeout=30) as console,
            httpx.Client(base_url=stack.env["PREFECT_API_URL"], timeout=30) as prefect,
        ):
            path = f"/api/v1/integrations/{integration}/sync"
            asked: dict[str, Ask] = {
                "Sync now in the console": lambda: console.post(path),
                "a run from Prefect's own form": _form(prefect),
            }
            took: dict[str, list[float]] = {what: [] for what in asked}
            for _ in range(times):
                for what, ask in asked.items():
                    took[what].append(_until_landed(conn, ask))
    return {what: seconds[1:] for what, seconds in took.items()}


def _form(prefect: httpx.Client) -> Ask:
    """What the UI sends when an operator starts the deployment for one tenant."""
    found = prefect.get("/deployments/name/sync-samsara/samsara").raise_for_status().json()
    parameters = {"tenant": w1.SLUG, "datasets": [], "force": True}
    body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    return lambda: prefect.post(f"/deployments/{found['id']}/create_flow_run", json=body)


def _until_landed(conn: psycopg.Connection[Any], ask: Ask) -> float:
    before, begun = _ended(conn), time.perf_counter()
    ask().raise_for_status()
    while _ended(conn) == before:
        if time.perf_counter() - begun > GIVE_UP_S:
            raise RuntimeError(f"No run ended well in {GIVE_UP_S:.0f} s.")
        time.sleep(LOOK_S)
    return time.perf_counter() - begun


def _ended(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute(ENDED).fetchone()
    return int(row[0]) if row else 0
