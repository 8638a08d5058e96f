"""How many rows of a dataset may be set aside before the vendor, not the row, is at fault."""

from __future__ import annotations

from dataclasses import dataclass

# Below this many a share says nothing: one bad row of two is one bad row.
SHARE_FROM = 20


@dataclass(frozen=True, slots=True)
class Bearable:
    """A run stays partial up to here; beyond either it is failed."""

    rows: int = 1000
    share: float = 0.5

    def holds(self, aside: int, fetched: int) -> bool:
        """Whether so many rows of a fetch may be set aside."""
        if aside > self.rows:
            return False
        return aside < SHARE_FROM or aside <= fetched * self.share

    @property
    def words(self) -> str:
        """The limits, as a sentence has them."""
        return f"{self.rows:,} rows or {self.share:.0%}"
