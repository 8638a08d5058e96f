"""What Alembic runs first: it takes the connection that `store.migrate` hands it."""

from __future__ import annotations

from alembic import context

import models.fleet
from models.ops import Table
from store.lookup import WORKS_FROM
from store.migrate import context_options, works_from

# Importing the module is what registers its tables.
assert models.fleet

context.configure(
    connection=context.config.attributes["connection"],
    **context_options(Table.metadata),
)
with context.begin_transaction():
    context.run_migrations()
    # With the shape, or not at all: code of the version before goes by it.
    said = WORKS_FROM + works_from(context.script)
    context.execute(f"COMMENT ON TABLE ops.alembic_version IS '{said}'")
