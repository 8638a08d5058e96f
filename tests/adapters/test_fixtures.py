"""Every recorded payload goes through its adapter; one that nobody reads is named here."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from adapters.registry import VENDORS, vendor
from core.errors import (
    AuthRejected,
    ContractBroken,
    PermissionMissing,
    RateLimited,
    RequestRejected,
    VendorUnavailable,
)
from models.asking import Ask, Place
from tests.support.gated import found_by_gate

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
MANIFEST = json.loads((FIXTURES / "_manifest.json").read_text())["fixtures"]
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
PLACES = (Place(31.55, -97.15),)
ERRORS = {
    400: RequestRejected,
    401: AuthRejected,
    403: PermissionMissing,
    404: RequestRejected,
    422: RequestRejected,
    429: RateLimited,
    500: VendorUnavailable,
    503: VendorUnavailable,
}
# Good answers by dataset: the vendor's ids of the records that they become, in order.
ROWS = {
    "samsara_drivers_page1": ("drivers", ["53207939", "53207940", "53207941"]),
    "samsara_drivers_page2": ("drivers", ["53207942", "53207955", "53207956", "53207957"]),
    "samsara_vehicles_page1": ("vehicles", ["281474990001122", "281474990001388"]),
    "samsara_vehicles_page2": ("vehicles", ["281474990002001"]),
    "samsara_vehicle_stats_gps_page1": ("positions", ["281474990001122", "281474990001388"]),
    "samsara_vehicle_stats_gps_page2": ("positions", ["281474990002001", "281474990002044"]),
    "samsara_hos_clocks_page1": ("hos_clocks", ["53207939", "53207940", "53207941"]),
    "samsara_hos_clocks_page2_empty": ("hos_clocks", []),
    "samsara_hos_clocks_page3": (
        "hos_clocks",
        ["53207942", "53207955", "53207956", "53207957", "49811203"],
    ),
    "samsara_hos_daily_logs_page1": ("hos_daily_logs", ["53207939:2026-10-04T05:00:00Z"]),
    "samsara_hos_daily_logs_page2": (
        "hos_daily_logs",
        ["53207940:2026-10-04T18:00:00Z", "53207957:2026-11-01T05:00:00Z"],
    ),
    "truckbase_loads_active_page1": ("loads", ["ld_90417", "ld_90421"]),
    "truckbase_loads_active_page2": ("loads", ["ld_90422"]),
    "truckbase_loads_plan_shape_200": ("loads", ["TB-12345"]),
    "truckbase_loads_empty_200": ("loads", []),
    "fuelfinder_stations_page1": ("stations", ["ff_tx_00231", "ff_tx_01904"]),
    "fuelfinder_stations_page2": ("stations", ["ff_tx_00877"]),
    "fuelfinder_stations_plan_shape_200": ("stations", ["ff_station_001"]),
    "fuelfinder_stations_empty_200": ("stations", []),
    "openweather_weather_clear_200": ("weather", ["31.55,-97.15"]),
    "openweather_weather_rain_200": ("weather", ["31.55,-97.15"]),
    "openweather_weather_snow_200": ("weather", ["31.55,-97.15"]),
    "openweather_weather_freezing_rain_200": ("weather", ["31.55,-97.15"]),
}
ACCOUNTS = {"samsara_me_200", "truckbase_company_200"}
DETAILS = {"truckbase_load_detail_200": "ld_90417"}
ONE_ROWS = {"fuelfinder_station_detail_200": ("stations", "ff_tx_00231")}  # a row of that list
# Answers of endpoints that no dataset asks, and the dataset that they could be mistaken for.
NOT_ASKED = {
    "samsara_hos_logs_page1": "hos_daily_logs",
    "samsara_hos_logs_page2": "hos_daily_logs",
    "samsara_hos_violations_page1": "hos_daily_logs",
    "samsara_hos_violations_page2": "hos_daily_logs",
    "samsara_webhook_driver_updated": "drivers",
    "openweather_onecall3_200": "weather",
}


def entries(names):
    found = [one for one in MANIFEST if Path(one["file"]).stem in names]
    return [pytest.param(one, id=Path(one["file"]).stem) for one in found]


def errors():
    return [one["file"].removesuffix(".json") for one in MANIFEST if one["status"] >= 400]


def sent(entry):
    return json.loads((FIXTURES / entry["vendor"] / entry["file"]).read_text())


def test_every_fixture_is_read_by_a_test():
    """A new payload needs a line above; a missing file needs to come back."""
    known = {*ROWS, *ACCOUNTS, *DETAILS, *ONE_ROWS, *NOT_ASKED, *errors()}
    files = {path.stem for one in VENDORS for path in (FIXTURES / one.name).glob("*.json")}

    assert {Path(one["file"]).stem for one in MANIFEST} == known
    assert files == known


@pytest.mark.parametrize("entry", entries(ROWS))
async def test_a_good_answer_becomes_its_records(answered, fetched, entry):
    """Nothing recorded from a vendor is set aside."""
    name, ids = ROWS[Path(entry["file"]).stem]
    last_page = end_of_list(sent(entry))
    session = await answered(vendor(entry["vendor"]), lambda _: httpx.Response(200, json=last_page))

    bag = await fetched(session, name, Ask(now=NOW, places=PLACES))

    both_lists = 2 if name in {"drivers", "hos_daily_logs"} else 1  # active and deactivated
    assert [record.vendor_id for record in bag.records] == ids * both_lists
    assert (bag.unreadable, bag.invalid) == ([], [])
    once = bag.records[: len(ids)]
    assert found_by_gate(vendor(entry["vendor"]).dataset(name), once, bag.children) == {}


def end_of_list(body):
    """The recorded page as if it were the last: one page is read at a time here."""
    if "pagination" in body:
        body["pagination"].update(hasNextPage=False, next_page=None)
    if "meta" in body:
        body["meta"]["total"] = len(body["stations"])
    return body


@pytest.mark.parametrize("entry", entries(errors()))
async def test_an_error_answer_becomes_the_named_error(answered, entry):
    """With the vendor's own words where it has any, and never with its page of HTML."""
    recorded = sent(entry)
    body = recorded.get("body_text", json.dumps(recorded.get("body")))
    one = vendor(entry["vendor"])
    session = await answered(
        one, lambda _: httpx.Response(entry["status"], text=body, headers=recorded["headers"])
    )
    session = session.for_dataset(one.datasets[-1])

    with pytest.raises(ERRORS[entry["status"]]) as caught:
        await one.datasets[-1].probe(session)

    error = caught.value
    assert error.origin.status == entry["status"]
    assert error.origin.dataset == one.datasets[-1].name
    words = recorded.get("body", {})
    words = words.get("message") or words.get("error", {}).get("message") or one.title
    assert words[:199] in str(error)
    assert error.origin.request_id == recorded.get("body", {}).get("requestId")
    if isinstance(error, RateLimited):
        given = recorded["headers"].get("Retry-After")
        assert error.retry_after == (float(given) if given else None)


@pytest.mark.parametrize("entry", entries(ACCOUNTS))
async def test_an_account_answer_passes_the_connection_test(answered, entry):
    """The endpoint that says whose key it is."""
    one = vendor(entry["vendor"])
    session = await answered(one, lambda _: httpx.Response(200, json=sent(entry)))

    await one.account.probe(session)

    assert session.requests == 1


@pytest.mark.parametrize("entry", entries(NOT_ASKED))
async def test_an_answer_of_another_endpoint_becomes_no_record(answered, fetched, entry, new_bag):
    """A proxy that answers with the wrong thing is a broken contract or set aside, never data."""
    name, bag = NOT_ASKED[Path(entry["file"]).stem], new_bag()
    body = end_of_list(sent(entry))
    session = await answered(vendor(entry["vendor"]), lambda _: httpx.Response(200, json=body))

    try:
        await fetched(session, name, Ask(now=NOW, places=PLACES), into=bag)
    except ContractBroken:
        assert bag.rows == 0
    else:
        assert len(bag.unreadable) + len(bag.invalid) == bag.rows > 0
    assert bag.records == []


@pytest.mark.parametrize("entry", entries(DETAILS))
async def test_a_detail_answer_is_read_without_an_envelope(answered, fetched, entry):
    """Asked for because we held it as open and no list named it."""
    wanted = DETAILS[Path(entry["file"]).stem]

    def answer(request):
        is_detail = request.url.path.endswith(f"/{wanted}")
        return httpx.Response(200, json=sent(entry) if is_detail else {"loads": []})

    session = await answered(vendor(entry["vendor"]), answer)
    ask = Ask(now=NOW, open_ids=frozenset({wanted}))
    bag = await fetched(session, "loads", ask)

    assert [record.vendor_id for record in bag.records] == [wanted]
    assert len(bag.children) == 3


@pytest.mark.parametrize("entry", entries(ONE_ROWS))
async def test_a_detail_reads_like_the_row_of_its_list(answered, fetched, entry):
    """The vendor sends one shape at both places."""
    listed, wanted = ONE_ROWS[Path(entry["file"]).stem]
    body = {listed: [sent(entry)]}
    session = await answered(vendor(entry["vendor"]), lambda _: httpx.Response(200, json=body))

    bag = await fetched(session, listed, Ask(now=NOW, places=PLACES))

    assert [record.vendor_id for record in bag.records] == [wanted]
    assert len(bag.children) == 4
