"""One batch: some integrations of one vendor, fetched side by side and landed together.

A batch survives its attempts. Long fetches hold up nobody: what is finished lands in rounds, and
when the batch's time is over the rest is given back.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from core import traces
from store.loading import Staging
from store.results import Landed
from tasks import outcome
from tasks.retries import TryAgain
from tasks.work import Work

ROUND_S = 5.0  # what is finished waits no longer than this for what is not


@dataclass(slots=True)
class Batch:
    """The works of one task run, and their place in the stage.

    ``ends_at``: monotonic seconds after which what is not finished is given back.
    """

    number: int
    staging: Staging
    works: list[Work]
    ends_at: float
    landed: dict[UUID, Landed] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What the task run is called: its tenant, or how many there are."""
        slugs = [work.claim.tenant_slug for work in self.works]
        return slugs[0] if len(slugs) == 1 else f"batch-{self.number} of {len(slugs)} tenants"

    @property
    def open_works(self) -> list[Work]:
        """The works that have not landed yet."""
        return [work for work in self.works if work.claim.run_id not in self.landed]

    async def attempt(self, *, is_last: bool) -> None:
        """Fetch what is undecided and land what is decided; TryAgain when something is left."""
        await self._fetch(self.open_works)
        if is_last:
            for work in self.open_works:
                await work.give_up()
        await self._land_decided()
        if left := self.open_works:
            raise TryAgain(self._said(left))

    def told(self) -> Iterator[tuple[Work, str, bool]]:
        """Each work that ended since the last call, its sentence, and whether it went well."""
        for work in self.works:
            landed = self.landed.get(work.claim.run_id)
            if landed is None or work.is_told:
                continue
            work.is_told = True
            said, is_good = work.sentence(landed)
            yield work, said, is_good

    def all_failed(self) -> str | None:
        """What went wrong, when no integration of the batch could be synced."""
        results = [list(work.results.values()) for work in self.works]
        if any(outcome.run_status(run) != "failed" for run in results):
            return None
        said = {result.error.happened for run in results for result in run if result.error}
        return " ".join(sorted(said)[:3])

    async def _fetch(self, works: Sequence[Work]) -> None:
        """Fetch side by side; land what is finished while longer ones go on."""
        fetching = {asyncio.create_task(work.fetch()) for work in works}
        try:
            while fetching:
                done, fetching = await asyncio.wait(fetching, timeout=ROUND_S)
                for task in done:
                    task.result()
                if fetching and time.monotonic() >= self.ends_at:
                    break
                if fetching:
                    await self._land_decided()
        finally:
            for task in fetching:
                task.cancel()
            await asyncio.gather(*fetching, return_exceptions=True)
        if fetching:
            for work in works:
                await work.run_out()

    async def _land_decided(self) -> None:
        """Land the works of which every dataset is decided."""
        decided = [work for work in self.open_works if not work.undecided]
        if decided:
            with traces.span(
                "load", sally__runs=len(decided), db__system__name="postgresql"
            ) as step:
                landed = await self.staging.land([work.result() for work in decided])
                step.note(**_counted(landed))
            self.landed.update(landed)
            for work in decided:
                _hand_over(work, self.landed[work.claim.run_id])

    def _said(self, works: Sequence[Work]) -> str:
        said = {
            f"{work.claim.tenant_slug}: {error.happened}"
            for work in works
            for error in work.pending.values()
        }
        return f"{len(works)} to try again. " + " ".join(sorted(said)[:3])


def _hand_over(work: Work, landed: Landed) -> None:
    """What landed is there for the audit; what did not is none of its business."""
    if work.samples is not None and landed.error is None and not landed.lost_lease:
        for sample in work.looked_at:
            work.samples.take(sample)
    work.looked_at.clear()


def _counted(landed: Mapping[UUID, Landed]) -> dict[str, int]:
    """What a landing did to the rows, over its runs."""
    counts = [each for one in landed.values() for each in one.counts.values()]
    return {
        "sally__inserted": sum(each.inserted for each in counts),
        "sally__updated": sum(each.updated for each in counts),
    }
