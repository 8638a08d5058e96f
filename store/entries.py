"""The quarantine as people see it, and what its rows are compared with when they are replayed."""

# ruff: noqa: S608 - names of tables come from the models, values are parameters.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from core.errors import ConfigurationError, NotFoundError
from core.replaying import HeldRow
from core.secrets import EntryOwner, KeyRing, Sealed
from models.records import Record
from store import breaker_log
from store.lookup import code_of
from store.shapes import shape

LIST = """
SELECT q.id, q.tenant_id, t.slug AS tenant_slug, q.integration_id, i.vendor, q.dataset, q.vendor_id,
    q.rule, q.path, q.reason, q.fingerprint, q.first_seen_at, q.last_seen_at, q.times,
    q.first_run_id, q.last_run_id, q.resolved_at, q.resolution, q.sealed IS NOT NULL AS is_kept,
    now() AS now
FROM ops.quarantine q
JOIN ops.tenant t ON t.id = q.tenant_id
JOIN ops.integration i ON i.id = q.integration_id
WHERE (%(tenant)s::text IS NULL OR t.slug = %(tenant)s)
    AND (%(vendor)s::text IS NULL OR i.vendor = %(vendor)s)
    AND (%(dataset)s::text IS NULL OR q.dataset = %(dataset)s)
    AND (%(resolved)s OR q.resolved_at IS NULL)
    AND (%(codes)s::text[] IS NULL OR EXISTS (SELECT FROM unnest(%(codes)s::text[]) AS c(code)
        WHERE right(replace(q.id::text, '-', ''), length(c.code)) = c.code))
ORDER BY q.resolved_at IS NOT NULL, q.last_seen_at DESC, q.id LIMIT %(limit)s
"""
SEALED = """
SELECT id, sealed_key_id, sealed FROM ops.quarantine
WHERE id = ANY(%s) AND resolved_at IS NULL AND sealed IS NOT NULL
"""
LOCKED = """
SELECT id, tenant_id, integration_id, dataset, fingerprint, sealed_key_id, sealed
FROM ops.quarantine WHERE sealed_key_id <> %s AND id > %s ORDER BY id LIMIT %s
"""
RESEAL = """
UPDATE ops.quarantine SET sealed = %s, sealed_key_id = %s WHERE id = %s AND sealed = %s
"""
DISCARD = """
UPDATE ops.quarantine
SET resolved_at = now(), resolution = 'discarded', sealed = NULL, sealed_key_id = NULL
WHERE id = ANY(%s) AND resolved_at IS NULL RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that could not be used. ``is_kept``: the whole of it is there to be replayed."""

    id: UUID
    tenant_id: UUID
    tenant_slug: str
    integration_id: UUID
    vendor: str
    dataset: str
    vendor_id: str | None
    rule: str
    path: str
    reason: str
    fingerprint: str
    first_seen_at: datetime
    last_seen_at: datetime
    times: int
    first_run_id: UUID
    last_run_id: UUID
    resolved_at: datetime | None
    resolution: str | None
    is_kept: bool
    now: datetime

    @property
    def code(self) -> str:
        """What people call it: the end of its id."""
        return self.id.hex[-8:]

    @property
    def owner(self) -> EntryOwner:
        """What its sealed row is bound to."""
        return EntryOwner(self.tenant_id, self.integration_id, self.dataset, self.fingerprint)


@dataclass(frozen=True, slots=True)
class Which:
    """The entries that are asked for; None asks for all. ``codes``: their ids, or the ends."""

    tenant_slug: str | None = None
    vendor: str | None = None
    dataset: str | None = None
    codes: Sequence[str] = field(default=())
    with_resolved: bool = False
    limit: int | None = 50


async def listing(conn: AsyncConnection[Any], which: Which) -> list[Entry]:
    """Open entries, the last seen first; then resolved ones if asked for."""
    codes = [code_of(code, "sally quarantine list") for code in which.codes]
    told = {
        "tenant": which.tenant_slug,
        "vendor": which.vendor,
        "dataset": which.dataset,
        "codes": codes or None,
        "resolved": which.with_resolved,
        "limit": which.limit,
    }
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(LIST, told)
        found = await cursor.fetchall()
    for given, code in zip(which.codes, codes, strict=True):
        named = sum(each.id.hex.endswith(code) for each in found)
        if not named:
            raise NotFoundError(f"There is no such entry {given}. See: sally quarantine list")
        if named > 1:
            raise ConfigurationError(f"Several entries end in {given}: give more of the id.")
    return found


async def one(conn: AsyncConnection[Any], entry_id: UUID) -> Entry | None:
    """The entry of this id, resolved or not; None when there is none that may be seen."""
    told = {
        "tenant": None,
        "vendor": None,
        "dataset": None,
        "codes": [entry_id.hex],
        "resolved": True,
        "limit": 1,
    }
    async with conn.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(LIST, told)
        return await cursor.fetchone()


async def payload_of(conn: AsyncConnection[Any], entry: Entry) -> Any:
    """The row as it may be shown: without secrets and personal data."""
    found = await conn.execute("SELECT payload FROM ops.quarantine WHERE id = %s", [entry.id])
    row = await found.fetchone()
    return row[0] if row else None


async def sealed_of(conn: AsyncConnection[Any], ids: Sequence[UUID]) -> dict[UUID, Sealed]:
    """The sealed rows of those of these entries that are open and kept, for replay alone."""
    found = await conn.execute(SEALED, [list(ids)])
    return {row[0]: Sealed(row[1], bytes(row[2])) for row in await found.fetchall()}


async def held_rows(
    conn: AsyncConnection[Any],
    record: type[Record],
    integration_id: UUID,
    dataset: str,
    ids: Sequence[str],
    *,
    is_snapshot: bool,
) -> dict[str, HeldRow]:
    """What we hold under these ids of the vendor, deleted rows included.

    Only a snapshot's complete fetch confirms what it does not change: there an absent row is
    marked as missing.
    """
    confirmed = "CASE WHEN %(snapshot)s AND t.missing_since IS NULL THEN s.confirmed_at END"
    found = await conn.execute(
        f"""
SELECT t.vendor_id, t.source_updated_at, t.synced_at, t.deleted_at, {confirmed}
FROM {shape(record).name} t LEFT JOIN ops.dataset_state s
    ON s.integration_id = t.integration_id AND s.dataset = %(dataset)s
WHERE t.integration_id = %(integration)s AND t.vendor_id = ANY(%(ids)s)
""",
        {"snapshot": is_snapshot, "dataset": dataset, "integration": integration_id,
         "ids": list(ids)},
    )  # fmt: skip
    return {row[0]: HeldRow(*row[1:]) for row in await found.fetchall()}


async def discard(
    conn: AsyncConnection[Any], entries: Sequence[Entry], who: str, why: str
) -> list[Entry]:
    """Resolve entries whose rows nobody wants; returns those that were still open."""
    async with conn.transaction():
        found = await conn.execute(DISCARD, [[each.id for each in entries]])
        gone = {row[0] for row in await found.fetchall()}
        done = [each for each in entries if each.id in gone]
        for each in done:
            details = {"vendor": each.vendor, "dataset": each.dataset, "row": each.vendor_id,
                       "rule": each.rule, "path": each.path, "why": why}  # fmt: skip
            await breaker_log.note(
                conn, who, "quarantine.discard", str(each.id), details, each.tenant_id
            )
    return done


async def rotate(
    conn: AsyncConnection[Any], ring: KeyRing, batch: int = 500
) -> tuple[int, list[str]]:
    """Seal with the current key what is under another; how many, and the entries that are locked.

    Stopped at any point, the next call goes on with what is left.
    """
    rotated, locked, after = 0, [], UUID(int=0)
    while True:
        found = await (await conn.execute(LOCKED, [ring.current, after, batch])).fetchall()
        for id_, tenant, integration, dataset, fingerprint, key_id, before in found:
            owner, after = EntryOwner(tenant, integration, dataset, fingerprint), id_
            try:
                plain = ring.open_bytes(Sealed(key_id, bytes(before)), owner)
            except ConfigurationError:
                locked.append(f"quarantine/{id_.hex[-8:]}")
                continue
            sealed = ring.seal_bytes(plain, owner)
            # A sync may have sealed a newer row meanwhile: that one stays.
            done = await conn.execute(RESEAL, [sealed.ciphertext, sealed.key_id, id_, before])
            rotated += done.rowcount
        if not found:
            return rotated, locked
