"""Incidents that are told once: their timers, the outbox, tenants' channels."""

from __future__ import annotations

from store.migrate import run_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0005/alerts.sql")
