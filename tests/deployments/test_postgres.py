"""The embedded PostgreSQL: shared, private, and never half made."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from deployments.errors import StackError
from deployments.postgres import Postgres

USER = """
import signal, sys
from pathlib import Path
from deployments.postgres import Postgres
server = Postgres(Path(sys.argv[1]))
server.start()
print(server.url("sally"), flush=True)
signal.pause()
"""


def postmaster(data: Path) -> int:
    """The number of the server's process; 0 when it does not run."""
    try:
        return int((data / "postgres/postmaster.pid").read_text().split("\n")[0])
    except FileNotFoundError:
        return 0


def test_it_starts_is_shared_and_keeps_its_rows(data: Path, until: Callable[..., None]) -> None:
    """First start, a second user, a stop, a second start."""
    first, second = Postgres(data), Postgres(data)
    first.start()
    second.start()
    assert first.url("sally") == second.url("sally")
    with psycopg.connect(first.url("sally"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        durable = connection.execute("SHOW fsync").fetchone()
    first.stop()
    psycopg.connect(second.url("prefect")).close()
    second.stop()
    until(lambda: not second.service.is_alive())

    again = Postgres(data)
    again.start()
    with psycopg.connect(again.url("sally")) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    again.stop()

    assert durable == ("on",)
    assert postmaster(data) == 0
    assert (data / "postgres.password").stat().st_mode & 0o777 == 0o600


def test_a_killed_user_takes_it_along_and_the_next_one_finds_all(
    data: Path,
    script: Callable[..., object],
    until: Callable[..., None],
    is_running: Callable[[int], bool],
) -> None:
    """`kill -9` of the only user, then of the server itself: no row is lost, nothing is left."""
    user = script(USER, data)
    url = user.stdout.readline().strip()  # type: ignore[attr-defined]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pid = postmaster(data)
    user.kill()  # type: ignore[attr-defined]
    until(lambda: not is_running(pid))

    crashed = Postgres(data)
    crashed.start()
    os.kill(postmaster(data), signal.SIGKILL)
    until(lambda: not crashed.service.is_alive())
    crashed.stop()
    assert postmaster(data) != 0

    last = Postgres(data)
    last.start()
    with psycopg.connect(last.url("sally")) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    last.stop()


def test_a_half_made_cluster_is_made_anew(data: Path) -> None:
    """What a killed first start left behind is no database."""
    (data / "postgres.new").mkdir()
    (data / "postgres.new/PG_VERSION").write_text("18\n")
    (data / "postgres.password").write_text("of another time")

    server = Postgres(data)
    server.start()

    psycopg.connect(server.url("sally")).close()
    server.stop()
    assert not (data / "postgres.new").exists()


def test_a_stale_pid_file_of_another_process_is_no_obstacle(data: Path) -> None:
    """After a crash the number may be anybody's, ours for instance."""
    server = Postgres(data)
    server.start()
    server.stop()
    (data / "postgres/postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n1\n\n\n\nready\n")

    server.start()

    psycopg.connect(server.url("sally")).close()
    server.stop()


def test_a_cluster_of_another_version_says_so(data: Path) -> None:
    """Rather than the server's own words in a log."""
    (data / "postgres").mkdir()
    (data / "postgres/PG_VERSION").write_text("12\n")

    with pytest.raises(StackError, match="made by PostgreSQL 12"):
        Postgres(data).start()


def test_a_taken_port_is_one_sentence(data: Path) -> None:
    """It names the variable that moves it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(StackError, match="SALLY_POSTGRES_PORT"):
            Postgres(data, taken.getsockname()[1]).start()


def test_analysts_cannot_enter_prefects_database(data: Path) -> None:
    """A login without rights of its own: also where the database is older than the rule."""
    server = Postgres(data)
    server.start()
    with psycopg.connect(server.url("sally"), autocommit=True) as connection:
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'reader'")
        connection.execute("GRANT CONNECT ON DATABASE prefect TO PUBLIC")
    (data / "postgres.has-prefect-closed").unlink()
    server.stop()

    again = Postgres(data)
    again.start()

    url = psycopg.conninfo.make_conninfo(again.url("sally"), user="reader", password="reader")
    psycopg.connect(url).close()
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(url, dbname="prefect")
    again.stop()
