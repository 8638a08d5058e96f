"""Every fault over real HTTP: what it does, to whom, how often, and that it stops."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from aiohttp import ClientError, ClientSession

import sandbox
from sandbox.faults import DELIVERY, FRONT, KINDS, SPOIL, Rule

CLOCKS = "/fleet/hos/clocks"


async def until(holds) -> None:
    """Give the server's loop turns until it has noticed."""
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("never")


@pytest.mark.parametrize(
    ("kind", "vendor", "path", "status", "told"),
    [
        ("unauthorized", "samsara", "/me", 401, "invalid token"),
        ("forbidden", "samsara", "/me", 403, "Permission denied"),
        ("unauthorized", "truckbase", "/company", 401, "Invalid API key or secret"),
        ("forbidden", "truckbase", "/company", 403, "API access is not enabled"),
        ("unauthorized", "fuelfinder", "/stations/x", 401, "Missing or invalid API key"),
        ("forbidden", "fuelfinder", "/stations/x", 403, "Monthly quota exhausted"),
        ("unauthorized", "openweather", "/weather", 401, "Invalid API key."),
        ("forbidden", "openweather", "/weather", 401, "One Call 3.0"),
        ("error_500", "samsara", "/me", 500, "Internal Server Error"),
        ("unavailable_503", "samsara", "/me", 503, "<html>"),
        ("not_json", "samsara", "/me", 200, "<html>"),
        ("error_200", "openweather", "/weather", 200, '"cod":429'),
        ("error_200", "samsara", "/me", 200, "Rate limit exceeded"),
    ],
)
async def test_answers_that_take_the_place_of_the_real_one(
    box, acme, kind, vendor, path, status, told
):
    box.faults(kind=kind, vendor=vendor)

    answer = await acme.get(vendor, path)

    assert answer.status_code == status
    assert told in answer.text


@pytest.mark.parametrize(
    ("args", "header"),
    [
        ({}, "0.40235"),
        ({"retry_after": 2}, "2"),
        ({"retry_after": None}, None),
        ({"retry_after": "soon"}, "soon"),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"}, "Wed, 21 Oct 2026 07:28:00 GMT"),
    ],
)
async def test_rate_limited_with_any_header(box, acme, args, header):
    box.faults(kind="rate_limited", vendor="samsara", args=args)

    answer = await acme.get("samsara", "/me")

    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == header


async def test_redirect_to_another_host(box, acme):
    box.faults(kind="redirect")

    answer = await acme.get("samsara", "/me")

    assert answer.status_code == 302
    assert answer.headers["location"].startswith("http://elsewhere.invalid/")


async def test_reset_before_an_answer(box, acme):
    box.faults(kind="reset", vendor="samsara")

    with pytest.raises(httpx.ReadError):
        await acme.get("samsara", "/me")

    box.clear()
    assert (await acme.get("samsara", "/me")).status_code == 200
    assert box.ledger.by_status["samsara 0"] == 1


@pytest.mark.parametrize("chunked", [False, True])
async def test_truncated_bodies(box, acme, chunked):
    box.faults(kind="truncated", args={"chunked": chunked})

    with pytest.raises(httpx.RemoteProtocolError):
        await acme.get("samsara", CLOCKS)


async def test_slow_body_and_latency(box, acme):
    box.faults(kind="slow_body", args={"ms": 120})
    begun = time.monotonic()
    slow = await acme.get("samsara", CLOCKS)
    first = time.monotonic() - begun
    box.clear()
    box.faults({"kind": "latency", "args": {"ms": 60}}, {"kind": "latency", "args": {"ms": 60}})
    begun = time.monotonic()
    late = await acme.get("samsara", CLOCKS)

    assert first >= 0.11
    assert time.monotonic() - begun >= 0.11
    assert slow.content == late.content


async def test_huge_body_is_still_good_json(box, acme):
    box.faults(kind="huge_body", args={"bytes": 3_000_000})

    answer = await acme.get("samsara", "/me")

    assert len(answer.content) == 3_000_000
    assert answer.json()["data"]["name"] == "Acme Freight"


async def test_hang_until_the_client_or_the_server_gives_up():
    async with httpx.AsyncClient(trust_env=False) as client, ClientSession() as other:
        async with sandbox.running() as box:
            box.faults(kind="hang")
            url = f"{box.base('samsara')}/me"
            with pytest.raises(httpx.ReadTimeout):
                await client.get(url, timeout=0.1)
            await until(lambda: not box.ledger.state()["running"])
            waiting = asyncio.ensure_future(other.get(url))
            await until(lambda: box.ledger.state()["running"])
            begun = time.monotonic()
        with pytest.raises(ClientError):
            await waiting

    assert time.monotonic() - begun < 2


async def test_a_rule_strikes_only_whom_it_names(box, acme, bluemesa):
    box.faults(kind="error_500", vendor="samsara", credential="acme", path="/fleet/hos")

    found = [
        (await acme.get("samsara", CLOCKS)).status_code,
        (await acme.get("samsara", "/me")).status_code,
        (await acme.get("truckbase", "/company")).status_code,
        (await bluemesa.get("samsara", CLOCKS)).status_code,
    ]

    assert found == [500, 200, 200, 200]


async def test_a_rule_strikes_so_many_times_and_no_more(box, acme):
    box.faults(kind="error_500", times=2)

    found = [(await acme.get("samsara", "/me")).status_code for _ in range(4)]

    assert found == [500, 500, 200, 200]
    assert box.stats()["faults"] == {"error_500": 2}


def test_the_share_is_kept_and_the_same_again():
    def struck(seed: int) -> list[bool]:
        rule = Rule("error_500", share=0.3, seed=seed)
        return [rule.hits() for _ in range(2000)]

    assert struck(1) == struck(1) != struck(2)
    assert 0.26 < sum(struck(1)) / 2000 < 0.34


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "gremlins"},
        {"kind": "hang", "vendor": "acme"},
        {"kind": "hang", "share": 2},
        {"vendor": "samsara"},
        {"kind": "hang", "colour": 1},
        {"kind": "latency", "args": {"ms": "long"}},
    ],
)
def test_rules_that_make_no_sense_are_refused(rule):
    box = sandbox.Box()

    with pytest.raises(ValueError, match=r".+"):
        box.faults(rule)

    assert not box.rules.rules


def test_every_kind_is_of_one_sort_and_documented():
    from sandbox import faults

    assert len(KINDS) == len(FRONT) + len(SPOIL) + len(DELIVERY) + 1
    assert all(kind in (faults.__doc__ or "") for kind in KINDS)
