"""Whatever a person gets wrong is one sentence on standard error, and nothing is half done."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deployments.folders import owner

OLD_POSTGRES = Path("/usr/lib/postgresql/15/bin/postgres")
NOBODY = 65534


def is_one_sentence(said: Any, *words: str) -> None:
    """A failure with a few words to act on: no traceback, no table, no success."""
    assert said.code not in (0, None)
    assert said.code > 0
    assert "Traceback" not in said.err + said.out
    assert 0 < len(said.sentence) < 500, said.err
    assert len(said.err.strip().splitlines()) == 1, said.err
    for word in words:
        assert re.search(word, said.sentence), f"{word} is not in: {said.sentence}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["sync", "--tenant", "nobody"], ["no tenant", "nobody"], id="tenant"),
        pytest.param(["sync", "--vendor", "acme"], ["acme", "samsara"], id="vendor"),
        pytest.param(
            ["sync", "--vendor", "samsara", "--dataset", "hats"], ["hats", "drivers"], id="dataset"
        ),
        pytest.param(["sync", "--dataset", "drivers"], ["--vendor"], id="dataset alone"),
        pytest.param(["tenant", "add", "acme"], ["acme.* already"], id="tenant twice"),
        pytest.param(
            ["integration", "test", "--tenant", "acme", "--vendor", "hats"],
            ["hats"],
            id="no vendor",
        ),
        pytest.param(
            ["user", "add", "a@example.com", "--tenant", "nobody"], ["nobody"], id="user of nobody"
        ),
    ],
)
def test_a_name_that_does_not_exist(stack: Any, arguments: list[str], words: list[str]) -> None:
    """It says which, and what there is."""
    before = stack.rows("SELECT count(*) FROM ops.sync_run")

    said = stack(*arguments)

    is_one_sentence(said, *words)
    assert stack.rows("SELECT count(*) FROM ops.sync_run") == before


@pytest.mark.parametrize(
    ("address", "words"),
    [
        pytest.param("nonsense", ["SAMSARA_API_URL", "web address"], id="no address"),
        pytest.param("http://127.0.0.1:9", ["Samsara"], id="nobody there"),
    ],
)
def test_a_wrong_vendor_address(stack: Any, address: str, words: list[str]) -> None:
    """Of a live tenant; the key that could not be tested is not stored."""
    if not stack.rows("SELECT FROM ops.tenant WHERE slug = 'live'"):
        assert stack("tenant", "add", "live").code == 0

    said = stack(
        "integration", "add", "--tenant", "live", "--vendor", "samsara", "--from-env",
        SAMSARA_API_KEY="a-key-of-somebody", SAMSARA_API_URL=address,
    )  # fmt: skip

    is_one_sentence(said, *words)
    assert "a-key-of-somebody" not in said.out + said.err
    assert (
        stack.rows(
            "SELECT FROM ops.integration i JOIN ops.tenant t ON t.id = i.tenant_id"
            " WHERE t.slug = 'live'"
        )
        == []
    )


def test_a_key_that_nobody_gave(stack: Any) -> None:
    """Without a terminal there is no prompt to wait at."""
    said = stack(
        "integration", "replace-key", "--tenant", "acme", "--vendor", "samsara", "--from-env"
    )

    is_one_sentence(said, "SAMSARA_API_KEY")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param(
            "postgresql://me:secret@127.0.0.1:9/sally", ["127.0.0.1:9", "reached"], id="gone"
        ),
        pytest.param("not a url", ["DATABASE_URL", "postgresql://"], id="no address"),
        pytest.param("password", ["postgres.* password", "DATABASE_URL"], id="password"),
        pytest.param("database", ["no database .*nothing"], id="database"),
    ],
)
def test_a_database_that_cannot_be_used(stack: Any, sally: Any, url: str, words: list[str]) -> None:
    """It says what is wrong with it, without the password."""
    port = (stack.data / "postgres/postmaster.pid").read_text().splitlines()[3]
    password = (stack.data / "postgres.password").read_text()
    urls = {
        "password": f"postgresql://postgres:secret@127.0.0.1:{port}/sally",
        "database": f"postgresql://postgres:{password}@127.0.0.1:{port}/nothing",
    }

    said = sally(
        "tenant", "list", DATABASE_URL=urls.get(url, url), CREDENTIALS_ENCRYPTION_KEY="ab" * 32
    )

    is_one_sentence(said, *words)
    assert "secret" not in said.err
    assert password not in said.err
    assert not (sally.data / "postgres").exists()


@pytest.fixture
def old_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server that is too old, where this machine has one."""
    if not OLD_POSTGRES.exists():
        pytest.skip("there is no PostgreSQL 15 on this machine")

    user = owner()
    base = Path(tempfile.mkdtemp(prefix="sally-e2e-old-"))
    if user.drops:
        os.chown(base, user.uid, user.gid)
    drop = {"user": user.uid, "group": user.gid, "extra_groups": []} if user.drops else {}
    folder = base / "data"
    subprocess.run(
        [OLD_POSTGRES.with_name("initdb"), "-D", folder, "-U", "postgres", "-A", "trust", "-N"],
        cwd="/", check=True, stdout=subprocess.DEVNULL, **drop,
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["-c", "unix_socket_directories=", "-c", "fsync=off"]
    server = subprocess.Popen(
        [OLD_POSTGRES, "-D", folder, "-p", str(port), *options],
        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **drop,
    )  # fmt: skip
    end = time.monotonic() + 30
    while (
        not (folder / "postmaster.pid").exists()
        or "ready" not in (folder / "postmaster.pid").read_text()
    ):
        assert time.monotonic() < end
        time.sleep(0.05)
    yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    server.terminate()
    server.wait(30)
    shutil.rmtree(base, ignore_errors=True)


def test_a_server_that_is_too_old(sally: Any, old_postgres: str) -> None:
    """It says which one is needed, and creates nothing there."""
    said = sally("db", "migrate", DATABASE_URL=old_postgres, CREDENTIALS_ENCRYPTION_KEY="ab" * 32)

    is_one_sentence(said, r"PostgreSQL 15\.", "17 or newer")
    with psycopg.connect(old_postgres) as conn:
        query = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('ops', 'fleet')"
        assert conn.execute(query).fetchone() == (0,)
        query = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'sally%'"
        assert conn.execute(query).fetchone() == (0,)


@pytest.mark.parametrize("name", ["SALLY_PREFECT_PORT", "SALLY_SANDBOX_PORT"])
def test_a_port_that_is_taken(sally: Any, name: str, until: Any) -> None:
    """It names the port and the variable; nothing is left running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        said = sally("sync", **{name: port})

    is_one_sentence(said, rf"Port {port} ", name)
    until(lambda: not [pid for pid, text in sally.processes().items() if str(sally.data) in text])


def test_a_folder_that_cannot_be_written(sally: Any) -> None:
    """For root as well: some places are nobody's."""
    is_one_sentence(sally("tenant", "list", SALLY_DATA="/proc/sally"), "/proc/sally", "SALLY_DATA")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_a_folder_that_an_ordinary_user_may_not_write(sally: Any) -> None:
    """It says which folder, and how to choose another."""
    sally.data.mkdir(mode=0o755)
    code = "import os, sys; os.setgid(65534); os.setuid(65534); os.execv(sys.argv[1], sys.argv[1:])"
    script = Path(sys.executable).with_name("sally")
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, script, "tenant", "list"],
        cwd="/", env=sally.env, text=True, capture_output=True, check=False,
    )  # fmt: skip
    if "Permission denied" in done.stderr and "Traceback" in done.stderr:
        pytest.skip("another user cannot come into this environment")

    assert done.returncode == 1
    assert re.search("not writable .*SALLY_DATA", " ".join(done.stderr.split()))
    assert list(sally.data.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("SALLY_PREFECT_PORT=99999", ["SALLY_PREFECT_PORT"], id="port"),
        pytest.param("SALLY_SANDBOX_PORT=many", ["SALLY_SANDBOX_PORT"], id="no number"),
        pytest.param("SALLY_LOG_LEVEL=LOUD", ["SALLY_LOG_LEVEL", "DEBUG"], id="word"),
        pytest.param("PREFECT_API_URL=here", ["PREFECT_API_URL"], id="address"),
        pytest.param("CREDENTIALS_ENCRYPTION_KEY=abc", ["CREDENTIALS_ENCRYPTION_KEY"], id="key"),
    ],
)
def test_a_broken_value_in_the_env_file(
    stack: Any, tmp_path: Path, line: str, words: list[str]
) -> None:
    """It names the variable; the file is a copy's, so nobody's own is touched."""
    for folder in stack.home.iterdir():
        if folder.name not in ("var", "up.log"):
            (tmp_path / folder.name).symlink_to(folder)
    (tmp_path / "core").unlink()
    shutil.copytree(stack.home / "core", tmp_path / "core")
    (tmp_path / ".env").write_text(f"{line}\n")
    name = line.partition("=")[0]
    env = {key: value for key, value in stack.env.items() if key != name}
    command = stack.__class__(stack.home, stack.data, {**env, "PYTHONPATH": str(tmp_path)})

    said = command("credentials", "rotate")

    is_one_sentence(said, *words)
