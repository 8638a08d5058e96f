"""For analysts: histories, views, and what of schema ops they may read."""

from __future__ import annotations

from store.migrate import run_file

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FILES = ("histories", "keeping", "access", "reading", "hours", "loads", "fuel", "health")


def upgrade() -> None:
    """Run the files beside this one; they are written once and never changed."""
    for name in FILES:
        run_file(__file__, f"0010/{name}.sql")
