"""Asking a vendor for one driver, once for all who want it: the lease, and the row it brings.

Nobody holds a lock or a transaction while the vendor is asked. The database's clock decides.
"""

# ruff: noqa: S608 - what is put into SQL here are constants of this file.

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from core.errors import RecordInvalid
from core.secrets import Sealed
from models.ops import new_id
from models.records import HosClock
from store import merging
from store.connection import Connection
from store.results import DatasetResult, ErrorFields
from store.shapes import shape
from store.staging import Stage, guarded
from store.work import Work

# The version tells apart who looked before and after another's asking: only one who saw the last
# state may ask, so that what has just been answered is not asked again.
BEGIN = """
WITH begun AS (
    INSERT INTO ops.hos_live AS l (integration_id, driver_id, tenant_id, version, owner,
        lease_expires_at, asked_at)
    SELECT i.id, %(driver)s, i.tenant_id, 1, %(id)s, now() + make_interval(secs => %(lease_s)s),
        now()
    FROM ops.integration i WHERE i.id = %(integration)s
    ON CONFLICT (integration_id, driver_id) DO UPDATE SET version = l.version + 1,
        owner = excluded.owner, lease_expires_at = excluded.lease_expires_at,
        asked_at = excluded.asked_at
    WHERE l.version = %(seen)s AND (l.owner IS NULL OR l.lease_expires_at <= now())
    RETURNING integration_id, asked_at
)
SELECT i.tenant_id, i.vendor, i.credentials_key_id, i.credentials_ciphertext,
    i.credentials_fingerprint, t.is_sandbox, begun.asked_at
FROM begun JOIN ops.integration i ON i.id = begun.integration_id
JOIN ops.tenant t ON t.id = i.tenant_id
"""
STATE = """
SELECT version, owner IS NOT NULL, coalesce(lease_expires_at > now(), false) FROM ops.hos_live
WHERE integration_id = %s AND driver_id = %s
"""
OWNED = "integration_id = %(integration)s AND driver_id = %(driver)s AND owner = %(id)s"
ENDED = "version = version + 1, owner = NULL, lease_expires_at = NULL, ended_at = clock_timestamp()"
NO_ERROR = """error_kind = NULL, error_happened = NULL, error_who = NULL, error_next_step = NULL,
    not_before = NULL"""
FAILED = f"""
UPDATE ops.hos_live SET {ENDED}, error_kind = %(kind)s, error_happened = %(happened)s,
    error_who = %(who)s, error_next_step = %(next_step)s, not_before = %(not_before)s
WHERE {OWNED}
"""
# A sync that began later has landed meanwhile: what it brought is newer.
OVERTAKEN = """
SELECT EXISTS (SELECT FROM ops.dataset_state s WHERE s.integration_id = %(integration)s
    AND s.dataset = %(dataset)s AND s.confirmed_at > %(asked_at)s)
"""
NOT_NEEDED = f"UPDATE ops.hos_live SET {ENDED}, {NO_ERROR} WHERE {OWNED} RETURNING true"
KEPT = f"""
UPDATE ops.hos_live l SET {ENDED}, {NO_ERROR}, confirmed_at = l.asked_at,
    landed_at = clock_timestamp(), run_id = %(id)s, row_hash = c.row_hash
FROM fleet.hos_clock c
WHERE c.integration_id = l.integration_id AND c.vendor_id = l.driver_id
    AND l.integration_id = %(integration)s AND l.driver_id = %(driver)s AND l.owner = %(id)s
RETURNING true
"""
UNSTORABLE = "it holds a value that cannot be stored"


class LeaseLost(Exception):
    """Another took over while this asking was under way: what it brought is not kept."""


@dataclass(frozen=True, slots=True)
class Flight:
    """One asking, and whom it is for. ``asked_at``: when it began, by the database's clock."""

    id: UUID
    tenant_id: UUID
    integration_id: UUID
    driver_id: str
    vendor: str
    credentials_fingerprint: str
    is_sandbox: bool
    asked_at: datetime
    sealed: Sealed

    @property
    def told(self) -> dict[str, Any]:
        """The flight as the statements name it."""
        return {"id": self.id, "integration": self.integration_id, "driver": self.driver_id,
                "asked_at": self.asked_at}  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """Where the asking for a driver stands. ``is_flying``: its owner's lease has not run out."""

    version: int
    is_owned: bool
    is_flying: bool


async def begin(
    conn: Connection, integration_id: UUID, driver_id: str, *, seen: int, lease_s: float
) -> Flight | None:
    """Take the lease; None when another has it, or when something happened since ``seen``."""
    made = new_id()
    told = {"integration": integration_id, "driver": driver_id, "id": made, "seen": seen,
            "lease_s": lease_s}  # fmt: skip
    row = await (await conn.execute(BEGIN, told)).fetchone()
    if row is None:
        return None
    tenant, vendor, key_id, ciphertext, fingerprint, is_sandbox, asked_at = row
    return Flight(
        id=made,
        tenant_id=tenant,
        integration_id=integration_id,
        driver_id=driver_id,
        vendor=vendor,
        credentials_fingerprint=fingerprint,
        is_sandbox=is_sandbox,
        asked_at=asked_at,
        sealed=Sealed(key_id, bytes(ciphertext)),
    )


async def state(conn: Connection, integration_id: UUID, driver_id: str) -> State:
    """Where it stands now."""
    row = await (await conn.execute(STATE, [integration_id, driver_id])).fetchone()
    return State(*row) if row else State(0, is_owned=False, is_flying=False)


async def fail(
    conn: Connection, flight: Flight, error: ErrorFields, not_before: datetime | None
) -> None:
    """End an asking that brought nothing. Nobody asks again before ``not_before``."""
    said = {"kind": error.kind, "happened": error.happened, "who": error.who,
            "next_step": error.next_step, "not_before": not_before}  # fmt: skip
    await conn.execute(FAILED, flight.told | said)


async def keep(url: str, flight: Flight, dataset: str, record: HosClock) -> None:
    """Land the row as a sync would, writing only what differs, and end the asking.

    Confirms this driver, not the dataset. RecordInvalid when the row cannot be stored; nothing is
    kept of an asking that was taken over.
    """
    async with OneRow.connected(url) as stage:
        await stage.keep(flight, dataset, record)


class OneRow(Stage):
    """Brings one row to rest, by the statements that land a batch."""

    async def keep(self, flight: Flight, dataset: str, record: HosClock) -> None:
        """See `keep` above."""
        await self.open_run(flight.id, flight.tenant_id, flight.integration_id)
        await self.add(flight.id, HosClock, [record])
        async with self._lock, guarded():
            await self._flush_all()
            run = self._runs[flight.id]
            if run.fault is not None:
                raise RecordInvalid("", UNSTORABLE)
            told = DatasetResult(dataset, HosClock, "success", fetched=1)
            work = Work(run, told, self._number(run, HosClock), run.staged[HosClock])
            try:
                async with self._conn.transaction():
                    await self._land(flight.told | {"dataset": dataset}, work)
            except LeaseLost:
                return
            except (psycopg.DataError, psycopg.IntegrityError):
                # The database's own words hold the row.
                raise RecordInvalid("", UNSTORABLE) from None

    async def _land(self, told: dict[str, Any], work: Work) -> None:
        """The row first: whoever waits for a lock on it must not hold up those who look here."""
        overtaken = await (await self._conn.execute(OVERTAKEN, told)).fetchone()
        if overtaken is not None and overtaken[0]:
            ended = await self._conn.execute(NOT_NEEDED, told)
        else:
            await merging.merge(self._conn, shape(HosClock), [work])
            ended = await self._conn.execute(KEPT, told)
        if await ended.fetchone() is None:
            raise LeaseLost
