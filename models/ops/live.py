"""Asking for one driver's hours: who asks the vendor now, what that brought, and how often
which answer was given.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index

from models.ops.columns import (
    Table,
    bigint,
    column,
    instant,
    one_of,
    table,
    text,
    uuid,
    within_tenant,
)

ANSWERS = ("override", "cache", "live", "stale", "none")


class HosLive(Table, table=True):
    """One driver's hours asked for outside a sync."""

    __tablename__ = "hos_live"
    __table_args__ = table(
        "ops",
        "Drivers whose hours were asked for one by one: a lease, so that one process asks at a "
        "time, and the outcome of the last asking, so that the others need not.",
        within_tenant("ops.integration", "integration_id"),
        CheckConstraint("(owner IS NULL) = (lease_expires_at IS NULL)", name="lease"),
        CheckConstraint("(confirmed_at IS NULL) = (row_hash IS NULL)", name="confirmed"),
    )

    integration_id: UUID = uuid("The integration.", primary_key=True, default=...)
    driver_id: str = text("The driver's id at the vendor.", primary_key=True, default=...)
    tenant_id: UUID = uuid("The tenant.")
    version: int = bigint("Grows when an asking begins or ends; who looked before looks again.")
    owner: UUID | None = uuid("The asking under way; null when nobody asks.")
    lease_expires_at: datetime | None = instant("When another may ask instead.")
    asked_at: datetime = instant("When the last asking began.")
    ended_at: datetime | None = instant("When the last asking that ended did so.")
    confirmed_at: datetime | None = instant(
        "When the last good asking began: the row with this hash was true at this time."
    )
    row_hash: int | None = bigint("Hash of the driver's row in fleet.hos_clock that was confirmed.")
    landed_at: datetime | None = instant("When that row was kept.")
    run_id: UUID | None = uuid("The last good asking; a row that it changed carries it as run_id.")
    not_before: datetime | None = instant("After a failed asking: when to ask again.")
    error_kind: str | None = text("Kind of the last asking's error; null when it went well.")
    error_happened: str | None = text("What happened, in one sentence.")
    error_who: str | None = text("Who must act, in one sentence.")
    error_next_step: str | None = text("The next step, in one sentence.")


class HosAnswerDaily(Table, table=True):
    """How often hours were answered in one way, on one day."""

    __tablename__ = "hos_answer_daily"
    __table_args__ = table(
        "ops",
        "How drivers' hours that were asked for one by one were answered: counted by integration "
        "and day.",
        within_tenant("ops.integration", "integration_id"),
        one_of("answer", ANSWERS),
        Index("ix_hos_answer_daily_day", "day"),
    )

    integration_id: UUID = uuid("The integration.", primary_key=True, default=...)
    day: date = column("The day (UTC).", Date(), primary_key=True, default=...)
    answer: str = text(
        "override: what a person entered; cache: a fresh reading; live: the vendor, asked; stale: "
        "an old reading; none: nothing is known.",
        primary_key=True,
        default=...,
    )
    tenant_id: UUID = uuid("The tenant.")
    answers: int = bigint("How many answers.", "0")
