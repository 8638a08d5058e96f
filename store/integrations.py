"""A tenant's connections to vendors: added, paused, given new keys, re-encrypted.

Every change is noted in ``ops.audit_log``, credentials by their fingerprint only.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.errors import ConfigurationError, NotFoundError
from core.secrets import Credentials, KeyRing, Owner, Sealed, fingerprint
from models.ops import Freshness, Integration, IntegrationStatus, Tenant, new_id
from store import audit, tenants
from store.connection import session as open_session

DAY_S = 86_400


class AlreadyConnected(ConfigurationError):
    """A tenant has one connection to each vendor."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An integration and whose it is."""

    tenant: Tenant
    integration: Integration


@dataclass(frozen=True, slots=True)
class Rotation:
    """How re-encrypting went.

    ``current``: those already under the current key. ``unopened``: "tenant/vendor" of those that
    no key of the ring opens.
    """

    rotated: int
    current: int
    unopened: tuple[str, ...] = ()


def add(
    session: Session, ring: KeyRing, tenant_slug: str, vendor: str, credentials: Credentials, *,
    settings: dict[str, Any] | None = None, poll_seconds: int | None = None, actor: str = "cli",
) -> Integration:  # fmt: skip
    """Connect a tenant to a vendor; its first sync is due at once.

    One that was disconnected before goes on where it was: its rows and runs are its own again.
    """
    tenant = tenants.get(session, tenant_slug)
    integration = _ever(session, tenant.id, vendor) or Integration(
        id=new_id(), tenant_id=tenant.id, vendor=vendor, removed_at=datetime.now(UTC)
    )
    taken = AlreadyConnected(
        f"{tenant_slug} is connected to {vendor} already. "
        "To give it another key, replace its credentials."
    )
    if integration.removed_at is None:
        raise taken
    integration.removed_at = None
    _seal(integration, ring, credentials)
    integration.settings = settings or {}
    integration.poll_seconds = poll_seconds
    integration.phase_s = phase(integration.id, poll_seconds)
    session.add(integration)
    _resume(integration)
    try:
        session.flush()
    except IntegrityError:  # somebody was quicker by a moment
        raise taken from None
    _note(session, actor, "add", integration, fingerprint=integration.credentials_fingerprint)
    return integration


def phase(integration_id: UUID, poll_seconds: int | None) -> int:
    """Where in its interval an integration is due: the same for ever, and spread over all."""
    return zlib.crc32(integration_id.bytes) % (poll_seconds or DAY_S)


def get(session: Session, tenant_slug: str, vendor: str) -> Integration:
    """A tenant's connection to a vendor; NotFoundError when there is none."""
    tenant = tenants.get(session, tenant_slug)
    found = _find(session, tenant.id, vendor)
    if found is None:
        vendors = select(Integration.vendor).where(
            Integration.tenant_id == tenant.id, col(Integration.removed_at).is_(None)
        )
        known = ", ".join(sorted(session.exec(vendors))) or "nothing yet"
        raise NotFoundError(f"{tenant_slug} is not connected to {vendor}, but to: {known}.")
    return found


def all_of(
    session: Session, tenant_slug: str | None = None, vendor: str | None = None
) -> list[Listed]:
    """Integrations by tenant and vendor; NotFoundError for an unknown tenant."""
    query = (
        select(Tenant, Integration)
        .join(Integration, col(Integration.tenant_id) == col(Tenant.id))
        .where(col(Integration.removed_at).is_(None))
        .order_by(Tenant.slug, Integration.vendor)
    )
    if tenant_slug is not None:
        query = query.where(Tenant.id == tenants.get(session, tenant_slug).id)
    if vendor is not None:
        query = query.where(Integration.vendor == vendor)
    return [Listed(tenant, integration) for tenant, integration in session.exec(query)]


def credentials_of(integration: Integration, ring: KeyRing) -> Credentials:
    """The credential in clear, for a vendor's client only; ConfigurationError if it is locked."""
    sealed = Sealed(integration.credentials_key_id, integration.credentials_ciphertext)
    return ring.open(sealed, _owner(integration))


def enable(session: Session, tenant_slug: str, vendor: str, *, actor: str = "cli") -> Integration:
    """Sync it again, at once."""
    integration = get(session, tenant_slug, vendor)
    _resume(integration)
    _note(session, actor, "enable", integration)
    return integration


def disable(session: Session, tenant_slug: str, vendor: str, *, actor: str = "cli") -> Integration:
    """Sync it no more; a run that works on it now may finish."""
    integration = get(session, tenant_slug, vendor)
    integration.status = IntegrationStatus.DISABLED
    _touch(integration)
    _note(session, actor, "disable", integration)
    return integration


def replace_credentials(
    session: Session, ring: KeyRing, tenant_slug: str, vendor: str, credentials: Credentials, *,
    actor: str = "cli",
) -> Integration:  # fmt: skip
    """Give it another key and sync at once; a disabled one is enabled by it."""
    integration = get(session, tenant_slug, vendor)
    before = integration.credentials_fingerprint
    _seal(integration, ring, credentials)
    _resume(integration)
    _note(session, actor, "replace_credentials", integration, before=before,
          after=integration.credentials_fingerprint)  # fmt: skip
    return integration


def configure(
    session: Session, tenant_slug: str, vendor: str, *, settings: dict[str, Any] | None = None,
    poll_seconds: int | None = None, actor: str = "cli",
) -> Integration:  # fmt: skip
    """Change its options or its interval; what is None stays."""
    integration = get(session, tenant_slug, vendor)
    changed: dict[str, Any] = {}
    if settings is not None and settings != integration.settings:
        changed["settings"] = {"before": integration.settings, "after": settings}
        integration.settings = settings
    if poll_seconds is not None and poll_seconds != integration.poll_seconds:
        changed["poll_seconds"] = {"before": integration.poll_seconds, "after": poll_seconds}
        integration.poll_seconds = poll_seconds
        integration.phase_s = phase(integration.id, poll_seconds)
    if changed:
        _touch(integration)
        _note(session, actor, "configure", integration, **changed)
    return integration


def remove(session: Session, tenant_slug: str, vendor: str, *, actor: str = "cli") -> None:
    """Disconnect it: its credential is destroyed, its rows and runs stay; `add` connects anew."""
    integration = get(session, tenant_slug, vendor)
    before = integration.credentials_fingerprint
    integration.credentials_ciphertext = b""
    integration.credentials_key_id = integration.credentials_fingerprint = ""
    integration.status = IntegrationStatus.DISABLED
    integration.removed_at = func.now()  # type: ignore[assignment]
    _touch(integration)
    # What is disconnected does not get old.
    session.execute(
        update(Freshness)
        .where(col(Freshness.integration_id) == integration.id)
        .values(level="fresh", stale={}, said=None, changed_at=func.now())
    )
    _note(session, actor, "remove", integration, fingerprint=before)


def rotate(url: str, ring: KeyRing, batch: int = 100, actor: str = "cli") -> Rotation:
    """Re-encrypt everything that is not under the current key, a transaction per batch.

    Stopped at any point, the next call goes on with what is left.
    """
    rotated, unopened, after = 0, [], UUID(int=0)
    while True:
        with open_session(url) as session:
            found = _not_current(session, ring, after, batch)
            for listed in found:
                if _rotate_one(session, ring, listed.integration, actor):
                    rotated += 1
                else:
                    unopened.append(f"{listed.tenant.slug}/{listed.integration.vendor}")
                after = listed.integration.id
            if not found:
                count = select(func.count()).select_from(Integration)
                everything = session.exec(count.where(col(Integration.removed_at).is_(None))).one()
                left = everything - rotated - len(unopened)
                return Rotation(rotated, left, tuple(unopened))


def _not_current(session: Session, ring: KeyRing, after: UUID, batch: int) -> list[Listed]:
    query = (
        select(Tenant, Integration)
        .join(Integration, col(Integration.tenant_id) == col(Tenant.id))
        .where(
            Integration.credentials_key_id != ring.current,
            col(Integration.id) > after,
            col(Integration.removed_at).is_(None),
        )
        .order_by(col(Integration.id))
        .limit(batch)
        .with_for_update(of=Integration, key_share=True)
    )
    return [Listed(tenant, integration) for tenant, integration in session.exec(query)]


def _rotate_one(session: Session, ring: KeyRing, integration: Integration, actor: str) -> bool:
    try:
        credentials = credentials_of(integration, ring)
    except ConfigurationError:
        return False
    before = integration.credentials_key_id
    sealed = ring.seal(credentials, _owner(integration))
    integration.credentials_ciphertext = sealed.ciphertext
    integration.credentials_key_id = sealed.key_id
    _note(session, actor, "rotate_key", integration, before=before, after=sealed.key_id,
          fingerprint=integration.credentials_fingerprint)  # fmt: skip
    return True


def _find(session: Session, tenant_id: UUID, vendor: str) -> Integration | None:
    found = _ever(session, tenant_id, vendor)
    return None if found is None or found.removed_at is not None else found


def _ever(session: Session, tenant_id: UUID, vendor: str) -> Integration | None:
    """The connection, or what is left of one."""
    query = select(Integration).where(
        Integration.tenant_id == tenant_id, Integration.vendor == vendor
    )
    return session.exec(query.with_for_update(key_share=True)).first()


def _seal(integration: Integration, ring: KeyRing, credentials: Credentials) -> None:
    """Put a credential in place of what is there."""
    sealed = ring.seal(credentials, _owner(integration))
    integration.credentials_ciphertext = sealed.ciphertext
    integration.credentials_key_id = sealed.key_id
    integration.credentials_fingerprint = fingerprint(credentials)
    # now() is the transaction's start; a run may have begun since, with the old key.
    integration.credentials_changed_at = func.clock_timestamp()  # type: ignore[assignment]


def _owner(integration: Integration) -> Owner:
    return Owner(integration.tenant_id, integration.vendor, integration.id)


def _resume(integration: Integration) -> None:
    integration.status = IntegrationStatus.ACTIVE
    integration.next_sync_at = func.now()  # type: ignore[assignment]
    _touch(integration)


def _touch(integration: Integration) -> None:
    integration.updated_at = func.now()  # type: ignore[assignment]


def _note(
    session: Session, actor: str, verb: str, integration: Integration, **details: Any
) -> None:
    session.flush()
    session.refresh(integration)
    action = f"integration.{verb}"
    audit.note(session, actor, action, integration.id, integration.tenant_id,
               vendor=integration.vendor, **details)  # fmt: skip
