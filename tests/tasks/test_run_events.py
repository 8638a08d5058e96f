"""Which ends of runs Prefect hears of, and what an event says."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest

from adapters import registry
from store.endings import Ended
from tasks.run_events import Ending, cycle_event, run_event

RUN = Ended(uuid4(), uuid4(), uuid4(), "acme", "samsara", is_sandbox=True)


@pytest.mark.parametrize(
    ("status", "previous", "name"),
    [
        ("success", None, None),
        ("success", "success", None),
        ("success", "partial", "recovered"),
        ("success", "deferred", "recovered"),
        ("success", "failed", "recovered"),
        ("success", "crashed", "recovered"),
        ("failed", "success", "failed"),
        ("failed", "failed", "failed"),
        ("crashed", None, "failed"),
        ("partial", "partial", "partial"),
        ("deferred", "success", "deferred"),
    ],
)
def test_good_after_good_is_not_told_and_everything_else_is(status, previous, name):
    """An event costs the server milliseconds, and a thousand tenants sync every few minutes."""
    assert Ending(status, previous).name == name


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (Ending("success", "failed", landed_all=True), True),
        (Ending("success", "success", landed_all=True), False),
        (Ending("partial", "failed", landed_all=True), True),
        (Ending("partial", "deferred", landed_all=True), True),
        (Ending("partial", "partial", landed_all=True), False),
        (Ending("partial", "failed", landed_all=False), False),
        (Ending("failed", "failed"), False),
    ],
)
def test_trouble_ends_when_every_dataset_lands_again(ending, expected):
    """Rows that are set aside do not keep an outage open for ever."""
    assert ending.ends_trouble is expected


def test_an_event_says_where_to_look():
    event = run_event(RUN, Ending("failed", "success", error_kind="auth_rejected"))

    assert event["event"] == "sally.sync.failed"
    assert event["resource"] == {
        "prefect.resource.id": f"sally.integration.{RUN.integration_id}",
        "prefect.resource.name": "acme samsara",
        "sally.vendor": "samsara",
        "sally.sandbox": "true",
        "sally.error-kind": "auth_rejected",
        "sally.previous-status": "success",
        "sally.ends-trouble": "false",
    }
    roles = {one["prefect.resource.role"]: one["prefect.resource.id"] for one in event["related"]}
    assert roles == {"vendor": "sally.vendor.samsara", "tenant": f"sally.tenant.{RUN.tenant_id}"}
    assert event["payload"] == {"run_id": str(RUN.run_id), "status": "failed"}


def test_one_end_is_one_event_whoever_tells_it():
    ids = {run_event(RUN, Ending("crashed", None))["id"] for _ in range(3)}

    assert len(ids) == 1
    assert run_event(RUN, Ending("success", "failed"))["id"] not in ids


def test_a_cycle_is_told_with_its_counts_even_when_nothing_was_due():
    """Its absence is how a dead scheduler is noticed."""
    vendor = registry.VENDORS[0]
    counts = {"inserted": 2, "updated": 1, "unchanged": 0, "quarantined": 0, "duplicate": 0}
    runs = [SimpleNamespace(status="success", fetched=3, **counts) for _ in range(2)]

    busy = cycle_event(vendor, "flow", runs)
    idle = cycle_event(vendor, "flow", [])

    assert busy["resource"]["prefect.resource.id"] == f"sally.vendor.{vendor.name}"
    assert busy["payload"]["statuses"] == {"success": 2}
    assert (busy["payload"]["fetched"], busy["payload"]["inserted"]) == (6, 4)
    assert (idle["event"], idle["payload"]["integrations"]) == ("sally.cycle.finished", 0)
