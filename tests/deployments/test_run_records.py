"""What a killed worker leaves to the next one."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from deployments.run_records import RunRecords


def test_only_runs_without_an_end_are_left(tmp_path: Path) -> None:
    """However often one was noted; and the next worker finds them in the folder."""
    ended, open_ = uuid4(), uuid4()
    records = RunRecords(tmp_path / "runs")
    for run in (ended, open_, open_):
        records.add(run)

    records.remove(ended)
    records.remove(uuid4())

    assert RunRecords(tmp_path / "runs").left() == [open_]


def test_a_worker_that_nobody_replaces_keeps_nothing() -> None:
    """One that an operator started somewhere else, say."""
    records = RunRecords(None)
    records.add(uuid4())

    assert records.left() == []
