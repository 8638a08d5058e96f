"""A flow run that is told to stop is not taken for one that broke."""

import asyncio
import os
import signal

import pytest
from prefect.exceptions import TerminationSignal

from tasks.stopping import stopping_plainly


@pytest.fixture
def _raised():
    """A signal to stop is raised where the code is just then, as Prefect does it."""

    def handle(number, _frame):
        raise TerminationSignal(number)

    before = signal.signal(signal.SIGTERM, handle)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("_raised")
async def test_a_signal_comes_out_of_groups_as_itself():
    """Though it is raised in a task of a group within a group."""
    ended = []

    async def work(number):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    async def inner():
        async with asyncio.TaskGroup() as group:
            group.create_task(work(1))
            await asyncio.sleep(0)
            os.kill(os.getpid(), signal.SIGTERM)

    async def outer():
        with stopping_plainly():
            async with asyncio.TaskGroup() as group:
                group.create_task(work(2))
                group.create_task(inner())

    with pytest.raises(TerminationSignal):
        await outer()
    assert sorted(ended) == [1, 2]


async def test_other_errors_stay_as_they_are():
    """A group of faults keeps every one of them."""
    faults = ExceptionGroup("two", [ValueError("a"), KeyError("b")])

    with pytest.raises(ExceptionGroup) as raised, stopping_plainly():
        raise faults
    assert raised.value is faults
