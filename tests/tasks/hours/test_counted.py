"""Every answer is counted by where it came from, and no answer waits for that or fails by it."""

from __future__ import annotations

import asyncio
from collections import Counter

import psycopg
import pytest

from core.errors import HoursUnknown, NotFoundError
from models.hours import Source
from models.ops.live import ANSWERS
from tasks.hos import NONE, desk

from .conftest import enter


async def counted(hours) -> dict[str, int]:
    return dict(await hours.rows("SELECT answer, answers FROM ops.hos_answer_daily"))


def test_the_words_are_those_of_answers():
    assert set(ANSWERS) == {*Source, NONE}


async def test_each_answer_is_counted_once_by_where_it_came_from(hours, acme):
    driver = acme["driver_id"]
    async with desk() as opened:
        await opened.read("acme", driver)
        await opened.read("acme", driver)
        await hours.age(minutes=5)
        await opened.read("acme", driver)
        await hours.age(minutes=6)
        await hours.conn.execute("UPDATE ops.integration SET status = 'disabled'")
        await opened.read("acme", driver)
        await enter(hours, acme)
        await opened.read("acme", driver)
        await hours.conn.execute("DELETE FROM ops.hos_override")
        await hours.conn.execute("DELETE FROM fleet.hos_clock")
        with pytest.raises(HoursUnknown):
            await opened.read("acme", driver)
        with pytest.raises(NotFoundError):
            await opened.read("acme", "nobody")

    assert await counted(hours) == {"cache": 2, "live": 1, "stale": 1, "override": 1, "none": 1}


async def test_however_many_ask_at_once_all_are_counted(hours, acme):
    async with desk() as opened, desk() as other:
        for _ in range(2):
            await asyncio.gather(
                *(at.read("acme", acme["driver_id"]) for at in (opened, other) for _ in range(20))
            )

    assert await counted(hours) == {"cache": 80}


async def test_an_answer_that_cannot_be_counted_is_given_all_the_same(hours, acme, caplog):
    with psycopg.connect(hours.url) as owner:
        owner.execute("ALTER TABLE ops.hos_answer_daily RENAME TO hos_answer_away")

    async with desk() as opened:
        found = Counter([(await opened.read("acme", acme["driver_id"])).source for _ in range(3)])

    assert found == {Source.CACHE: 3}
    assert "were not counted" in caplog.text
