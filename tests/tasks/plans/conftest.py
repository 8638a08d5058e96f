"""A truck on its way from Dallas to Houston, and the settings that planning reads."""

import pytest

from core import settings
from tests.support.depot import Depot


@pytest.fixture
async def depot(conn, database, monkeypatch):
    """The fleet of one truck, in a database of its own."""
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", "ab" * 32)
    settings.settings.cache_clear()
    yield await (await Depot(conn).open()).fill()
    settings.settings.cache_clear()
