"""One index of a history's periods, by their end, in place of two."""

from __future__ import annotations

from store.migrate import run_file

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
works_from = "0014"


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0018/ends_of_periods.sql")
