"""One driver's hours: who answers, when the vendor is asked, and what is said when it is silent."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from adapters._kit.guard import Open
from adapters.registry import vendor
from core.errors import (
    AuthRejected,
    ConfigurationError,
    ContractBroken,
    Deferred,
    HoursUnknown,
    NotFoundError,
    Origin,
    RateLimited,
    RecordInvalid,
    VendorUnavailable,
)
from core.hours import Which
from core.hours_override import Override
from core.settings import PROJECT, settings
from models.hours import Source
from store import hos, integrations, overrides
from store.connection import session
from tasks.hos import desk, read_driver_hos
from tasks.hos_answer import feeds
from tasks.hos_live import LONG_REST, REST, NotThere, failure, may_pass

HOUR = 3600
SAMSARA = vendor("samsara")
CLOCK_NAMES = ("drive_s", "shift_s", "break_s", "cycle_s")


@pytest.fixture
async def acme(hours):
    """A synced tenant with a driver at the wheel; his true clocks."""
    hours.add()
    await hours.sync()
    hours.box.reset_stats()
    return hours.driver(duty_status="driving")


def left(clocks):
    return [getattr(clocks, name) for name in CLOCK_NAMES]


def truly(row):
    return [row[name.removesuffix("_s") + "_remaining_s"] for name in CLOCK_NAMES]


async def enter(hours, row, **more):
    found = await hos.look(hours.conn, await tenant_id(hours), row["driver_id"], feeds())
    given = {"drive_s": 2 * HOUR, "expires_at": found.read_at + timedelta(hours=6)} | more
    wanted = Override(author="Ann", reason="ELD malfunction", created_at=found.read_at, **given)
    with session(hours.url) as db:
        overrides.enter(db, found, wanted, actor="Ann")


async def tenant_id(hours, slug="acme"):
    return (await hours.row("SELECT id FROM ops.tenant WHERE slug = %s", slug))[0]


# --- who answers ---------------------------------------------------------------------------------


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


# --- numbers that are worse than none ------------------------------------------------------------


async def test_an_unknown_status_is_never_available(hours, acme):
    """The driver's app is offline: fresh figures, and nobody to plan with."""
    row = hours.driver(duty_status="unknown")

    found = await hours.read(row["driver_id"])

    assert (found.source, found.status, found.is_available) == (Source.CACHE, "unknown", False)
    assert left(found.clocks) == [max(seconds - found.age_s, 0) for seconds in truly(row)]


async def test_a_deactivated_driver_is_not_available(hours, acme):
    row = next(row for row in hours.box.truth("acme")["hos_clocks"] if not row["active"])

    found = await hours.read(row["driver_id"])

    assert (found.is_active, found.is_available) == (False, False)


async def test_an_exempt_driver_has_no_hours(hours, acme):
    row = hours.driver(drive_remaining_s=None)

    found = await hours.read(row["driver_id"])

    assert found.clocks.is_exempt
    assert left(found.clocks) == [None] * 4
    assert (found.binding, found.is_available) == (None, False)
    assert found.exempt_reason


async def test_a_row_that_the_last_fetch_left_out_is_not_fresh(hours, acme):
    """It is asked for at once, and an answer heals it."""
    await hours.conn.execute("UPDATE fleet.hos_clock SET missing_since = now(), missing_runs = 1")

    found = await hours.read(acme["driver_id"])

    assert (found.source, hours.asked) == (Source.LIVE, 1)
    healed = "SELECT missing_since, missing_runs FROM fleet.hos_clock WHERE vendor_id = %s"
    assert await hours.row(healed, acme["driver_id"]) == (None, 0)


async def test_a_row_that_nobody_confirms_is_taken_for_nothing_known(hours, acme):
    """Off duty when last seen: with the vendor silent that is not told as what he does now."""
    row = hours.driver(duty_status="off_duty")
    await hours.conn.execute("UPDATE fleet.hos_clock SET missing_since = now() + interval '1s'")
    hours.box.faults(kind="error_500", vendor="samsara")

    found = await hours.read(row["driver_id"])

    assert (found.source, found.status, found.is_available) == (Source.STALE, "unknown", False)
    assert left(found.clocks) == [max(seconds - found.age_s, 0) for seconds in truly(row)]


@pytest.mark.parametrize("status", ["off_duty", "sleeper_berth", "driving"])
async def test_rest_is_never_credited(hours, acme, status):
    """Ten, thirty-four or a hundred hours later: what was said, less what may have passed."""
    row = hours.driver(duty_status=status) if status != "sleeper_berth" else acme
    hours.box.faults(kind="error_500", vendor="samsara")
    before = truly(row)
    for age in (timedelta(hours=10), timedelta(hours=24), timedelta(hours=66)):
        await hours.age(seconds=age.total_seconds())
        found = await hours.read(row["driver_id"])

        now_left = left(found.clocks)
        assert found.source is Source.STALE
        assert all(now <= was for now, was in zip(now_left, before, strict=True))
        before = now_left


async def test_a_stale_answer_is_aged_by_what_the_driver_did(hours, acme):
    """Driving runs on all clocks; off duty on the shift only."""
    hours.box.faults(kind="error_500", vendor="samsara")
    await hours.age(minutes=42)
    for status, runs in (("driving", (1, 1, 1, 1)), ("off_duty", (0, 1, 0, 0))):
        row = hours.driver(duty_status=status)
        found = await hours.read(row["driver_id"])

        expected = [max(seconds - found.age_s * run, 0)
                    for seconds, run in zip(truly(row), runs, strict=True)]  # fmt: skip
        assert left(found.clocks) == expected
        assert found.age_s >= 42 * 60


# --- what is wrong with the vendor ---------------------------------------------------------------

FAULTS = [
    # fault, arguments, kind of the reason, requests
    ("error_500", {}, "vendor_unavailable", 2),
    ("unavailable_503", {}, "vendor_unavailable", 2),
    ("reset", {}, "vendor_unavailable", 2),
    ("truncated", {}, "vendor_unavailable", 2),
    ("rate_limited", {"retry_after": "0.40235"}, "rate_limited", 2),
    ("rate_limited", {"retry_after": "30"}, "rate_limited", 1),
    ("rate_limited", {"retry_after": None}, "rate_limited", 1),
    ("unauthorized", {}, "auth_rejected", 1),
    ("forbidden", {}, "permission_missing", 1),
    ("not_json", {}, "contract_broken", 1),
    ("redirect", {}, "request_rejected", 1),
    ("bad_row", {"rows": 1}, "record_invalid", 1),
    ("vanished_rows", {"rows": 1}, "not_there", 1),
    ("missing_fields", {"rows": 1, "which": "required"}, "record_invalid", 1),
]


@pytest.mark.parametrize(
    ("fault", "arguments", "kind", "requests"), FAULTS, ids=[f"{f[0]} {f[1]}" for f in FAULTS]
)
async def test_whatever_the_vendor_does_the_last_reading_is_given(
    hours, acme, fault, arguments, kind, requests
):
    """Aged, with the reason in three sentences and the time of the next try; never an error."""
    await hours.age(minutes=42)
    hours.box.faults(kind=fault, vendor="samsara", args=arguments)

    found = await hours.read(acme["driver_id"])

    assert (found.source, found.degraded, found.why.kind) == (Source.STALE, True, kind)
    assert hours.asked == requests
    said = found.why.sentences
    assert "Samsara" in said.happened
    assert said.who.startswith("Who must act: ")
    assert said.next_step
    assert found.retry_at > found.now
    assert left(found.reading.clocks) == truly(acme)
    # Whoever asks next gets the same without asking the vendor again.
    again = await hours.read(acme["driver_id"])
    assert (again.source, again.why, hours.asked) == (Source.STALE, found.why, requests)


async def test_one_fault_that_passes_is_not_noticed(hours, acme):
    """The second attempt of the same question succeeds."""
    await hours.age(minutes=42)
    hours.box.faults(kind="error_500", vendor="samsara", times=1)

    found = await hours.read(acme["driver_id"])

    assert (found.source, found.degraded, hours.asked) == (Source.LIVE, False, 2)


async def test_a_vendor_that_hangs_costs_the_budget_and_no_more(hours, acme):
    await hours.age(minutes=42)
    hours.box.faults(kind="hang", vendor="samsara")
    async with desk(budget_s=0.3) as quick:
        began = datetime.now(UTC)
        found = await quick.read("acme", acme["driver_id"])
        took = datetime.now(UTC) - began

    assert (found.source, found.why.kind) == (Source.STALE, "vendor_unavailable")
    assert took < timedelta(seconds=1.5)


async def test_after_the_rest_the_vendor_is_asked_again(hours, acme):
    await hours.age(minutes=42)
    hours.box.faults(kind="error_500", vendor="samsara", times=2)
    assert (await hours.read(acme["driver_id"])).source is Source.STALE
    await hours.conn.execute("UPDATE ops.hos_live SET not_before = now()")

    assert (await hours.read(acme["driver_id"])).source is Source.LIVE


async def test_a_new_key_is_tried_at_once(hours, acme):
    """Who has just replaced it need not wait for the rest to end."""
    await hours.age(minutes=42)
    hours.box.faults(kind="unauthorized", vendor="samsara", times=1)
    found = await hours.read(acme["driver_id"])
    assert (found.why.kind, found.why.sentences.next_step) == (
        "auth_rejected", AuthRejected.advice
    )  # fmt: skip

    await hours.conn.execute("UPDATE ops.integration SET credentials_changed_at = now()")

    assert (await hours.read(acme["driver_id"])).source is Source.LIVE


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ("UPDATE ops.integration SET status = 'disabled'", "switched_off", "is switched off"),
        ("UPDATE ops.tenant SET is_active = false", "switched_off", "acme is switched off"),
        ("UPDATE ops.integration SET status = 'needs_attention'", "auth_rejected", "rejects"),
        (
            "UPDATE ops.integration SET status = 'needs_attention', last_error_kind ="
            " 'auth_rejected', last_error_happened = 'Samsara answered 401.',"
            " last_error_who = 'w', last_error_next_step = 'n'",
            "auth_rejected",
            "answered 401",
        ),
    ],
)
async def test_who_was_told_to_stop_asking_does_not_ask(hours, acme, change, kind, says):
    """A disabled connection, and a key that was rejected: trying it again locks accounts."""
    await hours.age(minutes=42)
    await hours.conn.execute(change)

    found = await hours.read(acme["driver_id"])

    assert (found.source, found.why.kind, hours.asked) == (Source.STALE, kind, 0)
    assert says in found.why.sentences.happened


async def test_without_any_reading_it_is_one_clear_error(hours):
    """The driver is known, his hours are not, and the vendor is silent: nothing is invented."""
    hours.add()
    await hours.sync(datasets=("drivers",))
    row = hours.driver(duty_status="driving")
    hours.box.faults(kind="error_500", vendor="samsara")

    with pytest.raises(HoursUnknown, match="Nothing is known of the hours of") as caught:
        await hours.read(row["driver_id"])

    assert "Samsara answered 500" in caught.value.sentences.happened
    assert caught.value.sentences.who == "Who must act: the vendor."
    assert caught.value.retry_at is not None
    # And with the vendor back, the first reading lands.
    hours.box.clear()
    await hours.conn.execute("UPDATE ops.hos_live SET not_before = NULL")
    found = await hours.read(row["driver_id"])
    assert (found.source, left(found.reading.clocks)) == (Source.LIVE, truly(row))


async def test_a_reading_whose_age_is_unknown_is_not_told(hours, acme):
    await hours.conn.execute("UPDATE ops.dataset_state SET confirmed_at = NULL")
    hours.box.faults(kind="error_500", vendor="samsara")

    with pytest.raises(HoursUnknown):
        await hours.read(acme["driver_id"])


async def test_a_setting_that_is_wrong_here_does_not_stop_others(hours, acme, monkeypatch):
    """This process has no key: it answers with what is kept, and another may still ask."""
    await hours.age(minutes=42)
    monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", "cd" * 32)
    settings.cache_clear()
    found = await hours.read(acme["driver_id"])
    assert (found.source, found.why.kind, hours.asked) == (Source.STALE, "configuration", 0)

    monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", "ab" * 32)
    settings.cache_clear()

    assert (await hours.read(acme["driver_id"])).source is Source.LIVE


async def test_a_fault_of_ours_is_told_as_one(hours, acme, monkeypatch, caplog):
    """And logged; the lease is given back."""

    def broken(*_: object, **__: object):
        raise ZeroDivisionError

    await hours.age(minutes=42)
    monkeypatch.setattr("tasks.hos_live.base_url", broken)

    found = await hours.read(acme["driver_id"])

    assert (found.source, found.why.kind) == (Source.STALE, "internal")
    assert "ZeroDivisionError" in caplog.text
    assert await hours.row("SELECT owner FROM ops.hos_live") == (None,)


# --- the breaker and the gate --------------------------------------------------------------------


class Shut(Open):
    """A guard that lets nothing go before an instant."""

    def __init__(self, until):
        self.until = until

    async def admit(self, limit, origin):
        raise Deferred("Samsara asked us to wait.", origin, self.until)


async def test_what_the_guard_forbids_is_not_asked(hours, acme):
    """The answer says until when; the guard is told whose call it is."""
    await hours.age(minutes=42)
    until = datetime.now(UTC) + timedelta(minutes=7)
    flights = []

    @asynccontextmanager
    async def guard_for(flight):
        flights.append(flight)
        yield Shut(until)

    async with desk(guard_for=guard_for) as guarded:
        found = await guarded.read("acme", acme["driver_id"])

    assert (found.source, found.why.kind, found.retry_at) == (Source.STALE, "deferred", until)
    assert hours.asked == 0
    ((tenant, integration, fingerprint),) = await hours.rows(
        "SELECT tenant_id, id, credentials_fingerprint FROM ops.integration"
    )
    (flight,) = flights
    assert (flight.tenant_id, flight.integration_id, flight.credentials_fingerprint) == (
        tenant, integration, fingerprint
    )  # fmt: skip
    assert (flight.vendor, flight.is_sandbox) == ("samsara", True)


async def test_a_guard_hears_what_the_vendor_answered(hours, acme):
    """Each call is admitted and settled once; a hanging vendor counts as silent, not given up."""
    heard = []

    class Listening(Open):
        async def settle(self, given, error):
            heard.append(error.kind if error else None)

        async def give_up(self, given):
            heard.append("given up")

    @asynccontextmanager
    async def guard_for(flight):
        yield Listening()

    async with desk(guard_for=guard_for, budget_s=0.5) as guarded:
        await hours.age(minutes=42)
        await guarded.read("acme", acme["driver_id"])
        await hours.age(minutes=42)
        hours.box.faults(kind="hang", vendor="samsara")
        found = await guarded.read("acme", acme["driver_id"])

    assert found.why.kind == "vendor_unavailable"
    assert heard[:2] == [None, "vendor_unavailable"]


async def test_the_answer_shows_the_breaker(hours, acme):
    """The less willing of the integration's and the vendor's; the real vendor's is another."""
    (tenant, integration), until = (
        (await hours.rows("SELECT tenant_id, id FROM ops.integration"))[0],
        datetime.now(UTC) + timedelta(minutes=3),
    )
    insert = ("INSERT INTO ops.breaker (vendor, scope, tenant_id, integration_id, state, retry_at,"
              " is_sandbox, reason) VALUES ('samsara', %s, %s, %s, %s, %s, %s, 'why')")  # fmt: skip
    for values in (
        ("integration", tenant, integration, "CLOSED", None, True),
        ("vendor", None, None, "OPEN", until, True),
        ("vendor", None, None, "HALF_OPEN", None, False),
    ):
        await hours.conn.execute(insert, values)
    await hours.age(minutes=42)

    found = await hours.read(acme["driver_id"])

    assert (found.breaker.scope, found.breaker.state) == ("vendor", "OPEN")
    assert (found.breaker.retry_at, found.breaker.reason) == (until, "why")
    assert (found.source, found.why.kind, found.retry_at) == (Source.STALE, "paused", until)
    assert hours.asked == 0


async def test_live_calls_open_the_breaker_as_those_of_a_sync_do(hours, acme):
    """Five failures, of whichever drivers, and the vendor is left alone for all of them."""
    await hours.age(minutes=42)
    hours.box.faults(kind="error_500", vendor="samsara")
    rows = hours.box.truth("acme")["hos_clocks"][:4]

    found = [await hours.read(row["driver_id"]) for row in rows]

    assert hours.asked == 5
    assert [one.why.kind for one in found] == ["vendor_unavailable", "vendor_unavailable",
                                               "paused", "paused"]  # fmt: skip
    assert (found[-1].breaker.scope, found[-1].breaker.state) == ("integration", "OPEN")
    assert found[-1].retry_at == found[-1].breaker.retry_at > found[-1].now


async def test_after_a_429_nobody_is_asked_for_until_the_vendor_said(hours, acme):
    """The pause is the credential's: it holds for another driver as well."""
    await hours.age(minutes=42)
    hours.box.faults(kind="rate_limited", vendor="samsara", args={"retry_after": "30"}, times=1)
    other = hours.driver(duty_status="off_duty")

    first, second = await hours.read(acme["driver_id"]), await hours.read(other["driver_id"])

    assert (first.why.kind, second.why.kind, hours.asked) == ("rate_limited", "deferred", 1)
    for found in (first, second):
        assert timedelta(seconds=20) < found.retry_at - found.now <= timedelta(seconds=31)


# --- decisions -----------------------------------------------------------------------------------

HERE = Origin("samsara")
NOW = datetime(2026, 10, 5, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (VendorUnavailable("x", HERE), True),
        (RateLimited("x", HERE, 0.4), 0.4),
        (RateLimited("x", HERE, 1.5), False),
        (RateLimited("x", HERE), False),
        (AuthRejected("x", HERE), False),
        (ContractBroken("x", HERE), False),
        (Deferred("x", HERE, NOW), False),
        (ConfigurationError("x"), False),
    ],
)
def test_what_is_tried_a_second_time(error, expected):
    """What may pass within the budget; a wrong key never."""
    assert may_pass(error) == expected


@pytest.mark.parametrize(
    ("error", "kind", "rest"),
    [
        (VendorUnavailable("x", HERE), "vendor_unavailable", REST),
        (RateLimited("x", HERE, 30.0), "rate_limited", timedelta(seconds=30)),
        (RateLimited("x", HERE), "rate_limited", SAMSARA.pause),
        (Deferred("x", HERE, NOW + timedelta(hours=1)), "deferred", timedelta(hours=1)),
        (AuthRejected("x", HERE), "auth_rejected", LONG_REST),
        (ContractBroken("x", HERE), "contract_broken", LONG_REST),
        (RecordInvalid("a.b", "is odd"), "record_invalid", LONG_REST),
        (NotThere("x"), "not_there", LONG_REST),
        (ConfigurationError("x"), "configuration", None),
        (ZeroDivisionError(), "internal", REST),
    ],
)
def test_how_long_nobody_asks_again(error, kind, rest):
    """As long as the vendor says, briefly for what may pass, longer for what a person mends."""
    fields, until = failure(error, SAMSARA, NOW)

    assert fields.kind == kind
    assert until == (None if rest is None else NOW + rest)


# --- alone ---------------------------------------------------------------------------------------


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
