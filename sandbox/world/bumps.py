"""What tests changed by hand: how often a row was bumped, and when it last was."""

from __future__ import annotations

# Rows of one block share a change count, so that a bump spoils only the pages it is on.
BLOCK = 64
DATASETS = ("hos_clocks", "drivers", "vehicles", "loads", "stations")


class Bumps:
    """Counts by dataset and row; the only part of a world that is not a function of the seed."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[int, int]] = {name: {} for name in DATASETS}
        self._instants: dict[str, dict[int, int]] = {name: {} for name in DATASETS}
        self._blocks: dict[str, dict[int, int]] = {name: {} for name in DATASETS}
        self.version: dict[str, int] = dict.fromkeys(DATASETS, 0)

    def stamp(self, dataset: str, first: int, last: int) -> int:
        """A number that grows when a row from `first` to `last` is bumped."""
        blocks = self._blocks[dataset]
        if not blocks:
            return 0
        return sum(blocks.get(block, 0) for block in range(first // BLOCK, last // BLOCK + 1))

    def of(self, dataset: str, row: int) -> int:
        """How often this row was bumped."""
        return self._counts[dataset].get(row, 0)

    def at(self, dataset: str, row: int) -> int | None:
        """When this row was last bumped."""
        return self._instants[dataset].get(row)

    def any(self, dataset: str) -> dict[int, int]:
        """All counts of a dataset, to look up in a loop."""
        return self._counts[dataset]

    def bump(self, dataset: str, rows: list[int], now: int) -> None:
        """Change these rows once more, as of now."""
        counts, instants = self._counts[dataset], self._instants[dataset]
        blocks = self._blocks[dataset]
        for row in rows:
            counts[row] = counts.get(row, 0) + 1
            instants[row] = now
            blocks[row // BLOCK] = blocks.get(row // BLOCK, 0) + 1
        self.version[dataset] += 1
