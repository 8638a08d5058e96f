"""What every sync did: runs, their datasets, and the rows that could not be used."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from models.ops.columns import (
    Table,
    binary,
    boolean,
    decimal,
    identity,
    instant,
    integer,
    jsonb,
    one_of,
    table,
    text,
    uuid,
    within_tenant,
    words,
)


class SyncType(StrEnum):
    """Why a run started."""

    SCHEDULED = "scheduled"
    MANUAL = "manual"
    INITIAL = "initial"
    REPLAY = "replay"


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

    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    DEFERRED = "deferred"


COUNTS = ("fetched", "inserted", "updated", "unchanged", "quarantined", "duplicate")

ADDS_UP = "fetched = inserted + updated + unchanged + quarantined + duplicate"

NOT_NEGATIVE = "least(" + ", ".join(COUNTS) + ") >= 0"


class Counts(Table):
    """The counts of a run or of one of its datasets."""

    fetched: int = integer("Rows the vendor sent, all of them.", "0")
    inserted: int = integer("Rows that were new here.", "0")
    updated: int = integer("Rows that differed from what we held, or came back.", "0")
    unchanged: int = integer("Rows that were as we held them; nothing was written.", "0")
    quarantined: int = integer("Rows that could not be used, kept in ops.quarantine.", "0")
    duplicate: int = integer("Rows that repeat another row of the same fetch.", "0")


class RunStart(Table):
    """What is known of a run when it is claimed.

    It stands before the counts, and what closing a run writes stands side by side: a rewritten
    row costs the log what lies between its first and its last difference.
    """

    id: UUID = identity("The run's id; ids grow with time.")
    tenant_id: UUID = uuid("The tenant.")
    integration_id: UUID = uuid("The integration that was synced.")
    vendor: str = text("The vendor's name.")
    flow_run_id: str | None = text("The Prefect flow run that did it.")
    batch: str | None = text("The batch of that flow run it was part of.")
    sync_type: str = text("scheduled, manual, initial or replay (of rows that had been set aside).")
    datasets: list[str] = words("The datasets that it was to sync, in order.", "'{}'")
    started_at: datetime = instant("When it was claimed.", "now()")


class SyncRun(Counts, RunStart, table=True):
    """One sync of one integration.

    Lists go by ``id``, which grows with time. What is asked for by time or flow run is found by
    blocks: such an index costs next to nothing to keep, and a flow run's rows lie together.
    Its rows, and those of their datasets, lie in parts by month, which leave as a whole.
    """

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
        Index("ix_sync_run_integration_id_id", "integration_id", "id"),
        Index(
            "ix_sync_run_blocks",
            "started_at",
            "flow_run_id",
            postgresql_using="brin",
            postgresql_ops={"flow_run_id": "text_bloom_ops"},
            postgresql_with={"autosummarize": "on", "pages_per_range": "32"},
        ),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    status: str = text("running, success, partial, failed, deferred or crashed.", "'running'")
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
    """One dataset of one run, written once, when it has landed or the run is closed.

    In the database each month has a foreign key to the runs of the same month.
    """

    __tablename__ = "sync_run_dataset"
    __table_args__ = table(
        "ops",
        "One dataset of one run, with its own counts; written when it is decided.",
        one_of("status", DatasetStatus),
        CheckConstraint(ADDS_UP, name="adds_up"),
        CheckConstraint(NOT_NEGATIVE, name="not_negative"),
        {"postgresql_partition_by": "RANGE (run_id)"},
    )

    run_id: UUID = uuid("The run.", primary_key=True, default=...)
    dataset: str = text("The dataset's name.", primary_key=True, default=...)
    tenant_id: UUID = uuid("The tenant.")
    position: int = integer("Its place in the order of the run.")
    status: str = text("success, partial, failed or deferred.")
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
    rule: str = text("The quality rule it breaks; mapping: it could not be read.", "'mapping'")
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
    resolution: str | None = text(
        "How it ended: landed, replayed, superseded, no longer sent or discarded."
    )
    sealed: bytes | None = binary(
        "The whole row, encrypted, for replay alone; null once resolved, too old or too large."
    )
    sealed_key_id: str | None = text("The encryption key that it is sealed with.")
