"""Bring a database to the newest shape: roles, schemas, then Alembic's revisions.

Safe to run from several processes at once: one works, the others wait and find nothing to do.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psycopg
from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from core.errors import ConfigurationError
from store.connection import engine, open_connection

FOLDER = Path(__file__).parent / "migrations"
ROLES = ("sally_owner", "sally_pipeline", "sally_console", "sally_analyst")
VERSIONS = {"version_table": "alembic_version", "version_table_schema": "ops"}
LOCK = 7_305_808_869_232_150_115  # any number that nobody else locks
# Roles belong to the whole server: two databases that are set up at once can collide.
COLLISIONS = (
    psycopg.errors.DuplicateObject,
    psycopg.errors.UniqueViolation,
    psycopg.errors.InternalError_,
)
ROLE_TRIES = 20

ENSURE_ROLES = """
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['sally_owner', 'sally_pipeline', 'sally_console', 'sally_analyst']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
        IF NOT pg_has_role(current_user, name, 'SET') THEN
            EXECUTE format('GRANT %I TO %I', name, current_user);
        END IF;
    END LOOP;
    IF NOT has_database_privilege('sally_owner', current_database(), 'CREATE') THEN
        EXECUTE format('GRANT CREATE ON DATABASE %I TO sally_owner', current_database());
    END IF;
    IF NOT has_database_privilege('sally_pipeline', current_database(), 'TEMPORARY') THEN
        EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO sally_pipeline', current_database());
    END IF;
END $$
"""


def upgrade(url: str) -> tuple[str, ...]:
    """Migrate to the newest revision; returns the revisions that were applied."""
    locker = open_connection(url, role=None)
    try:
        locker.autocommit = True
        locker.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        _ensure_roles(locker)
        locker.execute("SET ROLE sally_owner")
        locker.execute("CREATE SCHEMA IF NOT EXISTS ops")
        waiting = pending(url)
        if waiting:
            _run(url)
        return waiting
    finally:
        locker.close()


def upgrade_if_needed(url: str) -> tuple[str, ...]:
    """The same, at the cost of one look when there is nothing to do."""
    return upgrade(url) if pending(url) else ()


def pending(url: str) -> tuple[str, ...]:
    """The revisions that are not applied yet, oldest first. All, for an empty database."""
    with engine(url, role=None).connect() as conn:
        done = _applied(conn)
    script = ScriptDirectory(str(FOLDER))
    revisions = [step.revision for step in script.walk_revisions()][::-1]
    if done is None:
        return tuple(revisions)
    if done not in revisions:
        raise ConfigurationError(
            f"The database is at revision {done}, which this version does not know. "
            "Use the version of this product that migrated it, or a newer one."
        )
    return tuple(revisions[revisions.index(done) + 1 :])


def config(conn: Connection) -> Config:
    """Alembic's configuration for this connection; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = conn
    return made


def works_from(script: ScriptDirectory) -> str:
    """The oldest revision whose code works on the newest shape: what the last to change it says.

    A revision that says nothing allows only code that knows it.
    """
    steps = script.walk_revisions()
    said: list[str] = [getattr(step.module, "works_from", step.revision) for step in steps]
    return max(said)


def context_options(metadata: Any) -> dict[str, Any]:
    """How Alembic compares a database with the models."""
    return {
        **VERSIONS,
        "target_metadata": metadata,
        "include_schemas": True,
        "compare_type": True,
        "compare_server_default": False,
        "include_name": _is_ours,
    }


def run_file(migration: str, name: str) -> None:
    """For revisions: run the SQL file of that name beside the migration's own file."""
    statements = (Path(migration).parent / name).read_text()
    # Sent as one text without parameters, so that a % in it means itself.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(statements)
    cursor.close()


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return name in ("ops", "fleet") if kind == "schema" else name != VERSIONS["version_table"]


def _run(url: str) -> None:
    with engine(url, role="sally_owner").connect() as conn:
        command.upgrade(config(conn), "head")
        conn.commit()


def _applied(conn: Connection) -> str | None:
    found = conn.exec_driver_sql("SELECT to_regclass('ops.alembic_version')").scalar()
    if found is None:
        return None
    return MigrationContext.configure(conn, opts=VERSIONS).get_current_revision()


def _ensure_roles(conn: psycopg.Connection[Any]) -> None:
    for attempt in range(ROLE_TRIES):
        try:
            conn.execute(ENSURE_ROLES)
        except psycopg.errors.InsufficientPrivilege:
            raise ConfigurationError(
                f"User {conn.info.user} may not create the roles that the database needs. "
                f"Let an administrator create {', '.join(ROLES)} (NOLOGIN), grant them to "
                f"{conn.info.user}, grant CREATE on the database to sally_owner, and try again."
            ) from None
        except COLLISIONS:
            if attempt + 1 == ROLE_TRIES:
                raise
            time.sleep(0.05)
        else:
            return
