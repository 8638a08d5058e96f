"""The audit of a flow run: after landing, in words, rows and incidents, and never at its cost."""

from __future__ import annotations

from collections import Counter

import pytest
from prefect import flow

from adapters.samsara import VENDOR, mapping
from store import quality
from store.loading import Staging
from tasks import audit as auditing
from tasks import quality_report, samples
from tasks.sync import Request, sync_vendor

EVERYBODYS = "operator:samsara@sandbox:quality:hos_clocks"
OPEN = "SELECT kind, key, happened FROM ops.incident WHERE closed_at IS NULL"


@pytest.fixture(autouse=True)
def scheduled(monkeypatch):
    """As if the schedule had started every flow run."""
    monkeypatch.setattr("tasks.sync.samples_of", lambda _: samples.Samples())


@pytest.fixture
def undocumented(monkeypatch):
    """A vendor whose words for duty change: ``undocumented(True)``."""
    read, state = mapping.hos_clock, {"on": False}

    def spoilt(sent):
        record = read(sent)
        if not state["on"]:
            return record
        return record._replace(duty_status="unknown", vendor_duty_status="teleporting")

    monkeypatch.setattr(type(VENDOR.dataset("hos_clocks")), "__setattr__", object.__setattr__)
    monkeypatch.setattr(VENDOR.dataset("hos_clocks"), "read", spoilt)
    return lambda on: state.update(on=on)


async def synced(datasets, **more):
    """One flow run as the deployment makes it, without its end state."""

    @flow(name="test-audited")
    async def run():
        done = await sync_vendor(VENDOR, Request(force=True, datasets=datasets, **more))
        await quality_report.report(VENDOR, done)
        return done

    return await run()


async def rows(fleet, query):
    return await (await fleet.conn.execute(query)).fetchall()


async def test_the_audit_of_a_good_run_says_what_it_looked_at(fleet):
    fleet.add("acme", "samsara")

    done = await synced(["hos_clocks", "drivers"])

    found = await quality.results(fleet.conn)
    assert {(one.dataset, one.source, one.rule, one.status) for one in found} == {
        ("hos_clocks", "audit", "suite", "passed"),
        ("drivers", "audit", "suite", "passed"),
    }
    assert {one.rows for one in found} == {run.fetched for run in done.runs[0].datasets}
    assert await rows(fleet, OPEN) == []


async def test_what_is_critical_marks_the_runs_and_opens_an_incident_until_it_is_over(
    fleet, undocumented
):
    fleet.add("acme", "samsara")
    undocumented(True)

    done = await synced(["hos_clocks"])

    run = done.runs[0]
    found = {one.rule: one for one in await quality.results(fleet.conn, runs=[run.id])}
    told = found["duty_statuses_known"]
    [(kind, _, happened)] = await rows(fleet, OPEN)
    assert run.status == "success"
    assert (told.severity, told.source, told.tenant_slug) == ("critical", "audit", "acme")
    assert told.failed == run.fetched
    assert kind == "quality"
    assert told.examples[0] in happened

    undocumented(False)
    await synced(["hos_clocks"])

    assert await rows(fleet, OPEN) == []


async def test_what_did_not_land_is_not_audited(fleet, monkeypatch):
    """Another run took the integration over: nothing of this one is there to be wrong."""
    fleet.add("acme", "samsara")
    land = Staging.land

    async def too_late(self, results):
        await fleet.conn.execute("UPDATE ops.integration SET lease_run_id = NULL")
        return await land(self, results)

    monkeypatch.setattr(Staging, "land", too_late)

    done = await synced(["hos_clocks"])

    assert done.samples.by_dataset == {}


async def test_what_concerns_many_is_over_when_audits_of_a_while_find_it_no_more(
    fleet, undocumented
):
    """One that looked at another integration only has nothing to say of it."""
    fleet.add_many(5, "samsara")
    undocumented(True)
    await synced(["hos_clocks"])
    assert [key for _, key, _ in await rows(fleet, OPEN)] == [EVERYBODYS]

    undocumented(False)
    await synced(["hos_clocks"], tenant="t0001")
    assert [key for _, key, _ in await rows(fleet, OPEN)] == [EVERYBODYS]

    await fleet.conn.execute(
        "UPDATE ops.quality_result SET created_at = created_at - interval '2 h'"
    )
    await synced(["hos_clocks"], tenant="t0001")
    assert await rows(fleet, OPEN) == []


async def test_an_audit_that_cannot_look_is_told_and_costs_nothing(fleet, monkeypatch):
    fleet.add("acme", "samsara")
    monkeypatch.setattr(auditing, "LONGEST_S", 0.001)

    done = await synced(["hos_clocks"])

    found = await quality.results(fleet.conn)
    assert [run.status for run in done.runs] == ["success"]
    assert [(one.rule, one.status) for one in found] == [("suite", "error")]
    assert "TimeoutError" in found[0].said


async def test_what_a_person_asked_for_is_not_audited():
    assert auditing.samples_of("manual") is None
    assert auditing.samples_of("scheduled") is not None


def test_a_sample_stays_small_and_spread_over_all_that_came():
    sample = samples.Sample(VENDOR.dataset("hos_clocks"), most=100)
    whose = samples.Whose(1, 1, 1, True)

    for page in range(50):
        sample.add([(page, place) for place in range(40)], whose)

    pages = [record[0] for record, _ in sample.rows]
    assert 50 <= len(pages) <= 100
    assert sample.seen == 2000
    assert set(pages) == set(range(50))


def test_samples_of_many_fetches_stay_spread_over_all_of_them():
    taken = samples.Samples()
    for fetch in range(1000):
        one = samples.Sample(VENDOR.dataset("hos_clocks"))
        one.add([(fetch, place) for place in range(100)], samples.Whose(fetch, fetch, 1, False))
        taken.take(one)

    (sample,) = taken.by_dataset.values()
    fetches = Counter(record[0] for record, _ in sample.rows)
    assert sample.seen == 100_000
    assert samples.MOST_ROWS / 2 <= len(sample.rows) <= samples.MOST_ROWS
    assert len(fetches) == 1000
    assert max(fetches.values()) <= 2 * min(fetches.values())


def test_live_rows_and_the_sandboxs_are_sampled_apart():
    taken = samples.Samples()
    for is_sandbox in (False, True):
        one = samples.Sample(VENDOR.dataset("hos_clocks"))
        one.add([("a", "b")], samples.Whose(1, 1, 1, is_sandbox))
        taken.take(one)

    assert len(taken.by_dataset) == 2
