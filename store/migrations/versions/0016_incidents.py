"""Incidents, and what became of the messages about them, for analysts."""

from __future__ import annotations

from store.migrate import run_file

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
works_from = "0014"


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0016/incidents.sql")
