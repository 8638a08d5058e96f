"""The parts together: what is configured elsewhere is not started here."""

from __future__ import annotations

import os
import signal
import socket
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from core.settings import Settings
from deployments.errors import StackError
from deployments.stack import Part, database, running
from deployments.up import StopRequested, stop_requests


def configured(data: Path, **values: Any) -> Settings:
    """Settings of a stack of its own, whatever the environment says."""
    nothing = {"database_url": None, "prefect_api_url": None, "credentials_encryption_key": None}
    ports = {"sally_prefect_port": 0, "sally_sandbox_port": 0, "sally_postgres_port": 0}
    return Settings(sally_data=data, **{**nothing, **ports, **values})


def test_the_database_alone(data: Path) -> None:
    """Small commands start nothing else; the key of the credentials is made once and kept."""
    keys = []
    for _ in range(2):
        with database(configured(data)) as stack:
            keys.append(stack.env["CREDENTIALS_ENCRYPTION_KEY"])
            assert stack.env["DATABASE_URL"].endswith("/sally")
            assert "PREFECT_API_URL" not in stack.env

    assert keys[0] == keys[1]
    assert len(bytes.fromhex(keys[0])) == 32
    assert stat.S_IMODE((data / "credentials.key").stat().st_mode) == 0o600


def test_what_is_configured_is_not_started(data: Path) -> None:
    """Nor is a key made for a database that is not ours."""
    elsewhere = configured(
        data,
        database_url=SecretStr("postgresql://elsewhere/sally"),
        prefect_api_url="https://prefect.example/api",
    )

    with running(elsewhere, want={Part.PREFECT}) as stack:
        assert stack.env["DATABASE_URL"] == "postgresql://elsewhere/sally"
        assert stack.env["PREFECT_API_URL"] == "https://prefect.example/api"

    assert list(data.iterdir()) == []


def test_a_taken_prefect_port_is_one_sentence(data: Path) -> None:
    """It names the port and the variable, and leaves nothing running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with (
            pytest.raises(StackError, match=rf"Port {port} .*SALLY_PREFECT_PORT"),
            running(configured(data, sally_prefect_port=port), want={Part.PREFECT}),
        ):
            pass

    assert not (data / "postgres/postmaster.pid").exists()


def test_a_stop_request_unwinds_in_order() -> None:
    """SIGTERM leaves as Ctrl-C does: through every `finally`."""
    left: list[str] = []

    with ExitStack() as outside:
        outside.enter_context(pytest.raises(StopRequested))
        outside.enter_context(stop_requests())
        outside.callback(left.append, "in order")
        os.kill(os.getpid(), signal.SIGTERM)

    assert left == ["in order"]
