"""Hours through the API: the board asks nobody, an override is lawful, signed and noted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest


def soon(hours=2):
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


async def test_the_board_shows_every_driver_with_bands_and_the_binding_clock(console, filled):
    found = (await console.ask("GET", "/drivers", by="DISPATCHER")).json()

    assert [each["driver_id"] for each in found["items"]] == list(filled["acme"].drivers)
    hours = found["items"][0]["hours"]
    assert hours["binding"]["which"] == "break"
    assert hours["clocks"]["break"]["band"] == "2 h or more"
    assert hours["is_available"] is True
    assert 0 < hours["clocks"]["drive"]["left_s"] <= hours["clocks"]["drive"]["said_s"] == 36_000


async def test_the_board_is_paged(console, filled):
    first = (await console.ask("GET", "/drivers?limit=2")).json()
    rest = (await console.ask("GET", f"/drivers?limit=2&cursor={first['next_cursor']}")).json()

    ids = [each["driver_id"] for page in (first, rest) for each in page["items"]]
    assert ids == list(filled["acme"].drivers)
    assert rest["next_cursor"] is None


async def test_the_board_asks_nobody_for_what_is_old(console, fleets, served_box):
    """It says how old it is and why; a driver whose hours nobody knows is there all the same."""
    with psycopg.connect(fleets) as conn:
        conn.execute("UPDATE ops.dataset_state SET confirmed_at = now() - interval '20 minutes'")
        conn.execute("DELETE FROM fleet.hos_clock WHERE vendor_id = 'acme-driver-3'")
    before = served_box.stats()["by_path"]

    found = (await console.ask("GET", "/drivers")).json()["items"]

    assert found[0]["hours"]["source"] == "stale"
    assert found[0]["hours"]["why"]["kind"] == "not_asked"
    assert 1200 <= found[0]["hours"]["age_s"] < 1300
    assert found[2]["hours"] is None
    assert "acme-driver-3" in found[2]["unknown"]["happened"]
    assert served_box.stats()["by_path"] == before


async def test_a_driver_nobody_knows_is_a_404(console):
    assert (await console.ask("GET", "/drivers/nobody/hos")).status_code == 404


async def test_hours_that_were_entered_come_first_and_end(console, filled, rows):
    path = f"/drivers/{filled['acme'].drivers[0]}/hos/override"
    given = {"reason": "ELD broken", "expires_at": soon(), "drive_s": 3600, "shift_s": 7200,
             "cycle_s": 36_000, "break_s": 3600, "duty_status": "on_duty"}  # fmt: skip

    entered = await console.ask("PUT", path, by="DISPATCHER", json=given)
    ended = await console.ask("DELETE", path, by="DISPATCHER")
    again = await console.ask("DELETE", path, by="DISPATCHER")
    after = await console.ask("GET", path.removesuffix("/override"))

    assert entered.status_code == 200, entered.text
    assert entered.json()["source"] == "override"
    assert entered.json()["override"]["author"] == "Dispatcher of acme"
    assert entered.json()["clocks"]["drive"]["left_s"] <= 3600
    assert (ended.status_code, again.status_code) == (204, 404)
    assert after.json()["source"] == "cache"
    noted = rows(
        "SELECT actor, action FROM ops.audit_log WHERE subject = 'hos_override'"
        " ORDER BY happened_at"
    )
    assert noted == [
        ("dispatcher@acme.example", "hos_override.enter"),
        ("dispatcher@acme.example", "hos_override.end"),
    ]
    assert rows("SELECT author_id IS NOT NULL FROM ops.hos_override") == [(True,)]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"drive_s": 12 * 3600}, id="more than is lawful"),
        pytest.param({"drive_s": -1}, id="less than nothing"),
        pytest.param({"drive_s": None}, id="no clock"),
        pytest.param({"expires_at": soon(25)}, id="longer than a day"),
        pytest.param({"expires_at": soon(-1)}, id="over before it begins"),
        pytest.param({"expires_at": "2026-10-05T18:00"}, id="of no time zone"),
        pytest.param({"reason": ""}, id="without a reason"),
        pytest.param({"reason": "\x00"}, id="with a NUL"),
        pytest.param({"duty_status": "sleeping"}, id="an unknown status"),
    ],
)
async def test_what_is_not_lawful_is_not_entered(console, filled, rows, change):
    path = f"/drivers/{filled['acme'].drivers[0]}/hos/override"
    given = {"reason": "Why", "expires_at": soon(), "drive_s": 3600} | change

    found = await console.ask("PUT", path, json=given)

    assert found.status_code == 422
    assert rows("SELECT count(*) FROM ops.hos_override") == [(0,)]


async def test_who_acts_for_another_tenant_signs_with_their_own(console, filled, rows):
    path = f"/drivers/{filled['bluemesa'].drivers[0]}/hos/override"
    given = {"reason": "Asked by phone", "expires_at": soon(), "drive_s": 3600}

    found = await console.ask(
        "PUT", path, by="SUPER_ADMIN", json=given, headers={"X-Sally-Tenant": "bluemesa"}
    )

    assert found.status_code == 200
    assert rows("SELECT actor FROM ops.audit_log WHERE subject = 'hos_override'") == [
        ("super_admin@acme.example (acme)",)
    ]
