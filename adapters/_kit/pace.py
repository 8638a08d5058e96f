"""Keeping to a vendor's rate, so that a long list does not run into its 429s."""

from __future__ import annotations

import asyncio
from collections import deque


class Pace:
    """At most ``most`` turns in any ``window_s`` seconds; the first ``most`` wait for nothing.

    One belongs to one fetch and lives in one event loop.
    """

    def __init__(self, most: int, window_s: float) -> None:
        self._window_s = window_s
        self._turns: deque[float] = deque(maxlen=most)

    async def turn(self) -> None:
        """Wait for a turn."""
        at = asyncio.get_running_loop().time()
        if len(self._turns) == self._turns.maxlen:
            at = max(at, self._turns[0] + self._window_s)
        # Taken before waiting, so that turns asked for at once queue up behind each other.
        self._turns.append(at)
        wait_s = at - asyncio.get_running_loop().time()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
