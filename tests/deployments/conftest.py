"""Data folders that PostgreSQL's user can enter, and patience with real processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.settings import PROJECT

Until = Callable[[Callable[[], object]], None]
Script = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def data() -> Iterator[Path]:
    """An empty data folder; pytest's own are private, and root's PostgreSQL is not root."""
    folder = Path(tempfile.mkdtemp(prefix="sally-stack-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def until() -> Until:
    """Wait, for real processes take their time, until something is true."""

    def wait(is_so: Callable[[], object]) -> None:
        end = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < end, "it never came true"
            time.sleep(0.02)

    return wait


@pytest.fixture
def script() -> Iterator[Script]:
    """Run Python code as a process of its own; what it leaves behind is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(PROJECT), **env},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture
def is_running() -> Callable[[int], bool]:
    """Whether a process exists and is more than a zombie."""

    def ask(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    return ask
