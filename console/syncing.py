"""“Sync now”: the sync that is going on, or else a new one through Prefect. One, however often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from console.orchestrator import FlowRun, Orchestrator
from store.connected import Connected

MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Started:
    """``run_id``: the run that is going on; None until a worker takes up the flow run."""

    run_id: UUID | None
    flow_run_id: str | None


async def start(
    open_orchestrator: Callable[[], Orchestrator], integration: Connected, tenant_slug: str
) -> Started:
    """Start a sync of this integration. OrchestratorError when Prefect cannot be asked.

    Two who ask at once get one flow run: Prefect is given a key that changes when a run claims the
    integration. A flow run that ended without that (cancelled, say) makes room for the next.
    """
    if integration.running is not None:
        return Started(integration.running, None)
    claimed = integration.last_started_at
    key = f"console {integration.id} {claimed.isoformat() if claimed else 'never'}"
    async with open_orchestrator() as prefect:
        for attempt in range(MOST_TRIES):
            run = await _asked(prefect, integration.vendor, tenant_slug, f"{key} {attempt}")
            if not run.is_over:
                return Started(None, run.id)
        run = await _asked(prefect, integration.vendor, tenant_slug, None)
    return Started(None, run.id)


async def _asked(prefect: Orchestrator, vendor: str, slug: str, key: str | None) -> FlowRun:
    parameters = {"tenant": slug, "datasets": [], "force": True}
    return await prefect.start(f"sync-{vendor}", vendor, parameters, key)
