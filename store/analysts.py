"""Logins of analysts: made, listed, taken back. Each reads one tenant's rows, changes nothing.

The login is a role of PostgreSQL, registered in ``ops.analyst_access``, which is what row-level
security looks into. Its password exists in clear only in what `grant` returns: the server is told
a verifier, which nobody can sign in with.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlmodel import Session, col, select

from core.errors import ConfigurationError, NotFoundError
from models.ops import AnalystAccess, Tenant
from store import audit, tenants
from store.connection import engine, plain

PREFIX = "analyst"
# A question that takes longer holds up others. Both can be changed by who is signed in; what
# cannot be changed is that no right to write was ever granted.
LIMITS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "search_path": "analytics, fleet",
    "TimeZone": "UTC",
}
AT_ONCE = 5
SLUG_IN_NAME = 40  # a role's name has 63 bytes


@dataclass(frozen=True, slots=True)
class Granted:
    """A login that was just made. ``url``: holds the password; shown once and kept nowhere."""

    login: str
    tenant: str
    url: str


@dataclass(frozen=True, slots=True)
class Analyst:
    """A login and what it may read. ``is_there``: the role still exists in the server."""

    login: str
    tenant: str
    name: str | None
    granted_at: datetime
    is_there: bool


def grant(url: str, slug: str, name: str | None = None, *, actor: str = "cli") -> Granted:
    """Make a login that reads this tenant; ConfigurationError when we may not make any."""
    with _session(url) as db:
        tenant = tenants.get(db, slug)
        login = f"{PREFIX}_{slug.replace('-', '_')[:SLUG_IN_NAME]}_{secrets.token_hex(3)}"
        password = secrets.token_urlsafe(24)
        raw = _raw(db)
        _as_connected(raw)
        _create(raw, login, password)
        _as_pipeline(raw)
        db.add(AnalystAccess(role_name=login, tenant_id=tenant.id, name=name))
        audit.note(db, actor, "analyst.grant", None, tenant.id, login=login, name=name)
    return Granted(login, slug, _address(url, login, password))


def all_of(url: str) -> list[Analyst]:
    """Every analyst's login, by tenant."""
    with _session(url) as db:
        there = {row[0] for row in _raw(db).execute("SELECT rolname FROM pg_roles").fetchall()}
        found = db.exec(
            select(AnalystAccess, Tenant)
            .where(col(AnalystAccess.tenant_id) == col(Tenant.id))
            .order_by(Tenant.slug, col(AnalystAccess.granted_at))
        ).all()
        return [
            Analyst(
                access.role_name,
                tenant.slug,
                access.name,
                access.granted_at,
                access.role_name in there,
            )
            for access, tenant in found
        ]


def revoke(url: str, login: str, *, actor: str = "cli") -> list[str]:
    """Take a login back, its open sessions included; returns the tenants that it could read.

    NotFoundError for a login that `grant` did not make: no other role is ever dropped.
    """
    with _session(url) as db:
        held = db.exec(select(AnalystAccess).where(AnalystAccess.role_name == login)).all()
        if not held:
            raise NotFoundError(f"There is no analyst “{login}”. See: sally analyst list")
        slugs = [db.get_one(Tenant, access.tenant_id).slug for access in held]
        for access in held:
            db.delete(access)
            audit.note(db, actor, "analyst.revoke", None, access.tenant_id, login=login)
        db.flush()
        raw = _raw(db)
        _as_connected(raw)
        _drop(raw, login)
    return slugs


def _create(conn: psycopg.Connection[Any], login: str, password: str) -> None:
    """INHERIT, so that no SET ROLE is needed; no SET, so that the session stays the login's own."""
    verifier = conn.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256")
    name = sql.Identifier(login)
    statements = [
        sql.SQL(
            "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
            " CONNECTION LIMIT {} PASSWORD {}"
        ).format(name, sql.Literal(AT_ONCE), sql.Literal(verifier.decode())),
        sql.SQL("GRANT sally_analyst TO {} WITH INHERIT TRUE, SET FALSE, ADMIN FALSE").format(name),
        *(
            sql.SQL("ALTER ROLE {} SET {} TO {}").format(
                name, sql.Identifier(setting), _setting(value)
            )
            for setting, value in LIMITS.items()
        ),
    ]
    _run(conn, statements, "make logins")


def _drop(conn: psycopg.Connection[Any], login: str) -> None:
    found = conn.execute("SELECT FROM pg_roles WHERE rolname = %s", [login]).fetchone()
    if found is None:
        return
    # Who may not end sessions leaves them open; they have nothing to read any more.
    conn.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
        " AND pg_has_role(current_user, 'pg_signal_backend', 'USAGE')",
        [login],
    )
    _run(conn, [sql.SQL("DROP ROLE {}").format(sql.Identifier(login))], "drop logins")


def _run(conn: psycopg.Connection[Any], statements: list[sql.Composed], what: str) -> None:
    try:
        for statement in statements:
            conn.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        # The error's own words would hold the statement, and with it the verifier.
        raise ConfigurationError(
            f"User {conn.info.user} of DATABASE_URL may not {what}. Let an administrator run: "
            f"ALTER ROLE {conn.info.user} CREATEROLE; GRANT sally_analyst TO {conn.info.user} "
            "WITH ADMIN OPTION;"
        ) from None


def _setting(value: str) -> sql.Composable:
    """A list such as search_path's must not become one quoted name."""
    return sql.SQL(", ").join(sql.Identifier(part) for part in value.split(", ")) \
        if ", " in value else sql.Literal(value)  # fmt: skip


@contextmanager
def _session(url: str) -> Iterator[Session]:
    """A session that is the pipeline's until it has to make or drop a role."""
    with Session(engine(url, role=None), expire_on_commit=False) as opened, opened.begin():
        _as_pipeline(_raw(opened))
        yield opened


def _raw(db: Session) -> psycopg.Connection[Any]:
    found = db.connection().connection.driver_connection
    assert isinstance(found, psycopg.Connection)
    return found


def _as_pipeline(conn: psycopg.Connection[Any]) -> None:
    conn.execute("SET LOCAL ROLE sally_pipeline")


def _as_connected(conn: psycopg.Connection[Any]) -> None:
    conn.execute("SET LOCAL ROLE NONE")


def _address(url: str, login: str, password: str) -> str:
    given = conninfo_to_dict(plain(url))
    where = f"{given.get('host') or 'localhost'}:{given.get('port') or 5432}"
    mode = f"?sslmode={given['sslmode']}" if given.get("sslmode") else ""
    return f"postgresql://{login}:{quote(password)}@{where}/{quote(str(given['dbname']))}{mode}"
