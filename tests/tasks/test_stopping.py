"""A flow run that is told to stop is not taken for one that broke."""

import asyncio
import contextlib
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
        async with stopping_plainly(), asyncio.TaskGroup() as group:
            group.create_task(work(2))
            group.create_task(inner())

    with pytest.raises(TerminationSignal):
        await outer()
    assert sorted(ended) == [1, 2]


async def test_other_errors_stay_as_they_are():
    """A group of faults keeps every one of them."""
    faults = ExceptionGroup("two", [ValueError("a"), KeyError("b")])

    with pytest.raises(ExceptionGroup) as raised:
        async with stopping_plainly():
            raise faults
    assert raised.value is faults


async def forever():
    """Work that never ends by itself."""
    await asyncio.Event().wait()


async def unfinished():
    """Work that takes whatever interrupts it for an error of its own."""
    try:
        await asyncio.Event().wait()
    except BaseException as error:
        raise ValueError("no sense in that") from error


@pytest.mark.usefixtures("_raised")
@pytest.mark.parametrize("work", [forever, unfinished])
async def test_a_signal_that_a_callback_swallows_stops_the_run(work):
    """The event loop reports an exception of a callback, and goes on."""
    loop = asyncio.get_running_loop()
    swallowed = []
    loop.set_exception_handler(lambda _loop, told: swallowed.append(told["exception"]))
    loop.call_soon(os.kill, os.getpid(), signal.SIGTERM)

    with pytest.raises(TerminationSignal):
        async with stopping_plainly():
            await work()
    assert [type(error) for error in swallowed] == [TerminationSignal]
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()
    assert signal.set_wakeup_fd(-1) == -1


@pytest.mark.usefixtures("_raised")
async def test_a_signal_that_became_another_error_is_still_the_signal():
    """As when a library meets it in the middle of an answer."""

    def answer():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except TerminationSignal as error:
            raise ExceptionGroup("broken off", [OSError("the line")]) from error

    with pytest.raises(TerminationSignal):
        async with stopping_plainly():
            answer()


@pytest.mark.usefixtures("_raised")
async def test_what_was_done_when_the_signal_came_stays_done():
    """A run that ended is not ended again."""
    with contextlib.suppress(TerminationSignal):
        async with stopping_plainly():
            os.kill(os.getpid(), signal.SIGTERM)
    async with stopping_plainly():
        done = True
    assert done


async def test_a_loop_with_handlers_of_its_own_keeps_them():
    """Then Prefect does not raise anything there, and we are not needed."""
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, came.set)
    try:
        async with stopping_plainly():
            os.kill(os.getpid(), signal.SIGTERM)
            await came.wait()
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


async def test_another_signal_stops_nothing():
    """A child that ended, say."""
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        async with stopping_plainly():
            os.kill(os.getpid(), signal.SIGUSR1)
            for _ in range(3):
                await asyncio.sleep(0)
    finally:
        signal.signal(signal.SIGUSR1, before)
