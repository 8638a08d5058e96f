"""One driver's hours, live: who asks the vendor now; overrides up to the highest legal maxima."""

from __future__ import annotations

from store.migrate import run_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0004/live_hours.sql")
