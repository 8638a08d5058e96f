"""Tenants' connections to vendors: credential, schedule, lease, and each dataset's state."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from models.ops.columns import (
    Table,
    binary,
    identity,
    instant,
    integer,
    jsonb,
    of_tenant,
    one_of,
    table,
    text,
    uuid,
    within_tenant,
)
from models.ops.runs import RunStatus


class IntegrationStatus(StrEnum):
    """Whether an integration is synced: normally, at a slow probing pace, or not at all."""

    ACTIVE = "active"
    NEEDS_ATTENTION = "needs_attention"
    DISABLED = "disabled"


class Integration(Table, table=True):
    """A tenant's connection to one vendor.

    There is no index on ``next_sync_at``: every claim changes it, and a claim that touches no
    index writes half as much; a vendor's integrations are few enough to scan.
    """

    __tablename__ = "integration"
    __table_args__ = table(
        "ops",
        "A tenant's connection to one vendor: its credential, its schedule and its lease.",
        of_tenant(),
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "vendor"),
        one_of("status", IntegrationStatus),
        one_of("last_run_status", RunStatus),
        CheckConstraint("poll_seconds > 0", name="poll_seconds"),
        CheckConstraint("(lease_run_id IS NULL) = (lease_expires_at IS NULL)", name="lease"),
        Index("ix_integration_vendor", "vendor"),
    )

    id: UUID = identity("The integration's id; part of what its credential is bound to.")
    tenant_id: UUID = uuid("The tenant it belongs to.")
    vendor: str = text("The vendor's name in this product.")
    status: str = text("active, needs_attention (a slow probe only) or disabled.", "'active'")
    credentials_ciphertext: bytes = binary("The credential, AES-256-GCM: nonce, text and tag.")
    credentials_key_id: str = text("Which encryption key sealed it.")
    credentials_fingerprint: str = text("Tells credentials apart without revealing them.")
    credentials_changed_at: datetime = instant("When the credential was last replaced.", "now()")
    settings: dict[str, Any] = jsonb("The integration's own options.", "'{}'")
    poll_seconds: int | None = integer("Seconds between syncs; null for the vendor's default.")
    next_sync_at: datetime = instant("When the next sync is due.", "now()")
    phase_s: int = integer("Where in the interval it is due, so that not all are at once.", "0")
    lease_run_id: UUID | None = uuid("The run that works on it now; null when nobody does.")
    lease_expires_at: datetime | None = instant("When that run counts as crashed.")
    consecutive_failures: int = integer("Failed or crashed runs since the last good one.", "0")
    last_started_at: datetime | None = instant("When a run last claimed it.")
    last_success_at: datetime | None = instant("When a run last ended as success or partial.")
    last_error_kind: str | None = text("Kind of the last run's error; null when it went well.")
    last_error_happened: str | None = text("What happened, in one sentence.")
    last_error_who: str | None = text("Who must act, in one sentence.")
    last_error_next_step: str | None = text("The next step, in one sentence.")
    created_at: datetime = instant("When it was added.", "now()")
    updated_at: datetime = instant("When a person last changed it.", "now()")
    last_run_status: str | None = text("How the last run ended; null before the first.")
    removed_at: datetime | None = instant(
        "When a person disconnected it: its credential is gone, its rows and runs stay."
    )


class DatasetState(Table, table=True):
    """What is known about one dataset of one integration."""

    __tablename__ = "dataset_state"
    __table_args__ = table(
        "ops",
        "What is known about one dataset of one integration, between runs.",
        within_tenant("ops.integration", "integration_id"),
    )

    integration_id: UUID = uuid("The integration.", primary_key=True, default=...)
    dataset: str = text("The dataset's name.", primary_key=True, default=...)
    tenant_id: UUID = uuid("The tenant.")
    cursor: str | None = text("Where the next fetch starts; null for the beginning.")
    last_attempt_at: datetime | None = instant("When a fetch last began.")
    last_success_at: datetime | None = instant("When rows of a complete fetch last landed.")
    confirmed_at: datetime | None = instant(
        "When the last complete good fetch began: every live row was true at this time."
    )
    last_run_id: UUID | None = uuid("The run that last tried it.")
