"""Two fleets with a person of each role, and the console's app on their database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core import settings
from tests.support.console import KEY, VENDORS, Served, add_fleet, served


@pytest.fixture
def house_settings(database, monkeypatch, tmp_path):
    """What is read from the environment beside the app's own settings."""
    monkeypatch.setattr(settings, "PROJECT", tmp_path)
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", KEY)
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


@pytest.fixture
def fleets(database) -> str:
    """acme with every vendor, bluemesa with one."""
    add_fleet(database, "acme", *VENDORS)
    add_fleet(database, "bluemesa", "samsara")
    return database


@pytest.fixture
async def console(house_settings, fleets) -> AsyncIterator[Served]:
    async with served(fleets) as opened:
        yield opened
