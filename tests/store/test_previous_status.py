"""Who closes a run hears how the integration's run before it ended: a recovery is known by that."""

from __future__ import annotations

import pytest

from models import records
from store import claims
from store.results import DatasetResult, ErrorFields, RunClose, RunResult

from .conftest import driver

BAD = ErrorFields("vendor_unavailable", "It did not answer.", "The vendor.", "Wait.")


async def last_status(house) -> str | None:
    return (await house.row("SELECT last_run_status FROM ops.integration"))[0]


async def end(house, status: str):
    """A run that ends so, without rows."""
    claim = await house.start()
    close = RunClose(status, error=None if status == "success" else BAD)
    dataset = DatasetResult("drivers", records.Driver, status)
    result = RunResult(claim.run_id, claim.integration_id, close, [dataset])
    return (await house.staging.land([result]))[claim.run_id]


async def test_the_first_run_has_none_before_it(house):
    await house.fleets(1)

    assert await last_status(house) is None
    assert (await end(house, "success")).previous_status is None
    assert await last_status(house) == "success"


async def test_each_run_hears_how_the_one_before_it_ended(house):
    await house.fleets(1)
    story = ["success", "failed", "failed", "deferred", "partial", "success", "success"]

    heard = [(await end(house, status)).previous_status for status in story]

    assert heard == [None, *story[:-1]]


async def test_it_is_heard_by_each_integration_for_itself(house):
    """Runs that land together do not hear of one another."""
    await house.fleets(2)
    first, second = await house.claim(limit=2)
    for claim in (first, second):
        await house.staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
    ends = [
        RunResult(first.run_id, first.integration_id, RunClose("failed", error=BAD)),
        RunResult(second.run_id, second.integration_id, RunClose("success")),
    ]
    await house.staging.land(ends)

    again = {claim.integration_id: claim for claim in await house.claim(limit=2)}
    for claim in again.values():
        await house.staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
    landed = await house.staging.land(
        [
            RunResult(each.run_id, each.integration_id, RunClose("success"))
            for each in again.values()
        ]
    )

    assert landed[again[first.integration_id].run_id].previous_status == "failed"
    assert landed[again[second.integration_id].run_id].previous_status == "success"


async def test_a_run_that_crashed_is_the_one_before(house, conn):
    await house.fleets(1)
    await house.start(lease_s=-1)
    assert await claims.close_expired(conn) == 1

    assert await last_status(house) == "crashed"
    assert (await end(house, "success")).previous_status == "crashed"


async def test_a_run_that_could_not_be_stored_hears_it_too(house):
    await house.fleets(1)
    await end(house, "success")
    claim = await house.start()
    dataset = DatasetResult("drivers", records.Driver, "success", fetched=7)
    result = RunResult(claim.run_id, claim.integration_id, RunClose("success"), [dataset])

    landed = (await house.staging.land([result]))[claim.run_id]

    assert landed.error is not None
    assert landed.previous_status == "success"
    assert await last_status(house) == "failed"


async def test_a_run_that_is_not_over_changes_nothing(house):
    await house.fleets(1)
    await end(house, "failed")
    claim = await house.start()
    await house.staging.add(claim.run_id, records.Driver, [driver(1)])
    dataset = DatasetResult("drivers", records.Driver, "success", fetched=1, is_complete=True)

    landed = await house.staging.land(
        [RunResult(claim.run_id, claim.integration_id, None, [dataset])]
    )

    assert landed[claim.run_id].previous_status is None
    assert await last_status(house) == "failed"


@pytest.mark.parametrize("status", ["success", "failed"])
async def test_who_lost_its_lease_changes_nothing(house, conn, status):
    await house.fleets(1)
    late = await house.start(lease_s=-1)
    await claims.close_expired(conn)
    close = RunClose(status, error=None if status == "success" else BAD)

    landed = await house.staging.land([RunResult(late.run_id, late.integration_id, close)])

    assert landed[late.run_id].lost_lease
    assert landed[late.run_id].previous_status is None
    assert await last_status(house) == "crashed"
