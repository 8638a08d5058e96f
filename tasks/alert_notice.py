"""From what an automation hands over to what the alerts understand: a pure reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from core.errors import SallyError
from tasks.alerting import Notice, Signal

INTEGRATION, TENANT, VENDOR = "sally.integration.", "sally.tenant.", "sally.vendor."
BREAKER = "sally.breaker."
ROUTE = "sally.route."
SYNC_FLOW = "sync-"
LIVE_OR_SANDBOX = 2  # sally.breaker.<vendor>.<live or sandbox>[.<integration>]


class Unreadable(SallyError):
    """An automation's text is not what this version of the product makes."""


def read(body: str) -> Notice:
    """The notice in a notification's body; Unreadable when somebody changed the template."""
    try:
        told = orjson.loads(body)
        signal, event = Signal(told["signal"]), told["event"]
        event = {} if event is None else event
        resource: Mapping[str, str] = event.get("resource") or {}
        payload: Mapping[str, Any] = event.get("payload") or {}
        roles = _roles(event)
        name = str(resource.get("prefect.resource.id", ""))
        return Notice(
            signal=signal,
            integration_id=_uuid(name, INTEGRATION),
            tenant_id=_uuid(roles.get("tenant", ""), TENANT),
            vendor=_vendor(name, roles),
            is_sandbox=_is_sandbox(name, resource),
            detail=_detail(signal, resource, payload, roles),
            event_id=UUID(event["id"]) if event.get("id") else None,
            level=resource.get("sally.level"),
            plan_id=UUID(payload["plan"]) if name.startswith(ROUTE) else None,
        )
    except (orjson.JSONDecodeError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(
            "The text of the automation cannot be read; delete the automation in Prefect, and "
            f"the next start of the stack makes it anew. ({type(error).__name__})"
        ) from None


def _roles(event: Mapping[str, Any]) -> dict[str, str]:
    """The first related resource in each role."""
    found: dict[str, str] = {}
    for one in event.get("related") or ():
        role = one["prefect.resource.role"]
        named = role in ("flow", "deployment")
        value = one.get("prefect.resource.name", "") if named else one["prefect.resource.id"]
        found.setdefault(role, value)
    return found


def _uuid(name: str, kind: str) -> UUID | None:
    return UUID(name.removeprefix(kind)) if name.startswith(kind) else None


def _vendor(name: str, roles: Mapping[str, str]) -> str | None:
    if name.startswith(BREAKER):
        return name.removeprefix(BREAKER).split(".")[0]
    if roles.get("flow", "").startswith(SYNC_FLOW):
        return roles["flow"].removeprefix(SYNC_FLOW)
    vendor = roles.get("vendor", name)
    return vendor.removeprefix(VENDOR) if vendor.startswith(VENDOR) else None


def _is_sandbox(name: str, resource: Mapping[str, str]) -> bool:
    if name.startswith(BREAKER):
        return name.removeprefix(BREAKER).split(".")[1:LIVE_OR_SANDBOX] == ["sandbox"]
    return resource.get("sally.sandbox") == "true"


def _detail(
    signal: Signal,
    resource: Mapping[str, str],
    payload: Mapping[str, Any],
    roles: Mapping[str, str],
) -> str | None:
    """One sentence of ours; what a flow run's state says may hold anything, and stays out."""
    if signal is Signal.STALE:
        return payload.get("said")
    if signal is Signal.FLOW_CRASHED:
        flow = roles.get("flow") or "unknown"
        return f"The flow run “{resource.get('prefect.resource.name', '')}” of {flow} crashed."
    return None
