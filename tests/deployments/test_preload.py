"""What the warm process imports before it forks flow runs."""

from __future__ import annotations

import json
import subprocess
import sys

LOOK = """
import json, sys, threading
from deployments import forkserver
forkserver.preload()
print(json.dumps({"threads": threading.active_count(), "modules": sorted(sys.modules)}))
"""
# Prefect imports these when a run serializes its parameters, shows itself and waits.
LATE = {"fastapi.encoders", "prefect.utilities.visualization", "anyio._backends._asyncio"}


def test_all_that_a_run_needs_is_there_and_no_thread_runs():
    """What is missing is imported anew by each run; only a process with one thread may fork."""
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])

    assert "Could not preload" not in done.stderr
    assert found["threads"] == 1
    assert set(found["modules"]) >= LATE | {"flows.samsara", "flows.openweather"}
