"""Samsara's quirks: two lists of drivers, clocks without a time, statuses that mislead."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import httpx
import pytest

from adapters.registry import vendor
from core.errors import VendorUnavailable
from models.asking import Ask
from models.records import DutyStatus, HosClock, HosDailyLog, VehiclePosition

SAMSARA = vendor("samsara")
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)


def last_page(*rows):
    return {"data": list(rows), "pagination": {"endCursor": "", "hasNextPage": False}}


async def one(answered, fetched, name, *rows):
    session = await answered(SAMSARA, lambda _: httpx.Response(200, json=last_page(*rows)))
    return await fetched(session, name)


async def test_a_clock_of_a_driver_whose_app_is_offline(answered, fetched, recorded):
    """The status is empty and the clocks are stale: unknown, never rest."""
    rows = json.loads(recorded("samsara", "hos_clocks_page1"))["data"]

    bag = await one(answered, fetched, "hos_clocks", rows[2])

    assert bag.records == [
        HosClock(
            vendor_id="53207941",
            driver_name="Jo Nguyen",
            duty_status="unknown",
            vendor_duty_status="",
            vehicle_id=None,
            vehicle_name=None,
            drive_remaining_s=27_660,
            shift_remaining_s=32_520,
            cycle_remaining_s=183_600,
            cycle_tomorrow_s=183_600,
            cycle_started_at=datetime(2026, 10, 1, 14, tzinfo=UTC),
            break_remaining_s=28_800,
            shift_driving_violation_s=0,
            cycle_violation_s=0,
            source_updated_at=None,
        )
    ]


async def test_a_clock_without_clocks_is_null_and_not_zero(answered, fetched, recorded):
    """Zero hours left would ground a driver; null says that nobody knows."""
    rows = json.loads(recorded("samsara", "hos_clocks_page3"))["data"]

    bag = await one(answered, fetched, "hos_clocks", rows[0], rows[1])

    absent, violating = bag.records
    assert absent[6:] == (None,) * 9
    assert absent.duty_status == "off_duty"
    assert (violating.drive_remaining_s, violating.shift_driving_violation_s) == (0, 1260)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("offDuty", DutyStatus.OFF_DUTY),
        ("sleeperBed", DutyStatus.SLEEPER_BERTH),
        ("driving", DutyStatus.DRIVING),
        ("onDuty", DutyStatus.ON_DUTY),
        ("yardMove", DutyStatus.YARD_MOVE),
        ("personalConveyance", DutyStatus.PERSONAL_CONVEYANCE),
        ("sleeperBerth", DutyStatus.UNKNOWN),
        ("WAITING_TIME", DutyStatus.UNKNOWN),
        ("OFFDUTY", DutyStatus.UNKNOWN),
        ("", DutyStatus.UNKNOWN),
        (None, DutyStatus.UNKNOWN),
    ],
)
async def test_a_duty_status_is_known_or_unknown_and_keeps_its_word(
    answered, fetched, word, status
):
    """A word that nobody listed is neither rest nor a reason to lose the row."""
    row = {"driver": {"id": "1"}, "currentDutyStatus": {"hosStatusType": word}}

    bag = await one(answered, fetched, "hos_clocks", row)

    assert bag.records[0].duty_status == status
    assert bag.records[0].vendor_duty_status == word


async def test_drivers_are_read_from_both_lists(answered, fetched):
    """The usual list hides deactivated drivers, whose clocks come all the same."""
    asked = []

    def answer(request):
        asked.append(dict(request.url.params))
        status = asked[-1]["driverActivationStatus"]
        row = {"id": status, "driverActivationStatus": status, "name": "", "eldDayStartHour": 12}
        return httpx.Response(200, json=last_page(row))

    session = await answered(SAMSARA, answer)
    bag = await fetched(session, "drivers")

    assert [(one.vendor_id, one.is_active) for one in bag.records] == [
        ("active", True),
        ("deactivated", False),
    ]
    assert bag.records[0].name is None
    assert asked[0] == {"limit": "512", "driverActivationStatus": "active"}
    assert session.requests == 2


async def test_a_driver_keeps_what_links_him(answered, fetched, recorded):
    """External ids and rulesets are JSON; empty words are absent ones."""
    row = json.loads(recorded("samsara", "drivers_page1"))["data"][0]

    driver = (await one(answered, fetched, "drivers", row)).records[0]

    assert json.loads(driver.external_ids_json) == {"payrollId": "ABFS18600", "tms": "drv_118"}
    assert json.loads(driver.rulesets_json)[0]["cycle"] == "USA 70 hour / 8 day"
    assert driver.carrier_dot_number == "2984417"
    assert driver.static_vehicle_id == "281474990001122"
    assert driver.source_updated_at == datetime(2026, 9, 30, 21, 44, 10, 902_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "expected"), [("2022", 2022), (2022, 2022), ("", None), (None, None)]
)
async def test_a_model_year_is_a_quoted_number(answered, fetched, year, expected):
    """The vendor quotes it and leaves it empty at times."""
    bag = await one(answered, fetched, "vehicles", {"id": "1", "year": year})

    assert bag.records[0].model_year == expected


@pytest.mark.parametrize("year", ["22", "soon", "20222", "0000", "२०२२"])
async def test_a_model_year_that_is_none_sets_the_row_aside(answered, fetched, year):
    """It is the vendor's word against ours: somebody should look."""
    bag = await one(answered, fetched, "vehicles", {"id": "1", "year": year})

    assert [(error.path, error.reason) for error in bag.invalid] == [
        ("year", "should be a year of four digits")
    ]


async def test_a_vehicle_without_a_fix_has_no_position(answered, fetched):
    """All null, and never 0,0: that is in the Gulf of Guinea."""
    bag = await one(answered, fetched, "positions", {"id": "1", "name": "Truck 1"})

    assert bag.records == [VehiclePosition("1", "Truck 1", *(None,) * 10)]


@pytest.mark.parametrize(
    ("gps", "path"),
    [
        ({"latitude": 0, "longitude": 0, "time": "2026-10-05T15:29:58Z"}, "gps"),
        ({"latitude": 31.5, "time": "2026-10-05T15:29:58Z"}, "gps"),
        ({"latitude": 31.5, "longitude": -97.1}, "gps.time"),
    ],
)
async def test_half_a_position_sets_the_row_aside(answered, fetched, gps, path):
    """A truck in the wrong place is worse than one in none."""
    bag = await one(answered, fetched, "positions", {"id": "1", "gps": gps})

    assert [error.path for error in bag.invalid] == [path]


async def test_a_position_out_of_range_is_unreadable(answered, fetched):
    """The vendor's own sample once had a latitude of 122."""
    gps = {"latitude": 122.142, "longitude": -93, "time": "2026-10-05T15:29:58Z"}

    bag = await one(answered, fetched, "positions", {"id": "1", "gps": gps})

    assert [row.path for row in bag.unreadable] == ["gps.latitude"]


async def test_a_daily_log_is_a_day_of_the_home_terminal(answered, fetched, recorded):
    """From noon to noon, or 25 hours long: the date is that of its start at home."""
    first = json.loads(recorded("samsara", "hos_daily_logs_page1"))["data"]
    more = json.loads(recorded("samsara", "hos_daily_logs_page2"))["data"]

    bag = await one(answered, fetched, "hos_daily_logs", *first, *more)

    assert bag.records[0] == HosDailyLog(
        vendor_id="53207939:2026-10-04T05:00:00Z",
        driver_id="53207939",
        driver_name="Maria Alvarez",
        log_date=date(2026, 10, 4),
        start_at=datetime(2026, 10, 4, 5, tzinfo=UTC),
        end_at=datetime(2026, 10, 5, 5, tzinfo=UTC),
        home_timezone="America/Chicago",
        active_s=40_200,
        drive_s=32_400,
        on_duty_s=7_200,
        yard_move_s=600,
        off_duty_s=46_200,
        sleeper_berth_s=0,
        personal_conveyance_s=0,
        waiting_s=0,
        drive_distance_m=796_625,
        is_certified=True,
        certified_at=datetime(2026, 10, 5, 12, 1, 9, tzinfo=UTC),
        adverse_driving_claimed=False,
        big_day_claimed=False,
        short_haul_active=False,
        source_updated_at=None,
    )
    noon, long_day = bag.records[1:3]
    assert (noon.log_date, noon.is_certified) == (date(2026, 10, 4), None)
    assert long_day.off_duty_s == 25 * 3600


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "America", "../../etc/passwd"])
async def test_a_day_in_an_unknown_zone_has_no_date(answered, fetched, zone):
    """Guessing one would shift a driver's hours by a day."""
    row = {
        "driver": {"id": "1", "timezone": zone},
        "startTime": "2026-10-04T05:00:00Z",
        "endTime": "2026-10-05T05:00:00Z",
    }

    bag = await one(answered, fetched, "hos_daily_logs", row)

    assert bag.records[0].log_date is None


async def test_daily_logs_are_asked_for_eight_days_and_today_of_everybody(answered, fetched):
    """Dates are UTC; a driver who left has his last day completed."""
    asked = []

    def answer(request):
        asked.append(dict(request.url.params))
        return httpx.Response(200, json=last_page())

    late = datetime.fromisoformat("2026-10-05T22:00:00-05:00")
    await fetched(await answered(SAMSARA, answer), "hos_daily_logs", Ask(now=late))

    days = {"startDate": "2026-09-28", "endDate": "2026-10-06"}
    assert asked == [
        {**days, "driverActivationStatus": "active"},
        {**days, "driverActivationStatus": "deactivated"},
    ]


async def test_an_error_in_the_second_list_fails_the_dataset(answered, fetched, new_bag):
    """Half the drivers are not all of them: the missing ones would count as gone."""

    def answer(request):
        if request.url.params["driverActivationStatus"] == "active":
            return httpx.Response(200, json=last_page({"id": "1"}))
        return httpx.Response(503)

    bag = new_bag()
    with pytest.raises(VendorUnavailable):
        await fetched(await answered(SAMSARA, answer), "drivers", into=bag)

    assert [one.vendor_id for one in bag.records] == ["1"]
