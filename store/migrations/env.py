"""What Alembic runs first: it takes the connection that `store.migrate` hands it."""

from __future__ import annotations

from alembic import context

import models.fleet
from models.ops import Table
from store.migrate import context_options

# Importing the module is what registers its tables.
assert models.fleet

context.configure(
    connection=context.config.attributes["connection"],
    **context_options(Table.metadata),
)
with context.begin_transaction():
    context.run_migrations()
