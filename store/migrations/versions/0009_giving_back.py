"""Rows in quarantine that can be replayed, and mass deletions that wait for a person."""

from __future__ import annotations

from store.migrate import run_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0009/giving_back.sql")
