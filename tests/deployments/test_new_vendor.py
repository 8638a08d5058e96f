"""`make vendor` makes what works but for what only a person knows, and the checks name that."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import PROJECT
from deployments.errors import StackError
from deployments.new_vendor import CHANGES, scaffold

ROOMS = ("core", "models", "adapters", "store", "quality", "tasks", "flows", "console",
         "deployments", "sandbox", "benchmarks", "clients")  # fmt: skip
FILES = ("prefect.yaml", "pyproject.toml", ".env.example", "README.md")


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """The repository as it is, with a fifth vendor."""
    copy = tmp_path_factory.mktemp("tree")
    leave = shutil.ignore_patterns("__pycache__", ".venv", "*.json.gz")
    for room in ROOMS:
        shutil.copytree(PROJECT / room, copy / room, ignore=leave)
    for name in FILES:
        shutil.copy(PROJECT / name, copy / name)
    (copy / "docs").mkdir()
    shutil.copy(PROJECT / "docs/vendors.md", copy / "docs/vendors.md")
    (copy / "tests/adapters").mkdir(parents=True)
    for name in ("tests/adapters/test_conformance.py",):
        shutil.copy(PROJECT / name, copy / name)
    shutil.copytree(PROJECT / "tests/fixtures", copy / "tests/fixtures")
    scaffold("acmeeld", "Acme ELD", copy)
    return copy


def run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """One of the tools, on the copy and nothing else."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": f"{tree}{os.pathsep}{tree}/clients/python"},
        text=True,
        capture_output=True,
        check=False,
    )


def test_the_conformance_suite_names_what_a_person_has_to_do(tree: Path):
    """Fixtures, the sandbox's part, and each file with a mark; nothing else."""
    done = run(
        tree, "-m", "pytest", "tests/adapters/test_conformance.py", "-q", "-p", "no:cacheprovider"
    )
    failed = set(
        re.findall(r"^FAILED \S+::test_a_vendor_is_complete\[(\S+?)-(.+?)\]", done.stdout, re.M)
    )

    assert failed == {
        ("acmeeld", "fixtures"),
        ("acmeeld", "a part of the sandbox"),
        ("acmeeld", "nothing left to fill in"),
    }, done.stdout[-3000:]
    for name in ("__init__.py", "client.py", "wire.py", "mapping.py", "README.md"):
        assert f"adapters/acmeeld/{name}" in done.stdout


def test_what_is_made_imports(tree: Path):
    """The flow is the last of the chain; it asks for the dataset that the manifest has."""
    done = run(
        tree,
        "-c",
        "from adapters import registry; from flows.acmeeld import sync_acmeeld as made\n"
        "print(made.__module__, made.name, registry.vendor('acmeeld').datasets[0].name)\n"
        "import adapters; print(adapters.__file__)",
    )

    assert done.stdout.splitlines()[0] == "flows.acmeeld sync-acmeeld vehicles", done.stderr
    assert done.stdout.splitlines()[1].startswith(str(tree))


@pytest.mark.parametrize(
    "command",
    [
        ("-m", "ruff", "format", "--check", "--no-cache", "."),
        ("-m", "ruff", "check", "--no-cache", "."),
        ("-m", "mypy", "--cache-dir", ".mypy_cache", "-p", "adapters.acmeeld"),
    ],
    ids=["format", "style", "types"],
)
def test_what_is_made_is_clean(tree: Path, command):
    """Nobody starts with another's lint."""
    done = run(tree, *command)

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_the_contracts_know_it(tree: Path):
    said = (tree / "pyproject.toml").read_text()

    assert said.count('"adapters.acmeeld"') == said.count('"adapters.openweather"') == 2


def test_a_second_time_changes_nothing(tree: Path):
    before = {path: (tree / path).read_text() for path in CHANGES}

    with pytest.raises(StackError, match="adapters/acmeeld exists"):
        scaffold("acmeeld", repo=tree)

    assert {path: (tree / path).read_text() for path in CHANGES} == before


@pytest.mark.parametrize(
    "name", ["", "Acme", "acme-eld", "2fast", "class", "for", "registry", "../x"]
)
def test_a_name_that_is_no_folder_is_one_sentence(tmp_path: Path, name: str):
    with pytest.raises(StackError, match="cannot be a vendor's name"):
        scaffold(name, repo=tmp_path)


def test_a_title_that_would_break_the_code_is_one_sentence(tmp_path: Path):
    with pytest.raises(StackError, match="cannot be a title"):
        scaffold("acmeeld", 'Acme "ELD"', tmp_path)
