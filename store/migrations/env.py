"""What Alembic runs first: it takes the connection that `store.migrate` hands it."""

from __future__ import annotations

from alembic import context

import models.fleet
import models.ops
from store.migrate import context_options

assert models.fleet.Table is models.ops.Table

context.configure(
    connection=context.config.attributes["connection"],
    **context_options(models.ops.Table.metadata),
)
with context.begin_transaction():
    context.run_migrations()
