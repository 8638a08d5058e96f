"""A Prefect server that alerts for a database of ours; a mail server and a Slack hear it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from core import settings
from core.secrets import KeyRing
from core.settings import Settings
from deployments import automations, blocks
from deployments.stack import Part, Stack, running
from store import channels
from store.connection import session
from tests.conftest import temporary
from tests.flows.conftest import KEY, Fleet
from tests.support.sinks import HOST, MailSink, SlackSink

OPERATOR = "operator@sally.test"


@pytest.fixture(scope="module")
def mail() -> Iterator[MailSink]:
    sink = MailSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackSink]:
    sink = SlackSink()
    sink.start()
    yield sink
    sink.stop()


@dataclass
class House:
    """A stack whose Prefect server alerts for `url`."""

    url: str
    stack: Stack


@pytest.fixture(scope="module")
def house(
    postgres: Callable[[str], str], template: str, mail: MailSink, slack: SlackSink
) -> Iterator[House]:
    """The server has the settings of its environment, as it would have in earnest."""
    folder = Path(tempfile.mkdtemp(prefix="sally-tests-alerts-"))
    folder.chmod(0o711)
    told = {
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(mail.port),
        "SMTP_SECURITY": "none",
        "ALERT_FROM_EMAIL": "alerts@sally.test",
        "ALERT_OPERATOR_EMAIL": OPERATOR,
        "SLACK_WEBHOOK_URL": slack.url("operator"),
        "APP_URL": "https://app.sally.test",
    }
    with pytest.MonkeyPatch.context() as patch, temporary(postgres, template) as name:
        for variable, value in told.items():
            patch.setenv(variable, value)
        patch.setenv("CREDENTIALS_ENCRYPTION_KEY", KEY)
        patch.setenv("DATABASE_URL", postgres(name))
        patch.delenv("PREFECT_API_URL", raising=False)
        settings.settings.cache_clear()
        configured = Settings(sally_data=folder, sally_prefect_port=0, _env_file=None)
        with running(configured, want={Part.PREFECT}) as stack:
            home, api = stack.env["PREFECT_HOME"], stack.env["PREFECT_API_URL"]
            with temporary_settings({PREFECT_HOME: home, PREFECT_API_URL: api}):
                automations.keep(blocks.alert_document(), ["sync-samsara"])
                yield House(postgres(name), stack)
                for worker in (EventsWorker, APILogWorker):
                    worker.drain_all(timeout=10)
    settings.settings.cache_clear()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def prefect_server(house: House) -> None:
    """The house's own, in place of the one that all other flows share."""


@pytest.fixture
def database(house: House) -> str:
    """The house's own."""
    return house.url


@pytest.fixture(autouse=True)
async def _quiet(fleet: Fleet, mail: MailSink, slack: SlackSink) -> None:
    """Nothing of the test before."""
    await fleet.conn.execute(
        "DELETE FROM ops.alert_delivery; DELETE FROM ops.alert_event; DELETE FROM ops.incident;"
        "UPDATE ops.tenant SET is_active = false; DELETE FROM ops.breaker_event;"
        "DELETE FROM ops.breaker; DELETE FROM ops.vendor_outcome"
    )
    mail.got.clear()
    slack.got.clear()


@dataclass
class People:
    """Who works where."""

    fleet: Fleet
    slack: SlackSink

    async def add(self, slug: str, **roles: str) -> None:
        for name, role in roles.items():
            await self.fleet.conn.execute(
                "INSERT INTO ops.app_user (tenant_id, email, name, role, is_active)"
                " SELECT id, %s, %s, %s, %s FROM ops.tenant WHERE slug = %s",
                [f"{name}@{slug}.test", name, role.removeprefix("-"), role[0] != "-", slug],
            )

    def give_slack(self, slug: str) -> None:
        with session(self.fleet.url) as db:
            channels.set_slack(db, KeyRing.parse(KEY), slug, self.slack.url(slug))


@pytest.fixture
def people(fleet: Fleet, slack: SlackSink) -> People:
    return People(fleet, slack)


async def until(is_so: Callable[[], Any], seconds: float = 60.0) -> Any:
    """What `is_so` answers, once that is true: other processes are at work."""
    end = time.monotonic() + seconds
    while True:
        answer = is_so()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < end, f"it never came true: {answer}"
        await asyncio.sleep(0.05)
