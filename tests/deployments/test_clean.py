"""`make clean-data` removes our data and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployments.clean import clean
from deployments.errors import StackError
from deployments.postgres import Postgres


def test_only_our_files_go(data: Path) -> None:
    """SALLY_DATA may name a folder that holds other things as well."""
    (data / "logs").mkdir()
    (data / "credentials.key").touch()
    (data / "postgres.password").touch()
    (data / "thesis.txt").touch()

    removed = clean(data)

    assert {path.name for path in removed} == {"logs", "credentials.key", "postgres.password"}
    assert [path.name for path in data.iterdir()] == ["thesis.txt"]


def test_a_running_stack_keeps_its_data(data: Path) -> None:
    """Files removed under a running server would be worse than either."""
    server = Postgres(data)
    server.start()

    with pytest.raises(StackError, match="is running"):
        clean(data)

    server.stop()
    assert clean(data)
    assert not data.exists()
