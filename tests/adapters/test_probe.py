"""The connection test: one sentence an endpoint, within seconds, and never an exception."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from adapters._kit import probe
from adapters._kit.guard import Open
from adapters._kit.probe import Outcome
from adapters.registry import vendor
from core.errors import Cause, Deferred

SAMSARA, TRUCKBASE = vendor("samsara"), vendor("truckbase")
EMPTY = {
    "data": [],
    "loads": [],
    "stations": [],
    "pagination": {"endCursor": "", "hasNextPage": False},
}


def answers(**by_path):
    """200 and nothing in it, except where a part of the path is named."""

    def answer(request):
        for part, status in by_path.items():
            if request.url.path.endswith(part):
                return httpx.Response(status)
        return httpx.Response(200, json=EMPTY)

    return answer


async def outcomes(answered, one, answer, **budget):
    results = await probe.test_connection(one, await answered(one, answer), **budget)
    return {result.dataset: result for result in results}


async def test_every_dataset_is_asked_and_the_account_comes_first(answered):
    """One request each, as small as the endpoint allows."""
    asked = []

    def answer(request):
        asked.append((request.url.path, request.url.params.get("limit")))
        return httpx.Response(200, json=EMPTY)

    results = await probe.test_connection(SAMSARA, await answered(SAMSARA, answer))

    names = ["account", "drivers", "vehicles", "positions", "hos_clocks", "hos_daily_logs"]
    assert [result.dataset for result in results] == names
    assert {result.outcome for result in results} == {Outcome.OK}
    assert all(result.sentence == "Samsara answers." for result in results)
    assert ("/base/fleet/hos/clocks", "1") in asked
    assert len(asked) == 6


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, Outcome.BAD_CREDENTIALS),
        (403, Outcome.MISSING_SCOPE),
        (429, Outcome.RATE_LIMITED),
        (500, Outcome.UNREACHABLE),
        (404, Outcome.REJECTED),
        (302, Outcome.REJECTED),
        (204, Outcome.UNREADABLE),
    ],
)
async def test_each_endpoint_has_its_own_outcome(answered, status, outcome):
    """So that the person who set the key sees which permission it lacks."""
    found = await outcomes(answered, SAMSARA, answers(clocks=status))

    assert found["hos_clocks"].outcome == outcome
    assert found["drivers"].outcome == Outcome.OK
    assert found["hos_clocks"].sentence.endswith(".")


async def test_a_missing_scope_is_named(answered):
    """In the vendor's own words for it."""
    found = await outcomes(answered, SAMSARA, answers(clocks=403))

    assert "“Read ELD Compliance Settings (US)”" in found["hos_clocks"].sentence


async def test_a_key_that_may_not_name_its_owner_is_no_failure(answered):
    """A token for hours of service alone fails at /me and works."""
    found = await outcomes(answered, SAMSARA, answers(me=403))

    assert found["account"].outcome == Outcome.OK
    assert "does not need it" in found["account"].sentence


async def test_a_wrong_key_is_one_at_the_account_too(answered):
    """A 401 is a bad token wherever it comes."""
    found = await outcomes(answered, SAMSARA, answers(me=401))

    assert found["account"].outcome == Outcome.BAD_CREDENTIALS


async def test_where_the_account_is_needed_its_refusal_counts(answered):
    """Truckbase answers 403 there when the API is not enabled at all."""
    found = await outcomes(answered, TRUCKBASE, answers(company=403))

    assert found["account"].outcome == Outcome.MISSING_SCOPE


async def test_a_silent_vendor_is_told_within_the_budget(answered):
    """A person waits for this; what answered is told all the same."""

    async def answer(request):
        if request.url.path.endswith("/drivers"):
            await asyncio.Event().wait()
        return httpx.Response(200, json=EMPTY)

    found = await outcomes(answered, SAMSARA, answer, budget_s=0.05)

    assert found["drivers"].outcome == Outcome.UNREACHABLE
    assert found["drivers"].sentence == "Samsara did not answer within 0.05 seconds."
    assert found["drivers"].ms >= 50
    assert found["vehicles"].outcome == Outcome.OK


async def test_a_page_of_html_is_unreadable(answered):
    """A captive portal answers 200 to everything."""
    found = await outcomes(answered, SAMSARA, lambda _: httpx.Response(200, text="<html>"))

    assert {result.outcome for result in found.values()} == {Outcome.UNREADABLE}


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (Cause.GATE, Outcome.RATE_LIMITED),
        (Cause.INTEGRATION, Outcome.UNREACHABLE),
        (Cause.VENDOR, Outcome.UNREACHABLE),
    ],
)
async def test_a_call_that_may_not_go_is_an_answer_too(answered, cause, outcome):
    """A test asks as little of a vendor in trouble as a sync does: here, nothing."""
    asked = []

    class Closed(Open):
        async def admit(self, limit, origin):
            raise Deferred("Left alone until 12:04.", origin, datetime.now(UTC), cause)

    session = await answered(TRUCKBASE, lambda request: asked.append(request))
    session.guard = Closed()

    results = await probe.test_connection(TRUCKBASE, session)

    assert {result.outcome for result in results} == {outcome}
    assert all(result.sentence.startswith("Left alone until 12:04.") for result in results)
    assert asked == []
