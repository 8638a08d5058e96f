"""`python -m deployments.prefect_database`: bring the Prefect server's own database up to date.

Once, before any server starts: several that do it at the same time collide on a new database.
"""

from __future__ import annotations

import asyncio

from prefect.server.database import provide_database_interface
from prefect.server.database.alembic_commands import alembic_upgrade
from prefect.server.models.block_registration import run_block_auto_registration


async def register_blocks() -> None:
    """Prefect's own blocks, which servers that share a database leave to us."""
    async with await provide_database_interface().session() as session:
        await run_block_auto_registration(session=session)


def main() -> None:
    """Migrate, then register; safe to repeat."""
    alembic_upgrade()
    asyncio.run(register_blocks())


if __name__ == "__main__":
    main()
