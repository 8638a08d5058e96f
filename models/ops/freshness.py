"""How old data is, and when the house was last seen at work."""

from datetime import datetime
from typing import Any
from uuid import UUID

from models.ops.columns import Table, instant, jsonb, one_of, table, text, uuid, within_tenant


class Freshness(Table, table=True):
    """How old an integration's data is."""

    __tablename__ = "freshness"
    __table_args__ = table(
        "ops",
        "How old each integration's data is, as last judged; a row appears when it first gets old.",
        within_tenant("ops.integration", "integration_id"),
        one_of("level", ("fresh", "warning", "critical")),
    )

    integration_id: UUID = uuid("The integration.", primary_key=True, default=...)
    tenant_id: UUID = uuid("The tenant.")
    level: str = text("fresh, warning or critical: its worst dataset's.")
    stale: dict[str, Any] = jsonb("The datasets that are old, and the level of each.", "'{}'")
    said: str | None = text("One sentence about the worst of them; null while fresh.")
    changed_at: datetime = instant("When the level last changed.", "now()")
    told_level: str | None = text("The level that Prefect was last told.")


class Pulse(Table, table=True):
    """A recurring work of the house."""

    __tablename__ = "pulse"
    __table_args__ = table("ops", "When each of the house's recurring works was last done.")

    name: str = text(
        "The work: cycle (a flow run went over a vendor) or freshness.",
        primary_key=True,
        default=...,
    )
    at: datetime = instant("When it was last done.", "now()")
