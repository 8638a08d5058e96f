"""The automations on a real server: made once, kept in step, never overwritten silently."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import AutomationCore

from core.alerts import FAILURE_WINDOW, FAILURES_TO_ALERT
from core.settings import PROJECT
from deployments import alert_rules, automations, blocks, bootstrap
from deployments.worker_process import HEARTBEAT_S

FLOWS = ("sync-samsara", "check-freshness")


def served():
    with get_client(sync_client=True) as client:
        return {one.name: one for one in client.read_automations() if "sally" in one.tags}


def clear():
    with get_client(sync_client=True) as client:
        for one in client.read_automations():
            client.delete_automation(one.id)
        if client.read_variable_by_name(automations.RECORD) is not None:
            client.delete_variable_by_name(automations.RECORD)


def change(which, /, **fields):
    """What an operator does in the UI."""
    with get_client(sync_client=True) as client:
        one = served()[which]
        changed = AutomationCore.model_validate(
            one.model_dump(exclude={"id", "owner_resource"}) | fields
        )
        client.update_automation(one.id, changed)


@pytest.fixture
def block(prefect_server):
    clear()
    yield blocks.alert_document()
    clear()


def keep(block, flows=FLOWS):
    return automations.keep(block, flows)


def test_a_fresh_server_gets_all_of_them_and_again_changes_nothing(block):
    said = keep(block)
    first = served()
    again = keep(block)

    assert (said, again) == ([], [])
    assert {one.name for one in alert_rules.declared(block, FLOWS).values()} == set(first)
    assert served() == first


def test_the_server_has_the_thresholds_of_the_code(block):
    keep(block)

    trigger = served()["SALLY: a sync keeps failing"].trigger

    assert (trigger.threshold, trigger.within) == (FAILURES_TO_ALERT, FAILURE_WINDOW)
    assert trigger.for_each == {"prefect.resource.id"}


def test_a_changed_declaration_is_sent_and_a_paused_one_stays_paused(block, monkeypatch):
    keep(block)
    name = "SALLY: data is getting old"
    change(name, enabled=False)
    monkeypatch.setattr(alert_rules, "BODY", '{"signal": "%s", "event": null}')

    said = keep(block)

    one = served()[name]
    assert isinstance(one.actions[0], SendNotification)
    assert one.actions[0].body == '{"signal": "stale", "event": null}'
    assert not one.enabled
    assert said == [f"The automation “{name}” is paused."]


def test_what_an_operator_changed_stays_and_is_said(block, monkeypatch):
    keep(block)
    name = "SALLY: a vendor rejects a key"
    change(name, description="We know.")
    monkeypatch.setattr(alert_rules, "BODY", '{"signal": "%s", "event": null}')

    for _ in range(2):
        said = keep(block)

        assert said == [
            f"The automation “{name}” was changed in Prefect and stays so; delete it to undo that."
        ]
    assert served()[name].description == "We know."


def test_one_that_was_renamed_is_not_made_twice(block):
    keep(block)
    before = served()
    change("SALLY: a vendor rejects a key", name="Keys")

    said = keep(block)

    assert said == [
        "The automation “Keys” was changed in Prefect and stays so; delete it to undo that."
    ]
    assert len(served()) == len(before)


def test_what_an_operator_deleted_comes_back_and_is_said(block):
    """An alert that is missing looks like a quiet day; pausing is how to be told less."""
    keep(block)
    name = "SALLY: a sync keeps failing"
    with get_client(sync_client=True) as client:
        client.delete_automation(served()[name].id)

    said = keep(block)

    assert said == [
        f"The automation “{name}” had been deleted and was made again; pause it instead."
    ]
    assert name in served()
    assert keep(block) == []


def test_one_that_is_no_longer_declared_goes_unless_it_was_changed(block, monkeypatch):
    keep(block)
    change("SALLY: data is fresh again", description="Ours.")
    declared = alert_rules.declared
    monkeypatch.setattr(
        alert_rules,
        "declared",
        lambda *given: {
            key: one for key, one in declared(*given).items() if key not in ("fresh", "stale")
        },
    )

    said = keep(block)

    assert said == [
        "The automation “SALLY: data is fresh again” is no longer needed, "
        "but was changed in Prefect and stays."
    ]
    assert "SALLY: data is getting old" not in served()


def test_only_our_flows_are_crashed_for_want_of_heartbeats(block):
    """A server may be shared, and others' flows may send theirs more rarely."""
    keep(block, bootstrap.flow_names(PROJECT))

    trigger = served()["SALLY: a flow run gives no sign of life"].trigger

    names = trigger.match_related.root["prefect.resource.name"]
    assert {"sync-samsara", "check-freshness"} <= set(names)
    assert all("*" not in name for name in names)


def test_several_heartbeats_fit_into_the_time_that_crashes_a_run():
    """With Prefect's own three minutes, a healthy run would be crashed now and then."""
    project = yaml.safe_load((PROJECT / "prefect.yaml").read_text())
    told = {
        deployment["work_pool"]["job_variables"]["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"]
        for deployment in project["deployments"]
    }

    assert told == {HEARTBEAT_S}
    assert timedelta(seconds=int(HEARTBEAT_S)) * 5 < alert_rules.HEARTBEATS_MISSED
