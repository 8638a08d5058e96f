"""Runs and their datasets in parts, a month each, so that what is over leaves as a whole."""

from __future__ import annotations

from store.migrate import run_file

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
works_from = "0014"


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0015/months_of_runs.sql")
