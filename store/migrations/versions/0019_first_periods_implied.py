"""Rows that are as they first landed have no period stored; histories are views that tell it."""

from __future__ import annotations

from store.migrate import run_file

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0019/first_periods_implied.sql")
