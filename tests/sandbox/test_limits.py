"""Rate limits as the contracts state them, on a clock of the test's own."""

from __future__ import annotations

import pytest

from sandbox.limits import Limits


class Watch:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def limits(watch: Watch) -> Limits:
    return Limits(watch)


def admitted(limits: Limits, count: int, vendor: str, path: str = "/x", key: str = "a") -> int:
    return sum(not limits.refuses(vendor, key, path)[0] for _ in range(count))


@pytest.mark.parametrize(
    ("vendor", "path", "most"),
    [
        ("samsara", "/fleet/hos/clocks", 150),
        ("samsara", "/fleet/hos/daily-logs", 5),
        ("samsara", "/fleet/hos/logs", 5),
        ("samsara", "/fleet/hos/violations", 5),
        ("samsara", "/fleet/vehicles", 25),
        ("truckbase", "/loads", 60),
        ("fuelfinder", "/stations", 60),
        ("openweather", "/weather", 60),
    ],
)
def test_so_many_and_no_more(limits, vendor, path, most):
    assert admitted(limits, most + 10, vendor, path) == most


def test_a_window_slides(limits, watch):
    admitted(limits, 60, "truckbase")
    watch.at += 59
    assert limits.refuses("truckbase", "a", "/loads") == (True, "2")
    watch.at += 1

    assert admitted(limits, 61, "truckbase") == 60


def test_each_credential_has_its_own(limits):
    assert admitted(limits, 61, "truckbase", key="a") == 60
    assert admitted(limits, 61, "truckbase", key="b") == 60


def test_samsara_waits_fractions_of_a_second(limits, watch):
    admitted(limits, 5, "samsara", "/fleet/hos/logs")
    watch.at += 0.25

    assert limits.refuses("samsara", "a", "/fleet/hos/logs") == (True, "0.75000")
    assert admitted(limits, 1, "samsara", "/fleet/hos/daily-logs") == 1


def test_openweather_blocks_the_account_and_does_not_say_for_how_long(limits, watch):
    admitted(limits, 60, "openweather")
    assert limits.refuses("openweather", "a", "/weather") == (True, None)
    watch.at += 179
    assert limits.refuses("openweather", "a", "/weather") == (True, None)
    watch.at += 2

    assert limits.refuses("openweather", "a", "/weather") == (False, None)


def test_limits_can_be_set_and_turned_off(limits):
    assert admitted(limits, 200, "samsara", "/fleet/hos/clocks") == 150
    limits.set("samsara", "clocks", on=True, count=3)
    assert admitted(limits, 5, "samsara", "/fleet/hos/clocks") == 3
    limits.turn(on=False, vendor="samsara")
    assert admitted(limits, 500, "samsara", "/fleet/hos/clocks") == 500
    assert admitted(limits, 70, "truckbase") == 60
    limits.reset()

    assert admitted(limits, 200, "samsara", "/me") == 150


@pytest.mark.parametrize(
    ("vendor", "name", "changes"),
    [
        ("samsara", "nothing", {"count": 1}),
        ("nobody", "minute", {"count": 1}),
        ("truckbase", "minute", {"colour": 1}),
    ],
)
def test_a_limit_that_does_not_exist_is_named(limits, vendor, name, changes):
    with pytest.raises(ValueError, match=r"nobody|nothing|colour"):
        limits.set(vendor, name, **changes)


async def test_a_refusal_over_http(box, acme):
    box.limits.set("samsara", "token", count=2)
    box.limits.set("truckbase", "minute", count=1)
    box.limits.set("openweather", "minute", count=1)

    samsara = [await acme.get("samsara", "/me") for _ in range(3)][-1]
    truckbase = [await acme.get("truckbase", "/company") for _ in range(2)][-1]
    weather = [await acme.get("openweather", "/weather", lat=1, lon=1) for _ in range(2)][-1]

    assert samsara.status_code == truckbase.status_code == weather.status_code == 429
    assert 0 < float(samsara.headers["retry-after"]) <= 1
    assert "." in samsara.headers["retry-after"]
    assert 1 <= int(truckbase.headers["retry-after"]) <= 60
    assert truckbase.json()["error"]["code"] == "rate_limited"
    assert "retry-after" not in weather.headers
    assert weather.json()["cod"] == 429
