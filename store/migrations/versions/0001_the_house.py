"""The house: schemas, tables, comments, and who may see what."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FILES = ("schemas", "ops", "fleet", "rules", "access")


def upgrade() -> None:
    """Run the five files; they are written once and never changed."""
    for name in FILES:
        statements = (Path(__file__).parent / "0001" / f"{name}.sql").read_text()
        # Sent as one text without parameters, so that a % in it means itself.
        cursor = op.get_bind().connection.cursor()
        cursor.execute(statements)
        cursor.close()
