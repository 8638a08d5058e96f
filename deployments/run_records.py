"""Which flow runs a worker has taken on: what its successor needs, should it be killed.

A worker that ends in order sees each of its runs to a final state. One that is killed cannot, and
Prefect would show its runs as Running for ever; their processes died with it.
"""

from __future__ import annotations

from pathlib import Path
from uuid import UUID


class RunRecords:
    """An empty file for each run; the folder is written by one worker at a time."""

    def __init__(self, folder: Path | None) -> None:
        """`folder`: None keeps nothing, for a worker that nobody replaces."""
        self._folder = folder
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, flow_run: UUID) -> None:
        """Before the server hears that the run is ours."""
        if self._folder is not None:
            (self._folder / str(flow_run)).touch()

    def remove(self, flow_run: UUID) -> None:
        """After the server heard how it ended."""
        if self._folder is not None:
            (self._folder / str(flow_run)).unlink(missing_ok=True)

    def left(self) -> list[UUID]:
        """Runs that an earlier worker left without an end."""
        if self._folder is None:
            return []
        return [UUID(path.name) for path in sorted(self._folder.iterdir())]
