"""What the quality rules found, rule by rule, for analysts."""

from __future__ import annotations

from store.migrate import run_file

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0014/quality_results.sql")
