"""Two fleets with people and a past, and the console's app on their database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

import sandbox
from core import settings
from sandbox.box import Box
from tests.conftest import temporary
from tests.support.console import (
    KEY,
    VENDORS,
    Filled,
    Scheduler,
    Served,
    add_fleet,
    fill,
    opening_with,
    served,
)


@pytest.fixture(scope="session")
def filled_template(postgres, template) -> Iterator[tuple[str, dict[str, Filled]]]:
    """A database with two fleets in it, made once and copied for each test."""
    with temporary(postgres, template) as name:
        url = postgres(name)
        add_fleet(url, "acme", *VENDORS)
        add_fleet(url, "bluemesa", *VENDORS)
        yield name, {slug: fill(url, slug) for slug in ("acme", "bluemesa")}


@pytest.fixture
def fleets(postgres, filled_template) -> Iterator[str]:
    """The URL of this test's copy, in which what was just now is just now again."""
    with temporary(postgres, filled_template[0]) as name:
        url = postgres(name)
        with psycopg.connect(url) as conn:
            conn.execute(
                "UPDATE ops.dataset_state SET confirmed_at = now(), last_success_at = now()"
            )
            conn.execute("UPDATE ops.rate_gate SET not_before = now() + interval '1 minute'")
        yield url


@pytest.fixture
def filled(filled_template) -> dict[str, Filled]:
    """What each fleet has."""
    return filled_template[1]


@pytest.fixture
def database(fleets) -> str:
    """The same database, for who looks into it."""
    return fleets


@pytest.fixture(scope="session")
def served_box() -> Iterator[Box]:
    """The sandbox, served from a thread of its own."""
    with sandbox.in_thread() as box:
        yield box


@pytest.fixture
def house_settings(fleets, served_box, monkeypatch, tmp_path):
    """What is read from the environment beside the app's own settings."""
    monkeypatch.setattr(settings, "PROJECT", tmp_path)
    monkeypatch.setenv("DATABASE_URL", fleets)
    monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", KEY)
    monkeypatch.setenv("SALLY_SANDBOX_URL", served_box.url)
    for name in ("SMTP_HOST", "SLACK_WEBHOOK_URL", "ALERT_OPERATOR_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


@pytest.fixture
def scheduler() -> Scheduler:
    return Scheduler()


@pytest.fixture
async def console(house_settings, fleets, scheduler) -> AsyncIterator[Served]:
    async with served(fleets, opening=opening_with(scheduler)) as opened:
        yield opened


@pytest.fixture
def rows(fleets):
    """What a query finds, whoever asks."""

    def ask(statement: str, *arguments: object) -> list[tuple]:
        with psycopg.connect(fleets) as conn:
            return conn.execute(statement, arguments).fetchall()

    return ask
