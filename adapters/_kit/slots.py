"""How many requests are under way at once: few at first, more while the vendor answers."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType


class Slots:
    """``async with slots`` around a request, and ``slots.answered(...)`` after it.

    A vendor that is down meets a handful of requests, not all that are waiting: the number grows
    by one with each good answer, up to ``most``, and halves with each failure, down to one.
    """

    def __init__(self, most: int, first: int = 4) -> None:
        self._most = most
        self._open = min(first, most)
        self._busy = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def open(self) -> int:
        """How many may be under way at once now."""
        return self._open

    @property
    def busy(self) -> int:
        """How many are under way."""
        return self._busy

    def answered(self, *, well: bool) -> None:
        """Tell how a request ended."""
        self._open = min(self._open + 1, self._most) if well else max(self._open // 2, 1)
        self._wake()

    async def __aenter__(self) -> None:
        if self._busy < self._open and not self._waiting:
            self._busy += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._wake()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was our turn already
                self._leave()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        self._busy -= 1
        self._wake()

    def _wake(self) -> None:
        while self._waiting and self._busy < self._open:
            turn = self._waiting.popleft()
            if not turn.done():
                self._busy += 1
                turn.set_result(None)
