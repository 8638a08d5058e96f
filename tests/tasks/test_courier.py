"""Sends while something is left, sleeps in between, and ends by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import SallyError
from tasks import alerting, courier
from tasks.alerting import Delivered
from tasks.courier import LONGEST_PAUSE, SHORTEST_PAUSE, Courier, pause_after

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (None, None),
        (timedelta(seconds=-9), SHORTEST_PAUSE),
        (timedelta(seconds=40), timedelta(seconds=40)),
        (timedelta(hours=24), LONGEST_PAUSE),
    ],
)
def test_it_sleeps_until_something_is_due_and_never_for_long(due, expected):
    delivered = Delivered(next_at=None if due is None else NOW + due)

    assert pause_after(delivered, NOW) == expected


class Outbox:
    """Answers in turn; ``deliveries`` counts how often it was asked."""

    def __init__(self, monkeypatch, *answers):
        self.answers = list(answers)
        self.deliveries = 0
        self.asked = asyncio.Event()
        monkeypatch.setattr(alerting, "deliver", self.deliver)

    async def deliver(self, _url, _post):
        self.deliveries += 1
        self.asked.set()
        answer = self.answers.pop(0) if self.answers else Delivered()
        if isinstance(answer, Exception):
            raise answer
        return answer


async def end_of(one):
    await asyncio.wait_for(one._task, 5)


async def test_it_ends_when_nothing_is_left(monkeypatch):
    outbox = Outbox(monkeypatch, Delivered(sent=2))
    one = Courier("url")

    one.wake()
    await end_of(one)

    assert outbox.deliveries == 1


async def test_it_comes_back_for_what_is_due_later(monkeypatch):
    monkeypatch.setattr(courier, "SHORTEST_PAUSE", timedelta(0))
    outbox = Outbox(monkeypatch, Delivered(next_at=NOW), Delivered(next_at=NOW), Delivered())
    one = Courier("url")

    one.wake()
    await end_of(one)

    assert outbox.deliveries == 3


async def test_being_woken_cuts_its_sleep_short(monkeypatch):
    """A message that is due now does not wait for one that is due tomorrow."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    outbox = Outbox(monkeypatch, Delivered(next_at=tomorrow), Delivered())
    one = Courier("url")
    one.wake()
    await asyncio.wait_for(outbox.asked.wait(), 5)

    one.wake()
    await end_of(one)

    assert outbox.deliveries == 2


async def test_a_fault_is_not_its_end(monkeypatch, caplog):
    monkeypatch.setattr(courier, "AFTER_A_FAULT", timedelta(0))
    outbox = Outbox(
        monkeypatch, SallyError("The database is away."), ValueError("secret"), Delivered()
    )
    one = Courier("url")

    one.wake()
    await end_of(one)

    assert outbox.deliveries == 3
    assert "The database is away." in caplog.text
    assert "secret" not in caplog.text


async def test_many_wakings_are_one_round(monkeypatch):
    outbox = Outbox(monkeypatch)
    one = Courier("url")

    for _ in range(50):
        one.wake()
    await end_of(one)

    assert outbox.deliveries == 1
