"""Rows in quarantine, read again with today's mapping and rules, and landed as any row lands.

A replay is a run of its own kind. It holds the integration's lease, so no sync lands beside it, and
it asks the vendor nothing. Each entry that is read is counted once: landed, still set aside, or a
duplicate of a row that is newer here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from adapters import registry
from adapters._kit.vendor import Dataset, Unreadable, Vendor
from core.errors import ConfigurationError, RecordInvalid
from core.replaying import may_land
from core.secrets import KeyRing, Sealed
from models.ops import SyncType
from models.records import Record
from quality.declared import declared
from quality.gate import Broken, Gate
from store import breaker_log, claims, entries
from store.claims import Claim
from store.connection import Connection, connect
from store.entries import Entry
from store.loading import Staging
from store.results import DatasetResult, Landed, QuarantineRow, Replayed, RunClose, RunResult
from tasks import collecting, keeping, outcome
from tasks.collecting import Family

LEASE_S = 300.0  # reading and landing take seconds; nobody renews it
REPLAYED, SUPERSEDED = "replayed", "superseded"


class Fate(StrEnum):
    """What became of an entry."""

    LANDED = "landed"
    SUPERSEDED = "superseded"
    STILL_BAD = "still bad"
    NOT_KEPT = "not kept"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, what became of it, and why."""

    entry: Entry
    fate: Fate
    why: str = ""


Judge = Callable[[Record, Family], Broken | None]
Rules = Callable[[Dataset], Judge]


def todays(dataset: Dataset) -> Judge:
    """The rules that hold for a row that comes now."""
    return Gate(declared(dataset.record)).judge


@dataclass(slots=True)
class _Read:
    """One dataset's entries, as they are read today."""

    dataset: Dataset
    rows: list[tuple[Entry, Record, Family]] = field(default_factory=list)
    bad: list[tuple[Entry, QuarantineRow]] = field(default_factory=list)
    older: list[Entry] = field(default_factory=list)


async def replay(
    url: str,
    ring: KeyRing,
    found: Sequence[Entry],
    *,
    who: str,
    vendors: Callable[[str], Vendor] = registry.vendor,
    rules: Rules = todays,
) -> list[Told]:
    """Replay open entries, a run for each integration; says for each what became of it."""

    def integration(entry: Entry) -> UUID:
        return entry.integration_id

    told: list[Told] = []
    async with connect(url) as conn, Staging.connected(url) as staging:
        for _, group in groupby(sorted(found, key=integration), key=integration):
            mine = list(group)
            one = _Replay(conn, staging, ring, vendors(mine[0].vendor), rules, who)
            told += await one.run(mine)
    return told


@dataclass(slots=True)
class _Replay:
    """The replay of one integration's entries."""

    conn: Connection
    staging: Staging
    ring: KeyRing
    vendor: Vendor
    rules: Rules
    who: str
    told: list[Told] = field(default_factory=list)

    async def run(self, mine: Sequence[Entry]) -> list[Told]:
        kept = [entry for entry in mine if entry.is_kept]
        self._tell([entry for entry in mine if not entry.is_kept], Fate.NOT_KEPT)
        if not kept:
            return self.told
        claim = await self._claim(kept)
        if claim is None:
            self._tell(kept, Fate.BUSY)
            return self.told
        try:
            await self._run(claim, kept)
        except BaseException:
            await claims.give_back(self.conn, [claim.run_id], "crashed", is_replay=True)
            raise
        return self.told

    async def _claim(self, kept: Sequence[Entry]) -> Claim | None:
        claimed = await claims.claim(
            self.conn,
            vendor=self.vendor.name,
            flow_run_id=None,
            batch=None,
            limit=1,
            poll_seconds=0,
            tenant_slugs=[kept[0].tenant_slug],
            datasets=[one.name for one in self._datasets(kept)],
            sync_type=SyncType.REPLAY,
            force=True,
            lease_s=LEASE_S,
            keeps_schedule=True,
        )
        return claimed[0] if claimed else None

    def _datasets(self, kept: Iterable[Entry]) -> list[Dataset]:
        names = {entry.dataset for entry in kept}
        return [one for one in self.vendor.datasets if one.name in names]

    async def _run(self, claim: Claim, kept: Sequence[Entry]) -> None:
        # Under the lease: what another run resolved meanwhile is no longer there.
        sealed = await entries.sealed_of(self.conn, [entry.id for entry in kept])
        await self.staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
        reads = []
        for dataset in self._datasets(kept):
            mine = [entry for entry in kept if entry.dataset == dataset.name]
            reads.append(await self._read(dataset, mine, sealed))
        results = [await self._stage(claim, one) for one in reads]
        close = RunClose(
            outcome.run_status(results) if results else "success",
            outcome.worst([each.error for each in results if each.error]),
            is_replay=True,
        )
        result = RunResult(claim.run_id, claim.integration_id, close, results)
        landed = (await self.staging.land([result]))[claim.run_id]
        for one in reads:
            self._tell_read(one, landed)
        await self._note(claim)

    async def _read(
        self, dataset: Dataset, mine: Sequence[Entry], sealed: dict[UUID, Sealed]
    ) -> _Read:
        """Read each row as one that comes now; of several of the same, the newest counts."""
        found, judge = _Read(dataset), self.rules(dataset)
        newest: dict[str, tuple[Entry, Record, Family]] = {}
        # Sealed rows are those of entries that are open still.
        for entry in sorted(mine, key=lambda entry: entry.last_seen_at):
            if entry.id not in sealed:
                self._tell([entry], Fate.SUPERSEDED, "it was resolved meanwhile")
                continue
            try:
                raw = self.ring.open_bytes(sealed[entry.id], entry.owner)
            except ConfigurationError as error:
                self._tell([entry], Fate.NOT_KEPT, str(error))
                continue
            read = _read_again(dataset, keeping.loaded(raw), judge)
            if isinstance(read, QuarantineRow):
                found.bad.append((entry, read))
                continue
            before = newest.get(read[0].vendor_id)
            if before is not None and _is_older(read[0], before[1]):
                found.older.append(entry)
                continue
            if before is not None:
                found.older.append(before[0])
            newest[read[0].vendor_id] = (entry, *read)
        await self._compare(found, newest)
        return found

    async def _compare(self, found: _Read, newest: dict[str, tuple[Entry, Record, Family]]) -> None:
        if not newest:
            return
        some = next(iter(newest.values()))[0]
        held = await entries.held_rows(
            self.conn, found.dataset.record, some.integration_id, found.dataset.name,
            list(newest), is_snapshot=found.dataset.is_snapshot,
        )  # fmt: skip
        for vendor_id, (entry, record, family) in newest.items():
            updated = record.source_updated_at
            if may_land(updated, entry.last_seen_at, held.get(vendor_id)):
                found.rows.append((entry, record, family))
            else:
                found.older.append(entry)

    async def _stage(self, claim: Claim, one: _Read) -> DatasetResult:
        dataset = one.dataset
        if one.rows:
            rows = [(record, family) for _, record, family in one.rows]
            await collecting.stage(self.staging, claim.run_id, dataset, rows)
        bad = [row for _, row in one.bad]
        fetched = len(one.rows) + len(bad) + len(one.older)
        good = len(one.rows) + len(one.older)
        return DatasetResult(
            dataset=dataset.name,
            record=dataset.record,
            child_record=dataset.children.record if dataset.children else None,
            status="success" if not bad else "partial" if good else "failed",
            fetched=fetched,
            quarantined=bad,
            duplicate=len(one.older),
            replayed=Replayed(
                {entry.id: REPLAYED for entry, _, _ in one.rows}
                | {entry.id: SUPERSEDED for entry in one.older},
                {record.vendor_id: entry.last_seen_at for entry, record, _ in one.rows},
            ),
            error=outcome.set_aside(f"{self.vendor.title}, {dataset.title}", bad, fetched),
        )

    def _tell_read(self, one: _Read, landed: Landed) -> None:
        everything = [entry for entry, _, _ in one.rows]
        if landed.error is not None or landed.lost_lease:
            why = landed.error.happened if landed.error else "another run took over"
            self._tell([*everything, *one.older], Fate.FAILED, why)
        else:
            self._tell(everything, Fate.LANDED)
            self._tell(one.older, Fate.SUPERSEDED, "what is here is newer")
        for entry, row in one.bad:
            self._tell([entry], Fate.STILL_BAD, f"{row.path} {row.reason}".strip())

    def _tell(self, mine: Iterable[Entry], fate: Fate, why: str = "") -> None:
        self.told += [Told(entry, fate, why) for entry in mine]

    async def _note(self, claim: Claim) -> None:
        counts = {fate.value: sum(each.fate is fate for each in self.told) for fate in Fate}
        details = {"vendor": self.vendor.name, "datasets": list(claim.datasets)} | {
            word: count for word, count in counts.items() if count
        }
        await breaker_log.note(
            self.conn, self.who, "quarantine.replay", str(claim.run_id), details, claim.tenant_id
        )


def _is_older(record: Record, than: Record) -> bool:
    """By the vendor's time of change; without it the one that was sent last is the newer."""
    ours, others = record.source_updated_at, than.source_updated_at
    return ours is not None and others is not None and ours < others


def _read_again(dataset: Dataset, kept: Any, judge: Judge) -> tuple[Record, Family] | QuarantineRow:
    """A kept row as today's mapping and rules see it."""
    assert dataset.again is not None  # the conformance tests hold every vendor to it
    row = dataset.again(kept)
    if type(row) is Unreadable:
        return collecting.set_aside(row, row.path, row.reason, dataset=dataset)
    try:
        record = dataset.read(row)
        family = dataset.children.read(row) if dataset.children else []
    except RecordInvalid as error:
        return collecting.set_aside(row, error.path, error.reason, dataset=dataset)
    refused = judge(record, family)
    if refused is not None:
        return collecting.set_aside(
            row,
            refused.path,
            collecting.in_words(refused.says),
            refused.rule,
            vendor_id=record.vendor_id,
        )
    return record, family
