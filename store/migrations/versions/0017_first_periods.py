"""The first rows of a connection open their periods without looking each one up."""

from __future__ import annotations

from store.migrate import run_file

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
works_from = "0014"


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0017/first_periods.sql")
