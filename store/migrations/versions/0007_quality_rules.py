"""Which quality rule a row in quarantine breaks."""

from __future__ import annotations

from store.migrate import run_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0007/quality_rules.sql")
