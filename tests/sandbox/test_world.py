"""The world is a pure function of (seed, instant), and the pages say what is true."""

from __future__ import annotations

from datetime import UTC, datetime

import sandbox
from sandbox.world.instants import iso, parse
from sandbox.world.places import miles_between

PATHS = [
    ("samsara", "/me", ""),
    ("samsara", "/fleet/drivers", ""),
    ("samsara", "/fleet/vehicles", ""),
    ("samsara", "/fleet/hos/clocks", ""),
    ("samsara", "/fleet/vehicles/stats", "types=gps"),
    ("samsara", "/fleet/hos/logs", ""),
    ("samsara", "/fleet/hos/daily-logs", "startDate=2026-10-01&endDate=2026-10-07"),
    ("truckbase", "/loads", "per_page=100"),
    ("truckbase", "/company", ""),
    ("fuelfinder", "/stations", "lat=31.5&lon=-97.1&radius=100"),
    ("openweather", "/weather", "lat=31.5&lon=-97.1"),
]
NOW = 1_791_396_000
SECONDS = ("drive", "shift", "cycle", "break")
WORDS = {
    "driving": "driving",
    "on_duty": "onDuty",
    "yard_move": "yardMove",
    "off_duty": "offDuty",
    "sleeper_berth": "sleeperBed",
    "personal_conveyance": "personalConveyance",
    "unknown": "",
}


def pages(seed: int, now: int, slug: str = "acme") -> list[bytes]:
    box = sandbox.Box(sandbox.World(seed))
    box.freeze(now)
    return [box.answer(box.vendor(vendor), slug, path, query).body for vendor, path, query in PATHS]


def test_same_seed_and_instant_same_bytes():
    assert pages(7, NOW) == pages(7, NOW)


def test_another_instant_is_asked_in_any_order():
    box = sandbox.Box()
    box.freeze(NOW)
    clocks = box.vendor("samsara")
    first = box.answer(clocks, "acme", "/fleet/hos/clocks", "").body
    box.advance(86_400 * 3)
    box.answer(clocks, "acme", "/fleet/hos/clocks", "")
    box.advance(-86_400 * 3)

    assert box.answer(clocks, "acme", "/fleet/hos/clocks", "").body == first


def test_another_seed_is_another_world():
    differ = [one != two for one, two in zip(pages(7, NOW), pages(8, NOW), strict=True)]

    assert sum(differ) >= len(PATHS) - 2


def test_a_tenant_does_not_depend_on_its_neighbours():
    alone = sandbox.World(tenants=[sandbox.TenantPlan("acme", 12)])

    assert alone.truth("acme", NOW) == sandbox.World().truth("acme", NOW)


def test_ids_are_unique_across_tenants():
    plans = [sandbox.TenantPlan(f"t{number:04d}", 10) for number in range(1000)]
    world = sandbox.World(tenants=plans)

    drivers = [row.id for plan in plans for row in world.at(NOW).drivers(plan.slug)]
    vehicles = [world.tenant(plan.slug).vehicle_id(0) for plan in plans]

    assert len(set(drivers)) == len(drivers) == 10_000
    assert len({*drivers, *vehicles}) == 11_000
    assert all(driver.isdigit() for driver in drivers)


def test_fleets_that_drew_the_same_number_get_ids_of_their_own():
    """One of some thousands meets another; and added again, it has the ids that it had."""
    slugs = ["fleet-2436", "fleet-2670"]
    plans = [sandbox.TenantPlan(slug, 10) for slug in slugs]
    first, second = (sandbox.World(tenants=[plan]).tenant(plan.slug).number for plan in plans)
    assert first == second

    world = sandbox.World(tenants=plans)
    drivers = {row.id for slug in slugs for row in world.at(NOW).drivers(slug)}
    assert len(drivers) == 20

    world.add(plans[1])
    assert {row.id for slug in slugs for row in world.at(NOW).drivers(slug)} == drivers


async def test_the_truth_about_clocks_is_what_the_pages_say(box, bluemesa):
    pages = {row["driver"]["id"]: row for row in await bluemesa.samsara("/fleet/hos/clocks")}
    truth = {row["driver_id"]: row for row in box.truth("bluemesa")["hos_clocks"]}

    assert pages.keys() == truth.keys()
    for driver, row in truth.items():
        page = pages[driver]
        assert page["currentDutyStatus"]["hosStatusType"] == WORDS[row["duty_status"]]
        assert page.get("currentVehicle", {}).get("id") == row["vehicle_id"]
        shown = page.get("clocks", {})
        for name in SECONDS:
            found = next(
                (
                    ms
                    for key, ms in shown.get(name, {}).items()
                    if "RemainingDuration" in key or "timeUntilBreak" in key
                ),
                None,
            )
            assert (None if found is None else found // 1000) == row[f"{name}_remaining_s"]


async def test_the_truth_about_drivers_and_vehicles(box, bluemesa):
    active = await bluemesa.samsara("/fleet/drivers")
    left = await bluemesa.samsara("/fleet/drivers", driverActivationStatus="deactivated")
    vehicles = await bluemesa.samsara("/fleet/vehicles")
    truth = box.truth("bluemesa")

    said = {
        (
            row["id"],
            row["name"],
            row.get("phone"),
            row.get("licenseNumber"),
            row["driverActivationStatus"] == "active",
        )
        for row in active + left
    }
    assert said == {
        (row["id"], row["name"], row["phone"], row["license_number"], row["active"])
        for row in truth["drivers"]
    }
    assert [(row["id"], row["name"], row.get("vin")) for row in vehicles] == [
        (row["id"], row["name"], row["vin"]) for row in truth["vehicles"]
    ]


async def test_the_truth_about_positions_and_logs(box, bluemesa):
    stats = await bluemesa.samsara("/fleet/vehicles/stats", types="gps")
    logs = await bluemesa.samsara(
        "/fleet/hos/daily-logs", startDate="2026-09-28", endDate="2026-10-08"
    )
    truth = box.truth("bluemesa")

    assert [
        (row["id"], row["gps"]["latitude"], row["gps"]["time"]) for row in stats if "gps" in row
    ] == [(row["vehicle_id"], row["latitude"], row["positioned_at"]) for row in truth["positions"]]
    said = {(row["driver"]["id"], row["startTime"]): row["dutyStatusDurations"] for row in logs}
    for row in truth["hos_daily_logs"]:
        if row["active"]:
            spent = said[row["driver_id"], row["start_at"]]
            assert spent["driveDurationMs"] == row["drive_s"] * 1000
            assert spent["sleeperBerthDurationMs"] == row["sleeper_s"] * 1000
            assert spent["yardMoveDurationMs"] == row["yard_move_s"] * 1000


async def test_the_truth_about_loads_and_stations(box, acme):
    loads = await acme.loads(per_page=100)
    near = (await acme.get("fuelfinder", "/stations", lat=31.5, lon=-97.1, radius=100)).json()
    truth = box.truth("acme")
    stations = {row["id"]: row for row in truth["stations"]}

    assert [
        (
            row["id"],
            row["status"],
            row["driver_id"],
            row["updated_at"],
            [(stop["status"], stop["eta"]) for stop in row["stops"]],
        )
        for row in loads
    ] == [
        (
            row["id"],
            row["status"],
            row["driver_id"],
            row["updated_at"],
            [(stop["status"], stop["eta"]) for stop in row["stops"]],
        )
        for row in truth["loads"]
    ]
    for row in near["stations"]:
        known = stations[row["id"]]
        assert [price["amount"] for price in row["prices"]] == [
            price["amount"] for price in known["prices"]
        ]
        assert row["updated_at"] == known["updated_at"]


async def test_rows_of_drivers_off_duty_are_identical_as_time_passes(box, bluemesa):
    before = {row["driver"]["id"]: row for row in await bluemesa.samsara("/fleet/hos/clocks")}
    box.advance(60)
    after = {row["driver"]["id"]: row for row in await bluemesa.samsara("/fleet/hos/clocks")}
    still = [
        row
        for row in before.values()
        if row["currentDutyStatus"]["hosStatusType"] in ("offDuty", "sleeperBed", "")
    ]
    driving = [
        row
        for row in before.values()
        if row["currentDutyStatus"]["hosStatusType"] == "driving" and "clocks" in row
    ]

    assert still
    assert all(after[row["driver"]["id"]] == row for row in still)
    assert driving
    assert all(after[row["driver"]["id"]] != row for row in driving)


def test_trucks_move_along_roads_at_road_speed():
    world = sandbox.World()
    for minute in range(0, 600, 10):
        one = world.at(NOW + minute * 60).positions("bluemesa")
        two = world.at(NOW + minute * 60 + 60).positions("bluemesa")
        for here, there in zip(one, two, strict=True):
            if here and there:
                gone = miles_between(here.latitude, here.longitude, there.latitude, there.longitude)
                assert gone <= 1.1
                assert 24 < here.latitude < 50
                assert -125 < here.longitude < -66


def test_mutate_changes_exactly_its_share():
    world = sandbox.World(tenants=[sandbox.TenantPlan("big", 2000)])
    before = world.at(NOW).clocks("big")

    changed = world.mutate("big", "hos_clocks", 0.01, 1, NOW)
    after = world.at(NOW).clocks("big")

    assert changed == 20
    assert sum(one != two for one, two in zip(before, after, strict=True)) == 20


async def test_mutate_reaches_every_dataset_and_says_so(box, acme):
    for dataset in ("drivers", "vehicles", "loads", "stations"):
        before = box.truth("acme")[dataset]
        changed = box.mutate("acme", dataset, 0.25, seed=3)
        after = box.truth("acme")[dataset]
        differ = [two for one, two in zip(before, after, strict=True) if one != two]

        assert changed
        assert len(differ) == changed == round(0.25 * len(before))
        assert {row["updated_at"] for row in differ} == {iso(box.now)}

    assert {row["id"] for row in await acme.loads(updated_since=iso(box.now), per_page=100)} == {
        row["id"] for row in box.truth("acme")["loads"] if row["updated_at"] == iso(box.now)
    }


def test_only_pages_with_a_changed_row_are_made_again():
    box = sandbox.Box(sandbox.World(tenants=[sandbox.TenantPlan("big", 5120)]))
    box.freeze(NOW)
    assert box.warm("big", "samsara", "/fleet/hos/clocks") == 10
    assert box.warm("big", "samsara", "/fleet/hos/clocks") == 10
    assert box.pages.made == 10

    box.mutate("big", share=1 / 5120)
    box.warm("big", "samsara", "/fleet/hos/clocks")

    assert box.pages.made == 11


def test_instants_are_read_strictly():
    assert parse("2026-10-05T10:00:00-05:00") == parse("2026-10-05T15:00:00Z")
    assert iso(0) == "1970-01-01T00:00:00Z"
    assert iso(NOW) == datetime.fromtimestamp(NOW, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
