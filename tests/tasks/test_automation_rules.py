"""Operators' pauses and thresholds, as the second pair of hands reads them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from prefect.events.schemas.automations import Automation, EventTrigger

from core.alerts import FAILURE_WINDOW, FAILURES_TO_ALERT
from deployments.alert_rules import declared
from tasks.automation_rules import Rules, rules_of


def served(**changed):
    """The automations as declared, with what an operator changed, by key."""
    return [
        Automation(id=uuid4(), **(dict(one) | changed.get(key.replace("-", "_"), {})))
        for key, one in declared(uuid4(), []).items()
    ]


def test_as_declared_nothing_is_paused():
    assert rules_of(served()) == Rules(FAILURES_TO_ALERT, FAILURE_WINDOW, frozenset())


def test_a_server_that_has_none_yet_has_the_declared_rules():
    assert rules_of([]) == Rules()


def test_a_paused_automation_silences_its_signal():
    found = rules_of(served(stale={"enabled": False}, vendor_down={"enabled": False}))

    assert found.paused == {"stale", "vendor_down"}


def test_an_operators_threshold_holds():
    trigger = EventTrigger(threshold=5, within=timedelta(hours=2))

    found = rules_of(served(failing={"trigger": trigger}))

    assert (found.failures, found.window) == (5, timedelta(hours=2))


def test_others_automations_are_none_of_ours():
    found = rules_of(served(stale={"enabled": False, "tags": ["theirs"]}))

    assert found.paused == frozenset()
