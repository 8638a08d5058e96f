"""${message}."""

from __future__ import annotations

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
# Where the code of an older version works on this shape too: the newest revision that it knows.
# works_from = "0014"


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
