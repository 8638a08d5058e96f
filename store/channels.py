"""Tenants' Slack webhooks: sealed like credentials, for who holds one may write to the channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from sqlalchemy import func
from sqlmodel import Session, col, select

from core.errors import ConfigurationError
from core.secrets import ChannelOwner, KeyRing, Sealed, fingerprint
from models.ops import TenantChannel
from store import audit, tenants

SLACK = "slack"


async def with_slack(conn: AsyncConnection[Any], tenant_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these tenants that have a Slack channel of their own."""
    found = await conn.execute(
        "SELECT tenant_id FROM ops.tenant_channel WHERE channel = %s AND tenant_id = ANY(%s)",
        [SLACK, list(tenant_ids)],
    )
    return {row[0] for row in await found.fetchall()}


def webhook(ring: KeyRing, tenant_id: UUID, ciphertext: bytes, key_id: str) -> str:
    """The webhook's address in clear, for the sender only; ConfigurationError if it is locked."""
    opened = ring.open(Sealed(key_id, bytes(ciphertext)), ChannelOwner(tenant_id, SLACK))
    return opened["webhook"]


def set_slack(
    session: Session, ring: KeyRing, tenant_slug: str, address: str, *, actor: str = "cli"
) -> TenantChannel:
    """Store a tenant's webhook, in place of the one before."""
    tenant = tenants.get(session, tenant_slug)
    told = {"webhook": address}
    sealed = ring.seal(told, ChannelOwner(tenant.id, SLACK))
    held = session.get(TenantChannel, (tenant.id, SLACK)) or TenantChannel(
        tenant_id=tenant.id, channel=SLACK
    )
    held.secret_ciphertext = sealed.ciphertext
    held.secret_key_id = sealed.key_id
    held.secret_fingerprint = fingerprint(told)
    held.changed_at = func.now()  # type: ignore[assignment]  # the database's clock
    session.add(held)
    session.flush()
    session.refresh(held)
    audit.note(session, actor, "channel.set", tenant.id, tenant.id,
               channel=SLACK, fingerprint=held.secret_fingerprint)  # fmt: skip
    return held


def remove_slack(session: Session, tenant_slug: str, *, actor: str = "cli") -> bool:
    """Forget a tenant's webhook; False when it had none."""
    tenant = tenants.get(session, tenant_slug)
    held = session.get(TenantChannel, (tenant.id, SLACK))
    if held is None:
        return False
    audit.note(session, actor, "channel.remove", tenant.id, tenant.id,
               channel=SLACK, fingerprint=held.secret_fingerprint)  # fmt: skip
    session.delete(held)
    return True


def rotate(session: Session, ring: KeyRing, actor: str = "cli") -> tuple[int, tuple[str, ...]]:
    """Re-encrypt what is not under the current key; how many, and "tenant/slack" of the locked."""
    query = (
        select(TenantChannel)
        .where(TenantChannel.secret_key_id != ring.current)
        .order_by(col(TenantChannel.tenant_id))
        .with_for_update()
    )
    rotated, unopened = 0, []
    slugs = {tenant.id: tenant.slug for tenant in tenants.all_of(session)}
    for held in session.exec(query):
        owner = ChannelOwner(held.tenant_id, held.channel)
        before = held.secret_key_id
        try:
            opened = ring.open(Sealed(before, held.secret_ciphertext), owner)
        except ConfigurationError:
            unopened.append(f"{slugs[held.tenant_id]}/{held.channel}")
            continue
        sealed = ring.seal(opened, owner)
        held.secret_ciphertext, held.secret_key_id = sealed.ciphertext, sealed.key_id
        audit.note(session, actor, "channel.rotate_key", held.tenant_id, held.tenant_id,
                   before=before, after=sealed.key_id)  # fmt: skip
        rotated += 1
    return rotated, tuple(unopened)
