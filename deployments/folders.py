"""Where the local stack keeps its data, and which system user runs its PostgreSQL."""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.settings import PROJECT
from deployments.errors import StackError

SYSTEM_DATA = Path("/var/lib/sally")


class DataSettings(Protocol):
    """The one setting that this module asks for."""

    @property
    def sally_data(self) -> Path | None:
        """The folder that somebody chose, if any."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The system user that PostgreSQL runs as; `drops` when that is not who we are."""

    name: str
    uid: int
    gid: int
    drops: bool

    def may_enter(self, folder: Path) -> bool:
        """Whether this user reaches `folder` (asked of the kernel, as that user)."""
        return run_as(self, ["test", "-x", str(folder)]).returncode == 0


def owner() -> Owner:
    """Ourselves; for root, whom PostgreSQL refuses, `postgres` or else `nobody`."""
    if os.geteuid() != 0:
        try:
            name = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise StackError(
                f"User id {os.geteuid()} has no entry in /etc/passwd, and PostgreSQL needs one. "
                "Add one, or set DATABASE_URL to a server that already runs."
            ) from None
        return Owner(name, os.geteuid(), os.getegid(), drops=False)
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    other = users.get("postgres") or users["nobody"]
    return Owner(other.pw_name, other.pw_uid, other.pw_gid, drops=True)


def run_as(
    user: Owner, command: Sequence[str], env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a short command as `user` and return what it said; a bad exit status is no exception."""
    return subprocess.run(
        command,
        cwd="/",
        env=env,
        text=True,
        capture_output=True,
        check=False,
        user=user.uid if user.drops else None,
        group=user.gid if user.drops else None,
        extra_groups=[] if user.drops else None,
    )


def data_folder(settings: DataSettings, repo: Path = PROJECT) -> Path:
    """The folder of everything the local stack keeps; made if missing.

    1. `SALLY_DATA`, when set (a relative path counts from the repository). If it cannot be used
       that is an error: another folder would silently be another, empty, database.
    2. `<repository>/var`.
    3. For root, when the user who runs PostgreSQL may not enter the repository (a clone below
       /root, say): `/var/lib/sally/<8 hex digits of the repository's path>`.
    """
    folder = data_path(settings, repo)
    if settings.sally_data is None:
        _make(folder, "make it so, or set SALLY_DATA to a folder that is")
        return folder
    _make(folder, "set SALLY_DATA to a folder that is")
    postgres = owner()
    if not postgres.may_enter(folder):
        raise StackError(
            f"SALLY_DATA is {folder}, but user {postgres.name}, who runs PostgreSQL for root, "
            "may not enter it: set it to a folder outside of private ones, or start as its owner."
        )
    return folder


def data_path(settings: DataSettings, repo: Path = PROJECT) -> Path:
    """Where `data_folder` is, made or not."""
    if settings.sally_data is not None:
        return (repo / settings.sally_data.expanduser()).absolute()
    postgres = owner()
    if postgres.drops and not postgres.may_enter(repo):
        digest = hashlib.sha256(os.fsencode(repo.resolve())).hexdigest()[:8]
        return SYSTEM_DATA / digest
    return repo / "var"


def _make(folder: Path, advice: str) -> None:
    """Make the folder usable: ours to write; for root, open for PostgreSQL's user to pass."""
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        # Whatever the umask: what we made for PostgreSQL's user to pass through must let it pass.
        for path in missing:
            path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StackError(
            f"The data folder {folder} is not writable ({error.strerror}): {advice}."
        ) from error
