"""What Prefect hears: circuit breakers that opened, were probed, or closed."""

from __future__ import annotations

from typing import Any

from prefect.events import emit_event

from store import breakers
from store.breakers import Told
from store.connection import Connection
from tasks.guard_watch import Watch


async def tell_breakers(conn: Connection, watch: Watch) -> None:
    """Emit the transitions that this process made, and note that they are told."""
    told, watch.told[:] = list(watch.told), []
    for one in told:
        emit_event(**event_of(one))
    if told:
        await breakers.mark_told(conn, [one.id for one in told])


async def tell_left(conn: Connection) -> int:
    """Emit what others could not: a person's reset, a live read without Prefect. How many."""
    left = await breakers.untold(conn)
    for one in left:
        emit_event(**event_of(one))
    if left:
        await breakers.mark_told(conn, [one.id for one in left])
    return len(left)


def event_of(told: Told) -> dict[str, Any]:
    """A transition as a Prefect event; it names the integration, never its credential."""
    target, event = told.target, told.event
    vendor = target.vendor.name
    where = "sandbox" if target.vendor.is_sandbox else "live"
    whole = f"sally.breaker.{vendor}.{where}"
    is_vendor = target.integration_id is None
    related = [{"prefect.resource.id": f"sally.vendor.{vendor}", "prefect.resource.role": "vendor"}]
    if not is_vendor:
        related += [
            {
                "prefect.resource.id": f"sally.integration.{target.integration_id}",
                "prefect.resource.role": "integration",
            },
            {
                "prefect.resource.id": f"sally.tenant.{target.tenant_id}",
                "prefect.resource.role": "tenant",
            },
        ]
    return {
        "id": told.id,
        "event": f"sally.breaker.{event.name}",
        "occurred": event.happened_at,
        "resource": {
            "prefect.resource.id": whole if is_vendor else f"{whole}.{target.integration_id}",
            "prefect.resource.name": f"{vendor} breaker",
            "sally.scope": "vendor" if is_vendor else "integration",
        },
        "related": related,
        "payload": {
            "from": str(event.from_phase),
            "to": str(event.to_phase),
            "reason": event.reason,
            "sandbox": target.vendor.is_sandbox,
        },
    }
