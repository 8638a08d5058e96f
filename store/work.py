"""What is landed together: one kind of record, of all the runs of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from store.results import DatasetResult, Held
from store.shapes import Shape
from store.staging import OpenRun

BATCH = """unnest(%(numbers)s::int[], %(runs)s::uuid[], %(tenants)s::uuid[],
    %(integrations)s::uuid[]) AS b(run_no, run_id, tenant_id, integration_id)"""


@dataclass(slots=True)
class Work:
    """One dataset of one run of the batch, and what merging it found.

    ``counts``: whether an absence from it is evidence. ``covered``: absent rows whose deletion a
    person has approved.
    """

    run: OpenRun
    told: DatasetResult
    number: int
    staged: int
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    held: Held | None = None
    counts: bool = True
    covered: int = 0


@dataclass(slots=True)
class Batch:
    """All work on one kind of record, and the arrays that name it."""

    shape: Shape
    works: Sequence[Work]
    arrays: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.arrays = named(self.works)


def named(works: Sequence[Work]) -> dict[str, Any]:
    """The four arrays of `BATCH`."""
    return {
        "numbers": "{" + ",".join([str(work.number) for work in works]) + "}",
        "runs": uuids(work.run.run_id for work in works),
        "tenants": uuids(work.run.tenant_id for work in works),
        "integrations": uuids(work.run.integration_id for work in works),
    }


def uuids(ids: Iterable[UUID]) -> str:
    """A uuid[] as PostgreSQL reads it; psycopg looks into each one for what must be quoted."""
    return "{" + ",".join([each.hex for each in ids]) + "}"
