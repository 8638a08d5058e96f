"""What operators want of the circuit breakers is kept beside their states."""

from __future__ import annotations

from store.migrate import run_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the file beside this one; it is written once and never changed."""
    run_file(__file__, "0002/breaker_policies.sql")
