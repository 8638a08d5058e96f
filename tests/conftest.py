"""A real PostgreSQL for every test that asks for one.

One server per test process (or `DATABASE_URL_TEST`), one migrated template in it, and a fresh
copy of the template for each test. Nothing here survives the tests.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from deployments.postgres import Postgres
from store import migrate
from store.connection import connect

# A shell that runs us in the background has us, and what we start, ignore Ctrl-C; tests send it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The data is thrown away, so nothing of it needs to reach a disk.
CARELESS = ("fsync", "full_page_writes", "synchronous_commit")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """A server: give it a database's name, get that database's URL (of a superuser)."""
    given = os.environ.get("DATABASE_URL_TEST")
    if given is not None:
        yield lambda name: with_database(given, name)
        return
    # Root's server runs as another user, who must be able to pass through the folder.
    folder = Path(tempfile.mkdtemp(prefix="sally-tests-"))
    folder.chmod(0o711)
    server = Postgres(folder)
    try:
        server.start()
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            for setting in CARELESS:
                conn.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            conn.execute("SELECT pg_reload_conf()")
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(postgres: Callable[[str], str]) -> Iterator[str]:
    """The name of a migrated, empty database to copy."""
    with temporary(postgres, None) as name:
        migrate.upgrade(postgres(name))
        yield name


@pytest.fixture
def database(postgres: Callable[[str], str], template: str) -> Iterator[str]:
    """The URL of a fresh, migrated database of this test's own."""
    with temporary(postgres, template) as name:
        yield postgres(name)


@pytest.fixture
def empty_database(postgres: Callable[[str], str]) -> Iterator[str]:
    """The URL of a database in which nothing is."""
    with temporary(postgres, None) as name:
        yield postgres(name)


@pytest.fixture
async def conn(database: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection to `database` in autocommit, acting as sally_pipeline."""
    async with connect(database) as opened:
        yield opened


class temporary:
    """A database that is made from `template` and dropped at the end."""

    def __init__(self, postgres: Callable[[str], str], template: str | None) -> None:
        self._admin = postgres("postgres")
        self._template = template or "template1"
        self._name = f"test_{uuid4().hex[:12]}"

    def __enter__(self) -> str:
        # Copying files is slower than writing the small template through the log.
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log")
        self._run(made.format(sql.Identifier(self._name), sql.Identifier(self._template)))
        return self._name

    def __exit__(self, *_: object) -> None:
        gone = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._run(gone.format(sql.Identifier(self._name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._admin, autocommit=True) as conn:
            conn.execute(statement)


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    known = conninfo_to_dict(url)
    head, mark, tail = url.rpartition(f"/{known.get('dbname', '')}")
    return f"{head}/{name}{tail}" if mark and known.get("dbname") else f"{url.rstrip('/')}/{name}"
