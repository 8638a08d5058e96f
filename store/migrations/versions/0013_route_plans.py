"""Route plans in versions, with what they rest on; and whose hours are whose."""

from __future__ import annotations

from store.migrate import run_file

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0013/route_plans.sql")
