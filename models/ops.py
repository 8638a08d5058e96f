"""Tables at rest, schema ``ops``: who is connected to whom, and what happened.

Every table and every column carries a comment that PostgreSQL shows to whoever looks. Words that
come from a list are text with a CHECK. A row that belongs to a tenant can only point at rows of
the same tenant, because the tenant is part of every foreign key.
"""

import os
import time
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What every table of the house shares: one metadata, with predictable constraint names."""

    metadata = MetaData(naming_convention=NAMES)


class Role(StrEnum):
    """What a person may do in the console."""

    DRIVER = "DRIVER"
    DISPATCHER = "DISPATCHER"
    ADMIN = "ADMIN"
    SUPER_ADMIN = "SUPER_ADMIN"


class IntegrationStatus(StrEnum):
    """Whether an integration is synced: normally, at a slow probing pace, or not at all."""

    ACTIVE = "active"
    NEEDS_ATTENTION = "needs_attention"
    DISABLED = "disabled"


class SyncType(StrEnum):
    """Why a run started."""

    SCHEDULED = "scheduled"
    MANUAL = "manual"
    INITIAL = "initial"


class RunStatus(StrEnum):
    """Where a run stands; all but RUNNING are final."""

    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    DEFERRED = "deferred"
    CRASHED = "crashed"


class DatasetStatus(StrEnum):
    """Where one dataset of a run stands."""

    PENDING = "pending"
    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    DEFERRED = "deferred"


def new_id() -> UUID:
    """A UUID of version 7: ordered by time, so that indexes grow at one end."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


def column(comment: str, kind: Any, server: str | None = None, **more: Any) -> Any:
    """A column with its comment; ``server`` is its default in SQL."""
    kwargs: dict[str, Any] = {"comment": comment}
    if server is not None:
        kwargs["server_default"] = sql(server)
    if "default_factory" not in more:
        more.setdefault("default", None)
    return Field(sa_type=kind, sa_column_kwargs=kwargs, **more)


def text(comment: str, server: str | None = None, **more: Any) -> Any:
    """Words."""
    return column(comment, Text(), server, **more)


def instant(comment: str, server: str | None = None, **more: Any) -> Any:
    """An instant, stored with its time zone."""
    return column(comment, DateTime(timezone=True), server, **more)


def day(comment: str) -> Any:
    """A calendar day."""
    return column(comment, Date())


def integer(comment: str, server: str | None = None, **more: Any) -> Any:
    """A whole number of 32 bits."""
    return column(comment, Integer(), server, **more)


def bigint(comment: str, server: str | None = None) -> Any:
    """A whole number of 64 bits."""
    return column(comment, BigInteger(), server)


def decimal(comment: str, server: str | None = None) -> Any:
    """An exact number, as the vendor wrote it."""
    return column(comment, Numeric(), server)


def real(comment: str, server: str | None = None) -> Any:
    """A measured number."""
    return column(comment, Double(), server)


def boolean(comment: str, server: str | None = None) -> Any:
    """Yes or no."""
    return column(comment, Boolean(), server)


def jsonb(comment: str, server: str | None = None) -> Any:
    """A list or an object."""
    return column(comment, JSONB(none_as_null=True), server)


def binary(comment: str) -> Any:
    """Bytes."""
    return column(comment, LargeBinary())


def uuid(comment: str, server: str | None = None, **more: Any) -> Any:
    """The id of something."""
    return column(comment, Uuid(), server, **more)


def identity(comment: str) -> Any:
    """The id of this row itself."""
    return uuid(comment, "gen_random_uuid()", primary_key=True, default_factory=new_id)


def one_of(name: str, words: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """A CHECK that the column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


def within_tenant(target: str, *columns: str, to: tuple[str, ...] = ("id",)) -> Any:
    """A foreign key that cannot leave the tenant."""
    remote = [f"{target}.tenant_id", *(f"{target}.{name}" for name in to)]
    return ForeignKeyConstraint(["tenant_id", *columns], remote)


def of_tenant() -> ForeignKeyConstraint:
    """A foreign key to the tenant."""
    return ForeignKeyConstraint(["tenant_id"], ["ops.tenant.id"])


def table(schema: str, comment: str, *parts: Any) -> tuple[Any, ...]:
    """What stands in ``__table_args__``."""
    options: dict[str, Any] = {"schema": schema, "comment": comment}
    for part in parts:
        if isinstance(part, dict):
            options.update(part)
    return (*(part for part in parts if not isinstance(part, dict)), options)


COUNTS = ("fetched", "inserted", "updated", "unchanged", "quarantined", "duplicate")
ADDS_UP = "fetched = inserted + updated + unchanged + quarantined + duplicate"
NOT_NEGATIVE = "least(" + ", ".join(COUNTS) + ") >= 0"
# Rows that are rewritten often stay on their page, and off the indexes, when it has room.
ROOMY = {"postgresql_with": {"fillfactor": "70"}}


class Counts(Table):
    """The counts of a run or of one of its datasets."""

    fetched: int = integer("Rows the vendor sent, all of them.", "0")
    inserted: int = integer("Rows that were new here.", "0")
    updated: int = integer("Rows that differed from what we held, or came back.", "0")
    unchanged: int = integer("Rows that were as we held them; nothing was written.", "0")
    quarantined: int = integer("Rows that could not be used, kept in ops.quarantine.", "0")
    duplicate: int = integer("Rows that repeat another row of the same fetch.", "0")


class Tenant(Table, table=True):
    """A trucking fleet that uses us."""

    __tablename__ = "tenant"
    __table_args__ = table("ops", "A trucking fleet that uses us.")

    id: UUID = identity("The tenant's id.")
    slug: str = text("Short name used in commands and addresses.", unique=True)
    name: str = text("The fleet's name as people write it.")
    is_sandbox: bool = boolean("True when its vendors are the local sandbox.", "false")
    is_active: bool = boolean("False stops every sync of this tenant.", "true")
    created_at: datetime = instant("When it was added.", "now()")


class AppUser(Table, table=True):
    """A person of a tenant."""

    __tablename__ = "app_user"
    __table_args__ = table(
        "ops",
        "A person who signs in for one tenant.",
        of_tenant(),
        UniqueConstraint("tenant_id", "id"),
        one_of("role", Role),
        Index("uq_app_user_email", "tenant_id", sql("lower(email)"), unique=True),
    )

    id: UUID = identity("The user's id.")
    tenant_id: UUID = uuid("The tenant the person works for.")
    email: str = text("Address used to sign in; unique within the tenant, case ignored.")
    name: str = text("The person's name.")
    role: str = text("DRIVER, DISPATCHER, ADMIN or SUPER_ADMIN.")
    is_active: bool = boolean("False locks the person out.", "true")
    password_hash: str | None = text("Salted hash of the password; null until one is set.")
    created_at: datetime = instant("When the person was added.", "now()")


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
        CheckConstraint("poll_seconds > 0", name="poll_seconds"),
        CheckConstraint("(lease_run_id IS NULL) = (lease_expires_at IS NULL)", name="lease"),
        Index("ix_integration_vendor", "vendor"),
        ROOMY,
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


class SyncRun(Counts, table=True):
    """One sync of one integration."""

    __tablename__ = "sync_run"
    __table_args__ = table(
        "ops",
        "One sync of one integration. A closed run adds up: fetched = inserted + updated + "
        "unchanged + quarantined + duplicate.",
        within_tenant("ops.integration", "integration_id"),
        UniqueConstraint("tenant_id", "id"),
        one_of("status", RunStatus),
        one_of("sync_type", SyncType),
        CheckConstraint(f"status = 'running' OR {ADDS_UP}", name="adds_up"),
        CheckConstraint(NOT_NEGATIVE, name="not_negative"),
        CheckConstraint("(status = 'running') = (completed_at IS NULL)", name="completed"),
        Index("ix_sync_run_tenant_id_started_at", "tenant_id", "started_at"),
        Index("ix_sync_run_started_at", "started_at"),
        Index("ix_sync_run_flow_run_id", "flow_run_id"),
        ROOMY,
    )

    id: UUID = identity("The run's id.")
    tenant_id: UUID = uuid("The tenant.")
    integration_id: UUID = uuid("The integration that was synced.")
    vendor: str = text("The vendor's name.")
    flow_run_id: str | None = text("The Prefect flow run that did it.")
    batch: str | None = text("The batch of that flow run it was part of.")
    sync_type: str = text("scheduled, manual or initial.")
    status: str = text("running, success, partial, failed, deferred or crashed.", "'running'")
    started_at: datetime = instant("When it was claimed.", "now()")
    completed_at: datetime | None = instant("When it was closed; null while it runs.")
    lease_expires_at: datetime | None = instant("When it counts as crashed if not renewed.")
    not_before: datetime | None = instant("Deferred runs: when the vendor may be asked again.")
    attempts: int = integer("Times the task tried.", "0")
    error_kind: str | None = text("Kind of the error; null when it went well.")
    error_happened: str | None = text("What happened, in one sentence.")
    error_who: str | None = text("Who must act, in one sentence.")
    error_next_step: str | None = text("The next step, in one sentence.")
    http_status: int | None = integer("The vendor's HTTP status behind the error.")
    vendor_request_id: str | None = text("The vendor's id of the request behind the error.")


class SyncRunDataset(Counts, table=True):
    """One dataset of one run."""

    __tablename__ = "sync_run_dataset"
    __table_args__ = table(
        "ops",
        "One dataset of one run, with its own counts.",
        within_tenant("ops.sync_run", "run_id"),
        one_of("status", DatasetStatus),
        CheckConstraint(f"status = 'pending' OR {ADDS_UP}", name="adds_up"),
        CheckConstraint(NOT_NEGATIVE, name="not_negative"),
        ROOMY,
    )

    run_id: UUID = uuid("The run.", primary_key=True, default=...)
    dataset: str = text("The dataset's name.", primary_key=True, default=...)
    tenant_id: UUID = uuid("The tenant.")
    position: int = integer("Its place in the order of the run.")
    status: str = text("pending, success, partial, failed or deferred.", "'pending'")
    pages: int = integer("Pages read.", "0")
    requests: int = integer("Requests made, retries included.", "0")
    attempts: int = integer("Times it was tried.", "0")
    seconds: Decimal = decimal("Seconds from its first request to its last row.", "0")
    is_complete: bool = boolean("True when the vendor said that this was all.", "false")
    cursor_before: str | None = text("Where the fetch started.")
    cursor_after: str | None = text("Where the next fetch starts.")
    error_kind: str | None = text("Kind of the error; null when it went well.")
    error_happened: str | None = text("What happened, in one sentence.")
    error_who: str | None = text("Who must act, in one sentence.")
    error_next_step: str | None = text("The next step, in one sentence.")
    http_status: int | None = integer("The vendor's HTTP status behind the error.")
    vendor_request_id: str | None = text("The vendor's id of the request behind the error.")


class DatasetState(Table, table=True):
    """What is known about one dataset of one integration."""

    __tablename__ = "dataset_state"
    __table_args__ = table(
        "ops",
        "What is known about one dataset of one integration, between runs.",
        within_tenant("ops.integration", "integration_id"),
        ROOMY,
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


class Quarantine(Table, table=True):
    """A vendor's row that could not be used."""

    __tablename__ = "quarantine"
    __table_args__ = table(
        "ops",
        "Rows of vendors that could not be used; one open entry per distinct fault.",
        within_tenant("ops.integration", "integration_id"),
        Index(
            "uq_quarantine_open",
            "integration_id",
            "dataset",
            "fingerprint",
            unique=True,
            postgresql_where=sql("resolved_at IS NULL"),
        ),
        Index("ix_quarantine_tenant_id_last_seen_at", "tenant_id", "last_seen_at"),
    )

    id: UUID = identity("The entry's id.")
    tenant_id: UUID = uuid("The tenant.")
    integration_id: UUID = uuid("The integration that the row came from.")
    dataset: str = text("The dataset's name.")
    vendor_id: str | None = text("The row's id, when it had one.")
    path: str = text("Dotted path of the field at fault.")
    reason: str = text("What is wrong with it, without the row's values.")
    payload: Any = jsonb("The row as sent, redacted.")
    fingerprint: str = text("Tells one fault from another.")
    first_seen_at: datetime = instant("When it was first seen.", "now()")
    last_seen_at: datetime = instant("When it was last seen.", "now()")
    times: int = integer("How often it was seen.", "1")
    first_run_id: UUID = uuid("The run that first saw it.")
    last_run_id: UUID = uuid("The run that last saw it.")
    resolved_at: datetime | None = instant("When it stopped being a problem; null while open.")
    resolution: str | None = text("How it ended.")


class AnalystAccess(Table, table=True):
    """Which login of an analyst sees which tenant."""

    __tablename__ = "analyst_access"
    __table_args__ = table(
        "ops", "Which database login of an analyst may read which tenant.", of_tenant()
    )

    role_name: str = text("The analyst's login in PostgreSQL.", primary_key=True, default=...)
    tenant_id: UUID = uuid("A tenant it may read.", primary_key=True, default=...)
    granted_at: datetime = instant("When it was granted.", "now()")


SCOPE = "(scope = 'vendor') = (integration_id IS NULL)"


class Breaker(Table, table=True):
    """The state of a circuit breaker."""

    __tablename__ = "breaker"
    __table_args__ = table(
        "ops",
        "The state of each circuit breaker: one per vendor, one per integration.",
        within_tenant("ops.integration", "integration_id"),
        one_of("scope", ("vendor", "integration")),
        one_of("state", ("CLOSED", "OPEN", "HALF_OPEN")),
        CheckConstraint(SCOPE, name="scope_target"),
        CheckConstraint("(tenant_id IS NULL) = (integration_id IS NULL)", name="tenant"),
        UniqueConstraint("vendor", "integration_id", postgresql_nulls_not_distinct=True),
        ROOMY,
    )

    id: UUID = identity("The breaker's id.")
    vendor: str = text("The vendor's name.")
    scope: str = text("vendor or integration.")
    tenant_id: UUID | None = uuid("The tenant; null for a vendor's breaker.")
    integration_id: UUID | None = uuid("The integration; null for a vendor's breaker.")
    state: str = text("CLOSED, OPEN or HALF_OPEN.", "'CLOSED'")
    version: int = bigint("Grows with each decision; a decision on an old one is void.", "0")
    consecutive_failures: int = integer("Failures in a row while closed.", "0")
    consecutive_successes: int = integer("Successes in a row while half open.", "0")
    openings: int = integer("Openings in a row without recovery.", "0")
    opened_at: datetime | None = instant("When it last opened.")
    retry_at: datetime | None = instant("When a probe is admitted.")
    probe_owner: str | None = text("Who holds the probe.")
    probe_expires_at: datetime | None = instant("When the probe goes to another.")
    reason: str | None = text("Why it is in this state.")
    changed_at: datetime = instant("When the state last changed.", "now()")


class BreakerEvent(Table, table=True):
    """A transition of a breaker."""

    __tablename__ = "breaker_event"
    __table_args__ = table(
        "ops",
        "Every transition of every circuit breaker.",
        within_tenant("ops.integration", "integration_id"),
        Index("ix_breaker_event_vendor_happened_at", "vendor", "happened_at"),
    )

    id: UUID = identity("The event's id.")
    breaker_id: UUID = uuid("The breaker.", foreign_key="ops.breaker.id")
    vendor: str = text("The vendor's name.")
    tenant_id: UUID | None = uuid("The tenant; null for a vendor's breaker.")
    integration_id: UUID | None = uuid("The integration; null for a vendor's breaker.")
    happened_at: datetime = instant("When.", "now()")
    actor: str = text("Who: a run or a person.")
    from_state: str = text("The state before.")
    to_state: str = text("The state after.")
    reason: str = text("Why.")


class VendorOutcome(Table, table=True):
    """The outcome of calls to a vendor, for the breaker's window."""

    __tablename__ = "vendor_outcome"
    __table_args__ = table(
        "ops",
        "Outcomes of calls in the breakers' time window; pruned when they leave it.",
        within_tenant("ops.integration", "integration_id"),
        Index("ix_vendor_outcome_vendor_happened_at", "vendor", "happened_at"),
    )

    id: UUID = identity("The outcome's id.")
    vendor: str = text("The vendor's name.")
    tenant_id: UUID = uuid("The tenant.")
    integration_id: UUID = uuid("The integration that called.")
    happened_at: datetime = instant("When.", "now()")
    successes: int = integer("Calls that were answered.", "0")
    failures: int = integer("Calls that count against the vendor.", "0")
    error_kind: str | None = text("Kind of the last failure.")


class RateGate(Table, table=True):
    """When a vendor may be called again."""

    __tablename__ = "rate_gate"
    __table_args__ = table(
        "ops", "How fast, and from when, a vendor may be called with one credential.", ROOMY
    )

    scope: str = text(
        "Vendor, credential fingerprint and tier of endpoints.", primary_key=True, default=...
    )
    not_before: datetime | None = instant("No call before this; it only grows.")
    tokens: float = real("Calls that may be made at once.", "0")
    refilled_at: datetime = instant("When the tokens were last counted.", "now()")
    strikes: int = integer("Refusals in a row.", "0")


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


class HosOverride(Table, table=True):
    """Hours that a person entered for a driver."""

    __tablename__ = "hos_override"
    __table_args__ = table(
        "ops",
        "Remaining hours of a driver as a person entered them, until they expire.",
        of_tenant(),
        within_tenant("ops.app_user", "author_id"),
        CheckConstraint(
            "expires_at > created_at AND expires_at <= created_at + interval '24 hours'",
            name="expires_at",
        ),
        CheckConstraint("drive_remaining_s BETWEEN 0 AND 39600", name="drive_remaining_s"),
        CheckConstraint("shift_remaining_s BETWEEN 0 AND 50400", name="shift_remaining_s"),
        CheckConstraint("cycle_remaining_s BETWEEN 0 AND 252000", name="cycle_remaining_s"),
        CheckConstraint("break_remaining_s BETWEEN 0 AND 28800", name="break_remaining_s"),
        Index("ix_hos_override_tenant_id_driver_id", "tenant_id", "driver_id"),
    )

    id: UUID = identity("The override's id.")
    tenant_id: UUID = uuid("The tenant.")
    driver_id: str = text("The driver's id at the vendor.")
    author_id: UUID | None = uuid("The user who entered it.")
    author: str = text("The name of who entered it.")
    reason: str = text("Why.")
    drive_remaining_s: int | None = integer("Seconds of driving left, at most 11 hours.")
    shift_remaining_s: int | None = integer("Seconds of shift left, at most 14 hours.")
    cycle_remaining_s: int | None = integer("Seconds of cycle left, at most 70 hours.")
    break_remaining_s: int | None = integer("Seconds until a break is due, at most 8 hours.")
    created_at: datetime = instant("When it was entered.", "now()")
    expires_at: datetime = instant("When it ends, at most 24 hours later.")
    revoked_at: datetime | None = instant("When a person ended it early.")


class AuditLog(Table, table=True):
    """Who changed what."""

    __tablename__ = "audit_log"
    __table_args__ = table(
        "ops",
        "Who changed what, and when. Rows are only ever added; a trigger refuses the rest.",
        of_tenant(),
        Index("ix_audit_log_tenant_id_happened_at", "tenant_id", "happened_at"),
    )

    id: UUID = identity("The entry's id.")
    happened_at: datetime = instant("When.", "now()")
    tenant_id: UUID | None = uuid("The tenant concerned; null when it concerns all.")
    actor: str = text("Who did it.")
    action: str = text("What was done, as noun.verb.")
    subject: str = text("Kind of thing that was changed.")
    subject_id: str | None = text("Its id.")
    details: dict[str, Any] = jsonb("What changed; fingerprints in place of secrets.", "'{}'")
