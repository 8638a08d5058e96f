"""Any number of flow runs at once: each integration is synced by one of them."""

import asyncio
from collections import Counter

from adapters import registry
from tasks.sync import Request, sync_vendor


async def test_two_flow_runs_over_a_hundred_tenants_sync_each_once(fleet):
    from prefect import flow

    for number in range(100):
        slug = f"t{number:03}"
        fleet.add(slug, "truckbase", keys=fleet.box.add_tenant(slug, drivers=2))

    # None comes due a second time meanwhile: the next interval begins in a day.
    await fleet.conn.execute(
        "UPDATE ops.integration SET poll_seconds = 86400,"
        " phase_s = extract(epoch FROM now())::bigint % 86400"
    )

    @flow(name="test-side-by-side")
    async def run(number: int) -> list[object]:
        done = await sync_vendor(registry.vendor("truckbase"), Request())
        return [row.integration_id for row in done.runs]

    both = await asyncio.gather(run(1), run(2))

    synced = Counter(integration for one in both for integration in one)
    assert len(synced) == 100
    assert set(synced.values()) == {1}
    statuses = await fleet.conn.execute("SELECT status, count(*) FROM ops.sync_run GROUP BY 1")
    assert await statuses.fetchall() == [("success", 100)]


async def test_a_busy_integration_names_its_run(fleet):
    fleet.add("acme", "truckbase")
    await fleet.conn.execute(
        "INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, flow_run_id, batch,"
        " sync_type, lease_expires_at) SELECT gen_random_uuid(), tenant_id, id, vendor, 'another',"
        " '1', 'manual', now() + interval '1 minute' FROM ops.integration"
    )
    await fleet.conn.execute(
        "UPDATE ops.integration i SET lease_run_id = r.id, lease_expires_at = r.lease_expires_at"
        " FROM ops.sync_run r"
    )
    running = await (await fleet.conn.execute("SELECT id FROM ops.sync_run")).fetchone()

    done = await fleet.sync("truckbase", tenant="acme")

    assert (done.runs, done.busy) == ([], running[0])
