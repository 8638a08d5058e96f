"""What a flow run's audit looks at: the records that were read, at most so many of a dataset.

Beyond that every second one is dropped, then every second of those, so that what is kept is spread
over all that came and memory stays bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from adapters._kit.vendor import Dataset
from models.records import Record
from store.claims import Claim

MOST_ROWS = 10_000


class Whose(NamedTuple):
    """The run that brought a record."""

    run_id: UUID
    integration_id: UUID
    tenant_id: UUID
    is_sandbox: bool


@dataclass(slots=True)
class Sample:
    """The kept records of one dataset, and whose each is."""

    dataset: Dataset
    most: int = MOST_ROWS
    seen: int = 0
    step: int = 1
    rows: list[tuple[Record, Whose]] = field(default_factory=list)

    def add(self, records: Sequence[Record], whose: Whose) -> None:
        """Keep these, or as many of them as there is room for."""
        first = -self.seen % self.step
        self.seen += len(records)
        self.rows += [(record, whose) for record in records[first :: self.step]]
        self._thin()

    def take(self, other: Sample) -> None:
        """Keep what another sample holds, as thinly as what is kept already."""
        step = max(self.step, other.step)
        first = -(self.seen // other.step) % (step // other.step)
        self.rows = self.rows[:: step // self.step]
        self.rows += other.rows[first :: step // other.step]
        self.seen, self.step = self.seen + other.seen, step
        self._thin()

    def _thin(self) -> None:
        while len(self.rows) > self.most:
            self.rows = self.rows[::2]
            self.step *= 2


@dataclass(slots=True)
class Samples:
    """The samples of a flow run, by dataset: of fetches that landed, and of no other.

    Live rows and the sandbox's are apart: what is wrong with one says nothing about the other.
    """

    by_dataset: dict[tuple[str, bool], Sample] = field(default_factory=dict)

    def take(self, sample: Sample) -> None:
        """Keep the sample of a fetch."""
        if not sample.rows:
            return
        key = sample.dataset.name, sample.rows[0][1].is_sandbox
        self.by_dataset.setdefault(key, Sample(sample.dataset)).take(sample)


def whose(claim: Claim) -> Whose:
    """Whose the records of a claimed integration are."""
    return Whose(claim.run_id, claim.integration_id, claim.tenant_id, claim.is_sandbox)
