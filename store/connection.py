"""Connections to PostgreSQL: asynchronous for the sync path, SQLModel sessions for small work.

Every connection takes a role of the house (``SET ROLE``) and speaks UTC. What is wrong with a
server is one sentence that says what to do and holds no secret.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from core import redaction
from core.errors import ConfigurationError, SallyError

Connection = psycopg.AsyncConnection[Any]
if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

NEEDED = 17  # MERGE … RETURNING
CONNECT_TIMEOUT_S = 10
# A statement that takes longer is stuck: the slowest of ours, a merge of a million rows, does not.
LIMITS = {
    "TimeZone": "UTC",
    "statement_timeout": "300s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "300s",
}


class DatabaseLost(SallyError):
    """The connection broke, or the server refused for a reason that is not in the data."""


# What a question raises when there is no database to answer it.
UNREACHABLE = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    ConfigurationError,
    DatabaseLost,
)


@asynccontextmanager
async def connect(
    url: str, role: str = "sally_pipeline", application_name: str = "sally"
) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A connection in autocommit that acts as `role`; ConfigurationError when none can be had.

    One that breaks while it is used, because the server stopped or crashed, is `DatabaseLost`.
    """
    async with await opened(url, role, application_name) as conn:
        try:
            yield conn
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if not conn.broken:
                raise
            raise _lost(url, error) from None


async def opened(
    url: str, role: str = "sally_pipeline", application_name: str = "sally"
) -> Connection:
    """The same for a connection that outlives a block; the caller closes it."""
    try:
        conn = await psycopg.AsyncConnection.connect(
            **_arguments(url, application_name), autocommit=True
        )
    except psycopg.Error as error:
        raise _unreachable(url, error) from None
    try:
        check_version(conn.info.server_version)
        await conn.execute(_settle(role))
    except psycopg.Error as error:
        await conn.close()
        raise _no_role(role, error) from None
    except ConfigurationError:
        await conn.close()
        raise
    return conn


@asynccontextmanager
async def as_console(conn: Connection, tenant_id: UUID) -> AsyncIterator[None]:
    """A reading transaction in which the connection is the console's and sees this tenant only."""
    async with conn.transaction():
        await conn.execute(
            "SELECT set_config('transaction_read_only', 'on', true),"
            " set_config('role', 'sally_console', true), set_config('sally.tenant_id', %s, true)",
            [str(tenant_id)],
        )
        yield


def open_connection(
    url: str, role: str | None = "sally_pipeline", application_name: str = "sally"
) -> psycopg.Connection[Any]:
    """The same for code that does not wait in a loop; the caller closes it. Not in autocommit."""
    try:
        conn = psycopg.connect(**_arguments(url, application_name), autocommit=True)
    except psycopg.Error as error:
        raise _unreachable(url, error) from None
    try:
        check_version(conn.info.server_version)
        if role is not None:
            conn.execute(_settle(role))
    except psycopg.Error as error:
        conn.close()
        raise _no_role(role, error) from None
    except ConfigurationError:
        conn.close()
        raise
    conn.autocommit = False
    return conn


def engine(url: str, role: str | None = "sally_pipeline") -> Engine:
    """An SQLAlchemy engine whose connections act as `role`; it keeps none of them."""
    # Imported when needed: the sync path and quick commands do without its second of imports.
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    return create_engine(
        "postgresql+psycopg://", creator=lambda: open_connection(url, role), poolclass=NullPool
    )


@contextmanager
def session(url: str, role: str = "sally_pipeline") -> Iterator[Session]:
    """A SQLModel session: committed when the block ends, rolled back when it raises."""
    from sqlmodel import Session

    with Session(engine(url, role), expire_on_commit=False) as opened, opened.begin():
        yield opened


def check_version(number: int) -> None:
    """Refuse a server that is too old; ``number`` as libpq gives it (170004 for 17.4)."""
    if number < NEEDED * 10000:
        found = f"{number // 10000}.{number % 10000}"
        raise ConfigurationError(
            f"The database server is PostgreSQL {found}; version {NEEDED} or newer is needed. "
            "Upgrade it, or point DATABASE_URL to a newer server."
        )


def plain(url: str) -> str:
    """The URL as libpq reads it, without SQLAlchemy's name of a driver."""
    scheme, mark, rest = url.partition("://")
    return scheme.partition("+")[0] + mark + rest


def _arguments(url: str, application_name: str) -> dict[str, Any]:
    try:
        given: dict[str, Any] = dict(conninfo_to_dict(plain(url)))
    except psycopg.ProgrammingError:
        raise ConfigurationError(
            "DATABASE_URL cannot be read. It should look like "
            "postgresql://user:password@host:5432/database"
        ) from None
    if given.get("password"):
        redaction.remember([str(given["password"])])
    given.setdefault("connect_timeout", CONNECT_TIMEOUT_S)
    given.setdefault("application_name", application_name)
    return given


def _settle(role: str) -> sql.Composed:
    settings = [
        sql.SQL("SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
        for name, value in LIMITS.items()
    ]
    return sql.SQL("; ").join([sql.SQL("SET ROLE {}").format(sql.Identifier(role)), *settings])


def _no_role(role: str | None, error: psycopg.Error) -> ConfigurationError:
    if isinstance(error, psycopg.errors.InvalidParameterValue):
        return ConfigurationError(
            f"The database has no role {role}: it is not set up yet. Run: sally db migrate"
        )
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return ConfigurationError(
            f"The user of DATABASE_URL may not act as {role}. Run: sally db migrate, "
            f"or let an administrator GRANT {role} to that user."
        )
    return ConfigurationError(f"The database refused to act as {role}: {_words(error)}.")


def _lost(url: str, error: psycopg.Error) -> DatabaseLost:
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return DatabaseLost(
        f"PostgreSQL at {_where(url)} went away ({redaction.text(said)}). What was not stored by "
        "then is done again by the next run; if it happens again, look at PostgreSQL's log."
    )


def _where(url: str) -> str:
    given = conninfo_to_dict(plain(url))
    return f"{given.get('host', 'localhost')}:{given.get('port', 5432)}"


def _unreachable(url: str, error: psycopg.Error) -> ConfigurationError:
    """One sentence; libpq gives no error code for a connection, only words."""
    given, where = conninfo_to_dict(plain(url)), _where(url)
    words = str(error)
    if "password authentication failed" in words or "no password supplied" in words:
        return ConfigurationError(
            f"PostgreSQL at {where} refuses user {given.get('user')} with this password. "
            "Correct DATABASE_URL."
        )
    if "does not exist" in words and "database" in words:
        return ConfigurationError(
            f"PostgreSQL at {where} has no database “{given.get('dbname')}”. "
            "Create it, or correct DATABASE_URL."
        )
    return ConfigurationError(
        f"PostgreSQL at {where} cannot be reached ({_words(error)}). "
        "Start it, or correct DATABASE_URL."
    )


def _words(error: psycopg.Error) -> str:
    """The end of the error's last line: the cause, without addresses and addresses' owners."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    last = lines[-1] if lines else type(error).__name__
    return redaction.text(last.rpartition(": ")[2].strip().rstrip("."))
