"""One driver's hours: a person's word, a fresh reading, a live call; and whose driver it is."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import NotFoundError
from core.hours import Which
from core.settings import PROJECT
from models.hours import Source
from store import hos, integrations, overrides
from store.connection import session
from tasks.hos import desk, read_driver_hos
from tasks.hos_answer import feeds

from .conftest import enter, left, tenant_id, truly

HOUR = 3600


async def test_a_reading_younger_than_five_minutes_asks_nobody(hours, acme):
    """The vendor's figures and the aged ones, which clock ends first, and when at home."""
    await hours.age(minutes=4)

    found = await hours.read(acme["driver_id"])

    assert (found.source, found.degraded, found.why) == (Source.CACHE, False, None)
    assert hours.asked == 0
    assert 240 <= found.age_s <= 300
    assert left(found.reading.clocks) == truly(acme)
    assert left(found.clocks) == [seconds - found.age_s for seconds in truly(acme)]
    assert found.is_available
    assert found.binding.which is Which.BREAK
    assert found.binding.at.tzinfo.key == found.home_timezone
    assert found.binding.at - found.now == timedelta(seconds=found.clocks.break_s)


async def test_a_reading_of_five_minutes_is_replaced_by_one_live_call(hours, acme):
    """The row lands as in a sync; this driver is confirmed, the dataset is not."""
    await hours.age(minutes=5)
    before = await hours.row("SELECT confirmed_at FROM ops.dataset_state"
                             " WHERE dataset = 'hos_clocks'")  # fmt: skip
    hours.box.advance(600)  # the driver drove on
    truth = hours.driver(driver_id=acme["driver_id"])

    found = await hours.read(acme["driver_id"])

    assert (found.source, found.degraded, hours.asked) == (Source.LIVE, False, 1)
    assert left(found.reading.clocks) == truly(truth) != truly(acme)
    assert found.age_s <= 5
    assert before == await hours.row("SELECT confirmed_at FROM ops.dataset_state"
                                     " WHERE dataset = 'hos_clocks'")  # fmt: skip
    again = await hours.read(acme["driver_id"])
    assert (again.source, hours.asked) == (Source.CACHE, 1)
    other = next(row for row in hours.box.truth("acme")["hos_clocks"]
                 if row["driver_id"] != acme["driver_id"])  # fmt: skip
    assert (await hours.read(other["driver_id"])).source is Source.LIVE, "he was not confirmed"
    assert hours.asked == 2


async def test_what_a_person_entered_comes_first(hours, acme):
    """Even before a fresh reading, and without asking the vendor; until it expires."""
    await enter(hours, acme)
    await hours.age(minutes=30)

    found = await hours.read(acme["driver_id"])

    assert (found.source, found.degraded, hours.asked) == (Source.OVERRIDE, False, 0)
    assert (found.override.author, found.override.reason) == ("Ann", "ELD malfunction")
    assert 2 * HOUR - 60 < found.clocks.drive_s <= 2 * HOUR
    # The clocks that were not entered are the vendor's, as old as they are.
    assert 1800 <= truly(acme)[1] - found.clocks.shift_s <= 1860
    assert (found.status, found.is_available) == ("unknown", False)
    expired = found.override.expires_at
    assert (await hours.read(acme["driver_id"], now=expired)).source is not Source.OVERRIDE
    last = await hours.read(acme["driver_id"], now=expired - timedelta(seconds=5))
    assert last.source is Source.OVERRIDE
    assert last.clocks.drive_s == 0, "and by then it has run down"


async def test_a_person_who_says_what_the_driver_does_makes_him_available(hours, acme):
    await enter(hours, acme, shift_s=3 * HOUR, break_s=HOUR, cycle_s=9 * HOUR,
                duty_status="off_duty")  # fmt: skip

    found = await hours.read(acme["driver_id"])

    assert (found.status, found.is_available) == ("off_duty", True)
    assert found.gained_s is None, "what midnight gives back is not known of an entered cycle"


async def test_an_ended_override_is_not_read(hours, acme):
    await enter(hours, acme)
    case = await hos.look(hours.conn, await tenant_id(hours), acme["driver_id"], feeds())
    with session(hours.url) as db:
        overrides.end(db, case, actor="Bob")

    assert (await hours.read(acme["driver_id"])).source is Source.CACHE


async def test_time_is_an_argument(hours, acme):
    """Asked about a later instant, the same reading is older; what was fresh is not any more."""
    now = datetime.now(UTC)
    soon = await hours.read(acme["driver_id"], now=now + timedelta(minutes=2))
    hours.box.faults(kind="error_500", vendor="samsara")
    late = await hours.read(acme["driver_id"], now=now + timedelta(hours=30))

    assert (soon.source, late.source) == (Source.CACHE, Source.STALE)
    assert late.clocks.drive_s == 0
    assert all(a >= b for a, b in zip(left(soon.clocks), left(late.clocks), strict=True))
    assert late.gained_s is None, "another day has begun since the reading"


async def test_a_driver_is_named_by_id_or_by_name(hours, acme):
    by_id = await hours.read(acme["driver_id"])

    by_name = await hours.read(f" {by_id.driver_name.upper()} ")

    assert by_name.driver_id == by_id.driver_id


async def test_a_strangers_driver_is_not_found(hours, acme):
    """Whether it exists elsewhere is not told, and no vendor is asked."""
    hours.add("bluemesa")
    await hours.sync("bluemesa")
    hours.box.reset_stats()
    theirs = hours.driver("bluemesa", duty_status="driving")["driver_id"]

    for driver in (theirs, "nobody"):
        with pytest.raises(NotFoundError, match=f"no driver “{driver}”"):
            await hours.read(driver)
    with pytest.raises(NotFoundError, match="no tenant"):
        await hours.read(theirs, slug="nowhere")
    assert hours.box.stats()["total"] == 0
    assert (await hours.desk.read(await tenant_id(hours, "bluemesa"), theirs)).driver_id == theirs


async def test_it_needs_no_desk_and_no_prefect(hours, acme):
    """One question, with Prefect's address pointing nowhere and the vendor's as well."""
    await hours.age(minutes=42)
    said = await read_driver_hos("acme", acme["driver_id"])
    assert said.source is Source.LIVE

    script = (
        "import asyncio, sys\n"
        "from tasks.hos import read_driver_hos\n"
        f"found = asyncio.run(read_driver_hos('acme', '{acme['driver_id']}'))\n"
        "import tasks.hos_live\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'prefect']\n"
        "print(found.source, found.why.kind)\n"
    )
    await hours.age(minutes=42)
    nowhere = "http://127.0.0.1:1"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=PROJECT, stdout=PIPE, stderr=PIPE,
        env={**os.environ, "SALLY_SANDBOX_URL": nowhere, "PREFECT_API_URL": f"{nowhere}/api"},
    )  # fmt: skip
    out, err = (part.decode() for part in await process.communicate())

    assert (process.returncode, out.split()) == (0, ["stale", "vendor_unavailable"]), err
    assert "samsara_api_" not in out + err


async def test_a_key_that_was_replaced_is_used(hours, acme):
    """The credential is opened for each asking, never kept."""
    with session(hours.url) as db:
        held = integrations.get(db, "acme", "samsara").credentials_fingerprint
    await hours.age(minutes=42)

    async with desk() as fresh:
        await fresh.read("acme", acme["driver_id"])

    assert hours.box.stats()["by_credential"] == {hours.box.fingerprint("acme", "samsara"): 1}
    assert held
