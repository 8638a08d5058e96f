"""Samsara's answers: readable by its own SDK, paged as documented, refused as documented."""

from __future__ import annotations

import pytest
import samsara

WEEK = {"startDate": "2026-09-30", "endDate": "2026-10-07"}
SPAN = {"startTime": "2026-09-01T00:00:00Z", "endTime": "2026-10-07T18:00:00Z"}
ENDPOINTS = [
    ("/me", {}, "OrganizationInfoResponse"),
    ("/fleet/drivers", {}, "ListDriversResponse"),
    ("/fleet/drivers", {"driverActivationStatus": "deactivated"}, "ListDriversResponse"),
    ("/fleet/hos/clocks", {}, "HosClocksResponse"),
    ("/fleet/hos/logs", SPAN, "HosLogsResponse"),
    ("/fleet/hos/daily-logs", WEEK, "HosDailyLogsGetHosDailyLogsResponseBody"),
    ("/fleet/hos/violations", SPAN, "HosViolationsGetHosViolationsResponseBody"),
    ("/fleet/vehicles", {}, "VehiclesListVehiclesResponseBody"),
    ("/fleet/vehicles/stats", {"types": "gps"}, "VehicleStatsResponse"),
]


@pytest.mark.parametrize(("path", "query", "model"), ENDPOINTS)
async def test_the_official_sdk_reads_every_answer(bluemesa, path, query, model):
    answer = await bluemesa.get("samsara", path, **query)

    parsed = getattr(samsara, model).model_validate_json(answer.content)

    assert answer.status_code == 200
    assert parsed.data
    assert answer.headers["request-id"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/fleet/drivers", {"limit": 1}),
        ("/fleet/drivers", {"limit": 512}),
        ("/fleet/hos/clocks", {"limit": 7}),
        ("/fleet/vehicles", {"limit": 4}),
    ],
)
async def test_pages_of_any_size_hold_every_row_once(bluemesa, path, query):
    paged = await bluemesa.samsara(path, **query)

    assert paged == (await bluemesa.get("samsara", path)).json()["data"]


async def test_the_last_page_has_an_empty_cursor(acme):
    answer = (await acme.get("samsara", "/fleet/drivers")).json()

    assert answer["pagination"] == {"endCursor": "", "hasNextPage": False}


async def test_many_daily_logs_span_pages(box, bluemesa):
    box.limits.turn(on=False)
    first = (
        await bluemesa.get(
            "samsara", "/fleet/hos/daily-logs", startDate="2026-09-01", endDate="2026-10-07"
        )
    ).json()

    rows = await bluemesa.samsara(
        "/fleet/hos/daily-logs", startDate="2026-09-01", endDate="2026-10-07"
    )

    assert first["pagination"]["hasNextPage"]
    assert len({(row["driver"]["id"], row["startTime"]) for row in rows}) == len(rows)
    # At 18:00 UTC the day that starts at noon has not begun everywhere.
    assert 23 * 36 < len(rows) <= 23 * 37


@pytest.mark.parametrize(
    ("path", "query", "told"),
    [
        ("/fleet/drivers", {"limit": 513}, "limit"),
        ("/fleet/drivers", {"limit": 0}, "limit"),
        ("/fleet/hos/clocks", {"limit": "many"}, "limit"),
        (
            "/fleet/drivers",
            {"driverActivationStatus": "ACTIVE"},
            "Invalid value for driverActivationStatus. Can only be 'active' or 'deactivated'",
        ),
        ("/fleet/drivers", {"driverActivationStatus": ["active", "deactivated"]}, "Can only be"),
        ("/fleet/drivers", {"after": "nonsense"}, "after"),
        ("/fleet/vehicles/stats", {}, "types"),
        ("/fleet/vehicles/stats", {"types": "bogusType"}, "Invalid stat type(s): bogusType"),
        ("/fleet/vehicles/stats", {"types": "gps,engineStates,fuelPercents,engineRpm"}, "3"),
        ("/fleet/hos/daily-logs", {}, "startDate"),
        ("/fleet/hos/daily-logs", {"startDate": "2026-10-07", "endDate": "2026-10-01"}, "endDate"),
        ("/fleet/hos/logs", {"startTime": "yesterday"}, "startTime"),
        ("/fleet/hos/violations", {"endTime": "2020-01-01T00:00:00Z"}, "endTime"),
    ],
)
async def test_bad_parameters_are_a_loud_400(acme, path, query, told):
    answer = await acme.get("samsara", path, **query)

    assert answer.status_code == 400
    assert told in answer.json()["message"]
    assert set(answer.json()) == {"message", "requestId"}


async def test_a_cursor_belongs_to_its_request(acme):
    page = (await acme.get("samsara", "/fleet/hos/clocks", limit=2)).json()
    cursor = page["pagination"]["endCursor"]

    elsewhere = await acme.get("samsara", "/fleet/drivers", after=cursor)
    other_size = await acme.get("samsara", "/fleet/hos/clocks", after=cursor, limit=5)

    assert elsewhere.status_code == 400
    assert other_size.status_code == 200


async def test_wrong_key_scope_and_path(box, acme, client):
    base = box.base("samsara")
    box.keyring.remove_scope("acme", "samsara", "Read ELD Compliance Settings (US)")

    nobody = await client.get(f"{base}/me")
    stranger = await client.get(f"{base}/me", headers={"Authorization": "Bearer x"})
    unscoped = await acme.get("samsara", "/fleet/hos/clocks")
    nowhere = await acme.get("samsara", "/v1/fleet/drivers/1/hos_logs")
    scoped = await acme.get("samsara", "/me")

    assert (nobody.status_code, stranger.status_code) == (401, 401)
    assert stranger.json()["message"] == "invalid token"
    assert unscoped.status_code == 403
    assert (nowhere.status_code, nowhere.json()["message"]) == (404, "Not Found")
    assert scoped.json()["data"]["name"] == "Acme Freight"


async def test_a_fleet_has_every_odd_case(acme):
    clocks = {row["driver"]["id"]: row for row in await acme.samsara("/fleet/hos/clocks")}
    drivers = await acme.samsara("/fleet/drivers")
    gone = await acme.samsara("/fleet/drivers", driverActivationStatus="deactivated")
    stats = await acme.samsara("/fleet/vehicles/stats", types="gps")

    exempt = next(row for row in drivers if row.get("eldExempt"))
    canadian = next(
        row
        for row in drivers
        if row.get("eldSettings", {}).get("rulesets", [{}])[0].get("jurisdiction") == "CS"
    )

    assert "clocks" not in clocks[exempt["id"]]
    assert "break" not in clocks[canadian["id"]]["clocks"]
    assert canadian["timezone"] == "America/Toronto"
    assert gone[0]["isDeactivated"]
    assert gone[0]["id"] in clocks
    assert any(row["currentDutyStatus"]["hosStatusType"] == "" for row in clocks.values())
    assert any("eldSettings" not in row and "phone" not in row for row in drivers)
    assert any("gps" not in row for row in stats)
    assert any(row.get("externalIds", {}).get("tms", "").startswith("drv_") for row in drivers)
    assert any(
        "licenseNumber" in row and "tms" not in row.get("externalIds", {}) for row in drivers
    )
    assert {row.get("eldDayStartHour") for row in drivers} >= {0, 12}


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("driving", "driving"),
        ("yard_move", "yardMove"),
        ("personal_conveyance", "personalConveyance"),
        ("sleeper_berth", "sleeperBed"),
    ],
)
async def test_a_moment_with_any_duty_status_can_be_found(box, acme, status, word):
    box.freeze(box.world.moment("acme", status, box.now))

    rows = await acme.samsara("/fleet/hos/clocks")

    assert word in {row["currentDutyStatus"]["hosStatusType"] for row in rows}


async def test_some_drivers_only(acme):
    everybody = await acme.samsara("/fleet/hos/clocks")
    ids = [everybody[2]["driver"]["id"], everybody[5]["driver"]["id"]]

    joined = await acme.samsara("/fleet/hos/clocks", driverIds=",".join(ids))
    repeated = await acme.samsara("/fleet/hos/clocks", driverIds=[*ids, "7"])

    assert joined == repeated == [everybody[2], everybody[5]]


async def test_logs_without_times_tell_only_what_lasts(acme):
    rows = await acme.samsara("/fleet/hos/logs")
    clocks = {row["driver"]["id"]: row for row in await acme.samsara("/fleet/hos/clocks")}

    for row in rows:
        (entry,) = row["hosLogs"]
        shown = clocks[row["driver"]["id"]]["currentDutyStatus"]["hosStatusType"]
        assert "logEndTime" not in entry
        assert shown in (entry["hosStatusType"], "")


async def test_the_past_can_be_asked_for(box, acme):
    before = await acme.samsara("/fleet/vehicles/stats", types="gps")

    box.advance(3600)

    assert await acme.samsara("/fleet/vehicles/stats", types="gps") != before
    assert before == await acme.samsara(
        "/fleet/vehicles/stats", types="gps", time="2026-10-07T18:00:00Z"
    )
