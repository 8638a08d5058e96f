"""One dataset of one integration: from the vendor's pages to staged rows.

Every row the vendor sent is counted once: staged, set aside with a reason, or a duplicate of a
row already seen in this fetch (the vendor's newest word wins). A row is set aside when it cannot be
read, or when it breaks a critical quality rule.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters._kit.http import VendorSession
from adapters._kit.vendor import Dataset, Unreadable, Vanished
from core import redaction
from core.errors import RecordInvalid
from models.asking import Ask
from models.records import ChildRecord, Record
from quality.declared import declared
from quality.gate import Broken, Gate
from store.loading import Staging
from store.results import MAPPING, QuarantineRow
from tasks import keeping

Family = list[ChildRecord]  # a record's children; empty for a record that has none
Keep = Callable[[Sequence[Record]], None]


@dataclass(slots=True)
class Tally:
    """What one fetch brought, so far, and what its gate found in it."""

    gate: Gate
    fetched: int = 0
    duplicate: int = 0
    pages: int = 0
    quarantined: list[QuarantineRow] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    newest: datetime | None = None
    seen: dict[str, datetime | None] = field(default_factory=dict)
    repeats: dict[str, tuple[Record, Family]] = field(default_factory=dict)


async def collect(
    session: VendorSession,
    dataset: Dataset,
    ask: Ask,
    run_id: UUID,
    staging: Staging,
    keep: Keep | None = None,
) -> Tally:
    """Fetch, read, check and stage a whole dataset; a vendor's error passes through untouched.

    ``keep``: is shown the records of each page, for the audit.
    """
    tally = Tally(Gate(declared(dataset.record)))
    # Closed here, so that an error while staging leaves no page behind that is still on its way.
    async with aclosing(dataset.pages(session, ask)) as pages:
        async for page in pages:
            tally.pages += 1
            read = _read(page, dataset, tally)
            if read:
                await _stage(staging, run_id, dataset, read)
                if keep is not None:
                    keep([record for record, _ in read])
    if tally.repeats:
        await _stage(staging, run_id, dataset, list(tally.repeats.values()), replace=True)
    return tally


def _read(page: Sequence[Any], dataset: Dataset, tally: Tally) -> list[tuple[Record, Family]]:
    """Map a page; what cannot be mapped goes to the tally with its reason."""
    kept: list[tuple[Record, Family]] = []
    seen, read, children, gate = tally.seen, dataset.read, dataset.children, tally.gate
    judged = 0
    for row in page:
        if type(row) is Vanished:
            tally.vanished.append(row.vendor_id)
            continue
        tally.fetched += 1
        if type(row) is Unreadable:
            tally.quarantined.append(set_aside(row, row.path, row.reason, dataset=dataset))
            continue
        try:
            record = read(row)
            family = _distinct(children.read(row)) if children else []
        except RecordInvalid as error:
            tally.quarantined.append(set_aside(row, error.path, error.reason, dataset=dataset))
            continue
        key, updated = record.vendor_id, record.source_updated_at
        is_repeat = key in seen
        broken = (gate.judge_again if is_repeat else gate.judge)(record, family)
        if broken is not None:
            judged += 1
            tally.quarantined.append(_broken(row, record, broken))
            continue
        if is_repeat:
            _repeat(tally, record, family)
            continue
        judged += 1
        seen[key] = updated
        kept.append((record, family))
        if updated is not None and (tally.newest is None or updated > tally.newest):
            tally.newest = updated
    gate.rows += judged
    return kept


def _repeat(tally: Tally, record: Record, family: Family) -> None:
    """Count a row that came before; keep it in place of the first unless it is older."""
    tally.duplicate += 1
    key, updated = record.vendor_id, record.source_updated_at
    before = tally.seen[key]
    if before is None or updated is None or updated >= before:
        tally.seen[key] = updated
        tally.repeats[key] = (record, family)


def _distinct(family: Family) -> Family:
    """A record's children, each once: the last word on each counts."""
    return list({child.vendor_id: child for child in family}.values())


async def stage(
    staging: Staging, run_id: UUID, dataset: Dataset, rows: Sequence[tuple[Record, Family]]
) -> None:
    """Stage records with their children; each child once, the last word on it counts."""
    await _stage(staging, run_id, dataset, [(one, _distinct(family)) for one, family in rows])


async def _stage(
    staging: Staging,
    run_id: UUID,
    dataset: Dataset,
    rows: list[tuple[Record, Family]],
    *,
    replace: bool = False,
) -> None:
    if not replace and dataset.children is None and staging.has_room(dataset.record, len(rows)):
        # Where nothing waits, nothing can be cut off: most pages of small fleets.
        await staging.add(run_id, dataset.record, [record for record, _ in rows])
        return
    # What is copied holds rows of other runs as well: it is finished when this one is cut off.
    await asyncio.shield(_put(staging, run_id, dataset, rows, replace=replace))


async def _put(
    staging: Staging,
    run_id: UUID,
    dataset: Dataset,
    rows: list[tuple[Record, Family]],
    *,
    replace: bool,
) -> None:
    put = staging.replace if replace else staging.add
    records = [record for record, _ in rows]
    if dataset.children is None:
        await put(run_id, dataset.record, records)
        return
    families = [family for _, family in rows]
    hashes = [_hash(family) for family in families]
    await put(run_id, dataset.record, records, children_hashes=hashes)
    await staging.add(
        run_id, dataset.children.record, [child for family in families for child in family]
    )


def _hash(family: Sequence[ChildRecord]) -> int:
    """A signed 64-bit digest of a record's children, the same in every process."""
    digest = hashlib.blake2b(repr(family).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def set_aside(
    row: object,
    path: str,
    reason: str,
    rule: str = MAPPING,
    *,
    dataset: Dataset | None = None,
    vendor_id: str | None = None,
) -> QuarantineRow:
    """A row for the quarantine: named if it can be, shown without secrets, kept whole for replay.

    Every entry is made here. ``row``: a wire row, or ``Unreadable``. ``rule``: the quality rule
    that it breaks. ``vendor_id``: its record's, if it could be mapped.
    """
    raw = row.raw if isinstance(row, Unreadable) else row
    named = vendor_id
    if named is None:
        names = dataset.names if dataset else None
        named = names(row) if names else identity(raw)
    payload = redaction.payload(raw)
    return QuarantineRow(named, path, reason, payload, rule=rule, original=keeping.dumped(row))


def _broken(raw: object, record: Record, broken: Broken) -> QuarantineRow:
    """A row that can be read and not believed. Its id is the record's, so it counts as there."""
    return set_aside(
        raw, broken.path, in_words(broken.says), broken.rule, vendor_id=record.vendor_id
    )


def in_words(says: str) -> str:
    """Why a row that can be read was set aside."""
    return f"breaks a rule: {says}"


def identity(raw: object) -> str | None:
    """The vendor's id of a row that could not be read, if it can be seen."""
    if not isinstance(raw, dict):
        return None
    nested = raw.get("driver")
    held = (
        raw.get("id")
        or raw.get("driver_id")
        or raw.get("station_id")
        or (nested.get("id") if isinstance(nested, dict) else None)
    )
    return str(held)[:200] if isinstance(held, str | int) and not isinstance(held, bool) else None
