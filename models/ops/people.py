"""What people did: hours they entered for a driver, and the log of every change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index

from models.ops.columns import (
    Table,
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
from models.records import DutyStatus

OVERRIDE_STATUSES = tuple(str(status) for status in DutyStatus if status is not DutyStatus.UNKNOWN)


class HosOverride(Table, table=True):
    """Hours that a person entered for a driver."""

    __tablename__ = "hos_override"
    __table_args__ = table(
        "ops",
        "Remaining hours of a driver as a person entered them, until they expire. The checks are "
        "the highest legal maxima; those of the driver's ruleset are checked when it is entered.",
        of_tenant(),
        within_tenant("ops.app_user", "author_id"),
        CheckConstraint(
            "expires_at > created_at AND expires_at <= created_at + interval '24 hours'",
            name="expires_at",
        ),
        CheckConstraint("drive_remaining_s BETWEEN 0 AND 39600", name="drive_remaining_s"),
        CheckConstraint("shift_remaining_s BETWEEN 0 AND 54000", name="shift_remaining_s"),
        CheckConstraint("cycle_remaining_s BETWEEN 0 AND 252000", name="cycle_remaining_s"),
        CheckConstraint("break_remaining_s BETWEEN 0 AND 28800", name="break_remaining_s"),
        one_of("duty_status", OVERRIDE_STATUSES),
        Index("ix_hos_override_tenant_id_driver_id", "tenant_id", "driver_id"),
    )

    id: UUID = identity("The override's id.")
    tenant_id: UUID = uuid("The tenant.")
    driver_id: str = text("The driver's id at the vendor.")
    author_id: UUID | None = uuid("The user who entered it.")
    author: str = text("The name of who entered it.")
    reason: str = text("Why.")
    drive_remaining_s: int | None = integer("Seconds of driving left, at most 11 hours.")
    shift_remaining_s: int | None = integer("Seconds of shift left, at most 15 hours.")
    cycle_remaining_s: int | None = integer("Seconds of cycle left, at most 70 hours.")
    break_remaining_s: int | None = integer("Seconds until a break is due, at most 8 hours.")
    created_at: datetime = instant("When it was entered.", "now()")
    expires_at: datetime = instant("When it ends, at most 24 hours later.")
    revoked_at: datetime | None = instant("When a person ended it early.")
    duty_status: str | None = text("What the driver does, as the author says; null: unknown.")


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
