"""The backup of docs/operations/backup.md, done: dumped on one server, restored on another."""

from __future__ import annotations

import os
import secrets
import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from core.errors import ConfigurationError
from core.secrets import KeyRing
from deployments.postgres import Postgres
from store import integrations, migrate, tenants
from store.connection import session

SECRET = "samsara_key_of_the_backup_test"
OURS = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'sally%' ORDER BY 1"
WALLED = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"


def run(program: Path, url: str, *arguments: str | Path) -> str:
    """One of PostgreSQL's programs, told where the server is by its environment."""
    known = conninfo_to_dict(url)
    where = {
        "PGHOST": str(known["host"]),
        "PGPORT": str(known["port"]),
        "PGUSER": str(known["user"]),
        "PGPASSWORD": str(known["password"]),
        "PATH": os.defpath,
        "LC_ALL": "C",
    }
    done = subprocess.run(
        [program, *arguments], env=where, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def asked(url: str, question: str) -> list[tuple]:
    with psycopg.connect(url) as conn:
        return conn.execute(question).fetchall()


def test_a_backup_is_restored_on_another_server(database, data, tmp_path):
    """Rows, roles and the wall are there; the credential opens with its key and no other."""
    ring = KeyRing.parse(secrets.token_hex(32))
    with session(database) as db:
        tenants.add(db, "acme", "Acme")
        integrations.add(db, ring, "acme", "samsara", {"api_key": SECRET})
    other = Postgres(data)
    other.start()
    try:
        programs = other._binaries()
        dump, roles = tmp_path / "sally.dump", tmp_path / "roles.sql"
        name = str(conninfo_to_dict(database)["dbname"])
        run(programs / "pg_dumpall", database, "--roles-only", "--no-role-passwords", "-f", roles)
        run(programs / "pg_dump", database, "--format", "custom", "--file", dump, name)

        run(programs / "psql", other.url("postgres"), "--file", roles, "postgres")
        run(programs / "pg_restore", other.url("sally"), "--exit-on-error", "-d", "sally", dump)
        restored = other.url("sally")

        assert migrate.upgrade(restored) == ()
        assert asked(restored, OURS) == [(role,) for role in sorted(migrate.ROLES)]
        assert asked(restored, WALLED) == asked(database, WALLED)
        with session(restored) as db:
            found = integrations.get(db, "acme", "samsara")
        assert integrations.credentials_of(found, ring) == {"api_key": SECRET}
        with pytest.raises(ConfigurationError, match="is not in CREDENTIALS_ENCRYPTION_KEY"):
            integrations.credentials_of(found, KeyRing.parse(secrets.token_hex(32)))
        assert SECRET.encode() not in dump.read_bytes()
    finally:
        other.stop()
