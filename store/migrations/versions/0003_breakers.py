"""Breakers keep the sandbox's vendors apart, and outcomes are kept for many integrations a row."""

from __future__ import annotations

from store.migrate import run_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0003/breakers.sql")
