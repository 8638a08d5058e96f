"""One claimed integration: fetched dataset by dataset, and what becomes of each of them.

What is decided stays decided; a retry redoes only what met an error that may pass.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from adapters._kit.http import VendorSession
from adapters._kit.vendor import Dataset
from core import logs, traces
from core.errors import AuthRejected, Cause, Deferred, RateLimited, VendorError
from core.gate import defers
from models.asking import Ask, Place
from models.quality import Profile
from store.asking import AskParts
from store.claims import Claim
from store.loading import Staging
from store.results import DatasetResult, ErrorFields, Landed, RunResult
from tasks import checking, keeping, outcome, places, sentences
from tasks.collecting import Tally, collect
from tasks.config import bearable
from tasks.drifting import Answers
from tasks.samples import Sample, Samples, whose
from tasks.tools import Tools

# Clocks differ, rows arrive late, and a row that a vendor left out once has to be asked for again.
CURSOR_OVERLAP = timedelta(days=1)
MOST_MISSES = 2  # datasets in a row that met a failure, before the next attempt
OUT_OF_TIME = ErrorFields(
    kind="out_of_time",
    happened="The sync took longer than it may, so what was not finished was given back.",
    who="Who must act: nobody; if it happens every time, the operator.",
    next_step="Nothing to do: it goes on at once. SALLY_BATCH_SECONDS allows more time.",
)
log = logging.getLogger("sally.sync")


@dataclass(slots=True)
class Work:
    """One claimed integration, and what became of each of its datasets.

    ``asks``: by dataset, as is ``usual``, what fetches before were like. ``failure``: the last
    error of this run that counts against the vendor.
    ``samples`` and ``answers`` take what is looked at in the end.
    """

    claim: Claim
    tools: Tools
    staging: Staging
    asks: Mapping[str, AskParts]
    results: dict[str, DatasetResult] = field(default_factory=dict)
    pending: dict[str, VendorError] = field(default_factory=dict)
    attempts: int = 0
    not_before: datetime | None = None
    failure: VendorError | None = None
    is_told: bool = False
    usual: Mapping[str, Profile] = field(default_factory=dict)
    samples: Samples | None = None
    answers: Answers | None = None
    looked_at: list[Sample] = field(default_factory=list)

    @property
    def undecided(self) -> list[str]:
        """The datasets that still have to be fetched."""
        return [name for name in self.claim.datasets if name not in self.results]

    async def fetch(self) -> None:
        """Fetch and stage what is undecided; every error becomes a decision or stays pending."""
        self.attempts += 1
        self.pending.clear()
        with self.named(), traces.span("sync integration", sally__attempt=self.attempts) as step:
            await self._try()
            for error in self.pending.values():
                step.failed(error)

    def named(self) -> AbstractContextManager[None]:
        """Have every line and span until the end say whose work this is."""
        claim = self.claim
        return logs.about(
            tenant=claim.tenant_slug,
            vendor=claim.vendor,
            integration_id=claim.integration_id,
            run_id=claim.run_id,
        )

    async def _try(self) -> None:
        guard = self.tools.guard(self.claim)
        try:
            session = self.tools.session(self.claim, guard)
            if self.claim.is_probe and self.attempts == 1:
                await self.tools.vendor.datasets[0].probe(session)
            await self._fetch_datasets(session)
        except VendorError as error:
            self._fail_or_put_off(error)
        except Exception as error:
            # A fault of ours ends this integration's run, not its neighbours'.
            log.exception("run %s met a fault", self.claim.run_id)
            self._fail(self.undecided, error)

    async def give_up(self) -> None:
        """After the last attempt: what is still undecided ends with its last error.

        Unless the vendor turned out to answer nobody: then it waits like everybody else.
        """
        last = next(iter(self.pending.values()), None)
        refusal = await self.tools.watch.refusal(is_sandbox=self.claim.is_sandbox)
        for name in self.undecided:
            error = self.pending.get(name, last)
            if isinstance(error, RateLimited):
                self._defer([name], error, self._free_at(error))
            elif error is not None and error.counts_for_breaker and refusal is not None:
                self._defer([name], refusal, refusal.not_before)
            elif error is not None:
                self._fail([name], error)

    async def run_out(self) -> None:
        """The batch's time is over: give back what is not finished, to be done at once."""
        for name in self.undecided:
            await self.staging.discard(self.claim.run_id, self.tools.vendor.dataset(name).record)
            self.results[name] = self._empty(name, "deferred", OUT_OF_TIME)
        self.not_before = self.not_before or datetime.now(UTC)

    def result(self) -> RunResult:
        """The run as it is closed."""
        close = outcome.close(
            list(self.results.values()),
            not_before=self.not_before,
            attempts=self.attempts,
            poll_every=self.tools.vendor.poll_every,
        )
        return RunResult(
            run_id=self.claim.run_id,
            integration_id=self.claim.integration_id,
            close=close,
            datasets=[self.results[name] for name in self.claim.datasets],
        )

    def sentence(self, landed: Landed) -> tuple[str, bool]:
        """How the run ended, as its log says it, and whether it went well."""
        return sentences.of_run(self.claim.tenant_slug, list(self.results.values()), landed)

    async def _fetch_datasets(self, session: VendorSession) -> None:
        misses = 0
        for name in self.undecided:
            dataset = self.tools.vendor.dataset(name)
            try:
                self.results[name] = await self._fetch_one(dataset, session)
            except AuthRejected as error:
                self._fail(self.undecided, error)
                return
            except VendorError as error:
                await self.staging.discard(self.claim.run_id, dataset.record)
                misses = misses + 1 if error.counts_for_breaker else 0
                # One endpoint may be broken; two in a row are a vendor that needs a moment.
                if not self._decide(name, error) or misses >= MOST_MISSES:
                    return
            else:
                misses = 0

    async def _fetch_one(self, dataset: Dataset, session: VendorSession) -> DatasetResult:
        with logs.about(dataset=dataset.name), traces.span(f"fetch {dataset.name}") as step:
            result = await self._collected(dataset, session)
            step.note(
                sally__status=result.status,
                sally__fetched=result.fetched,
                sally__pages=result.pages,
                sally__requests=result.requests,
            )
        return result

    async def _collected(self, dataset: Dataset, session: VendorSession) -> DatasetResult:
        parts = self.asks[dataset.name]
        started, requests, sample = time.perf_counter(), session.requests, Sample(dataset)
        asking = session.for_dataset(dataset)
        if self.answers is not None:
            asking.on_body = self.answers.taker(dataset, self.claim)
        tally = await collect(
            asking,
            dataset,
            self._ask(dataset, parts),
            self.claim.run_id,
            self.staging,
            None if self.samples is None else partial(sample.add, whose=whose(self.claim)),
        )
        return replace(
            await self._judged(dataset, tally, parts, sample),
            attempts=self.attempts,
            requests=session.requests - requests,
            seconds=time.perf_counter() - started,
        )

    async def _judged(
        self, dataset: Dataset, tally: Tally, parts: AskParts, sample: Sample
    ) -> DatasetResult:
        """What becomes of a complete fetch: it lands, unless it is unlike those before."""
        if self.answers is not None:
            self.answers.hear(dataset, tally.gate.unknown_words, self.claim)
        place = f"{self.tools.vendor.title}, {dataset.title}"
        usual = self.usual.get(dataset.name, Profile())
        findings, error, profile = checking.unusual(tally, place, usual)
        if error is not None:
            await self.staging.discard(self.claim.run_id, dataset.record)
            return replace(self._empty(dataset.name, "failed", error), findings=findings)
        self.looked_at.append(sample)
        rows = keeping.sealed(tally.quarantined, self.tools.ring, self.claim, dataset.name)
        result = replace(
            _result(dataset, tally, parts), quarantined=rows, findings=findings, profile=profile
        )
        return outcome.judged(place, result, bearable())

    def _ask(self, dataset: Dataset, parts: AskParts) -> Ask:
        where: tuple[Place, ...] = ()
        options = self.claim.settings
        if dataset.needs_places:
            where = places.choose(
                parts.places_raw,
                options,
                cell_degrees=dataset.cell_degrees,
                cap=dataset.most_places,
            )
        return Ask(parts.now, parts.cursor, parts.open_ids, where, options)

    def _decide(self, name: str, error: VendorError) -> bool:
        """Retry, defer or fail a dataset. Whether to go on with the integration's others."""
        if isinstance(error, Deferred):
            return self._put_off([name], error)
        if isinstance(error, RateLimited):
            return self._slow_down(name, error)
        if not error.is_transient:
            self._fail([name], error)
            return True
        self.pending[name] = self.failure = error
        # No status: the vendor cannot be reached, so its other datasets cannot either.
        return error.origin.status is not None

    def _slow_down(self, name: str, error: RateLimited) -> bool:
        """A short wait is the next attempt's, which the gate holds up; a long one is a deferral."""
        until = self._free_at(error)
        if defers(until - datetime.now(UTC)):
            self._defer([name], error, until)
        else:
            self.pending[name] = error
        # What falls under the same limit is held up by the gate, without a call.
        return True

    def _put_off(self, names: Sequence[str], error: Deferred) -> bool:
        """Not to be asked now. A gate holds up one dataset, a breaker all of them."""
        if error.cause is Cause.GATE:
            self._defer(names, error, error.not_before)
            return True
        if error.cause is Cause.INTEGRATION and self.failure is not None:
            # Its own failures opened its breaker just now: that is a failed run, and is told so.
            self.not_before = error.not_before
            self._fail(self.undecided, self.failure)
        else:
            self._defer(self.undecided, error, error.not_before)
        return False

    def _fail_or_put_off(self, error: VendorError) -> None:
        """An error that met the whole integration, before any of its datasets."""
        if isinstance(error, Deferred):
            self._put_off(self.undecided, error)
        elif error.is_transient and not isinstance(error, RateLimited):
            self.pending = dict.fromkeys(self.undecided, error)
            self.failure = error
        elif isinstance(error, RateLimited):
            self._defer(self.undecided, error, self._free_at(error))
        else:
            self._fail(self.undecided, error)

    def _free_at(self, error: RateLimited) -> datetime:
        """When the vendor may be called again, as the gate knows after this refusal."""
        now = datetime.now(UTC)
        asked = outcome.wait_of(error, now, self.tools.vendor.pause) or now
        paused = self.tools.guard(self.claim).paused_until(error.origin.path)
        return max(asked, paused or now)

    def _fail(self, names: Sequence[str], error: Exception) -> None:
        for name in names:
            self.results[name] = self._empty(name, "failed", outcome.error_fields(error))

    def _defer(self, names: Sequence[str], error: Exception, until: datetime) -> None:
        self.not_before = max(until, self.not_before or until)
        for name in names:
            self.results[name] = self._empty(name, "deferred", outcome.error_fields(error))

    def _empty(self, name: str, status: str, error: ErrorFields) -> DatasetResult:
        return DatasetResult(
            dataset=name,
            record=self.tools.vendor.dataset(name).record,
            status=status,
            attempts=self.attempts,
            started_at=self.asks[name].now,
            error=error,
        )


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
