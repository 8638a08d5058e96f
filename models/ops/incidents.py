"""What a person should know about, and the messages that told them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from core.alerts import Channel, Severity
from models.ops.columns import (
    Table,
    binary,
    boolean,
    identity,
    instant,
    integer,
    of_tenant,
    one_of,
    table,
    text,
    uuid,
    within_tenant,
)


class Incident(Table, table=True):
    """Something that a person should know about until it is over."""

    __tablename__ = "incident"
    __table_args__ = table(
        "ops",
        "Something wrong that a person should know about, from its start to its end.",
        within_tenant("ops.integration", "integration_id"),
        of_tenant(),
        UniqueConstraint("tenant_id", "id"),
        one_of("severity", Severity),
        Index("uq_incident_open", "key", unique=True, postgresql_where=sql("closed_at IS NULL")),
        Index("ix_incident_due", "tell_at", postgresql_where=sql("closed_at IS NULL")),
        Index("ix_incident_open_tenant_id", "tenant_id", postgresql_where=sql("closed_at IS NULL")),
        Index(
            "ix_incident_explained_by",
            "explained_by",
            postgresql_where=sql("explained_by IS NOT NULL"),
        ),
        Index("ix_incident_tenant_id_opened_at", "tenant_id", "opened_at"),
    )

    id: UUID = identity("The incident's id.")
    key: str = text("What it is about; one open incident per key.")
    tenant_id: UUID | None = uuid("The tenant; null when it concerns all.")
    integration_id: UUID | None = uuid("The integration; null when it concerns several.")
    vendor: str | None = text("The vendor's name.")
    kind: str = text("Kind of incident.")
    severity: str = text("INFO, WARNING, ERROR or CRITICAL; it only grows.")
    happened: str = text("What happened, in one sentence.")
    who: str | None = text("Who must act, in one sentence.")
    next_step: str | None = text("The next step, in one sentence.")
    run_id: UUID | None = uuid("The run that noticed it.")
    opened_at: datetime = instant("When it began.", "now()")
    last_seen_at: datetime = instant("When it was last seen.", "now()")
    times: int = integer("How often it was seen.", "1")
    acknowledged_at: datetime | None = instant("When a person took it on.")
    closed_at: datetime | None = instant("When it ended; null while open.")
    is_sandbox: bool = boolean("True when the vendor is the sandbox's.", "false")
    error_kind: str | None = text("Kind of the error behind it; null when there is none.")
    tell_at: datetime | None = instant("When somebody is to be told next; null when nobody is.")
    told_at: datetime | None = instant(
        "When a message was last put into the outbox; null for never."
    )
    reminders: int = integer("How often people were reminded of it.", "0")
    is_escalated: bool = boolean("True when it got worse since people were told.", "false")
    explained_by: UUID | None = uuid(
        "The incident that explains it: while that is open, this one is not told.",
        foreign_key="ops.incident.id",
        ondelete="SET NULL",
    )
    acknowledged_by: str | None = text("Who took it on.")
    muted_until: datetime | None = instant("Nobody is told before this.")
    note: str | None = text("What went wrong with its messages, such as that nobody could be told.")
    closed_because: str | None = text("How it ended.")


class AlertDelivery(Table, table=True):
    """One message about an incident to one address: the outbox, and the log of it."""

    __tablename__ = "alert_delivery"
    __table_args__ = table(
        "ops",
        "Messages about incidents: to whom, when, and whether they arrived.",
        within_tenant("ops.incident", "incident_id"),
        one_of("status", ("pending", "sent", "failed", "suppressed")),
        one_of("channel", Channel),
        CheckConstraint("(lease_owner IS NULL) = (lease_expires_at IS NULL)", name="lease"),
        UniqueConstraint("incident_id", "channel", "recipient", "step"),
        UniqueConstraint("message_id"),
        Index(
            "ix_alert_delivery_due",
            "channel",
            "due_at",
            postgresql_where=sql("status = 'pending'"),
        ),
    )

    id: UUID = identity("The message's id.")
    incident_id: UUID = uuid("The incident.", foreign_key="ops.incident.id")
    tenant_id: UUID | None = uuid("The tenant; null when it concerns all.")
    channel: str = text("email or slack.")
    recipient: str = text("An address; for Slack, whose channel: tenant or operator.")
    step: str = text("opened, escalated, reminder-1 and so on, or closed.")
    status: str = text("pending, sent, failed or suppressed.", "'pending'")
    attempts: int = integer("Times it was tried.", "0")
    error: str | None = text("Why it was not delivered, redacted.")
    created_at: datetime = instant("When it was put into the outbox.", "now()")
    sent_at: datetime | None = instant("When it left.")
    message_id: str = text(
        "Names incident, channel, recipient and step; the mail's Message-ID, by which a repeat "
        "is known."
    )
    due_at: datetime = instant("When it is tried next.", "now()")
    lease_owner: UUID | None = uuid("Who is sending it now.")
    lease_expires_at: datetime | None = instant("When another may send it instead.")


class AlertEvent(Table, table=True):
    """An event that was acted on."""

    __tablename__ = "alert_event"
    __table_args__ = table(
        "ops",
        "Events that were acted on, so that one that comes twice counts once; kept for some days.",
    )

    id: UUID = uuid("The event's id.", primary_key=True, default=...)
    signal: str = text("What it said.")
    happened_at: datetime = instant("When it was acted on.", "now()")


class TenantChannel(Table, table=True):
    """A tenant's Slack channel."""

    __tablename__ = "tenant_channel"
    __table_args__ = table(
        "ops",
        "Where a tenant's people hear of incidents besides e-mail.",
        of_tenant(),
        one_of("channel", ("slack",)),
    )

    tenant_id: UUID = uuid("The tenant.", primary_key=True, default=...)
    channel: str = text("slack.", primary_key=True, default=...)
    secret_ciphertext: bytes = binary("The webhook's address, AES-256-GCM: nonce, text and tag.")
    secret_key_id: str = text("Which encryption key sealed it.")
    secret_fingerprint: str = text("Tells addresses apart without revealing them.")
    changed_at: datetime = instant("When it was last set.", "now()")
