"""What every row of a vendor carries: whose it is, which run wrote it, whether it is live."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint

from models.ops.columns import Table, bigint, instant, integer, table, text, uuid

UPDATED = "When the vendor says that it last changed; null when it does not say."

CREATED = "When the vendor says that it was made."

LATITUDE = "Degrees north, WGS 84."

LONGITUDE = "Degrees east, WGS 84."

TAGS = "The tags it carries at the vendor."

EXTERNAL = "Ids of the same thing in other systems."


class Landed(Table):
    """What every landed row carries."""

    tenant_id: UUID = uuid("The tenant that it belongs to.")
    integration_id: UUID = uuid("The connection it came through.", primary_key=True, default=...)
    run_id: UUID = uuid("The run that last changed this row; runs are pruned earlier than rows.")
    synced_at: datetime = instant("When this row last changed here.", "now()")
    row_hash: int = bigint("Hash of the vendor's fields; an equal one means nothing to write.")
    missing_since: datetime | None = instant("Since when complete fetches do not confirm it.")
    missing_runs: int = integer("Complete fetches in a row that did not name it.", "0")
    deleted_at: datetime | None = instant("When it was gone at the vendor; null while it is live.")


class LandedChild(Landed):
    """What a row carries that belongs to another row."""

    parent_id: str = text("The vendor's id of the row that it belongs to.", primary_key=True)


class FirstSeen(Table):
    """What a row carries of which there is a history: its first period, while none is stored."""

    first_run_id: UUID | None = uuid(
        "The run that brought it first; null for what was there before this was kept."
    )
    first_seen_at: datetime = instant(
        "When it landed first, or when this began to be kept.", "now()"
    )


def landed(comment: str, *parts: Any) -> tuple[Any, ...]:
    """What stands in ``__table_args__`` of a table that vendors fill.

    That its rows point at an integration of their own tenant is checked by a trigger, once for a
    statement (``ops.check_owner``): a foreign key looks at every row, which was a third of the
    time of a first load.
    """
    return table("fleet", comment, *parts)


def belongs_to(parent: str) -> ForeignKeyConstraint:
    """A child's foreign key to its parent, of the same integration and so of the same tenant."""
    remote = [f"fleet.{parent}.integration_id", f"fleet.{parent}.vendor_id"]
    return ForeignKeyConstraint(["integration_id", "parent_id"], remote, ondelete="CASCADE")
