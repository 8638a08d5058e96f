"""A tenant's Slack webhook: read where nobody sees it, stored sealed, rotated with the keys."""

from __future__ import annotations

import psycopg
import pytest

from console.cli import alerts, credentials, keys
from core.errors import ConfigurationError
from store import channels
from store.connection import session
from tasks.config import key_ring
from tests.console.conftest import KEY
from tests.support.alarms import Alarms

NEXT = "cd" * 32
WEBHOOK = "https://hooks.slack.example/services/canary-of-acme"


def audited(url: str) -> list[tuple]:
    with psycopg.connect(url) as conn:
        return conn.execute(
            "SELECT actor, action FROM ops.audit_log ORDER BY happened_at"
        ).fetchall()


def stored(url: str, slug: str = "acme") -> tuple[bytes, str]:
    with psycopg.connect(url) as conn:
        row = conn.execute(
            "SELECT secret_ciphertext, secret_key_id FROM ops.tenant_channel c"
            " JOIN ops.tenant t ON t.id = c.tenant_id WHERE t.slug = %s", [slug],
        ).fetchone()  # fmt: skip
    assert row is not None
    return row[0], row[1]


def test_a_tenants_webhook_is_stored_sealed_and_can_be_forgotten(do, database, tmp_path, capsys):
    acme = do(lambda alarms: alarms.fleet())
    file = tmp_path / "webhook"
    file.write_text(f"{WEBHOOK}\n")

    alerts.slack(tenant="acme", webhook_file=file)

    ciphertext, key_id = stored(database)
    assert b"canary" not in ciphertext
    assert channels.webhook(key_ring(), acme.tenant_id, ciphertext, key_id) == WEBHOOK
    assert "canary" not in str(audited(database)) + capsys.readouterr().out
    alerts.slack(tenant="acme", remove=True)
    alerts.slack(tenant="acme", remove=True)
    assert capsys.readouterr().out.splitlines() == [
        "acme has no Slack channel any more.", "acme has no Slack channel to forget.",
    ]  # fmt: skip


def test_a_webhook_of_another_tenant_does_not_open(do, database):
    """A sealed address that is moved to another tenant's row is worthless there."""

    async def two(alarms: Alarms):
        return await alarms.fleet(), await alarms.fleet("mesa", "Blue Mesa")

    _, mesa = do(two)
    with session(database) as db:
        channels.set_slack(db, key_ring(), "acme", WEBHOOK)

    with pytest.raises(ConfigurationError, match="slack channel does not open"):
        channels.webhook(key_ring(), mesa.tenant_id, *stored(database))


def test_rotating_keys_takes_the_webhooks_along(do, configured, database, capsys):
    """Or the old key could never be dropped."""
    do(lambda alarms: alarms.tenant("acme", "Acme"))
    with session(database) as db:
        channels.set_slack(db, key_ring(), "acme", WEBHOOK)
    configured(CREDENTIALS_ENCRYPTION_KEY=f"{NEXT},{KEY}")

    credentials.rotate()
    configured(CREDENTIALS_ENCRYPTION_KEY=NEXT)

    assert "So were 1 Slack webhooks" in capsys.readouterr().out
    tenant_id = do(lambda alarms: alarms.one("SELECT id FROM ops.tenant"))
    assert channels.webhook(key_ring(), tenant_id, *stored(database)) == WEBHOOK
    configured(CREDENTIALS_ENCRYPTION_KEY="ef" * 32)
    with pytest.raises(ConfigurationError, match=r"1 did not open \(acme/slack\)"):
        credentials.rotate()


@pytest.mark.parametrize("address", ["", "hooks.slack.com/x", "http://hooks.slack.com/x"])
def test_what_is_no_webhook_is_refused_without_repeating_it(tmp_path, address):
    (tmp_path / "webhook").write_text(f"{address}")

    with pytest.raises(ConfigurationError, match="no webhook's address") as caught:
        keys.webhook(tmp_path / "webhook", from_env=False)

    assert not address or address not in str(caught.value)


def test_a_webhook_comes_from_the_environment_when_asked(configured):
    configured(SALLY_TENANT_SLACK_WEBHOOK_URL=f" {WEBHOOK} ")

    assert keys.webhook(None, from_env=True) == WEBHOOK


def test_without_a_terminal_nobody_is_asked(monkeypatch):
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115 - pytest restores it

    with pytest.raises(ConfigurationError, match=r"Use --webhook-file FILE or --from-env"):
        keys.webhook(None, from_env=False)
