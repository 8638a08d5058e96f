"""Integrations of a vendor, and the watch of a process over its calls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from adapters import samsara
from core import settings
from store.breakers import Policies
from tasks.guard import IntegrationGuard, watching
from tasks.guard_watch import Watch, Whose
from tests.support.alarms import Alarms

PATIENT_S = 30.0  # the database is real, the machine may be busy
TENANTS = """
WITH t AS (
    INSERT INTO ops.tenant (slug, name) SELECT 'fleet' || n, 'Fleet ' || n
    FROM generate_series(1, %(n)s) n RETURNING id, slug
)
INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext, credentials_key_id,
    credentials_fingerprint, poll_seconds)
SELECT id, 'samsara', 'sealed', 'key', 'print of ' || slug, 300 FROM t
RETURNING id, tenant_id, credentials_fingerprint
"""


@pytest.fixture
async def whose(conn) -> list[Whose]:
    """Five integrations with Samsara, of five tenants."""
    found = await conn.execute(TENANTS, {"n": 5})
    return [Whose(*row, False) for row in await found.fetchall()]


@pytest.fixture
async def process(database) -> AsyncIterator[Callable[..., Watch]]:
    """Makes watches as if each were in a process of its own: ``await process()``."""
    async with AsyncExitStack() as stack:

        async def make(policies: Policies = Policies(), url: str = database) -> Watch:  # noqa: B008
            async def load() -> Policies:
                return policies

            slept: list[float] = []

            async def sleep(seconds: float) -> None:
                slept.append(seconds)
                made.memory.clock.set(made.memory.clock.now() + timedelta(seconds=seconds))

            made = await stack.enter_async_context(
                watching(samsara.VENDOR, url, load, answer_s=PATIENT_S, sleep=sleep)
            )
            await made.prepare([])
            return made

        yield make


def guard(watch: Watch, whose: Whose) -> IntegrationGuard:
    """What an integration's session would ask."""
    return IntegrationGuard(watch, whose)


@pytest.fixture
def told_settings(monkeypatch) -> Iterator[Callable[..., None]]:
    """Sets what alerts are sent with: ``told_settings(SMTP_HOST="...")``; None unsets."""

    def tell(**variables: str | None) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value or "")
        settings.settings.cache_clear()

    tell(
        ALERT_FROM_EMAIL="SALLY <alerts@sally.example>",
        ALERT_OPERATOR_EMAIL="ops@sally.example",
        APP_URL="https://sally.example",
        SLACK_WEBHOOK_URL=None,
        SLACK_SHARED=None,
        CREDENTIALS_ENCRYPTION_KEY="ab" * 32,
    )
    yield tell
    settings.settings.cache_clear()


@pytest.fixture
def alarms(database, conn, told_settings) -> Alarms:
    """Fleets with trouble, and a box that keeps what is sent."""
    return Alarms(database, conn)
