"""Land a batch: rows, counts, cursors and the runs' ends, in one transaction.

What cannot be stored costs only the run it belongs to: the batch is split in halves until the run
at fault is alone, and that one is closed as failed with nothing of it stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

import psycopg

from models.records import Record
from store import closing, merging, quality, quarantine
from store.results import (
    LOST_LEASE,
    Counts,
    DatasetResult,
    ErrorFields,
    Held,
    Landed,
    QuarantineRow,
    RunClose,
    RunResult,
)
from store.shapes import shape
from store.staging import UNSTORABLE, Stage, guarded
from store.work import Work

__all__ = [
    "Counts",
    "DatasetResult",
    "ErrorFields",
    "Held",
    "Landed",
    "QuarantineRow",
    "RunClose",
    "RunResult",
    "Staging",
]

# A run whose lease was taken over must not write: the rows may be older than the other run's.
# Runs that end here are fenced by freeing their integrations, which saves a lock and a question.
FENCE = """
SELECT b.run_id FROM unnest(%s::uuid[], %s::uuid[]) AS b(run_id, integration_id)
JOIN ops.integration i ON i.id = b.integration_id AND i.lease_run_id = b.run_id
ORDER BY i.id FOR NO KEY UPDATE OF i
"""


class Staging(Stage):
    """Staged rows, and the way to rest. One connection; several coroutines may stage at once."""

    async def land(self, results: Sequence[RunResult]) -> dict[UUID, Landed]:
        """Land these runs together; says for each what became of it.

        A run with a ``close`` is over for this object; one without may stage more. Rows that the
        database cannot store fail their own run only. Raises DatabaseLost when the connection
        broke: then nothing is known to be stored, and the leases run out by themselves.
        """
        async with self._lock, guarded():
            await self._flush_all()
            await self._prepare(results)
            faults = {result.run_id: self._fault(result) for result in results}
            sound = [result for result in results if faults[result.run_id] is None]
            landed = await self._land_or_split(sound)
            for result in results:
                fault = faults[result.run_id]
                if fault is not None:
                    landed[result.run_id] = await self._reject(result, fault)
            self._release(results, landed)
            await self._tidy()
            return landed

    async def _prepare(self, results: Sequence[RunResult]) -> None:
        """Make the tables that are compared with, and tell the planner about large ones."""
        records = {told.record for result in results for told in result.datasets}
        for record in records:
            await self._ensure(shape(record))
            children = shape(record).children
            if children is not None:
                await self._ensure(shape(children))
        staged = (self._runs[result.run_id].staged for result in results)
        rows = [pair for counted in staged for pair in counted.items()]
        large = {kind for kind, count in rows if count >= merging.ANALYZE_FROM}
        await merging.analyze(self._conn, sorted(large, key=lambda kind: kind.__name__))

    def _fault(self, result: RunResult) -> ErrorFields | None:
        """Why this run cannot land: a value that was refused, or counts that do not add up."""
        run = self._runs[result.run_id]
        if run.fault is not None:
            return _unstorable(run.fault)
        for told, staged in (self._judged(result, each) for each in result.datasets):
            if told.fetched != staged + len(told.quarantined) + told.duplicate:
                return _does_not_add_up(told, staged)
        return None

    def _judged(self, result: RunResult, told: DatasetResult) -> tuple[DatasetResult, int]:
        """The dataset as it counts, and how many staged rows of it land.

        One that ended badly and does not add up was broken off: nothing of it counts or lands,
        so that what a person reads is its error and not one about counts.
        """
        staged = self._runs[result.run_id].staged[told.record]
        seen = staged + len(told.quarantined) + told.duplicate
        if told.status in ("failed", "deferred") and told.fetched != seen:
            nothing = replace(
                told, fetched=0, quarantined=(), duplicate=0, vanished=(), is_complete=False
            )
            return nothing, 0
        return told, staged

    async def _land_or_split(self, results: Sequence[RunResult]) -> dict[UUID, Landed]:
        if not results:
            return {}
        try:
            return await self._land_together(results)
        except UNSTORABLE as error:
            if len(results) == 1:
                return {results[0].run_id: await self._reject(results[0], _unstorable(error))}
        middle = len(results) // 2
        first = await self._land_or_split(results[:middle])
        return first | await self._land_or_split(results[middle:])

    async def _land_together(self, results: Sequence[RunResult]) -> dict[UUID, Landed]:
        async with self._conn.transaction():
            held = await self._fence(results)
            ours = [result for result in results if result.run_id in held]
            work = [
                (result, position, self._work(result, told))
                for result in ours
                for position, told in enumerate(result.datasets)
            ]
            for record, works in _by_record(each for _, _, each in work):
                await merging.land(self._conn, record, works)
            if work:
                await quarantine.settle(self._conn, [each for _, _, each in work])
            told = [
                (run, each.run.tenant_id, place, each.told, _counts(each))
                for run, place, each in work
            ]
            ends = [(result.run_id, result.close) for result in ours if result.close is not None]
            async with self._conn.pipeline():
                await closing.datasets(self._conn, told)
                await quality.keep(self._conn, told)
                await closing.runs(self._conn, ends)
        return {
            result.run_id: _landed(
                [each for run, _, each in work if run is result], held[result.run_id]
            )
            if result.run_id in held
            else LOST_LEASE
            for result in results
        }

    def _work(self, result: RunResult, told: DatasetResult) -> Work:
        run = self._runs[result.run_id]
        judged, staged = self._judged(result, told)
        return Work(run, judged, self._number(run, told.record), staged)

    async def _fence(self, results: Sequence[RunResult]) -> dict[UUID, str | None]:
        """The runs whose lease is still theirs, locked until the transaction ends.

        The integrations of those that end here are free once it has ended; with each comes the
        status of the run before it.
        """
        ordered = sorted(results, key=lambda result: result.integration_id)
        ends = [(each.run_id, each.close) for each in ordered if each.close is not None]
        held = await closing.integrations(self._conn, ends)
        if stay := [each for each in ordered if each.close is None]:
            told = [[each.run_id for each in stay], [each.integration_id for each in stay]]
            found = await self._conn.execute(FENCE, told)
            held |= {row[0]: None for row in await found.fetchall()}
        return held

    async def _reject(self, result: RunResult, error: ErrorFields) -> Landed:
        """Close a run as failed, storing none of its rows."""
        given = result.close
        close = RunClose(
            status="failed",
            error=error,
            attempts=given.attempts if given else 1,
            poll_seconds=given.poll_seconds if given else None,
            is_replay=given.is_replay if given else False,
        )
        async with self._conn.transaction():
            held = await self._fence([replace(result, close=close)])
            if result.run_id not in held:
                return LOST_LEASE
            tenant_id = self._runs[result.run_id].tenant_id
            failed = [
                (result, tenant_id, place, _failed(told, error), Counts())
                for place, told in enumerate(result.datasets)
            ]
            await closing.datasets(self._conn, failed)
            await closing.runs(self._conn, [(result.run_id, close)])
        return Landed(error=error, previous_status=held[result.run_id])

    def _release(self, results: Sequence[RunResult], landed: dict[UUID, Landed]) -> None:
        """Forget what is over, and what of the rest has landed."""
        for result in results:
            run = self._runs[result.run_id]
            outcome = landed[result.run_id]
            over = result.close is not None or outcome.lost_lease or outcome.error is not None
            for record in list(run.numbers) if over else [told.record for told in result.datasets]:
                self._forget(run, record)
            if over:
                del self._runs[result.run_id]


def _by_record(works: Iterable[Work]) -> list[tuple[type[Record], list[Work]]]:
    found: dict[type[Record], list[Work]] = {}
    for work in works:
        found.setdefault(work.told.record, []).append(work)
    return list(found.items())


def _counts(work: Work) -> Counts:
    return Counts(
        fetched=work.told.fetched,
        inserted=work.inserted,
        updated=work.updated,
        unchanged=work.staged - work.inserted - work.updated,
        quarantined=len(work.told.quarantined),
        duplicate=work.told.duplicate,
    )


def _landed(works: Sequence[Work], previous_status: str | None) -> Landed:
    return Landed(
        counts={work.told.dataset: _counts(work) for work in works},
        deleted={work.told.dataset: work.deleted for work in works if work.deleted},
        held={work.told.dataset: work.held for work in works if work.held is not None},
        previous_status=previous_status,
    )


def _failed(told: DatasetResult, error: ErrorFields) -> DatasetResult:
    return replace(
        told, status="failed", error=error, is_complete=False, cursor_after=None, quarantined=()
    )


def _unstorable(error: BaseException) -> ErrorFields:
    """Names the kind of fault and where it is, never the value."""
    where = ""
    kind = type(error).__name__
    if isinstance(error, psycopg.Error) and error.sqlstate is not None:
        kind = f"{kind}, {error.sqlstate}"
        found = error.diag
        names = [found.table_name, found.column_name, found.constraint_name]
        where = "".join(f", {name}" for name in names if name)
    return ErrorFields(
        kind="unstorable",
        happened=f"A row could not be stored ({kind}{where}); nothing of this run was kept.",
        who="Who must act: us.",
        next_step="Tell support the run's id; the last good data stays in place.",
    )


def _does_not_add_up(told: DatasetResult, staged: int) -> ErrorFields:
    return ErrorFields(
        kind="accounting",
        happened=(
            f"The counts of {told.dataset} do not add up: {told.fetched} fetched, but {staged} "
            f"staged, {len(told.quarantined)} quarantined and {told.duplicate} duplicate."
        ),
        who="Who must act: us.",
        next_step="Tell support the run's id; the last good data stays in place.",
    )
