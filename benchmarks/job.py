"""One sync through its Prefect flow, in a fresh process that measures itself.

It imports what a worker's warm process has imported when it forks a run, and counts from there.

    python -m benchmarks.job '{"datasets": ["hos_clocks"], "out": "result.json"}'

``out`` gets, in seconds and MB: ``ready_at`` (when imports were done, of the clock that the parent
can read too), ``imports_cpu_s``, ``wall_s``, ``cpu_s``, ``imports_mb``, ``peak_mb``, ``message``.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State

from benchmarks.procs import peak_mb
from deployments import forkserver
from flows.samsara import sync_samsara


def main(told: dict[str, Any]) -> None:
    """Run the flow and write down what it cost."""
    forkserver.preload()
    profile = cProfile.Profile() if told.get("profile") else None
    imports_cpu_s, imports_mb = time.process_time(), peak_mb()
    ready_at = begun = time.monotonic()
    if profile is not None:
        profile.enable()
    state = asyncio.run(_sync(told["datasets"]))
    if profile is not None:
        profile.disable()
        profile.dump_stats(told["profile"])
    found = {
        "ready_at": ready_at,
        "imports_cpu_s": imports_cpu_s,
        "wall_s": time.monotonic() - begun,
        "cpu_s": time.process_time() - imports_cpu_s,
        "imports_mb": imports_mb,
        "peak_mb": peak_mb(),
        "state": state.type.value,
        "message": state.message,
    }
    Path(told["out"]).write_text(json.dumps(found))
    if not state.is_completed() and isinstance(state.data, BaseException):
        traceback.print_exception(state.data)
        sys.exit(1)


async def _sync(datasets: list[Any]) -> State[Any]:
    return await sync_samsara(datasets=datasets, force=True, return_state=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
