"""How vendors answer: circuit breakers, their transitions, and the pace of calls."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from models.ops.columns import (
    Table,
    bigint,
    boolean,
    identity,
    instant,
    integer,
    integers,
    jsonb,
    one_of,
    real,
    table,
    text,
    uuid,
    uuids,
    within_tenant,
)

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
        UniqueConstraint(
            "vendor", "is_sandbox", "integration_id", postgresql_nulls_not_distinct=True
        ),
    )

    id: UUID = identity("The breaker's id.")
    vendor: str = text("The vendor's name.")
    is_sandbox: bool = boolean("True when the vendor is the sandbox's.", "false")
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
        Index("ix_breaker_event_untold", "id", postgresql_where=sql("told_at IS NULL")),
    )

    id: UUID = identity("The event's id.")
    breaker_id: UUID = uuid("The breaker.", foreign_key="ops.breaker.id")
    vendor: str = text("The vendor's name.")
    is_sandbox: bool = boolean("True when the vendor is the sandbox's.", "false")
    tenant_id: UUID | None = uuid("The tenant; null for a vendor's breaker.")
    integration_id: UUID | None = uuid("The integration; null for a vendor's breaker.")
    happened_at: datetime = instant("When.", "now()")
    actor: str = text("Who: a run or a person.")
    from_state: str = text("The state before.")
    to_state: str = text("The state after.")
    reason: str = text("Why.")
    told_at: datetime | None = instant("When Prefect was told; null while it was not.")


class BreakerPolicy(Table, table=True):
    """What operators want of a vendor's circuit breakers."""

    __tablename__ = "breaker_policy"
    __table_args__ = table(
        "ops",
        "Each vendor's circuit breaker policy as last read from Prefect, where operators edit it.",
    )

    vendor: str = text("The vendor's name.", primary_key=True, default=...)
    policy: dict[str, Any] = jsonb("The last policy that could be used; durations as ISO 8601.")
    problem: str | None = text("Why what Prefect holds now cannot be used; null when it can.")
    seen_at: datetime = instant("When Prefect was last seen to hold it, to some minutes.", "now()")
    changed_at: datetime = instant("When the policy last changed.", "now()")


class VendorOutcome(Table, table=True):
    """The outcomes of calls to a vendor, for the breakers' window."""

    __tablename__ = "vendor_outcome"
    __table_args__ = table(
        "ops",
        "Outcomes of calls in the breakers' time window: one row for many integrations, side by "
        "side in arrays. Not logged: evidence of minutes, void after a crash, and pruned.",
        Index("ix_vendor_outcome_vendor_happened_at", "vendor", "happened_at"),
        {"prefixes": ["UNLOGGED"]},
    )

    id: UUID = identity("The row's id.")
    vendor: str = text("The vendor's name.")
    is_sandbox: bool = boolean("True when the vendor is the sandbox's.", "false")
    happened_at: datetime = instant("When they were recorded.", "now()")
    tenants: list[UUID] = uuids("The tenant of each integration.")
    integrations: list[UUID] = uuids("The integrations that called.")
    successes: list[int] = integers("Calls that were answered, by integration.")
    failures: list[int] = integers("Calls that count against the vendor, by integration.")


class RateGate(Table, table=True):
    """When a vendor may be called again."""

    __tablename__ = "rate_gate"
    __table_args__ = table(
        "ops", "How fast, and from when, a vendor may be called with one credential."
    )

    scope: str = text(
        "Vendor, credential fingerprint and tier of endpoints.", primary_key=True, default=...
    )
    not_before: datetime | None = instant("No call before this; it only grows.")
    tokens: float = real("Calls that may be made at once.", "0")
    refilled_at: datetime = instant("When the tokens were last counted.", "now()")
    strikes: int = integer("Refusals in a row.", "0")
