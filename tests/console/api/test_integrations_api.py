"""Connections through the API: keys go in and never out, vendors are asked first, all is noted."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from core.secrets import KeyRing, Owner, Sealed
from tests.support.console import KEY


@pytest.fixture
def free(rows, fleets):
    """acme without its trucks' vendor, so that it can be connected."""
    import psycopg

    with psycopg.connect(fleets) as conn:
        conn.execute(
            "UPDATE ops.integration SET removed_at = now(), status = 'disabled',"
            " credentials_ciphertext = '', credentials_key_id = '', credentials_fingerprint = ''"
            " WHERE vendor = 'samsara'"
        )


def good_key(box):
    return {"vendor": "samsara", "credentials": box.keys("acme")["samsara"]}


def audit(rows):
    return rows(
        "SELECT actor, action, details::text FROM ops.audit_log ORDER BY happened_at DESC LIMIT 1"
    )[0]


async def test_a_wrong_key_is_refused_by_what_the_vendor_says_and_not_stored(console, free, rows):
    given = {"vendor": "samsara", "credentials": {"api_key": "canary-wrong-key"}}

    found = await console.ask("POST", "/integrations", json=given)

    assert found.status_code == 422
    assert found.json()["type"] == "urn:sally:problem:key-refused"
    assert found.json()["happened"] == (
        "Samsara does not accept this key. Check it and try again. Nothing was stored."
    )
    assert any("drivers" in each["where"] for each in found.json()["errors"])
    assert "canary" not in found.text
    assert (
        rows("SELECT 1 FROM ops.integration WHERE vendor = 'samsara' AND status = 'active'") == []
    )


async def test_a_right_key_is_stored_sealed_and_shown_by_its_fingerprint(
    console, free, rows, served_box
):
    given = good_key(served_box) | {"poll_seconds": 600}

    found = await console.ask("POST", "/integrations", json=given)

    made = found.json()
    assert found.status_code == 201, found.text
    assert found.headers["location"] == f"/api/v1/integrations/{made['id']}"
    assert (made["status"], made["poll_seconds"]) == ("active", 600)
    ((tenant, cipher, key_id, fingerprint),) = rows(
        "SELECT tenant_id, credentials_ciphertext, credentials_key_id, credentials_fingerprint"
        " FROM ops.integration WHERE id = %s", made["id"],
    )  # fmt: skip
    assert made["credential"]["fingerprint"] == fingerprint
    owner = Owner(tenant, "samsara", UUID(made["id"]))
    assert KeyRing.parse(KEY).open(Sealed(key_id, bytes(cipher)), owner) == given["credentials"]
    actor, action, details = audit(rows)
    assert (actor, action) == ("admin@acme.example", "integration.add")
    assert given["credentials"]["api_key"] not in details
    assert given["credentials"]["api_key"] not in found.text


async def test_a_vendor_is_connected_once(console, served_box):
    found = await console.ask("POST", "/integrations", json=good_key(served_box))

    assert found.status_code == 409
    assert found.json()["happened"] == "Samsara is connected already."


async def test_two_who_connect_a_vendor_at_once_make_one(console, free, rows, fleets, served_box):
    import psycopg

    with psycopg.connect(fleets) as conn:  # never connected before, so that nothing is locked
        conn.execute("UPDATE ops.integration SET vendor = 'old' WHERE vendor = 'samsara'")
    given = good_key(served_box) | {"test_first": False}

    found = await asyncio.gather(
        *(console.ask("POST", "/integrations", json=given) for _ in range(4))
    )

    assert sorted(each.status_code for each in found) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    "credentials",
    [{"wrong_field": "x"}, {"api_key": "a", "base_url": "http://evil"}, {"api_key": "kö"}, {}],
)
async def test_credentials_are_the_vendors_fields_and_nothing_else(console, credentials):
    given = {"vendor": "samsara", "credentials": credentials}

    found = await console.ask("POST", "/integrations/test", json=given)

    assert found.status_code == 422


@pytest.mark.parametrize(
    "more",
    [
        {"base_url": "http://169.254.169.254/"},
        {"settings": {"base_url": "http://127.0.0.1:22"}},
        {"settings": {"api_url": "http://evil.example"}},
        {"url": "http://evil.example"},
    ],
)
@pytest.mark.parametrize("path", ["/integrations", "/integrations/test", "one"])
async def test_where_a_vendor_is_no_tenant_can_say(console, filled, served_box, more, path):
    """Or our server would fetch whatever a tenant names, from inside our network."""
    if path == "one":
        one = filled["acme"].integrations["samsara"]
        found = await console.ask("PATCH", f"/integrations/{one}", json=more)
    else:
        found = await console.ask("POST", path, json=good_key(served_box) | more)

    assert found.status_code == 422


async def test_a_test_answers_for_each_dataset_and_changes_nothing(console, served_box, rows):
    before = rows("SELECT count(*) FROM ops.audit_log")
    good = await console.ask("POST", "/integrations/test", json=good_key(served_box))
    bad = await console.ask(
        "POST", "/integrations/test",
        json={"vendor": "samsara", "credentials": {"api_key": "canary-wrong"}},
    )  # fmt: skip

    assert good.json()["accepted"] is True
    assert {"drivers", "hos_clocks"} <= {each["dataset"] for each in good.json()["results"]}
    assert (bad.json()["accepted"], bad.status_code) == (False, 200)
    assert {each["outcome"] for each in bad.json()["results"]} == {"bad_credentials"}
    assert rows("SELECT count(*) FROM ops.audit_log") == before


async def test_the_stored_key_is_tested_with_its_own_breakers_and_noted(console, filled, rows):
    """This one's breaker is open: the vendor is not asked, and the answer says so."""
    one = filled["acme"].integrations["samsara"]

    found = await console.ask("POST", f"/integrations/{one}/test", by="DISPATCHER")

    assert found.status_code == 200
    assert found.json()["accepted"] is False
    assert audit(rows)[:2] == ("dispatcher@acme.example", "integration.test")
    assert rows("SELECT status FROM ops.integration WHERE id = %s", one) == [("active",)]


async def test_tests_are_throttled_for_the_tenant(console, monkeypatch, served_box):
    """Each one asks a vendor: that is not for a tenant to do without end."""
    from console.api import limits

    monkeypatch.setattr(limits, "TESTS", 1)
    first = await console.ask("POST", "/integrations/test", json=good_key(served_box))
    second = await console.ask("POST", "/integrations/test", json=good_key(served_box))
    other = await console.ask(
        "POST", "/integrations/test", of="bluemesa", json=good_key(served_box)
    )

    assert [each.status_code for each in (first, second, other)] == [200, 429, 200]
    assert int(second.headers["retry-after"]) > 0


async def test_a_new_key_resumes_it_and_forgets_the_old_one(console, filled, rows, served_box):
    one = filled["acme"].integrations["samsara"]
    before = (await console.ask("GET", f"/integrations/{one}")).json()["credential"]

    found = await console.ask(
        "PATCH", f"/integrations/{one}", json={"credentials": good_key(served_box)["credentials"]}
    )

    after = found.json()["credential"]
    assert found.status_code == 200, found.text
    assert after["fingerprint"] != before["fingerprint"]
    assert (after["age_s"] < 60, after["last_used_at"]) == (True, None)
    assert before["fingerprint"] in audit(rows)[2]


async def test_options_interval_and_switch_are_changed_and_noted(console, filled, rows):
    one = filled["acme"].integrations["fuelfinder"]
    change = {"settings": {"places": [[31.55, -97.15]], "radius_miles": 40}, "poll_seconds": 7200,
              "enabled": False}  # fmt: skip

    found = (await console.ask("PATCH", f"/integrations/{one}", json=change)).json()

    assert found["settings"] == change["settings"]
    assert (found["poll_seconds"], found["status"], found["next_sync_at"]) == (
        7200, "disabled", None,
    )  # fmt: skip
    noted = rows(
        "SELECT action FROM ops.audit_log WHERE subject_id = %s ORDER BY happened_at, id", str(one)
    )
    assert noted[-2:] == [("integration.configure",), ("integration.disable",)]


async def test_what_is_disconnected_is_gone_and_its_key_with_it(console, filled, rows, served_box):
    """Its runs stay, and connecting the vendor again goes on with them."""
    one = filled["acme"].integrations["samsara"]

    gone = await console.ask("DELETE", f"/integrations/{one}")
    after = await console.ask("GET", f"/integrations/{one}")
    listed = await console.ask("GET", "/integrations")
    kept = rows("SELECT credentials_ciphertext, credentials_fingerprint, status"
                " FROM ops.integration WHERE id = %s", one)  # fmt: skip
    again = await console.ask("POST", "/integrations", json=good_key(served_box))
    history = await console.ask("GET", f"/integrations/{one}/sync-history")

    assert (gone.status_code, gone.content, after.status_code) == (204, b"", 404)
    assert "samsara" not in {each["vendor"] for each in listed.json()["items"]}
    assert kept == [(b"", "", "disabled")]
    assert (again.status_code, again.json()["id"]) == (201, str(one))
    assert history.json()["total"] == 6


async def test_sync_now_starts_one_flow_run_however_often_it_is_asked(console, filled, scheduler):
    one = filled["acme"].integrations["truckbase"]

    answers = await asyncio.gather(
        *(console.ask("POST", f"/integrations/{one}/sync", by="DISPATCHER") for _ in range(5))
    )

    assert {each.status_code for each in answers} == {202}
    assert len({each.json()["flow_run_id"] for each in answers}) == 1
    assert answers[0].json()["status"] == "scheduled"
    assert scheduler.asked[0]["parameters"] == {"tenant": "acme", "datasets": [], "force": True}


async def test_a_flow_run_that_was_cancelled_makes_room_for_another(console, filled, scheduler):
    one = filled["acme"].integrations["truckbase"]
    first = (await console.ask("POST", f"/integrations/{one}/sync")).json()["flow_run_id"]
    for run in scheduler.runs.values():
        run["state"] = {"type": "CANCELLED"}

    second = (await console.ask("POST", f"/integrations/{one}/sync")).json()["flow_run_id"]
    third = (await console.ask("POST", f"/integrations/{one}/sync")).json()["flow_run_id"]

    assert first != second
    assert second == third


async def test_the_sync_that_is_going_on_is_the_answer(console, filled, fleets, scheduler):
    import psycopg

    one, run = filled["acme"].integrations["truckbase"], filled["acme"].runs["truckbase"][-1]
    with psycopg.connect(fleets) as conn:
        conn.execute(
            "UPDATE ops.integration SET lease_run_id = %s,"
            " lease_expires_at = now() + interval '1 minute' WHERE id = %s", [run, one],
        )  # fmt: skip

    found = await console.ask("POST", f"/integrations/{one}/sync")

    assert (found.status_code, found.json()["status"]) == (202, "running")
    assert found.json()["run_id"] == str(run)
    assert scheduler.asked == []


async def test_what_is_switched_off_is_not_synced(console, filled):
    one = filled["acme"].integrations["truckbase"]
    await console.ask("PATCH", f"/integrations/{one}", json={"enabled": False})

    found = await console.ask("POST", f"/integrations/{one}/sync")

    assert (found.status_code, found.json()["next_step"]) == (409, "Switch it on first.")


async def test_without_prefect_the_answer_says_what_goes_on_anyway(house_settings, fleets, filled):
    from tests.support.console import served

    async with served(fleets) as console:  # its Prefect is at a port where nobody listens
        one = filled["acme"].integrations["truckbase"]
        found = await console.ask("POST", f"/integrations/{one}/sync")

    assert found.status_code == 503
    assert found.json()["next_step"] == "The next sync on schedule comes anyway."
    assert "127.0.0.1" not in found.text
