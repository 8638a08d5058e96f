"""What people read about runs."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core.errors import NotFoundError
from models.asking import Place
from models.records import Load, LoadStop, VehiclePosition
from store import asking, history
from store.loading import DatasetResult, RunClose, RunResult

from .conftest import VENDOR, driver, load, stop


async def test_runs_are_listed_newest_first_and_filtered(house):
    await house.fleets(2)
    await house.sync([driver(1)])
    await house.sync([driver(1)])
    await house.sync([driver(1)], fetched=9)

    every = await history.runs(house.conn)

    assert [each.status for each in every] == ["failed", "success", "success"]
    assert every[1].inserted == 1
    assert {each.tenant_slug for each in await history.runs(house.conn, tenant_slug="fleet2")} == {
        "fleet2"
    }
    assert len(await history.runs(house.conn, status="failed", vendor=VENDOR)) == 1
    assert await history.runs(house.conn, limit=1, offset=1) == every[1:2]


async def test_a_run_has_its_datasets_in_order(house):
    await house.fleets(1)
    await house.sync([driver(1)])
    (listed,) = await history.runs_of_flows(house.conn, ["flow"])

    found = await history.run(house.conn, listed.id)

    assert found == listed
    assert [(each.dataset, each.status) for each in found.datasets] == [
        ("drivers", "success"), ("loads", "deferred")
    ]  # fmt: skip
    with pytest.raises(NotFoundError):
        await history.run(house.conn, uuid4())


async def test_figures_add_up(house):
    await house.fleets(1)
    await house.sync([driver(1)])
    await house.sync([driver(1)])
    await house.sync([driver(1)], fetched=9)

    (found,) = await history.stats(house.conn)

    assert (found.runs, found.succeeded, found.failed, found.fetched, found.changed) == (
        3, 2, 1, 2, 1
    )  # fmt: skip


async def test_what_a_fetch_is_told(house):
    """Stops of loads on the road come first, then trucks, then the other stops."""
    (own,) = await house.fleets(1)
    await house.fleets(1, vendor="other")
    claim = await house.start()
    loads = [load(1), load(2, "in_transit"), load(3, is_open=False)]
    at = {"latitude": 1.0, "longitude": 2.0}
    stops = [stop(1, 1, **at), stop(2, 1, latitude=3.0, longitude=4.0), stop(2, 2),
             stop(3, 1, **at), stop(2, 3, **at, status="completed")]  # fmt: skip
    absent = dict.fromkeys(VehiclePosition._fields)
    (now,) = await house.row("SELECT now()")
    truck = VehiclePosition(**absent | {"vendor_id": "v1", "latitude": 5.0, "longitude": 6.0,
                                        "source_updated_at": now})  # fmt: skip
    await house.staging.add(claim.run_id, Load, loads, [0, 0, 0])
    await house.staging.add(claim.run_id, LoadStop, stops)
    await house.staging.add(claim.run_id, VehiclePosition, [truck])
    told = [
        DatasetResult("loads", Load, "success", LoadStop, fetched=3, is_complete=True,
                      cursor_after="c1"),
        DatasetResult("positions", VehiclePosition, "success", fetched=1),
    ]  # fmt: skip
    await house.staging.land(
        [RunResult(claim.run_id, own.integration_id, RunClose("success"), told)]
    )
    (other,) = await house.claim(vendor="other")

    mine = (await asking.asks(house.conn, [own.integration_id], "loads"))[own.integration_id]
    theirs = (await asking.asks(house.conn, [other], "weather"))[other.integration_id]

    assert (mine.cursor, mine.open_ids) == ("c1", {"l1", "l2"})
    assert theirs.cursor is None
    assert theirs.places_raw == (Place(3.0, 4.0), Place(5.0, 6.0), Place(1.0, 2.0))
