"""What a killed worker leaves to the next one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Crashed, Pending, Running

from deployments.run_ends import forget
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


@pytest.mark.parametrize(
    ("answer", "is_left"),
    [
        pytest.param(Completed(), False, id="told"),
        pytest.param(Crashed(), False, id="told that it crashed"),
        pytest.param(ObjectNotFound(None), False, id="deleted"),
        pytest.param(Running(), True, id="not told"),
        pytest.param(Pending(), True, id="never begun, not told"),
        pytest.param(httpx.ConnectError("away"), True, id="server away"),
    ],
)
async def test_a_run_is_left_to_the_next_worker_until_the_server_knows_its_end(
    tmp_path: Path, answer: State | Exception, is_left: bool
) -> None:
    """A database that died took Prefect with it: the end could not be told, and its place stayed
    taken for minutes, in which nothing was synced."""
    run, records = uuid4(), RunRecords(tmp_path / "runs")
    records.add(run)

    await forget(Server(answer), records, run)

    assert records.left() == ([run] if is_left else [])


class Server:
    """Says of every run that it is in this state, or fails like this."""

    def __init__(self, answer: State | Exception) -> None:
        self._answer = answer

    async def read_flow_run(self, _flow_run_id: UUID) -> SimpleNamespace:
        if isinstance(self._answer, Exception):
            raise self._answer
        return SimpleNamespace(state=self._answer)
