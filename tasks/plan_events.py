"""What Prefect hears of route plans: one that turned infeasible."""

from __future__ import annotations

from typing import Any

from prefect.events import emit_event

from store import plans
from store.connection import Connection
from store.plans import AtRisk


async def tell(conn: Connection) -> int:
    """Emit the plans that turned infeasible and note that they are told; how many."""
    found = await plans.untold(conn)
    for one in found:
        emit_event(**event_of(one))
    await plans.mark_told(conn, found)
    return len(found)


def event_of(risk: AtRisk) -> dict[str, Any]:
    """A plan at risk as a Prefect event. It says where to look; the plan says the rest."""
    return {
        "id": risk.id,
        "event": "sally.route.at_risk",
        "occurred": risk.created_at,
        "resource": {
            "prefect.resource.id": f"sally.route.{risk.tenant_id}.{risk.load_id}",
            "prefect.resource.name": f"{risk.tenant_slug} load {risk.load_number or risk.load_id}",
            "sally.sandbox": "true" if risk.is_sandbox else "false",
        },
        "related": [
            {
                "prefect.resource.id": f"sally.tenant.{risk.tenant_id}",
                "prefect.resource.role": "tenant",
                "prefect.resource.name": risk.tenant_slug,
            }
        ],
        "payload": {"plan": str(risk.id), "version": risk.version, "said": risk.said},
    }
