"""Rows that were set aside, kept whole until they land: sealed, for replay alone, never shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson
from pydantic_core import to_json

from adapters._kit.vendor import Kept, Unreadable
from core.secrets import EntryOwner, KeyRing
from store.claims import Claim
from store.results import QuarantineRow

MOST_BYTES = 64 * 1024  # a larger row is not kept: it can only be sent again


def dumped(row: object) -> bytes | None:
    """A wire row, or ``Unreadable``, as JSON text; None when it is too large to keep."""
    kept = Kept(row.raw, False, row.about) if isinstance(row, Unreadable) else Kept(row, True)
    # What no JSON column holds, NUL characters and endless numbers, was replaced by the reader.
    text = to_json({"row": kept.row, "is_read": kept.is_read, "about": kept.about})
    return text if len(text) <= MOST_BYTES else None


def loaded(text: bytes) -> Kept:
    """The row again."""
    return Kept(**orjson.loads(text))


def sealed(
    rows: Sequence[QuarantineRow], ring: KeyRing, whose: Claim, dataset: str
) -> list[QuarantineRow]:
    """The rows as they are stored: the whole row encrypted, bound to its entry."""
    return [_sealed(row, ring, whose, dataset) for row in rows]


def _sealed(row: QuarantineRow, ring: KeyRing, whose: Claim, dataset: str) -> QuarantineRow:
    if row.original is None:
        return row
    owner = EntryOwner(whose.tenant_id, whose.integration_id, dataset, row.identity)
    return replace(row, original=None, sealed=ring.seal_bytes(row.original, owner))
