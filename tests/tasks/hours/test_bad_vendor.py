"""What is said about a driver's hours when the vendor is silent, refuses or lies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import AuthRejected, HoursUnknown
from core.settings import settings
from models.hours import Source
from tasks.hos import desk

from .conftest import left, truly

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
