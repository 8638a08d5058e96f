"""Tenants, people and connections: what is stored, what is noted, and what is refused."""

from __future__ import annotations

import pytest
from sqlmodel import select

from core.errors import ConfigurationError, NotFoundError
from core.secrets import KeyRing
from models.ops import AuditLog
from store import integrations, tenants
from store.connection import session as open_session

CANARY = {"api_key": "canary-key-1234567890"}
OLD, NEW = "a" * 64, "b" * 64


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing.parse(OLD)


@pytest.fixture
def session(database):
    with open_session(database) as opened:
        yield opened


@pytest.fixture
def acme(session, ring):
    tenants.add(session, "acme", "Acme Freight")
    return integrations.add(session, ring, "acme", "samsara", CANARY, poll_seconds=300)


def test_a_credential_is_sealed_and_opens_again(acme, ring):
    assert b"canary" not in acme.credentials_ciphertext
    assert integrations.credentials_of(acme, ring) == CANARY
    assert acme.status == "active"
    assert 0 <= acme.phase_s < 300


def test_changes_are_noted_without_secrets(session, ring, acme):
    integrations.disable(session, "acme", "samsara")
    integrations.enable(session, "acme", "samsara")
    integrations.replace_credentials(session, ring, "acme", "samsara", {"api_key": "canary-2"})
    session.flush()

    entries = session.exec(select(AuditLog).order_by(AuditLog.id)).all()

    assert [each.action for each in entries] == [
        "tenant.add", "integration.add", "integration.disable", "integration.enable",
        "integration.replace_credentials",
    ]  # fmt: skip
    assert "canary" not in str([each.details for each in entries])
    assert entries[-1].details["before"] != entries[-1].details["after"]


def test_a_new_key_resumes_at_once(session, ring, acme):
    acme.status = "needs_attention"

    changed = integrations.replace_credentials(session, ring, "acme", "samsara", {"api_key": "x"})

    assert changed.status == "active"
    assert changed.next_sync_at <= changed.credentials_changed_at


def test_keys_are_rotated_and_what_cannot_be_opened_is_named(database, ring):
    with open_session(database) as session:
        for slug in ("one", "two", "three"):
            tenants.add(session, slug)
            integrations.add(session, ring, slug, "samsara", CANARY)
        lost = KeyRing.parse("c" * 64)
        integrations.add(session, lost, "one", "truckbase", CANARY)
    both = KeyRing.parse(f"{NEW},{OLD}")

    first = integrations.rotate(database, both, batch=2)
    second = integrations.rotate(database, both, batch=2)

    assert first == integrations.Rotation(3, 0, ("one/truckbase",))
    assert second == integrations.Rotation(0, 3, ("one/truckbase",))
    with open_session(database) as session:
        found = integrations.get(session, "two", "samsara")
        assert integrations.credentials_of(found, KeyRing.parse(NEW)) == CANARY


def test_the_audit_log_only_grows(database, acme, session):
    session.commit()
    with pytest.raises(Exception, match=r"append-only|permission denied"), open_session(
        database, "sally_owner"
    ) as other:  # fmt: skip
        other.connection().exec_driver_sql("DELETE FROM ops.audit_log")


def test_unknown_names_are_sentences(session, acme):
    with pytest.raises(NotFoundError, match=r"no tenant “nobody”\. Known: acme"):
        tenants.get(session, "nobody")
    with pytest.raises(NotFoundError, match="not connected to truckbase, but to: samsara"):
        integrations.get(session, "acme", "truckbase")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda s, r: tenants.add(s, "acme"), "already"),
        (lambda s, r: tenants.add(s, "Acme Inc"), "lower-case"),
        (lambda s, r: integrations.add(s, r, "acme", "samsara", CANARY), "already"),
        (lambda s, r: tenants.add_user(s, "acme", "a@b.example", "Ann", "KING"), "no role"),
        (lambda s, r: tenants.add_user(s, "acme", "nobody", "Ann"), "not an e-mail"),
        (lambda s, r: tenants.add_user(s, "acme", "ANN@b.example", "Ann"), "already"),
    ],
)
def test_what_cannot_be_added_is_a_sentence(session, ring, acme, change, sentence):
    tenants.add_user(session, "acme", "ann@b.example", "Ann", "ADMIN")

    with pytest.raises(ConfigurationError, match=sentence):
        change(session, ring)


def test_lists_are_in_order(session, ring, acme):
    tenants.add(session, "aaa")
    integrations.add(session, ring, "aaa", "truckbase", CANARY)

    assert [each.slug for each in tenants.all_of(session)] == ["aaa", "acme"]
    listed = integrations.all_of(session)
    assert [(each.tenant.slug, each.integration.vendor) for each in listed] == [
        ("aaa", "truckbase"), ("acme", "samsara")
    ]  # fmt: skip
    assert len(integrations.all_of(session, "acme")) == 1
    assert not tenants.any_on_sandbox(session)
    assert integrations.all_of(session, vendor="samsara")[0].tenant.slug == "acme"
