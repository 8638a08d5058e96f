"""Each batch knows what operators want, whoever is down."""

import asyncio
import logging

import pytest

from core import settings
from core.breaker import Mode, Policy
from core.policies import Policies
from store import breaker_policies
from tasks import policies
from tasks.policies import Book, mirrored

FORCED = {"mode": "forced_open", "who": "Ann", "why": "maintenance"}


class Prefect:
    """Stands in for the server: holds one document, counts how often it was asked."""

    def __init__(self, data):
        self.data, self.asked = data, 0

    async def read(self, vendor):
        self.asked += 1
        await asyncio.sleep(0)
        if isinstance(self.data, Exception):
            raise self.data
        return self.data


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def _mirror(database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database)
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


def book(data, clock):
    prefect = Prefect(data)
    return Book(prefect.read, clock), prefect


@pytest.mark.usefixtures("_mirror")
async def test_prefect_is_asked_once_a_second_and_then_obeyed(clock):
    known, prefect = book({}, clock)

    first = [await known.latest("acme") for _ in range(5)]
    prefect.data = FORCED
    clock.now += 0.99
    cached = await known.latest("acme")
    clock.now += 0.02
    obeyed = await known.latest("acme")

    assert [*first, cached] == [Policies()] * 6
    assert (obeyed.vendor.mode, obeyed.integration.mode) == (Mode.FORCED_OPEN,) * 2
    assert prefect.asked == 2


@pytest.mark.usefixtures("_mirror")
async def test_batches_that_start_together_share_one_question(clock):
    known, prefect = book(FORCED, clock)

    answers = await asyncio.gather(*(known.latest("acme") for _ in range(32)))

    assert {answer.vendor.mode for answer in answers} == {Mode.FORCED_OPEN}
    assert prefect.asked == 1


@pytest.mark.usefixtures("_mirror")
async def test_one_caller_that_gives_up_takes_nothing_from_the_others(clock):
    known, prefect = book(FORCED, clock)
    asking = [asyncio.create_task(known.latest("acme")) for _ in range(2)]
    await asyncio.sleep(0)

    asking[0].cancel()

    assert (await asking[1]).vendor.mode is Mode.FORCED_OPEN
    assert prefect.asked == 1


@pytest.mark.usefixtures("_mirror")
async def test_what_was_seen_is_mirrored_for_readers_without_prefect(clock, conn):
    known, prefect = book(FORCED, clock)
    await known.latest("acme")
    assert (await mirrored(conn, "acme")).vendor.who == "Ann"

    prefect.data = {}
    clock.now += 2
    await known.latest("acme")

    assert await mirrored(conn, "acme") == Policies()


@pytest.mark.usefixtures("_mirror")
async def test_without_prefect_the_mirror_holds_and_it_is_said_once(clock, conn, caplog):
    """A process that never reached Prefect obeys what another one saw there."""
    await breaker_policies.save(conn, "acme", Policy(failure_threshold=9, minimum_tenants=3))
    known, prefect = book(ConnectionError("no"), clock)

    found = []
    for _ in range(4):
        found.append(await known.latest("acme"))
        clock.now += policies.PAUSE_S + 0.1

    assert {answer.integration.failure_threshold for answer in found} == {9}
    assert prefect.asked == 4
    (said,) = [record.getMessage() for record in caplog.records]
    assert "acme: Prefect did not say" in said
    assert "ConnectionError" in said


@pytest.mark.usefixtures("_mirror")
async def test_a_prefect_that_hangs_costs_a_second_and_is_then_left_alone(clock, monkeypatch):
    monkeypatch.setattr(policies, "PREFECT_S", 0.01)
    asked = []

    async def hangs(vendor):
        asked.append(vendor)
        await asyncio.Event().wait()

    known = Book(hangs, clock)

    assert await known.latest("acme") == Policies()
    clock.now += policies.PAUSE_S - 0.1
    assert await known.latest("acme") == Policies()
    assert asked == ["acme"]


@pytest.mark.usefixtures("_mirror")
async def test_a_document_that_cannot_be_used_leaves_the_last_good_one(clock, conn, caplog):
    known, prefect = book({"failure_threshold": 9}, clock)
    await known.latest("acme")
    prefect.data = {"failure_threshold": 0}
    clock.now += 2

    found = await known.latest("acme")

    assert found.vendor.failure_threshold == 9
    assert "Failures that open it" in caplog.text
    held = (await breaker_policies.all_of(conn))["acme"]
    assert held.problem is not None
    assert held.policy.failure_threshold == 9

    prefect.data = {"failure_threshold": 9}
    clock.now += 2
    await known.latest("acme")
    assert (await breaker_policies.all_of(conn))["acme"].problem is None


@pytest.mark.usefixtures("_mirror")
async def test_a_document_that_is_gone_means_the_usual_policy(clock, conn, caplog):
    """Else a vendor that was forced open would stay so with nobody able to end it."""
    known, prefect = book(FORCED, clock)
    await known.latest("acme")
    prefect.data = None
    clock.now += 2

    assert await known.latest("acme") == Policies()
    assert await mirrored(conn, "acme") == Policies()
    assert "no circuit breaker document" in caplog.text


async def test_with_both_down_a_process_goes_on_with_what_it_knew(clock, database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database)
    settings.settings.cache_clear()
    known, prefect = book(FORCED, clock)
    before = await known.latest("acme")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    settings.settings.cache_clear()
    prefect.data = ConnectionError("no")
    clock.now += 2

    assert await known.latest("acme") == before
    assert await known.latest("another") == Policies()
    settings.settings.cache_clear()


async def test_a_mirror_that_cannot_be_written_is_said_once_and_stops_nothing(
    clock, monkeypatch, caplog
):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    settings.settings.cache_clear()
    known, _ = book(FORCED, clock)

    for _ in range(3):
        assert (await known.latest("acme")).vendor.mode is Mode.FORCED_OPEN
        clock.now += 2

    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1
    assert "could not be mirrored" in caplog.text
    settings.settings.cache_clear()


async def test_a_mirror_that_cannot_be_read_means_the_usual_policy(conn, caplog):
    await conn.execute(
        "INSERT INTO ops.breaker_policy (vendor, policy) VALUES ('acme', '{\"mode\": \"x\"}')"
    )

    assert await mirrored(conn, "acme") == Policies()
    assert "The usual one holds for acme" in caplog.text
