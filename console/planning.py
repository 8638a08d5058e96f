"""“Plan now”: a flow run of `plan-routes` for one load. One, however often it is asked."""

from __future__ import annotations

import logging
from collections.abc import Callable

from console.orchestrator import FlowRun, Orchestrator, OrchestratorError
from store.load_pages import LoadLine

FLOW = "plan-routes"
MOST_TRIES = 5
log = logging.getLogger("sally.console")


async def start(
    open_orchestrator: Callable[[], Orchestrator], load: LoadLine, tenant_slug: str
) -> FlowRun:
    """Have this load planned. OrchestratorError when Prefect cannot be asked.

    Two who ask at once get one flow run: Prefect is given a key that changes when a plan was made.
    A flow run that ended without one (cancelled, say) makes room for the next.
    """
    made = load.checked_at.isoformat() if load.checked_at else "never"
    key = f"console plan {load.integration_id} {load.load_id} {made}"
    async with open_orchestrator() as prefect:
        for attempt in range(MOST_TRIES):
            run = await _asked(prefect, load.load_id, tenant_slug, f"{key} {attempt}")
            if not run.is_over:
                return run
        return await _asked(prefect, load.load_id, tenant_slug, None)


async def is_over(open_orchestrator: Callable[[], Orchestrator], flow_run_id: str) -> bool:
    """Whether Prefect says that the run has ended; when it does not answer, nobody knows."""
    try:
        async with open_orchestrator() as prefect:
            found = (await prefect.runs([flow_run_id])).get(flow_run_id)
    except OrchestratorError as error:
        log.warning("How a flow run goes is not known: %s", error)
        return False
    return found is not None and found.is_over


async def _asked(prefect: Orchestrator, load: str, slug: str, key: str | None) -> FlowRun:
    return await prefect.start(FLOW, FLOW, {"tenant": slug, "load": load}, key)
