"""A vendor that is down meets a handful of requests; one that answers gets all of them."""

import asyncio

import pytest

from adapters._kit.slots import Slots


async def held(slots, most=100):
    """Tasks that each hold a slot until told to leave."""
    leave = asyncio.Event()

    async def hold():
        async with slots:
            await leave.wait()

    tasks = [asyncio.create_task(hold()) for _ in range(most)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks, leave


async def test_few_go_before_the_vendor_has_answered():
    slots = Slots(50, first=8)
    tasks, leave = await held(slots)

    assert slots.busy == 8

    leave.set()
    await asyncio.gather(*tasks)
    assert slots.busy == 0


async def test_each_good_answer_lets_one_more_go_up_to_the_most():
    slots = Slots(10, first=8)

    for _ in range(5):
        slots.answered(well=True)

    assert slots.open == 10


async def test_each_failure_halves_what_may_go_down_to_one():
    slots = Slots(50, first=8)
    for _ in range(32):
        slots.answered(well=True)

    found = []
    for _ in range(6):
        slots.answered(well=False)
        found.append(slots.open)

    assert found == [20, 10, 5, 2, 1, 1]


async def test_after_failures_the_next_goes_alone():
    slots = Slots(50)
    tasks, leave = await held(slots, most=4)
    for _ in range(4):
        slots.answered(well=False)
    waiting, _ = await held(slots, most=3)

    leave.set()
    await asyncio.gather(*tasks)
    await asyncio.sleep(0)

    assert slots.busy == 1
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_cancelled_request_leaves_its_place_in_the_queue():
    slots = Slots(1, first=1)
    tasks, leave = await held(slots, most=3)
    tasks[1].cancel()

    leave.set()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert slots.busy == 0
    async with asyncio.timeout(1):
        async with slots:
            assert slots.busy == 1


async def test_a_request_cancelled_at_its_turn_gives_the_turn_on():
    slots = Slots(1, first=1)
    async with slots:
        first = asyncio.create_task(slots.__aenter__())
        second = asyncio.create_task(slots.__aenter__())
        await asyncio.sleep(0)
    # The first has its turn and has not run since.
    first.cancel()

    with pytest.raises(asyncio.CancelledError):
        await first
    await second

    assert slots.busy == 1
