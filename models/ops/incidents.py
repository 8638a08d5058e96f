"""What a person should know about, and the messages that told them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql

from models.ops.columns import (
    Table,
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
        one_of("severity", ("info", "warning", "critical")),
        Index("uq_incident_open", "key", unique=True, postgresql_where=sql("closed_at IS NULL")),
    )

    id: UUID = identity("The incident's id.")
    key: str = text("What it is about; one open incident per key.")
    tenant_id: UUID | None = uuid("The tenant; null when it concerns all.")
    integration_id: UUID | None = uuid("The integration; null when it concerns several.")
    vendor: str | None = text("The vendor's name.")
    kind: str = text("Kind of incident.")
    severity: str = text("info, warning or critical.")
    happened: str = text("What happened, in one sentence.")
    who: str | None = text("Who must act, in one sentence.")
    next_step: str | None = text("The next step, in one sentence.")
    run_id: UUID | None = uuid("The run that noticed it.")
    opened_at: datetime = instant("When it began.", "now()")
    last_seen_at: datetime = instant("When it was last seen.", "now()")
    times: int = integer("How often it was seen.", "1")
    acknowledged_at: datetime | None = instant("When a person took it on.")
    closed_at: datetime | None = instant("When it ended; null while open.")


class AlertDelivery(Table, table=True):
    """One message about an incident to one address."""

    __tablename__ = "alert_delivery"
    __table_args__ = table(
        "ops",
        "Messages about incidents: to whom, when, and whether they arrived.",
        within_tenant("ops.incident", "incident_id"),
        one_of("status", ("pending", "sent", "failed", "suppressed")),
        UniqueConstraint("incident_id", "channel", "recipient", "step"),
    )

    id: UUID = identity("The message's id.")
    incident_id: UUID = uuid("The incident.", foreign_key="ops.incident.id")
    tenant_id: UUID | None = uuid("The tenant; null when it concerns all.")
    channel: str = text("email or slack.")
    recipient: str = text("An address, or the name of a channel.")
    step: str = text("opened, reminder or closed.")
    status: str = text("pending, sent, failed or suppressed.", "'pending'")
    attempts: int = integer("Times it was tried.", "0")
    error: str | None = text("Why it was not delivered, redacted.")
    created_at: datetime = instant("When it was due.", "now()")
    sent_at: datetime | None = instant("When it left.")
