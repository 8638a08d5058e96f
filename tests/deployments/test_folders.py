"""Where the data goes: the same place every time, and never silently another."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from deployments import folders
from deployments.errors import StackError
from deployments.folders import Owner, data_folder, data_path

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands PostgreSQL to another user")


@dataclass
class Chosen:
    """Settings with the one value that matters here."""

    sally_data: Path | None = None


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL runs as ourselves."""
    me = Owner("me", os.geteuid(), os.getegid(), drops=False)
    monkeypatch.setattr(folders, "owner", lambda: me)


@pytest.mark.usefixtures("ordinary")
def test_an_ordinary_user_keeps_it_in_the_clone(data: Path) -> None:
    """A clone is complete in itself."""
    folder = data_folder(Chosen(), repo=data)

    assert folder == data / "var"
    assert folder.is_dir()


@pytest.mark.usefixtures("ordinary")
def test_a_relative_choice_counts_from_the_repository(data: Path) -> None:
    """The folder must not depend on where a command was started."""
    assert data_folder(Chosen(Path("elsewhere")), repo=data) == data / "elsewhere"


@AS_ROOT
def test_root_in_an_open_clone_keeps_it_there_too(data: Path) -> None:
    """Root is no special case as long as PostgreSQL's user can come in."""
    assert data_folder(Chosen(), repo=data) == data / "var"


@AS_ROOT
def test_root_in_a_private_clone_uses_the_system_folder(data: Path) -> None:
    """Below /root PostgreSQL's user sees nothing; the place then depends on the clone's path."""
    private = data / "private"
    private.mkdir(mode=0o700)

    path = data_path(Chosen(), repo=private)

    assert path.parent == folders.SYSTEM_DATA
    assert len(path.name) == 8


@AS_ROOT
def test_a_chosen_folder_that_postgresql_cannot_enter_is_an_error(data: Path) -> None:
    """Another folder would be another, empty, database."""
    private = data / "private"
    private.mkdir(mode=0o700)

    with pytest.raises(StackError, match=r"SALLY_DATA is .* may not enter"):
        data_folder(Chosen(private / "deep"), repo=data)


@pytest.mark.usefixtures("ordinary")
def test_a_folder_that_cannot_be_made_is_one_sentence(data: Path) -> None:
    """It names the folder and the variable to change."""
    (data / "file").touch()

    with pytest.raises(StackError, match=r"file/below is not writable .*SALLY_DATA"):
        data_folder(Chosen(data / "file/below"), repo=data)
