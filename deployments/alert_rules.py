"""Which automations Prefect is to have: what they wait for, and whom the block tells of it.

Prefect's pages show the rule of such a trigger as “a custom trigger” only, so each description says
it. The thresholds are the code's own constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from core.alerts import FAILURE_WINDOW, FAILURES_TO_ALERT
from core.freshness import CRITICAL_AFTER, SILENCE, WARNING_AFTER
from tasks.automation_rules import TAG

POOL = "sally"
HEARTBEATS_MISSED = timedelta(minutes=3)  # of one every 30 seconds
INTEGRATIONS = {"prefect.resource.id": "sally.integration.*"}
BY_WHOM = {"prefect.resource.role": "work-pool", "prefect.resource.name": POOL}
IN_TURN = {"prefect.resource.id"}
# What a worker of ours says of the runs that it ends when it is told to stop.
ON_PURPOSE = "!The worker was stopped*"
# All that the block is told. It reads from the database what people are told.
BODY = '{"signal": "%s", "event": {{ event | tojson }}}'


def declared(block: UUID, flows: Iterable[str]) -> dict[str, AutomationCore]:
    """Every automation, by a key that stays when its name changes. `block`: the TenantAlert's."""
    return {
        **_of_syncs(block),
        **_of_vendors(block),
        **_of_routes(block),
        **_of_flows(block, sorted(flows)),
    }


def _of_syncs(block: UUID) -> dict[str, AutomationCore]:
    window = "hour" if timedelta(hours=1) == FAILURE_WINDOW else str(FAILURE_WINDOW)
    return {
        "failing": _alert(
            block,
            "failing",
            "SALLY: a sync keeps failing",
            f"{FAILURES_TO_ALERT} failed syncs of one integration within one {window}: tells the "
            "tenant's admins, once per incident.",
            EventTrigger(
                expect={"sally.sync.failed"},
                match=INTEGRATIONS,
                for_each=IN_TURN,
                threshold=FAILURES_TO_ALERT,
                within=FAILURE_WINDOW,
            ),
        ),
        "key-rejected": _alert(
            block,
            "key_rejected",
            "SALLY: a vendor rejects a key",
            "The vendor rejected the key of a sync: tells the tenant's admins at once, since only "
            "they can replace it.",
            _each(
                {"sally.sync.failed", "sally.sync.partial"},
                {**INTEGRATIONS, "sally.error-kind": "auth_rejected"},
            ),
        ),
        "recovered": _alert(
            block,
            "recovered",
            "SALLY: a sync works again",
            "Everything of an integration came in again: tells those who were told of the trouble.",
            _each(
                {"sally.sync.recovered", "sally.sync.partial"},
                {**INTEGRATIONS, "sally.ends-trouble": "true"},
            ),
        ),
        "stale": _alert(
            block,
            "stale",
            "SALLY: data is getting old",
            f"An integration's data is {WARNING_AFTER} intervals old (a warning), or "
            f"{CRITICAL_AFTER} (critical), whatever the reason: tells the tenant's admins.",
            _each({"sally.freshness.stale"}, INTEGRATIONS),
        ),
        "fresh": _alert(
            block,
            "fresh",
            "SALLY: data is fresh again",
            "An integration's data is as new as it should be: tells those who heard it was old.",
            _each({"sally.freshness.fresh"}, INTEGRATIONS),
        ),
    }


def _of_vendors(block: UUID) -> dict[str, AutomationCore]:
    whole = {"prefect.resource.id": "sally.breaker.*", "sally.scope": "vendor"}
    return {
        "vendor-down": _alert(
            block,
            "vendor_down",
            "SALLY: a vendor is down for everybody",
            "The circuit breaker of a whole vendor opened: one message for each tenant's admins, "
            "in place of one for each integration.",
            _each({"sally.breaker.opened"}, whole),
        ),
        "vendor-back": _alert(
            block,
            "vendor_back",
            "SALLY: a vendor answers again",
            "The circuit breaker of a whole vendor closed: tells those who heard of the outage.",
            _each({"sally.breaker.closed"}, whole),
        ),
    }


def _of_routes(block: UUID) -> dict[str, AutomationCore]:
    return {
        "route-at-risk": _alert(
            block,
            "route_at_risk",
            "SALLY: a load cannot be delivered in time",
            "The route plan of a load turned late: tells the tenant's dispatchers and admins, once "
            "for each plan that did.",
            _each({"sally.route.at_risk"}, {"prefect.resource.id": "sally.route.*"}),
        ),
    }


def _of_flows(block: UUID, flows: Sequence[str]) -> dict[str, AutomationCore]:
    over = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled")}
    beat = "prefect.flow-run.heartbeat"
    return {
        "crashed": _alert(
            block,
            "flow_crashed",
            "SALLY: a flow run crashed",
            "A flow run of the work pool sally crashed, other than by stopping its worker: tells "
            "the operator.",
            EventTrigger(
                expect={"prefect.flow-run.Crashed"},
                match={
                    "prefect.resource.id": "prefect.flow-run.*",
                    "prefect.state-message": ON_PURPOSE,
                },
                match_related=BY_WHOM,
                for_each=IN_TURN,
            ),
        ),
        "no-heartbeat": _automation(
            "SALLY: a flow run gives no sign of life",
            f"A running flow run has sent no heartbeat for {_minutes(HEARTBEATS_MISSED)}: it is "
            "set to Crashed, for its worker may be gone and nobody else would.",
            EventTrigger(
                after={beat},
                expect={beat, "prefect.flow-run.Crashed", *over},
                match={"prefect.resource.id": "prefect.flow-run.*"},
                match_related={
                    "prefect.resource.role": "flow",
                    "prefect.resource.name": list(flows),
                },
                for_each=IN_TURN,
                posture=Posture.Proactive,
                threshold=1,
                within=HEARTBEATS_MISSED,
            ),
            ChangeFlowRunState(
                state=StateType.CRASHED, name="Crashed", message="It gave no sign of life."
            ),
        ),
        "silent": _alert(
            block,
            "scheduler_silent",
            "SALLY: nothing has been synced",
            f"No flow run has gone over any vendor for {_minutes(SILENCE)}: workers or schedules "
            "are down or paused. Tells the operator.",
            EventTrigger(
                expect={"sally.cycle.finished"},
                match={"prefect.resource.id": "sally.vendor.*"},
                posture=Posture.Proactive,
                threshold=1,
                within=SILENCE,
            ),
        ),
    }


def _each(expect: set[str], match: Mapping[str, str]) -> EventTrigger:
    """Every such event, at once."""
    return EventTrigger(expect=expect, match=dict(match), for_each=IN_TURN)


def _alert(
    block: UUID, signal: str, name: str, description: str, trigger: EventTrigger
) -> AutomationCore:
    action = SendNotification(block_document_id=block, subject=signal, body=BODY % signal)
    return _automation(name, description, trigger, action)


def _automation(
    name: str, description: str, trigger: EventTrigger, action: ActionTypes
) -> AutomationCore:
    return AutomationCore(
        name=name, description=description, tags=[TAG], trigger=trigger, actions=[action]
    )


def _minutes(span: timedelta) -> str:
    return f"{int(span.total_seconds() // 60)} minutes"
