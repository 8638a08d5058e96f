"""What the block understands of what an automation hands over."""

from __future__ import annotations

from uuid import uuid4

import orjson
import pytest

from store.endings import Ended
from tasks.alert_notice import Unreadable, read
from tasks.alerting import Signal
from tasks.run_events import Ending, run_event

ID, TENANT, EVENT = uuid4(), uuid4(), uuid4()


def body(signal, event):
    return orjson.dumps({"signal": signal, "event": event}).decode()


def test_the_end_of_a_run_names_integration_tenant_and_vendor():
    ended = Ended(uuid4(), ID, TENANT, "acme", "samsara", is_sandbox=True)
    event = run_event(ended, Ending("failed", "success", error_kind="vendor_unavailable"))

    notice = read(body("failing", event))

    assert (notice.signal, notice.integration_id, notice.tenant_id) == (Signal.FAILING, ID, TENANT)
    assert (notice.vendor, notice.is_sandbox, notice.event_id) == ("samsara", True, event["id"])


@pytest.mark.parametrize(
    ("name", "vendor", "is_sandbox"),
    [
        ("sally.breaker.samsara.live", "samsara", False),
        ("sally.breaker.samsara.sandbox", "samsara", True),
    ],
)
def test_a_vendors_breaker_names_the_vendor_and_which_of_the_two(name, vendor, is_sandbox):
    notice = read(body("vendor_down", {"resource": {"prefect.resource.id": name}}))

    assert (notice.vendor, notice.is_sandbox) == (vendor, is_sandbox)
    assert (notice.integration_id, notice.event_id) == (None, None)


def test_staleness_brings_its_level_and_its_sentence():
    event = {
        "id": str(EVENT),
        "resource": {
            "prefect.resource.id": f"sally.integration.{ID}",
            "sally.level": "critical",
        },
        "payload": {"said": "The last good sync was 3 days ago."},
    }

    notice = read(body("stale", event))

    assert (notice.level, notice.detail) == ("critical", "The last good sync was 3 days ago.")


def test_a_crashed_flow_run_is_named_and_what_its_state_said_is_not():
    """A state's message may hold an exception's text."""
    event = {
        "resource": {
            "prefect.resource.id": f"prefect.flow-run.{ID}",
            "prefect.resource.name": "brave-otter",
            "prefect.state-message": "password=hunter2",
        },
        "related": [
            {
                "prefect.resource.id": f"prefect.flow.{ID}",
                "prefect.resource.role": "flow",
                "prefect.resource.name": "sync-samsara",
            }
        ],
    }

    notice = read(body("flow_crashed", event))

    assert notice.vendor == "samsara"
    assert notice.detail == "The flow run “brave-otter” of sync-samsara crashed."


def test_silence_comes_without_an_event():
    assert read(body("scheduler_silent", None)).signal is Signal.SCHEDULER_SILENT


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Flow run brave-otter crashed",
        "{}",
        '{"signal": "failing"}',
        '{"signal": "no such", "event": null}',
        '{"signal": "stale", "event": []}',
        '{"signal": "stale", "event": "sally"}',
        '{"signal": "stale", "event": {"id": "17"}}',
        '{"signal": "failing", "event": {"resource": {"prefect.resource.id":'
        ' "sally.integration.none"}}}',
    ],
)
def test_a_template_that_somebody_changed_is_one_clear_error(said):
    with pytest.raises(Unreadable, match="delete the automation"):
        read(said)
