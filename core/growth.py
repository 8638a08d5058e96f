"""How many flow runs share what is due: enough for their time, and never more than a bound."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a flow run is: of ``claimed`` integrations it did ``done`` in so many seconds."""

    claimed: int
    done: int
    seconds: float

    def takes(self, budget_s: float) -> int:
        """How many integrations a run does in its time: never fewer than it has taken on."""
        projected = int(self.done * budget_s / self.seconds) if self.seconds > 0 else 0
        return max(1, self.claimed, projected)


def runs_to_start(left: int, takes: int, sharing: int, most: int) -> int:
    """How many further runs to start.

    ``left``: integrations that are due and nobody's yet. ``takes``: how many one run does in its
    time. ``sharing``: the runs there are, going on or waiting to begin. ``most``: of them at once.
    """
    if left <= 0:
        return 0
    wanted = min(math.ceil(left / max(1, takes)), most)
    return max(0, wanted - sharing)
