"""Mass deletions that wait for a person."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy import text as sql

from models.ops.columns import (
    Table,
    identity,
    instant,
    integer,
    one_of,
    table,
    text,
    uuid,
    within_tenant,
)


class HoldStatus(StrEnum):
    """Where a held deletion stands; the last two are final."""

    HELD = "held"
    APPROVED = "approved"
    RELEASED = "released"
    DELETED = "deleted"


class HeldDeletion(Table, table=True):
    """Rows that a complete fetch lacked, too many at once to be taken as gone."""

    __tablename__ = "held_deletion"
    __table_args__ = table(
        "ops",
        "Deletions held because too many rows were absent at once; one open row per integration "
        "and dataset.",
        within_tenant("ops.integration", "integration_id"),
        one_of("status", HoldStatus),
        Index(
            "uq_held_deletion_open",
            "integration_id",
            "dataset",
            unique=True,
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )

    id: UUID = identity("The held deletion's id.")
    tenant_id: UUID = uuid("The tenant.")
    integration_id: UUID = uuid("The integration whose rows are absent.")
    dataset: str = text("The dataset's name.")
    status: str = text("held, approved, released (the rows came back) or deleted.", "'held'")
    live: int = integer("Rows that were live when it was last seen.")
    gone: int = integer("How many of them were absent.")
    first_seen_at: datetime = instant("When they were first absent.", "now()")
    last_seen_at: datetime = instant("When they were last absent.", "now()")
    first_run_id: UUID = uuid("The run that first held it.")
    last_run_id: UUID = uuid("The run that last saw it.")
    decided_by: str | None = text("Who approved it; null while held.")
    decided_at: datetime | None = instant("When it was approved; null while held.")
    deleted: int | None = integer("How many rows were deleted in the end.")
    ended_at: datetime | None = instant("When it was over; null while held or approved.")
