"""What the quality checks found, what is usual, and how vendors' payloads change."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, Index, UniqueConstraint

from models.ops.columns import (
    Table,
    column,
    decimal,
    identity,
    instant,
    integer,
    integers,
    jsonb,
    one_of,
    table,
    text,
    uuid,
    within_tenant,
    words,
)


class QualityResult(Table, table=True):
    """What a quality check found in a run, or that it looked and found nothing."""

    __tablename__ = "quality_result"
    __table_args__ = table(
        "ops",
        "Quality rules that a run's rows broke, by run; and each audit of a flow run's dataset.",
        within_tenant("ops.integration", "integration_id"),
        one_of("source", ("gate", "audit")),
        one_of("severity", ("warning", "critical")),
        one_of("status", ("passed", "failed", "error")),
        Index("ix_quality_result_run_id", "run_id"),
        Index("ix_quality_result_created_at", "created_at"),
    )

    id: UUID = identity("The result's id.")
    tenant_id: UUID | None = uuid("The tenant; null for an audit as a whole.")
    integration_id: UUID | None = uuid("The integration; null for an audit as a whole.")
    run_id: UUID | None = uuid("The run whose rows broke the rule; null for an audit as a whole.")
    flow_run_id: str | None = text("The Prefect flow run.")
    vendor: str = text("The vendor's name.")
    dataset: str = text("The dataset's name.")
    source: str = text("gate: before the rows landed; audit: after.")
    rule: str = text("The rule's name; suite: the audit as a whole.")
    severity: str = text("warning or critical; of an audit, of the worst it found.")
    status: str = text("failed; passed: an audit found nothing; error: an audit could not look.")
    rows: int = integer("Rows that were looked at.", "0")
    failed: int = integer("Rows that broke the rule.", "0")
    examples: list[str] = words("Some of these rows, by the vendor's id.", "'{}'")
    said: str = text("What holds and did not, or how the audit went, in one sentence.")
    seconds: Decimal = decimal("How long an audit took.", "0")
    created_at: datetime = instant("When it was found.", "now()")


class QualityProfile(Table, table=True):
    """What is usual for one dataset of one integration."""

    __tablename__ = "quality_profile"
    __table_args__ = table(
        "ops",
        "The last 20 good fetches of each integration's dataset: what a fetch is compared with. "
        "Written when it changes.",
        within_tenant("ops.integration", "integration_id"),
    )

    integration_id: UUID = uuid("The integration.", primary_key=True, default=...)
    dataset: str = text("The dataset's name.", primary_key=True, default=...)
    tenant_id: UUID = uuid("The tenant.")
    rows: list[int] = integers("Rows of each fetch, the newest last.")
    nulls: dict[str, Any] = jsonb(
        "By field, the share of rows without a value in each fetch, in per mille.", "'{}'"
    )
    changed_at: datetime = instant("When it last changed.", "now()")


class SchemaDrift(Table, table=True):
    """A field or word that a vendor's payload did not have before, or has no more."""

    __tablename__ = "schema_drift"
    __table_args__ = table(
        "ops",
        "How vendors' payloads differ from what is documented: once a day, field and word.",
        within_tenant("ops.integration", "integration_id"),
        one_of("kind", ("new_field", "new_value", "vanished_field")),
        UniqueConstraint("vendor", "dataset", "kind", "field", "value", "day"),
    )

    id: UUID = identity("The entry's id.")
    tenant_id: UUID = uuid("The tenant in whose payload it was seen first.")
    integration_id: UUID = uuid("That tenant's integration.")
    vendor: str = text("The vendor's name.")
    dataset: str = text("The dataset's name.")
    kind: str = text("new_field, new_value or vanished_field.")
    field: str = text("Dotted path of the field; [] stands for the items of a list.")
    value: str = text("The word that is not documented; empty for fields.", "''")
    day: date = column("The day it was seen (UTC).", Date(), "(now() AT TIME ZONE 'UTC')::date")
    example: str | None = text("What stood there, redacted; null for a field that vanished.")
    seen_at: datetime = instant("When it was first seen that day.", "now()")


class SchemaFields(Table, table=True):
    """The fields that every row of a dataset has had so far."""

    __tablename__ = "schema_fields"
    __table_args__ = table(
        "ops",
        "Fields that every sampled row of a vendor's dataset has had: one that is gone is noticed.",
    )

    vendor: str = text("The vendor's name.", primary_key=True, default=...)
    dataset: str = text("The dataset's name.", primary_key=True, default=...)
    is_sandbox: bool = column(
        "True for the sandbox's vendor.", Boolean(), primary_key=True, default=...
    )
    fields: list[str] = words("Their dotted paths.", "'{}'")
    rows: int = integer("Rows that were sampled, counted up to some hundreds.", "0")
    changed_at: datetime = instant("When it last changed.", "now()")
