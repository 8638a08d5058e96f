"""What is taken in: everything but a silence that is no silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from prefect.blocks.abstract import NotificationError

from core import settings
from core.freshness import SILENCE
from tasks import alert_intake
from tasks.alert_intake import take
from tasks.alert_notice import Unreadable
from tasks.tenant_alert import TenantAlert

SILENT = '{"signal": "scheduler_silent", "event": null}'
LONG = timedelta(days=1)


@pytest.fixture
def woken(database, monkeypatch):
    """The databases for which something is to be sent."""
    monkeypatch.setenv("DATABASE_URL", database)
    settings.settings.cache_clear()
    found = []

    async def wake(url):
        found.append(url)

    monkeypatch.setattr(alert_intake, "wake", wake)
    yield found
    settings.settings.cache_clear()


async def incidents(conn):
    return [
        row[0] for row in await (await conn.execute("SELECT kind FROM ops.incident")).fetchall()
    ]


async def test_silence_is_an_incident_and_is_sent(woken, conn, database):
    await take(SILENT, server_age=LONG)

    assert await incidents(conn) == ["scheduler_silent"]
    assert woken == [database]


async def test_a_server_that_was_away_itself_waits_once_more(woken, conn):
    """It would tell of the silence of its own absence, each morning."""
    await take(SILENT, server_age=SILENCE - timedelta(seconds=1))

    assert (await incidents(conn), woken) == ([], [])


async def test_what_the_database_knows_of_a_cycle_counts_more_than_a_lost_event(woken, conn):
    await conn.execute("INSERT INTO ops.pulse (name) VALUES ('cycle')")
    await take(SILENT, server_age=LONG)
    assert (await incidents(conn), woken) == ([], [])

    await conn.execute("UPDATE ops.pulse SET at = now() - %s::interval", [SILENCE])
    await take(SILENT, server_age=LONG)
    assert await incidents(conn) == ["scheduler_silent"]


async def test_a_text_that_cannot_be_read_is_a_failed_action_and_nothing_else(woken, conn):
    """Prefect repeats whatever else a block raises, four times."""
    with pytest.raises(Unreadable):
        await take("Hello", server_age=LONG)
    with pytest.raises(NotificationError) as caught:
        await TenantAlert().notify("Hello", "stale")

    assert "delete the automation" in caught.value.log
    assert (await incidents(conn), woken) == ([], [])


async def test_a_database_that_is_away_is_a_failed_action_without_its_password(monkeypatch, caplog):
    monkeypatch.setenv("DATABASE_URL", "postgresql://sally:hunter2@127.0.0.1:1/sally")
    settings.settings.cache_clear()

    with pytest.raises(NotificationError) as caught:
        await TenantAlert().notify('{"signal": "fresh", "event": null}')

    assert "hunter2" not in caught.value.log + caplog.text
    settings.settings.cache_clear()
