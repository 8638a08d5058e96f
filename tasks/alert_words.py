"""From what is known to an incident: its key, its severity and its three sentences.

Pure functions. One incident is open per key: an integration and the class of its error, a tenant
and the vendor that is down for it, or what concerns all.
"""

from __future__ import annotations

from uuid import UUID

from adapters import registry
from core.alerts import Kind, hold, kind_of, severity
from core.errors import Actor, ConfigurationError
from store.incident_facts import Facts, LatePlan
from store.incidents import Opening

NOBODY = f"Who must act: {Actor.NOBODY}."
US = f"Who must act: {Actor.US}."
ADMIN = f"Who must act: {Actor.TENANT_ADMIN}."
DISPATCHER = f"Who must act: {Actor.DISPATCHER}."
VENDOR = f"Who must act: {Actor.VENDOR}."


def title(vendor: str | None) -> str:
    """A vendor as people write it."""
    if vendor is None:
        return "The vendor"
    try:
        return registry.vendor(vendor).title
    except ConfigurationError:
        return vendor  # of an older version, or of a newer one


def failing(facts: Facts) -> Opening:
    """An integration whose syncs fail, for the reason of the last one."""
    kind = kind_of(facts.last_error_kind)
    return Opening(
        key=f"integration:{facts.integration_id}:{facts.last_error_kind}",
        kind=kind,
        severity=severity(kind),
        happened=facts.last_error_happened or f"The syncs with {title(facts.vendor)} fail.",
        who=facts.last_error_who or US,
        next_step=facts.last_error_next_step or "Look at the sync history.",
        tenant_id=facts.tenant_id,
        integration_id=facts.integration_id,
        vendor=facts.vendor,
        is_sandbox=facts.is_sandbox,
        error_kind=facts.last_error_kind,
        run_id=facts.run_id,
        times=max(1, facts.consecutive_failures),
        hold_s=hold(kind).total_seconds(),
    )


def outage(facts: Facts) -> Opening:
    """A vendor that is down for everybody, as one of its tenants hears it."""
    name = title(facts.vendor)
    return Opening(
        key=f"tenant:{facts.tenant_id}:{facts.vendor}:down",
        kind=Kind.VENDOR_DOWN,
        severity=severity(Kind.VENDOR_DOWN),
        happened=f"{name} does not answer: calls for several fleets failed, so syncs with it wait.",
        who=VENDOR,
        next_step="Nothing to do: syncs go on by themselves as soon as it answers. "
        "The data shown is from the last sync.",
        tenant_id=facts.tenant_id,
        integration_id=facts.integration_id,
        vendor=facts.vendor,
        is_sandbox=facts.is_sandbox,
        hold_s=hold(Kind.VENDOR_DOWN).total_seconds(),
    )


def stale(facts: Facts, detail: str | None, *, is_critical: bool) -> Opening:
    """An integration whose data is older than it should be, with the likeliest reason."""
    who, step = _of_stale(facts)
    return Opening(
        key=f"integration:{facts.integration_id}:stale",
        kind=Kind.STALE,
        severity=severity(Kind.STALE, is_critical=is_critical),
        happened=detail or _how_old(facts),
        who=who,
        next_step=step,
        tenant_id=facts.tenant_id,
        integration_id=facts.integration_id,
        vendor=facts.vendor,
        is_sandbox=facts.is_sandbox,
        run_id=facts.run_id,
        hold_s=hold(Kind.STALE).total_seconds(),
    )


def late(plan: LatePlan) -> Opening:
    """A load that cannot be delivered in time, whatever is done by the rules."""
    kind = Kind.ROUTE_AT_RISK
    help_ = f"What would help: {plan.changes[0]}" if plan.changes else "Nothing by the rules helps."
    return Opening(
        key=f"plan:{plan.integration_id}:{plan.load_id}",
        kind=kind,
        severity=severity(kind),
        happened=f"Load {plan.load_number or plan.load_id}: {plan.said}",
        who=DISPATCHER,
        next_step=f"Talk to the receiver, or give the load to another driver. {help_}",
        tenant_id=plan.tenant_id,
        is_sandbox=plan.is_sandbox,
    )


def crashed(vendor: str | None, is_sandbox: bool, detail: str | None) -> Opening:
    """A flow run that broke off; what it worked on is taken over by the next one."""
    return Opening(
        key=f"operator:{vendor or 'all'}:crashed",
        kind=Kind.FLOW_CRASHED,
        severity=severity(Kind.FLOW_CRASHED),
        happened=detail or "A flow run crashed or gave no sign of life.",
        who=US,
        next_step="Look at the run in the Prefect UI and at its worker; "
        "the next run takes over what it left.",
        vendor=vendor,
        is_sandbox=is_sandbox,
    )


def silent(detail: str | None) -> Opening:
    """No flow run goes over any vendor any more."""
    return Opening(
        key="operator:all:silent",
        kind=Kind.SCHEDULER_SILENT,
        severity=severity(Kind.SCHEDULER_SILENT),
        happened=detail or "No flow run has gone over any vendor for a while.",
        who=US,
        next_step="Check in the Prefect UI that a worker is online and that schedules are active.",
    )


def test(tenant_id: UUID | None, told: UUID) -> Opening:
    """An alert that says that alerts arrive."""
    return Opening(
        key=f"test:{told}",
        kind=Kind.TEST,
        severity=severity(Kind.TEST),
        happened="This is a test: somebody asked whether alerts arrive. Nothing is wrong.",
        who=NOBODY,
        next_step="Nothing to do: that you read this means that alerts arrive.",
        tenant_id=tenant_id,
    )


def _how_old(facts: Facts) -> str:
    if facts.last_success_at is None:
        return f"Nothing has come from {title(facts.vendor)} yet."
    at = facts.last_success_at.strftime("%Y-%m-%d %H:%M UTC")
    return f"The last good sync with {title(facts.vendor)} was at {at}."


def _of_stale(facts: Facts) -> tuple[str, str]:
    if facts.status == "disabled":
        return ADMIN, "Switch the integration on again, if it was not meant to be off."
    if facts.last_error_kind is not None:
        return (
            facts.last_error_who or US,
            f"{facts.last_error_happened or 'The last sync failed.'} "
            f"{facts.last_error_next_step or ''}".strip(),
        )
    return US, "Check that the schedules and a worker run; then look at the sync history."
