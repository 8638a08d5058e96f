"""What the console needs: sign-ins and their sessions, connections that were removed, indexes."""

from __future__ import annotations

from store.migrate import run_file

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0011/console.sql")
