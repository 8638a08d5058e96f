"""What quality rules do to a sync: bad rows, and fetches that are unlike those before."""

from __future__ import annotations

import json

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from adapters import registry
from adapters.samsara import VENDOR, mapping
from adapters.truckbase import VENDOR as TRUCKBASE
from models.quality import Profile
from store import drift, quality
from tasks import quality_report
from tasks.sync import Request, sync_vendor

OPEN = "SELECT kind, happened FROM ops.incident WHERE closed_at IS NULL"
COUNTS = ("inserted", "updated", "unchanged", "quarantined", "duplicate")


async def rows(fleet, query, *told):
    return await (await fleet.conn.execute(query, told)).fetchall()


@pytest.fixture
def impossible(monkeypatch):
    """Every second driver of the vendor has 26 h of driving left."""
    read = mapping.hos_clock

    clocks = VENDOR.dataset("hos_clocks")

    def spoilt(sent):
        record = read(sent)
        odd = int(record.vendor_id) % 2
        return record._replace(drive_remaining_s=26 * 3600) if odd else record

    monkeypatch.setattr(type(clocks), "__setattr__", object.__setattr__)
    monkeypatch.setattr(clocks, "read", spoilt)


async def test_a_row_that_cannot_be_believed_is_set_aside_and_the_rest_lands(fleet, impossible):
    fleet.add("acme", "samsara")

    done = await fleet.sync("samsara", datasets=["hos_clocks"])

    run = done.runs[0]
    told = await rows(
        fleet, "SELECT DISTINCT rule, path FROM ops.quarantine WHERE dataset = 'hos_clocks'"
    )
    found = await quality.results(fleet.conn, tenant="acme")
    assert run.status == "partial"
    assert run.fetched == sum(getattr(run, name) for name in COUNTS)
    assert 0 < run.quarantined < run.fetched
    assert told == [("drive_possible", "drive_remaining_s")]
    assert ("drive_possible", "critical", "gate", run.quarantined, run.id) in [
        (each.rule, each.severity, each.source, each.failed, each.run_id) for each in found
    ]


async def test_a_fetch_that_collapsed_keeps_the_last_good_rows_until_a_person_says_it_is_so(
    fleet, monkeypatch
):
    fleet.add("acme", "samsara")
    for _ in range(3):
        await fleet.sync("samsara", datasets=["hos_clocks", "drivers"])
    before = await rows(fleet, "SELECT * FROM fleet.hos_clock ORDER BY vendor_id")
    fleet.box.faults(
        kind="vanished_rows", vendor="samsara", path="/fleet/hos/clocks", args={"rows": 0.99}
    )

    done = await synced("samsara", datasets=["hos_clocks", "drivers"])

    run = done.runs[0]
    drivers, clocks = run.datasets
    assert (run.status, drivers.status, clocks.status) == ("partial", "success", "failed")
    assert clocks.error_kind == "quality"
    assert all([clocks.error_happened, clocks.error_who, clocks.error_next_step])
    assert await rows(fleet, "SELECT * FROM fleet.hos_clock ORDER BY vendor_id") == before
    assert "clocks_all_there" in {each.rule for each in await quality.results(fleet.conn)}
    assert await rows(fleet, OPEN) == [("quality", clocks.error_happened)]

    await quality.accept(fleet.conn, "ann", "acme", "samsara", "hos_clocks")
    again = await synced("samsara", datasets=["hos_clocks"])

    assert again.runs[0].datasets[0].error_kind != "quality"
    accepted = await rows(fleet, "SELECT actor FROM ops.audit_log WHERE action = 'quality.accept'")
    assert accepted == [("ann",)]
    assert await rows(fleet, OPEN) == []


async def test_what_is_usual_is_kept_with_the_rows_and_written_only_when_it_changes(fleet):
    fleet.add("acme", "samsara")
    await fleet.sync("samsara", datasets=["vehicles"])
    [((count,), nulls)] = await rows(fleet, "SELECT rows, nulls FROM ops.quality_profile")
    twenty = {name: shares * 20 for name, shares in nulls.items()}
    grow = "UPDATE ops.quality_profile SET rows = %s, nulls = %s"
    await fleet.conn.execute(grow, [[count] * 20, json.dumps(twenty)])
    written = "SELECT rows, changed_at FROM ops.quality_profile"
    before = await rows(fleet, written)

    await fleet.sync("samsara", datasets=["vehicles"])

    assert await rows(fleet, written) == before


async def test_profiles_of_a_batch_come_in_one_question(fleet):
    fleet.add("acme", "samsara")
    await fleet.sync("samsara", datasets=["hos_clocks", "drivers"])
    [(integration,)] = await rows(fleet, "SELECT id FROM ops.integration")

    found = await quality.profiles(fleet.conn, [integration], ["hos_clocks", "drivers"])

    assert {name: type(profile) for (_, name), profile in found.items()} == {
        "hos_clocks": Profile,
        "drivers": Profile,
    }
    assert all(len(profile.rows) == 1 for profile in found.values())


async def synced(vendor, **more):
    """One flow run as the deployment makes it, without its end state."""

    @flow(name="test-reported")
    async def run():
        done = await sync_vendor(registry.vendor(vendor), Request(force=True, **more))
        await quality_report.report(registry.vendor(vendor), done)
        return done

    return await run()


async def test_what_the_sandbox_sends_is_no_drift(fleet):
    fleet.add("acme")

    for vendor in registry.VENDORS:
        await synced(vendor.name)

    assert await drift.differences(fleet.conn) == []


async def test_a_word_and_a_field_that_nobody_documented_are_kept_once_a_day(fleet, monkeypatch):
    known = TRUCKBASE.dataset("loads").documented
    monkeypatch.setattr(type(known), "__setattr__", object.__setattr__)
    monkeypatch.setattr(known, "fields", known.fields - {"commodity"})
    fleet.add("acme", "truckbase")
    fleet.box.faults(kind="unknown_enum", vendor="truckbase", args={"rows": 0})

    for _ in range(2):
        await synced("truckbase")

    found = await drift.differences(fleet.conn)
    assert {(one.kind, one.field, one.value) for one in found} == {
        ("new_field", "commodity", ""),
        ("new_value", "vendor_status", "teleporting"),
    }
    assert len(found) == 2
    assert {one.tenant_slug for one in found} == {"acme"}


async def test_what_a_run_found_stands_in_a_table_of_its_flow_run(fleet, impossible):
    fleet.add("acme", "samsara")
    async with get_client() as client:
        before = await newest_table(client)

        await synced("samsara", datasets=["hos_clocks"])

        table = await newest_table(client)
    assert table != before
    assert "drive_possible" in table.data
    assert table.description == f"Samsara: {quality_report.NOT_AUDITED}"


async def newest_table(client):
    found = await client.read_latest_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["quality-samsara"]))
    )
    return found[0] if found else None
