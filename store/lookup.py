"""Small questions of the sync path: the database's clock, whether a tenant exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from core.errors import ConfigurationError, NotFoundError
from store.connection import Connection, open_connection

SHORTEST_CODE = 4
# Said by `store.migrate`, in the transaction of the migrations.
WORKS_FROM = "works from "
SHAPE = (
    "SELECT version_num, substring(obj_description('ops.alembic_version'::regclass)"  # noqa: S608
    f" FROM '^{WORKS_FROM}([0-9]+)$') FROM ops.alembic_version"
)
_REVISIONS = Path(__file__).parent / "migrations" / "versions"


def newest_revision() -> str:
    """The revision that this version of the product works with, by the files' order."""
    return max(path.stem.partition("_")[0] for path in _REVISIONS.glob("[0-9]*.py"))


async def database_now(conn: Connection) -> datetime:
    """The database's clock, which decides leases and due times. Aware UTC."""
    row = await (await conn.execute("SELECT now()")).fetchone()
    assert row is not None  # a SELECT without FROM always has one row
    instant: datetime = row[0]
    return instant


@dataclass(frozen=True, slots=True)
class Installed:
    """What a database holds: ``revision`` None before its first migration."""

    revision: str | None
    has_tenants: bool = False
    has_sandbox_tenants: bool = False


def installed(url: str) -> Installed:
    """What is set up; asks little, so that a command on a ready database loses no time."""
    try:
        conn = open_connection(url)
    except ConfigurationError:
        # Not set up, or not to be reached: migrating does the one and says the other.
        return Installed(None)
    with conn:
        row = conn.execute(
            "SELECT (SELECT version_num FROM ops.alembic_version),"
            " EXISTS (SELECT FROM ops.tenant), EXISTS (SELECT FROM ops.tenant WHERE is_sandbox)"
            " WHERE to_regclass('ops.alembic_version') IS NOT NULL"
        ).fetchone()
    return Installed(*row) if row else Installed(None)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a database says of itself: its revision, and the oldest whose code works on it.

    ``works_from``: None where nobody has said so.
    """

    revision: str | None
    works_from: str | None = None

    def is_behind(self, known: str) -> bool:
        """Whether revisions are missing for code that knows them up to ``known``."""
        return self.revision is None or self.revision < known

    def fits(self, known: str) -> bool:
        """Whether that code works here: at its own revision, or at a newer one that allows it."""
        if self.is_behind(known):
            return False
        return self.revision == known or (self.works_from is not None and self.works_from <= known)


async def shape(conn: Connection) -> Shape:
    """What the database says of itself."""
    row = await (await conn.execute(SHAPE)).fetchone()
    return Shape(*row) if row else Shape(None)


async def check_tenant(conn: Connection, slug: str | None) -> None:
    """NotFoundError for a tenant that does not exist; None asks for nothing."""
    if slug is None:
        return
    found = await conn.execute("SELECT 1 FROM ops.tenant WHERE slug = %s", [slug])
    if await found.fetchone() is None:
        raise NotFoundError(f"There is no tenant “{slug}”. See: sally tenant list")


def code_of(words: str, where: str) -> str:
    """The end of an id as SQL compares it; ConfigurationError, naming ``where`` to find one."""
    wanted = words.strip().lower().replace("-", "")
    if len(wanted) < SHORTEST_CODE or not all(each in "0123456789abcdef" for each in wanted):
        raise ConfigurationError(f"“{words}” is no id: take one from the list of {where}.")
    return wanted


async def running_of_flow(conn: Connection, flow_run_id: str) -> list[UUID]:
    """The runs of a flow run that are not over."""
    found = await conn.execute(
        "SELECT id FROM ops.sync_run WHERE flow_run_id = %s AND status = 'running'", [flow_run_id]
    )
    return [row[0] for row in await found.fetchall()]


async def newest_work_of_flows(conn: Connection, flow_run_ids: list[str]) -> dict[str, datetime]:
    """When each flow run's syncs last stood for its life; in the future while one has a lease."""
    found = await conn.execute(
        "SELECT flow_run_id, max(greatest(started_at, completed_at, lease_expires_at))"
        " FROM ops.sync_run WHERE flow_run_id = ANY(%s) GROUP BY flow_run_id",
        [flow_run_ids],
    )
    return dict(await found.fetchall())
