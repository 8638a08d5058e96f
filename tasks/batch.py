"""One batch: some integrations of one vendor, fetched side by side and landed together.

A batch survives its attempts: what is decided stays decided, and a retry redoes only the
datasets that met an error which may pass.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from adapters._kit.http import VendorSession
from adapters._kit.vendor import Dataset
from core.errors import AuthRejected, RateLimited, VendorError
from models.asking import Ask, Place
from store.asking import AskParts
from store.claims import Claim
from store.loading import Staging
from store.results import DatasetResult, Landed, RunResult
from tasks import outcome, places
from tasks.collecting import Tally, collect
from tasks.retries import PATIENCE_S, TryAgain
from tasks.tools import Tools

# Clocks differ, rows arrive late, and a row that a vendor left out once has to be asked for again.
CURSOR_OVERLAP = timedelta(days=1)
log = logging.getLogger("sally.sync")


@dataclass(slots=True)
class Work:
    """One claimed integration, and what became of each of its datasets."""

    claim: Claim
    results: dict[str, DatasetResult] = field(default_factory=dict)
    pending: dict[str, VendorError] = field(default_factory=dict)
    attempts: int = 0
    not_before: datetime | None = None
    is_told: bool = False

    @property
    def undecided(self) -> list[str]:
        """The datasets that still have to be fetched."""
        return [name for name in self.claim.datasets if name not in self.results]


@dataclass(slots=True)
class Batch:
    """The works of one task run, and their place in the stage."""

    number: int
    tools: Tools
    staging: Staging
    asks: dict[str, dict[UUID, AskParts]]  # by dataset, by integration
    works: list[Work]
    landed: dict[UUID, Landed] = field(default_factory=dict)
    resume_at: float = 0.0  # monotonic seconds

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
        await self._wait_for_vendor()
        await asyncio.gather(*(self._fetch(work) for work in self.open_works))
        if is_last:
            for work in self.open_works:
                self._give_up(work)
        await self._land([work for work in self.open_works if not work.undecided])
        if left := self.open_works:
            raise TryAgain(self._said(left))

    def told(self) -> Iterator[tuple[str, bool]]:
        """A sentence for each work that ended since the last call, and whether it went well."""
        for work in self.works:
            landed = self.landed.get(work.claim.run_id)
            if landed is None or work.is_told:
                continue
            work.is_told = True
            yield _sentence(work, landed)

    def all_failed(self) -> str | None:
        """What went wrong, when no integration of the batch could be synced."""
        results = [list(work.results.values()) for work in self.works]
        if any(outcome.status_of([r.status for r in run]) != "failed" for run in results):
            return None
        said = {result.error.happened for run in results for result in run if result.error}
        return " ".join(sorted(said)[:3])

    async def _wait_for_vendor(self) -> None:
        wait = self.resume_at - time.monotonic()
        if wait > 0:
            await self.tools.sleep(wait)

    async def _fetch(self, work: Work) -> None:
        work.attempts += 1
        work.pending.clear()
        try:
            session = self.tools.session(work.claim)
            if work.claim.is_probe and work.attempts == 1:
                await self.tools.vendor.datasets[0].probe(session)
            await self._fetch_datasets(work, session)
        except VendorError as error:
            self._fail(work, work.undecided, error)
        except Exception as error:
            # A fault of ours ends this integration's run, not its neighbours'.
            log.exception("run %s met a fault", work.claim.run_id)
            self._fail(work, work.undecided, error)

    async def _fetch_datasets(self, work: Work, session: VendorSession) -> None:
        for name in work.undecided:
            dataset = self.tools.vendor.dataset(name)
            try:
                work.results[name] = await self._fetch_one(work, dataset, session)
            except AuthRejected as error:
                self._fail(work, work.undecided, error)
                return
            except VendorError as error:
                await self.staging.discard(work.claim.run_id, dataset.record)
                if not self._decide(work, name, error):
                    return

    async def _fetch_one(
        self, work: Work, dataset: Dataset, session: VendorSession
    ) -> DatasetResult:
        parts = self.asks[dataset.name][work.claim.integration_id]
        started, requests = time.perf_counter(), session.requests
        tally = await collect(
            session.for_dataset(dataset),
            dataset,
            self._ask(work.claim, dataset, parts),
            work.claim.run_id,
            self.staging,
        )
        return replace(
            _result(dataset, tally, parts),
            attempts=work.attempts,
            requests=session.requests - requests,
            seconds=time.perf_counter() - started,
        )

    def _ask(self, claim: Claim, dataset: Dataset, parts: AskParts) -> Ask:
        where: tuple[Place, ...] = ()
        if dataset.needs_places:
            where = places.choose(
                parts.places_raw,
                claim.settings,
                cell_degrees=dataset.cell_degrees,
                cap=dataset.most_places,
            )
        return Ask(parts.now, parts.cursor, parts.open_ids, where, claim.settings)

    def _decide(self, work: Work, name: str, error: VendorError) -> bool:
        """Retry, defer or fail a dataset. Whether to go on with the integration's others."""
        until = outcome.wait_of(error, datetime.now(UTC), self.tools.vendor.pause)
        if until is not None:
            wait = (until - datetime.now(UTC)).total_seconds()
            if wait > PATIENCE_S:
                self._defer(work, error, until)
                return False
            self.resume_at = max(self.resume_at, time.monotonic() + wait)
        if error.is_transient:
            work.pending[name] = error
            # No status: the vendor cannot be reached, so its other datasets cannot either.
            return error.origin.status is not None and not isinstance(error, RateLimited)
        self._fail(work, [name], error)
        return True

    def _give_up(self, work: Work) -> None:
        """After the last attempt: what is still undecided ends with its last error."""
        last = next(iter(work.pending.values()), None)
        for name in work.undecided:
            error = work.pending.get(name, last)
            if isinstance(error, RateLimited):
                now = datetime.now(UTC)
                self._defer(
                    work, error, outcome.wait_of(error, now, self.tools.vendor.pause) or now
                )
            elif error is not None:
                self._fail(work, [name], error)

    def _fail(self, work: Work, names: Sequence[str], error: Exception) -> None:
        for name in names:
            work.results[name] = self._empty(work, name, "failed", error)

    def _defer(self, work: Work, error: Exception, until: datetime) -> None:
        work.not_before = max(until, work.not_before or until)
        for name in work.undecided:
            work.results[name] = self._empty(work, name, "deferred", error)

    def _empty(self, work: Work, name: str, status: str, error: Exception) -> DatasetResult:
        dataset = self.tools.vendor.dataset(name)
        parts = self.asks[name][work.claim.integration_id]
        return DatasetResult(
            dataset=name,
            record=dataset.record,
            status=status,
            attempts=work.attempts,
            started_at=parts.now,
            error=outcome.error_fields(error),
        )

    async def _land(self, works: Sequence[Work]) -> None:
        if not works:
            return
        results = [
            RunResult(
                run_id=work.claim.run_id,
                integration_id=work.claim.integration_id,
                close=outcome.close(
                    list(work.results.values()),
                    not_before=work.not_before,
                    attempts=work.attempts,
                    poll_every=self.tools.vendor.poll_every,
                ),
                datasets=[work.results[name] for name in work.claim.datasets],
            )
            for work in works
        ]
        self.landed.update(await self.staging.land(results))

    def _said(self, works: Sequence[Work]) -> str:
        said = {
            f"{work.claim.tenant_slug}: {error.happened}"
            for work in works
            for error in work.pending.values()
        }
        return f"{len(works)} to try again. " + " ".join(sorted(said)[:3])


def _sentence(work: Work, landed: Landed) -> tuple[str, bool]:
    """How a run ended, as its log says it: counts when it landed, the error when it did not."""
    slug = work.claim.tenant_slug
    if landed.lost_lease:
        return f"{slug}: another run took over; nothing of this one was stored.", False
    results = list(work.results.values())
    error = landed.error or outcome.worst([each.error for each in results if each.error])
    status = "failed" if landed.error else outcome.status_of([each.status for each in results])
    counts = landed.counts.values()
    said = (
        f"{slug}: {status}; {sum(each.fetched for each in counts):,} fetched, "
        f"{sum(each.inserted for each in counts):,} new, "
        f"{sum(each.updated for each in counts):,} changed, "
        f"{sum(each.unchanged for each in counts):,} unchanged."
    )
    held = "".join(
        f" {name}: {one.absent} of {one.live} rows were absent at once; none was taken as gone."
        for name, one in landed.held.items()
    )
    problem = f" {error.happened} {error.who} {error.next_step}" if error else ""
    return said + held + problem, not (error or held)


def _result(dataset: Dataset, tally: Tally, parts: AskParts) -> DatasetResult:
    """What a complete fetch becomes: success, or partial where rows were set aside."""
    cursor = None
    # A row that was set aside is asked for until it can be read: the cursor waits for it.
    if dataset.keeps_cursor and tally.newest is not None and not tally.quarantined:
        cursor = (tally.newest - CURSOR_OVERLAP).astimezone(UTC).isoformat()
    return DatasetResult(
        dataset=dataset.name,
        record=dataset.record,
        child_record=dataset.children.record if dataset.children else None,
        status="partial" if tally.quarantined else "success",
        fetched=tally.fetched,
        quarantined=tally.quarantined,
        duplicate=tally.duplicate,
        pages=tally.pages,
        is_complete=True,
        is_snapshot=dataset.is_snapshot,
        started_at=parts.now,
        cursor_after=cursor or parts.cursor,
        vanished=tally.vanished,
    )
