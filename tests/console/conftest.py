"""Commands on a database of the test's own, and a mail server for them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.cli import ground
from core import settings
from tests.support.alarms import Alarms, alarms_in
from tests.support.mailbox import Mailbox, mailbox

KEY = "ab" * 32
DO = Callable[[Callable[[Alarms], Coroutine[Any, Any, Any]]], Any]


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A data folder that the user who runs PostgreSQL may enter."""
    with tempfile.TemporaryDirectory(prefix="sally-tests-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.fixture
def configured(database, monkeypatch, tmp_path, shared_folder) -> Iterator[Callable[..., None]]:
    """Commands run on this test's database; ``configured(SMTP_HOST=...)`` sets more."""
    monkeypatch.setattr(settings, "PROJECT", tmp_path)

    def tell(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.settings.cache_clear()
        ground._configured.cache_clear()

    for name in ("SMTP_HOST", "SLACK_WEBHOOK_URL", "ALERT_OPERATOR_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    tell(DATABASE_URL=database, CREDENTIALS_ENCRYPTION_KEY=KEY, SMTP_SECURITY="none",
         ALERT_FROM_EMAIL="alerts@sally.example", SALLY_DATA=str(shared_folder))  # fmt: skip
    yield tell
    settings.settings.cache_clear()
    ground._configured.cache_clear()


@pytest.fixture
def do(configured, database) -> DO:
    """Makes fleets with trouble."""

    def run(what: Callable[[Alarms], Coroutine[Any, Any, Any]]) -> Any:
        async def play() -> Any:
            async with alarms_in(database) as alarms:
                return await what(alarms)

        return asyncio.run(play())

    return run


@pytest.fixture
def box(configured) -> Iterator[Mailbox]:
    """A mail server that is up, and is the configured one."""
    with mailbox().up() as running:
        configured(SMTP_HOST="127.0.0.1", SMTP_PORT=str(running.port))
        yield running
