"""The sync of `job.py`, with breakers and gates or, for comparison, with none.

    python -m benchmarks.guard_job '{"guarded": false, "datasets": ["hos_clocks"], "out": "..."}'

The product has no such switch; what is taken out here is all that it asks, writes and hears.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from adapters._kit.guard import Open
from benchmarks import job
from tasks.tools import Tools


class Unguarded(Open):
    """Lets every call go, and knows of no pause."""

    def paused_until(self, path: str | None) -> datetime | None:
        """Never."""


class Unwatched:
    """In place of a watch: asks nothing, and nothing is ever refused."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    async def prepare(self, *_: object) -> None:
        """Nothing to read."""

    async def refusal(self, **_: object) -> None:
        """Nobody is left alone."""


@asynccontextmanager
async def unwatched(*_: object) -> AsyncIterator[Unwatched]:
    """No line to the database, and no listener."""
    yield Unwatched()


def main(told: dict[str, Any]) -> None:
    """Run the sync one way or the other."""
    if told["guarded"]:
        job.main(told)
        return
    with (
        patch("tasks.tools.watching", unwatched),
        patch.object(Tools, "guard", lambda *_: Unguarded()),
    ):
        job.main(told)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
