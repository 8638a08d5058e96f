"""One driver asked for outside a sync: by one process at a time, and true about its age."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from core.errors import RecordInvalid
from models import records
from store import hos, live
from store.connection import connect
from store.loading import DatasetResult, RunClose, RunResult
from store.results import ErrorFields, QuarantineRow

from .conftest import driver

FEEDS = {"acme": "clocks"}
ERROR = ErrorFields("vendor_unavailable", "Acme is silent.", "Nobody.", "Wait.")


def clock(number: int, drive: int | None = 3600, **more: object) -> records.HosClock:
    absent = dict.fromkeys(records.HosClock._fields)
    told = {"vendor_id": f"d{number}", "driver_name": f"Driver {number}", "duty_status": "driving"}
    return records.HosClock(**{**absent, **told, "drive_remaining_s": drive, **more})


class Clocks:
    """Shorthand for a tenant's clocks: synced, asked for, looked at."""

    def __init__(self, house, fleet, database):
        self.house, self.conn, self.url = house, house.conn, database
        self.tenant, self.integration = fleet.tenant_id, fleet.integration_id

    async def sync(self, *rows, started_at=None, quarantined=()):
        """A complete sync that began at `started_at` (now when left out) and landed now."""
        claim = await self.house.start(datasets=("clocks",))
        await self.house.staging.add(claim.run_id, records.HosClock, rows)
        told = DatasetResult(
            "clocks", records.HosClock, "success", fetched=len(rows) + len(quarantined),
            quarantined=quarantined, is_complete=True, is_snapshot=True,
            started_at=started_at or await self.now(),
        )  # fmt: skip
        result = RunResult(claim.run_id, claim.integration_id, RunClose("success"), [told])
        return (await self.house.staging.land([result]))[claim.run_id].counts["clocks"]

    async def now(self):
        return (await self.house.row("SELECT clock_timestamp()"))[0]

    async def look(self, number=1):
        return await hos.look(self.conn, self.tenant, f"d{number}", FEEDS)

    async def begin(self, number=1, seen=None, lease_s=30.0):
        if seen is None:
            stands = await live.state(self.conn, self.integration, f"d{number}")
            seen = stands.version
        return await live.begin(
            self.conn, self.integration, f"d{number}", seen=seen, lease_s=lease_s
        )

    async def ask(self, row, number=1):
        flight = await self.begin(number)
        await live.keep(self.url, flight, "clocks", row)
        return flight


@pytest.fixture
async def clocks(house, database):
    """A tenant with two drivers, synced an hour ago."""
    (fleet,) = await house.fleets(1)
    made = Clocks(house, fleet, database)
    await house.sync([driver(1), driver(2)])
    await made.sync(clock(1), clock(2), started_at=await made.now() - timedelta(hours=1))
    return made


async def test_one_at_a_time_may_ask(clocks):
    """And only who has seen the last state: what was just answered is not asked again."""
    first = await clocks.begin(seen=0)

    assert await clocks.begin(seen=0) is None
    assert await clocks.begin(seen=1) is None, "somebody asks"
    await live.keep(clocks.url, first, "clocks", clock(1))
    assert await clocks.begin(seen=1) is None, "somebody has asked since"
    assert (await live.state(clocks.conn, clocks.integration, "d1")).version == 2
    assert await clocks.begin(seen=2) is not None


async def test_of_many_at_once_one_may(clocks, database):
    """From connections of their own, in one moment."""

    async def one():
        async with connect(database) as conn:
            return await live.begin(conn, clocks.integration, "d1", seen=0, lease_s=30)

    flights = await asyncio.gather(*[one() for _ in range(20)])

    assert len([flight for flight in flights if flight is not None]) == 1


async def test_another_driver_is_another_matter(clocks):
    assert await clocks.begin(1) is not None
    assert await clocks.begin(2) is not None


async def test_a_lease_that_ran_out_is_taken_over(clocks):
    """The first one comes back too late: nothing of what it brings is kept."""
    late = await clocks.begin(lease_s=0)
    taker = await clocks.begin(seen=1)

    await live.keep(clocks.url, late, "clocks", clock(1, 5))
    await live.fail(clocks.conn, late, ERROR, None)

    assert taker is not None
    found = await clocks.look()
    assert (found.reading.clocks.drive_s, found.asking.error, found.asking.version) == (
        3600,
        None,
        2,
    )
    await live.keep(clocks.url, taker, "clocks", clock(1, 7))
    assert (await clocks.look()).reading.clocks.drive_s == 7


async def test_a_new_reading_confirms_its_driver_and_nobody_else(clocks):
    """The dataset's own confirmation, by which everybody else's age is told, stays as it was."""
    before = await clocks.look(2)

    flight = await clocks.ask(clock(1, 1800))

    found, other = await clocks.look(1), await clocks.look(2)
    assert (found.reading.clocks.drive_s, found.reading.as_of) == (1800, flight.asked_at)
    assert other.reading == before.reading
    assert before.read_at - other.reading.as_of > timedelta(minutes=59)


async def test_an_unchanged_reading_writes_no_row(clocks):
    """As in a sync; that it was confirmed is kept apart."""
    versions = "SELECT vendor_id, xmin::text, synced_at FROM fleet.hos_clock ORDER BY 1"
    before = await clocks.house.rows(versions)

    flight = await clocks.ask(clock(1))

    assert await clocks.house.rows(versions) == before
    assert (await clocks.look()).reading.as_of == flight.asked_at


async def test_a_reading_and_a_sync_agree_about_what_differs(clocks):
    """A row that an asking wrote is unchanged for the sync that brings the same."""
    flight = await clocks.ask(clock(1, 1800))
    counts = await clocks.sync(clock(1, 1800), clock(2))

    assert (counts.unchanged, counts.updated) == (2, 0)
    row = "SELECT run_id FROM fleet.hos_clock WHERE vendor_id = 'd1'"
    assert await clocks.house.row(row) == (flight.id,)
    found = await clocks.look()
    assert found.reading.as_of > flight.asked_at, "the sync confirmed it again, later"


async def test_a_driver_without_a_row_gets_one(clocks):
    await clocks.house.sync([driver(1), driver(2), driver(3)])
    assert (await clocks.look(3)).reading is None

    flight = await clocks.ask(clock(3, 60), number=3)

    found = await clocks.look(3)
    assert (found.reading.clocks.drive_s, found.reading.as_of) == (60, flight.asked_at)


async def test_a_sync_that_began_later_is_not_overwritten(clocks):
    """The vendor's answer to the asking is older than what the sync has brought meanwhile."""
    flight = await clocks.begin()
    await clocks.sync(clock(1, 1000), clock(2))

    await live.keep(clocks.url, flight, "clocks", clock(1, 2000))

    found = await clocks.look()
    assert found.reading.clocks.drive_s == 1000
    assert found.reading.as_of > flight.asked_at
    assert not (await live.state(clocks.conn, clocks.integration, "d1")).is_owned


async def test_a_sync_that_began_earlier_takes_the_age_back_with_the_row(clocks):
    """It fetched before the asking and lands after it: the row it writes is as old as its fetch."""
    began = await clocks.now()
    await clocks.ask(clock(1, 2000))
    await clocks.sync(clock(1, 2500), clock(2), started_at=began)

    found = await clocks.look()

    assert (found.reading.clocks.drive_s, found.reading.as_of) == (2500, began)


async def test_a_sync_that_began_while_it_was_asked_confirms_nothing_of_its_row(clocks):
    """It may have fetched before or after: what the asking wrote is as old as the asking."""
    flight = await clocks.begin()
    between = await clocks.now()
    await live.keep(clocks.url, flight, "clocks", clock(1, 2000))
    await clocks.conn.execute("UPDATE ops.dataset_state SET confirmed_at = %s", [between])

    assert (await clocks.look()).reading.as_of == flight.asked_at
    # Also when a later asking fails.
    await live.fail(clocks.conn, await clocks.begin(), ERROR, None)
    assert (await clocks.look()).reading.as_of == flight.asked_at
    later = await clocks.now()
    await clocks.conn.execute("UPDATE ops.dataset_state SET confirmed_at = %s", [later])
    assert (await clocks.look()).reading.as_of == later


async def test_a_row_that_was_left_out_is_as_old_as_the_fetch_that_named_it_last(clocks):
    """Not as old as the fetch that missed it: between the two anything may have happened."""
    named = await clocks.house.row("SELECT max(started_at) FROM ops.sync_run")
    await clocks.sync(clock(2))

    found = await clocks.look()
    assert not found.reading.is_confirmed
    assert found.reading.as_of == named[0]

    await clocks.ask(clock(1))
    assert (await clocks.look()).reading.is_confirmed


async def test_a_row_that_could_not_be_read_is_not_confirmed(clocks):
    """It was named, but nobody knows what it said."""
    bad = QuarantineRow("d1", "clocks.drive", "should be a number", {})
    await clocks.sync(clock(2), quarantined=[bad])

    found = await clocks.look()

    assert not found.reading.is_confirmed
    assert found.reading.as_of < found.read_at


async def test_the_age_of_a_row_is_unknown_when_no_fetch_is_known_that_named_it(clocks):
    """Runs are pruned: then its hours cannot be told."""
    await clocks.conn.execute(
        "UPDATE fleet.hos_clock SET missing_since = now() - interval '9 days'"
    )

    found = await clocks.look()

    assert found.reading.as_of is None


async def test_a_failed_asking_is_told_until_it_rests_no_more(clocks):
    """To everybody; a new key ends the rest at once."""
    flight = await clocks.begin()
    until = await clocks.now() + timedelta(hours=1)
    await live.fail(clocks.conn, flight, ERROR, until)

    found = (await clocks.look()).asking
    assert (found.rests, found.not_before, found.error) == (True, until, ERROR)
    assert (await clocks.look()).reading.clocks.drive_s == 3600, "what was known stays"

    await clocks.conn.execute("UPDATE ops.integration SET credentials_changed_at = now()")
    assert not (await clocks.look()).asking.rests
    await clocks.ask(clock(1))
    assert (await clocks.look()).asking.error is None


async def test_a_value_that_cannot_be_stored_is_an_invalid_record(clocks):
    """Told as one, without the value; the lease is still the caller's to give back."""
    for broken in (clock(1, 2**40), clock(1, duty_status="resting"), clock(1, "soon")):
        flight = await clocks.begin()
        with pytest.raises(RecordInvalid, match="cannot be stored"):
            await live.keep(clocks.url, flight, "clocks", broken)
        assert (await live.state(clocks.conn, clocks.integration, "d1")).is_flying
        await live.fail(clocks.conn, flight, ERROR, None)

    assert (await clocks.look()).reading.clocks.drive_s == 3600


async def test_nobody_asks_for_an_integration_that_is_not_there(clocks):
    assert await live.begin(clocks.conn, uuid4(), "d1", seen=0, lease_s=1) is None
    assert await live.state(clocks.conn, uuid4(), "d1") == live.State(0, False, False)
