"""What a sync hands to the store when it is done, and what it gets back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson

from core.secrets import Sealed
from models.quality import Finding, Profile
from models.records import ChildRecord, Record

MAPPING = "mapping"  # the rule of a row that is not of the vendor's documented shape


@dataclass(frozen=True, slots=True)
class ErrorFields:
    """An error as it is stored and shown. Its words hold no secret."""

    kind: str
    happened: str
    who: str
    next_step: str
    http_status: int | None = None
    vendor_request_id: str | None = None


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """A row that could not be used. ``payload``: a JSON value, already redacted.

    ``rule``: the name of the quality rule that it breaks; MAPPING when it could not be read.
    ``original``: the whole row, to be sealed and read again; None when it is too large to keep.
    ``sealed``: the same, encrypted, which is all that is stored of it.
    """

    vendor_id: str | None
    path: str
    reason: str
    payload: object
    fingerprint: str | None = None
    rule: str = MAPPING
    original: bytes | None = field(default=None, repr=False)
    sealed: Sealed | None = field(default=None, repr=False)

    @property
    def identity(self) -> str:
        """What makes two entries one: the row's id and path, or else the row's own words."""
        if self.fingerprint is not None:
            return self.fingerprint
        if self.vendor_id is not None:
            told = [self.vendor_id, self.path]
        else:
            told = [self.path, self.reason, hashlib.sha256(self.payload_json).hexdigest()]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]

    @property
    def payload_json(self) -> bytes:
        """The payload as JSON text that PostgreSQL can hold (it refuses NUL characters)."""
        return orjson.dumps(self.payload, default=str).replace(b"\\u0000", b"\\ufffd")


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of a fetch."""

    fetched: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    quarantined: int = 0
    duplicate: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """Rows that come from the quarantine, not from the vendor.

    ``resolutions``: what becomes of entries, by their ids. ``seen``: when the rows that land were
    last sent, by the vendor's ids.
    """

    resolutions: Mapping[UUID, str] = field(default_factory=dict)
    seen: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DatasetResult:
    """One dataset of one run, as the sync saw it.

    ``fetched``: rows that the vendor sent; every one of them is staged, quarantined or a
    duplicate. A dataset that is failed or deferred and does not add up counts and lands nothing.
    ``is_complete``: the vendor said that this was all. ``is_snapshot``: a complete fetch names
    every row. ``cursor_after``: kept when the fetch was complete. ``vanished``: ids that the
    vendor said are gone; they are no part of ``fetched``. ``findings``: the rules
    that it broke. ``profile``: what is usual from now on; None leaves it as it was.
    """

    dataset: str
    record: type[Record]
    status: str
    child_record: type[ChildRecord] | None = None
    fetched: int = 0
    quarantined: Sequence[QuarantineRow] = ()
    duplicate: int = 0
    pages: int = 0
    requests: int = 0
    attempts: int = 1
    seconds: float = 0.0
    is_complete: bool = False
    is_snapshot: bool = False
    started_at: datetime | None = None
    cursor_after: str | None = None
    vanished: Sequence[str] = ()
    replayed: Replayed | None = None
    findings: Sequence[Finding] = ()
    profile: Profile | None = None
    error: ErrorFields | None = None


@dataclass(frozen=True, slots=True)
class RunClose:
    """How a run ends.

    The next sync is due at ``not_before`` when that is given, else ``next_sync_in_s`` seconds from
    now when that is given, else in an hour when the integration needs attention, else at the next
    slot of the integration's own schedule (``poll_seconds`` is the vendor's default interval).
    ``integration_status``: None keeps it; a good run makes one that needed attention active again.
    ``is_replay``: it asked the vendor nothing, so it only frees its integration.
    """

    status: str
    error: ErrorFields | None = None
    not_before: datetime | None = None
    next_sync_in_s: float | None = None
    integration_status: str | None = None
    attempts: int = 1
    poll_seconds: int | None = None
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one integration's run brought. ``close``: None while more of it is to come."""

    run_id: UUID
    integration_id: UUID
    close: RunClose | None
    datasets: Sequence[DatasetResult] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A complete fetch lacked so many rows that none of them was taken as gone."""

    live: int
    absent: int


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a run: ``counts``, ``deleted`` and ``held`` are by dataset.

    ``lost_lease``: another run took over, and nothing of this one was stored. ``error``: the run
    was closed as failed because its rows could not be stored or its counts did not add up.
    ``previous_status``: how the integration's run before this one ended; None when it was the
    first, or when this one is not over.
    """

    counts: Mapping[str, Counts] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)
    lost_lease: bool = False
    error: ErrorFields | None = None
    previous_status: str | None = None


LOST_LEASE = Landed(lost_lease=True)
