"""One sync, from claim to rows, through Prefect, over HTTP, into PostgreSQL."""

import pytest

from tests.support.truth import assert_fleet_is_true, rows

COUNTS = ("inserted", "updated", "unchanged", "quarantined", "duplicate")


def adds_up(run):
    return run.fetched == sum(getattr(run, name) for name in COUNTS)


async def test_a_first_sync_makes_the_tables_true(fleet):
    fleet.add("acme")

    done = await fleet.sync_all()

    runs = [run for each in done for run in each.runs]
    assert [run.status for run in runs] == ["success"] * 4
    assert all(adds_up(run) and run.inserted == run.fetched for run in runs)
    await assert_fleet_is_true(fleet.conn, fleet.box, "acme")
    assert await rows(fleet.conn, "fuel_station", "acme")
    assert await rows(fleet.conn, "weather_observation", "acme")


async def test_a_second_sync_with_nothing_changed_says_unchanged(fleet):
    fleet.add("acme")
    await fleet.sync_all()

    done = await fleet.sync_all()

    for run in (run for each in done for run in each.runs):
        assert (run.inserted, run.updated) == (0, 0)
        assert run.unchanged == run.fetched > 0


async def test_time_passes_and_the_tables_follow(fleet):
    fleet.add("acme", "samsara", "truckbase")
    await fleet.sync_all()

    for _ in range(3):
        fleet.box.advance(5 * 3600)
        await fleet.sync_all()

    await assert_fleet_is_true(fleet.conn, fleet.box, "acme")


async def test_tenants_do_not_mix(fleet):
    fleet.add("acme", "samsara", "truckbase")
    fleet.add("bluemesa", "samsara", "truckbase")

    await fleet.sync_all()

    await assert_fleet_is_true(fleet.conn, fleet.box, "acme")
    await assert_fleet_is_true(fleet.conn, fleet.box, "bluemesa")


async def test_only_what_is_due_is_synced(fleet):
    fleet.add("acme", "samsara")
    await fleet.sync("samsara", force=False)

    again = await fleet.sync("samsara", force=False)

    assert again.runs == []


async def test_naming_a_tenant_syncs_it_though_it_is_not_due(fleet):
    fleet.add("acme", "samsara")
    await fleet.sync("samsara")

    again = await fleet.sync("samsara", tenant="acme", force=False)

    assert [run.status for run in again.runs] == ["success"]


async def test_only_the_datasets_asked_for_are_fetched(fleet):
    fleet.add("acme", "samsara")

    done = await fleet.sync("samsara", datasets=["hos_clocks"])

    assert [dataset.dataset for dataset in done.runs[0].datasets] == ["hos_clocks"]


async def test_a_transient_fault_is_retried_until_it_passes(fleet):
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="error_500", vendor="samsara", path="/fleet/hos/clocks", times=2)

    done = await fleet.sync("samsara")

    assert [(run.status, run.attempts) for run in done.runs] == [("success", 3)]


async def test_a_retry_redoes_only_what_is_not_finished(fleet):
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="error_500", vendor="samsara", path="/fleet/hos/clocks", times=1)

    await fleet.sync("samsara")

    asked = [entry["path"] for entry in fleet.box.stats(log=1000)["log"]]
    assert sum(path.endswith("/fleet/vehicles") for path in asked) == 1
    assert sum(path.endswith("/fleet/hos/clocks") for path in asked) == 2


async def test_three_attempts_are_all(fleet):
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="unavailable_503", vendor="samsara")

    done = await fleet.sync("samsara")

    run = done.runs[0]
    assert (run.status, run.error_kind, run.attempts) == ("failed", "vendor_unavailable", 3)
    assert run.error_who == "Who must act: the vendor."
    assert fleet.box.stats()["total"] == 5  # two, two, and the one that opens the breaker


@pytest.mark.parametrize(
    ("kind", "error"), [("unauthorized", "auth_rejected"), ("forbidden", "permission_missing")]
)
async def test_a_refused_key_is_not_tried_again(fleet, kind, error):
    fleet.add("acme", "truckbase")
    fleet.box.faults(kind=kind, vendor="truckbase")

    done = await fleet.sync("truckbase")

    assert [(run.status, run.error_kind, run.attempts) for run in done.runs] == [
        ("failed", error, 1)
    ]
    assert fleet.box.stats()["total"] == 1


async def test_one_dead_key_does_not_touch_the_neighbours(fleet):
    fleet.add("acme", "samsara", "truckbase")
    fleet.add("bluemesa", "samsara", "truckbase")
    fleet.box.faults(kind="unauthorized", credential="bluemesa")

    done = await fleet.sync_all()

    statuses = {run.tenant_slug: run.status for each in done for run in each.runs}
    assert statuses == {"acme": "success", "bluemesa": "failed"}
    await assert_fleet_is_true(fleet.conn, fleet.box, "acme")


async def test_a_failing_dataset_leaves_the_others_landed(fleet):
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="forbidden", vendor="samsara", path="/fleet/vehicles")

    run = (await fleet.sync("samsara")).runs[0]

    assert (run.status, run.error_kind) == ("partial", "permission_missing")
    landed = {dataset.dataset: dataset.status for dataset in run.datasets}
    assert landed["drivers"] == landed["hos_clocks"] == "success"
    assert adds_up(run)


async def test_a_long_wait_defers_and_frees_the_worker(fleet):
    fleet.add("acme", "truckbase")
    fleet.box.faults(kind="rate_limited", vendor="truckbase", args={"retry_after": "120"})

    run = (await fleet.sync("truckbase")).runs[0]

    assert (run.status, run.attempts) == ("deferred", 1)
    assert 100 < (run.not_before - run.started_at).total_seconds() < 140


async def test_rows_that_cannot_be_read_are_set_aside_and_the_rest_lands(fleet):
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="bad_row", vendor="samsara", path="/fleet/hos/clocks", share=1)

    run = (await fleet.sync("samsara", datasets=["hos_clocks"])).runs[0]

    assert (run.status, run.error_kind) == ("partial", "rows_set_aside")
    assert f"{run.quarantined} of {run.fetched} rows cannot be read" in run.error_happened
    assert run.quarantined > 0
    assert run.inserted == run.fetched - run.quarantined > 0
    kept = await (
        await fleet.conn.execute("SELECT count(*), min(path), min(reason) FROM ops.quarantine")
    ).fetchone()
    assert kept[0] == run.quarantined
    assert all(kept)


async def test_an_unknown_tenant_is_one_sentence(fleet):
    from core.errors import NotFoundError

    fleet.add("acme", "samsara")

    with pytest.raises(NotFoundError, match="nobody"):
        await fleet.sync("samsara", tenant="nobody")


async def test_a_rejected_key_needs_attention_and_is_probed_slowly(fleet):
    fleet.add("acme", "samsara")
    fleet.box.faults(kind="unauthorized", vendor="samsara")
    await fleet.sync("samsara", force=False)

    row = await (
        await fleet.conn.execute("SELECT status, next_sync_at - now() FROM ops.integration")
    ).fetchone()

    assert row[0] == "needs_attention"
    assert 3000 < row[1].total_seconds() <= 3600


async def test_a_flow_run_that_cannot_start_says_why_in_its_state(fleet):
    """On the flow run's page, as the command line says it: no exception's name, no trace."""
    from flows.samsara import sync_samsara

    fleet.add("acme", "samsara")

    state = await sync_samsara(tenant="nobody", return_state=True)

    assert state.is_failed()
    assert state.message.startswith("There is no tenant “nobody”.")
