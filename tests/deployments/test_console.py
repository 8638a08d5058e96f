"""The console as a part of the stack: it answers, has a key of its own, stops with the rest."""

from __future__ import annotations

import stat
from pathlib import Path

import httpx
import pytest

from core.settings import Settings
from deployments.stack import Part, running
from store import migrate


def test_it_serves_on_the_stack_s_database(data: Path) -> None:
    nothing = {"database_url": None, "prefect_api_url": None, "credentials_encryption_key": None,
               "console_jwt_key": None}  # fmt: skip
    ports = {"sally_console_port": 0, "sally_postgres_port": 0}
    configured = Settings(_env_file=None, sally_data=data, **nothing, **ports)

    with running(configured, want={Part.DATABASE, Part.CONSOLE}) as stack:
        where = stack.urls["Console"]
        early = httpx.get(f"{where}/readyz")
        migrate.upgrade(stack.env["DATABASE_URL"])
        late = httpx.get(f"{where}/readyz")

    assert (early.status_code, late.status_code) == (503, 200)
    assert stat.S_IMODE((data / "console.key").stat().st_mode) == 0o600
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{where}/healthz")
