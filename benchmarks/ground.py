"""What a measurement stands on: PostgreSQL, Prefect and the sandbox, in a folder that goes again.

The product's rows have a PostgreSQL server of their own beside the one of Prefect, so that its
CPU and its log are not mixed with those of Prefect's bookkeeping.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from pydantic import SecretStr

import sandbox
from adapters import registry
from benchmarks import procs, vendor
from core.secrets import KeyRing
from core.settings import Settings
from deployments.environment import for_a_run, inherited
from deployments.postgres import Postgres
from deployments.stack import Part, running
from store import integrations, migrate, tenants
from store.connection import session


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that runs, and how to reach it."""

    folder: Path
    postgres: Postgres
    postgres_pid: int
    prefect_pid: int
    vendor: vendor.Sandbox
    key: str
    env: Mapping[str, str]

    def environment(self, database: str) -> dict[str, str]:
        """What a flow run's process needs to work on this database."""
        env = {
            **inherited(),
            **self.env,
            "DATABASE_URL": self.postgres.url(database),
            "SALLY_SANDBOX_URL": self.vendor.url,
            # It is started without limits: we need not keep any, or we measure waiting for them.
            "SAMSARA_RATE_LIMIT": "1000000/s",
            "PREFECT_LOGGING_LEVEL": "WARNING",
        }
        return {name: value for name, value in for_a_run(env).items() if value is not None}

    def ask(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, asked as the superuser."""
        with psycopg.connect(self.postgres.url(database), autocommit=True) as conn:
            return conn.execute(query.encode()).fetchall()

    def log_position(self) -> int:
        """Bytes of write-ahead log written so far."""
        found = self.ask("postgres", "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")
        return int(found[0][0])

    @contextmanager
    def database(self, name: str, template: str = "template1") -> Iterator[str]:
        """A database that is there for a while: a copy of `template`."""
        made, gone = "CREATE DATABASE {} TEMPLATE {}", "DROP DATABASE {} WITH (FORCE)"
        self._do(sql.SQL(made).format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield name
        finally:
            self._do(sql.SQL(gone).format(sql.Identifier(name)))

    @contextmanager
    def tenants(self, name: str, slugs: Sequence[str]) -> Iterator[str]:
        """A migrated database with these tenants, each connected to Samsara: copy it to use it."""
        with self.database(name):
            seed(self.postgres.url(name), self.key, slugs)
            yield name

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as conn:
            conn.execute(statement)


def seed(url: str, key: str, slugs: Sequence[str]) -> None:
    """Migrate, and add these tenants of the sandbox, each connected to Samsara."""
    migrate.upgrade(url)
    ring = KeyRing.parse(key)
    every = int(registry.vendor("samsara").poll_every.total_seconds())
    with session(url) as db:
        for slug in slugs:
            tenants.add(db, slug, slug, is_sandbox=True)
            keys = sandbox.credentials(slug)["samsara"]
            integrations.add(db, ring, slug, "samsara", keys, poll_seconds=every)


def settings(data: Path, **more: Any) -> Settings:
    """Settings for a stack below this folder, whatever the environment holds."""
    plain: dict[str, Any] = {
        "database_url": None,
        "prefect_api_url": None,
        "credentials_encryption_key": None,
        "sally_sandbox_url": None,
        "sally_data": data,
        "sally_prefect_port": 0,
        "sally_sandbox_port": 0,
        "sally_postgres_port": 0,
    }
    return Settings(**(plain | more), _env_file=None)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user may pass through, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="sally-bench-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def prepared() -> Iterator[Ground]:
    """All of it, started; ended and removed afterwards."""
    with temporary_folder() as folder, vendor.serving() as served:
        rows = folder / "rows"
        rows.mkdir(mode=0o711)
        postgres = Postgres(rows)
        try:
            postgres.start()
            key = secrets.token_hex(32)
            told = settings(
                folder / "stack",
                database_url=SecretStr(postgres.url("sally")),
                credentials_encryption_key=SecretStr(key),
            )
            with running(told, want={Part.PREFECT}) as stack:
                assert stack.prefect is not None
                prefect = procs.pid_of("uvicorn", "--factory", str(stack.prefect.port))
                pid = int((rows / "postgres" / "postmaster.pid").read_text().split()[0])
                yield Ground(folder, postgres, pid, prefect, served, key, dict(stack.env))
        finally:
            postgres.stop()
