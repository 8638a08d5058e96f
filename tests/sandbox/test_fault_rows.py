"""Faults inside good answers: broken rows, lost and doubled rows, pages that lead astray."""

from __future__ import annotations

import pytest

CLOCKS = "/fleet/hos/clocks"


async def rows(acme, path=CLOCKS, **query):
    return (await acme.get("samsara", path, **query)).json()["data"]


async def test_unknown_enum_touches_some_rows(box, acme):
    good = await rows(acme)
    box.faults(kind="unknown_enum", vendor="samsara", args={"rows": 0.4})

    bad = await rows(acme)

    differ = [two for one, two in zip(good, bad, strict=True) if one != two]
    assert 0 < len(differ) < len(good)
    assert {row["currentDutyStatus"]["hosStatusType"] for row in differ} == {"WAITING_TIME"}


@pytest.mark.parametrize(
    ("vendor", "path", "query", "key", "value"),
    [
        ("truckbase", "/loads", {}, "status", "teleporting"),
        (
            "fuelfinder",
            "/stations",
            {"lat": 31.5, "lon": -97.1, "radius": 100},
            "status",
            "renovating",
        ),
    ],
)
async def test_unknown_enum_elsewhere(box, acme, vendor, path, query, key, value):
    box.faults(kind="unknown_enum")

    (found,) = [
        rows
        for rows in (await acme.get(vendor, path, **query)).json().values()
        if isinstance(rows, list)
    ]
    weather = (await acme.get("openweather", "/weather", lat=1, lon=1)).json()

    assert value in {row[key] for row in found}
    assert weather["weather"][0]["id"] == 999


@pytest.mark.parametrize("which", ["optional", "required", "both"])
async def test_missing_fields(box, acme, which):
    good = await rows(acme, "/fleet/drivers")
    box.faults(kind="missing_fields", args={"rows": 1, "which": which})

    bad = await rows(acme, "/fleet/drivers")

    lost = {key for one, two in zip(good, bad, strict=True) for key in one.keys() - two.keys()}
    expected = {"optional": {"timezone", "eldSettings", "updatedAtTime"}, "required": {"id"}}
    assert lost == expected.get(which, lost)
    assert ("id" in lost) == (which != "optional")


@pytest.mark.parametrize(
    ("vendor", "path", "query"),
    [
        ("samsara", CLOCKS, {}),
        ("samsara", "/fleet/drivers", {}),
        ("samsara", "/me", {}),
        ("samsara", "/fleet/vehicles", {}),
        ("samsara", "/fleet/vehicles/stats", {"types": "gps"}),
        ("samsara", "/fleet/hos/logs", {}),
        ("samsara", "/fleet/hos/daily-logs", {"startDate": "2026-10-06", "endDate": "2026-10-07"}),
        (
            "samsara",
            "/fleet/hos/violations",
            {"startTime": "2026-08-01T00:00:00Z", "endTime": "2026-10-07T00:00:00Z"},
        ),
        ("truckbase", "/loads", {}),
        ("truckbase", "/company", {}),
        ("fuelfinder", "/stations", {"lat": 31.5, "lon": -97.1, "radius": 100}),
        ("openweather", "/weather", {"lat": 31.5, "lon": -97.1}),
    ],
)
@pytest.mark.parametrize("kind", ["bad_row", "missing_fields"])
async def test_rows_break_in_every_endpoint(box, acme, kind, vendor, path, query):
    good = await acme.get(vendor, path, **query)
    box.faults(kind=kind)

    bad = await acme.get(vendor, path, **query)

    assert bad.status_code == good.status_code == 200
    assert bad.json() != good.json()


@pytest.mark.parametrize("share", [1, 0.5])
async def test_an_empty_page_loses_nothing(box, bluemesa, share):
    drivers = await bluemesa.samsara("/fleet/drivers", limit=4)
    loads = await bluemesa.loads(status="active", per_page=7)
    box.faults(kind="empty_page", share=share, seed=3)

    first = (await bluemesa.get("samsara", "/fleet/drivers", limit=4)).json()

    if share == 1:
        assert first["data"] == []
        assert first["pagination"]["hasNextPage"]
    assert await bluemesa.samsara("/fleet/drivers", limit=4) == drivers
    assert await bluemesa.loads(status="active", per_page=7) == loads
    assert box.ledger.faults["empty_page"]


async def test_an_empty_page_of_stations_is_one_page_more(box, acme):
    query = {"lat": 31.5, "lon": -97.1, "radius": 100, "limit": 5}
    whole = (await acme.get("fuelfinder", "/stations", **{**query, "limit": 100})).json()
    box.faults(kind="empty_page")
    found, offset, empty = [], 0, 0
    while True:
        page = (await acme.get("fuelfinder", "/stations", **query, offset=offset)).json()
        found += page["stations"]
        empty += not page["stations"]
        offset += 5
        if offset >= page["meta"]["total"]:
            break

    assert found == whole["stations"]
    assert empty == 1


async def test_a_repeated_cursor_never_ends(box, bluemesa):
    box.faults(kind="repeated_cursor")
    one = (await bluemesa.get("samsara", "/fleet/drivers", limit=4)).json()
    cursor = one["pagination"]["endCursor"]
    two = (await bluemesa.get("samsara", "/fleet/drivers", limit=4, after=cursor)).json()
    load = (await bluemesa.get("truckbase", "/loads", page=2)).json()["pagination"]
    query = {"lat": 31.5, "lon": -97.1, "radius": 100, "limit": 2}
    stations = [
        (await bluemesa.get("fuelfinder", "/stations", **query, offset=offset)).json()
        for offset in (0, 2)
    ]

    assert one == two
    assert load["next_page"] == 2
    assert stations[0]["stations"] == stations[1]["stations"]


async def test_rows_twice_and_rows_lost(box, acme):
    good = await rows(acme)
    box.faults(kind="duplicate_rows")
    twice = await rows(acme)
    box.clear()
    box.faults(kind="vanished_rows")
    fewer = await rows(acme)

    assert len(twice) > len(good)
    assert [row for place, row in enumerate(twice) if row not in twice[:place]] == good
    assert 0 < len(fewer) < len(good)
    assert all(row in good for row in fewer)
