"""The one retry policy: three attempts, only for what may get better.

No other layer retries below it. Prefect waits between attempts; where a vendor said how long, the
gate then holds up the attempt's calls (see ``tasks.guard``).
"""

from __future__ import annotations

from typing import Any

from core.errors import VendorError

ATTEMPTS = 3
BASE_S = 1.0
CAP_S = 30.0
JITTER = 0.3


class TryAgain(Exception):
    """Some integrations of the batch met an error that may pass. Holds their sentences only."""


def delays(attempts: int) -> list[float]:
    """Seconds before each retry: 1, 2, 4 … up to 30; Prefect adds the jitter."""
    return [min(CAP_S, BASE_S * 2**number) for number in range(attempts)]


def may_get_better(task: Any, task_run: Any, state: Any) -> bool:
    """Whether Prefect should try the batch again. Reads the state only; never waits."""
    held = getattr(state.data, "result", state.data)
    return isinstance(held, TryAgain) or (isinstance(held, VendorError) and held.is_transient)
