"""How old each integration's data is, and when the house was last seen at work."""

from __future__ import annotations

from store.migrate import run_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0006/freshness.sql")
