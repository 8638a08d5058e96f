"""The commands work from any folder, and say what they miss."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from core.settings import PROJECT

TARGETS = ("setup", "sync", "up", "test", "lint", "types", "bench", "vendor", "lock", "clean-data")


def test_make_alone_lists_the_targets() -> None:
    """One line for each, wherever it is called from."""
    said = subprocess.run(
        ["make", "-C", str(PROJECT)], cwd="/", text=True, capture_output=True, check=True
    ).stdout

    assert [target for target in TARGETS if f"make {target} " not in said] == []


@pytest.mark.parametrize("name", ["plain", "with a space", "(odd)"])
def test_the_folder_of_a_clone_may_have_any_name(tmp_path: Path, name: str) -> None:
    """By `-C`, by `-f` from elsewhere, and from within."""
    clone = tmp_path / name
    (clone / "deployments").mkdir(parents=True)
    (clone / "Makefile").write_text((PROJECT / "Makefile").read_text())
    (clone / "deployments/setup.sh").write_text('echo "setup of $0"\n')

    for arguments, cwd in (
        (["-C", str(clone)], "/"),
        (["-f", str(clone / "Makefile")], "/"),
        ([], str(clone)),
    ):
        done = subprocess.run(
            ["make", *arguments, "setup"], cwd=cwd, text=True, capture_output=True, check=False
        )
        assert f"setup of {clone}/deployments/setup.sh" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        pytest.param("", "was not found", id="none"),
        pytest.param("exit 1", "is too old: 3.11 or newer", id="old"),
        pytest.param('case "$2" in *venv*) exit 1;; esac', "lacks venv", id="without venv"),
    ],
)
def test_an_unfit_python_is_one_sentence(tmp_path: object, version: str, sentence: str) -> None:
    """And nothing is built with it."""
    folder = str(tmp_path)
    os.makedirs(f"{folder}/deployments")
    with open(f"{folder}/deployments/setup.sh", "w") as copy:
        copy.write((PROJECT / "deployments/setup.sh").read_text())
    python = f"{folder}/python"
    if version:
        with open(python, "w") as fake:
            fake.write(f'#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.1 && exit\n{version}\n')
        os.chmod(python, 0o755)

    done = subprocess.run(
        ["sh", f"{folder}/deployments/setup.sh", "run"],
        env={"PATH": os.environ["PATH"], "PYTHON": python},
        text=True,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not os.path.exists(f"{folder}/.venv")
