"""The flow over a synced sandbox: every open load gets its plan, and what turned late is told."""

from __future__ import annotations

import asyncio

import pytest
from prefect.client.orchestration import get_client

from flows.plan_routes import plan_routes

OPEN = (
    "SELECT count(*) FROM fleet.load WHERE is_open AND driver_id IS NOT NULL"
    " AND status IN ('assigned', 'in_transit') AND deleted_at IS NULL"
)


async def one(fleet, query):
    return (await (await fleet.conn.execute(query)).fetchone())[0]


async def test_every_open_load_is_planned_and_lateness_is_an_event(fleet):
    fleet.add("acme")
    await fleet.sync_all()
    state = await plan_routes(return_state=True)
    assert state.is_completed()
    count = await one(fleet, OPEN)
    assert count > 0
    assert state.message.startswith(f"{count} loads planned")
    assert await one(fleet, "SELECT count(*) FROM fleet.route_plan") == count
    assert await one(fleet, "SELECT count(*) FROM fleet.route_plan WHERE said = ''") == 0

    # All appointments are over: what is verified is late, and told.
    await fleet.conn.execute("UPDATE fleet.load_stop SET appointment_end_at = '2020-01-01',"
                             " appointment_start_at = '2020-01-01'")  # fmt: skip
    late = await plan_routes(return_state=True)
    assert "turned infeasible" in late.message
    told = await one(fleet, "SELECT count(*) FROM fleet.route_plan WHERE is_risk_told")
    assert told > 0
    assert await one(fleet, "SELECT count(*) FROM fleet.route_plan WHERE NOT is_risk_told") == 0
    await until_heard(told)


async def until_heard(count):
    """The server has so many of the events."""
    for _ in range(300):
        async with get_client() as client:
            body = {"filter": {"event": {"name": ["sally.route.at_risk"]}}, "limit": 50}
            found = (await client._client.post("/events/filter", json=body)).json()
        if found["total"] >= count:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{found['total']} of {count} events were heard")


async def test_one_load_needs_its_tenant(fleet):
    state = await plan_routes(load="l1", return_state=True)

    assert state.is_failed()
    with pytest.raises(Exception, match="Name the load's tenant too"):
        await state.result()
