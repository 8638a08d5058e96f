"""Rows on their way in: buffered here, copied into temporary tables, kept until they land.

The temporary tables live as long as the connection. Every (run, kind of record) that is staged
has a number of its own, so that dropping what was staged is forgetting a number; the tables are
emptied when they have grown and nobody waits in them.
"""

# ruff: noqa: S608 - what is put into SQL here are constants and names from the models.

from __future__ import annotations

import asyncio
import struct
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.adapt import Dumper
from psycopg.pq import Format

from store.connection import DatabaseLost, connect
from store.shapes import AnyRecord, Shape, shape

BUFFERED_ROWS = 4096
# Emptying a table costs more than reading past this many rows that are done with.
KEPT_ROWS = 10_000
JSONB_OID = psycopg.adapters.types["jsonb"].oid
# What a value that cannot be stored raises, in the client or in the server.
UNSTORABLE = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.ProgrammingError,
    psycopg.NotSupportedError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    struct.error,
)
# What a batch touches was touched by the last one too: it is in memory.
# Rows of a whole fleet are staged, hashed and sorted at once, on a connection per batch in flight;
# what the planner has to know of them is how many there are, which a small sample tells as well.
PLANNING = (
    "SET random_page_cost = 1.1; SET jit = off; SET work_mem = '32MB'; "
    "SET temp_buffers = '32MB'; SET default_statistics_target = 10"
)
LOST = (
    "The database gave up on a batch ({why}). What was not stored is fetched again by the next "
    "sync; if it happens again, look at PostgreSQL's log."
)


class _JsonText(str):
    """Names the dumper below; never made."""


class _JsonTextDumper(Dumper):
    """JSON text into a binary jsonb column as it is, instead of as a JSON string."""

    format = Format.BINARY
    oid = JSONB_OID

    def dump(self, obj: str) -> bytes:
        return b"\x01" + obj.encode()


@dataclass(slots=True)
class OpenRun:
    """A run that rows are staged for. ``fault``: why its rows can no longer be stored."""

    run_id: UUID
    tenant_id: UUID
    integration_id: UUID
    numbers: dict[type[AnyRecord], int] = field(default_factory=dict)
    staged: Counter[type[AnyRecord]] = field(default_factory=Counter)
    fault: BaseException | None = None


@dataclass(slots=True)
class _Piece:
    run: OpenRun
    number: int
    rows: list[tuple[Any, ...]]


@asynccontextmanager
async def guarded() -> AsyncIterator[None]:
    """Turn a broken connection, a lock that never came and the like into `DatabaseLost`."""
    try:
        yield
    except psycopg.OperationalError as error:
        why = type(error).__name__ if error.sqlstate else "the connection was lost"
        raise DatabaseLost(LOST.format(why=why)) from None
    except psycopg.InterfaceError:
        raise DatabaseLost(LOST.format(why="the connection was lost")) from None


class Stage:
    """The staged rows of one connection. Several coroutines may use it at once."""

    def __init__(self, conn: AsyncConnection[Any]) -> None:
        """`conn`: in autocommit; while runs are open here, nobody else's."""
        self._conn = conn
        self._conn.adapters.register_dumper(_JsonText, _JsonTextDumper)
        self._lock = asyncio.Lock()
        self._runs: dict[UUID, OpenRun] = {}
        self._buffers: defaultdict[type[AnyRecord], list[_Piece]] = defaultdict(list)
        self._buffered: Counter[type[AnyRecord]] = Counter()
        self._written: Counter[type[AnyRecord]] = Counter()
        self._made: set[type[AnyRecord]] = set()
        self._last_number = 0

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str) -> AsyncIterator[Any]:
        """One on a connection of its own."""
        async with connect(url, application_name="sally staging") as conn:
            await conn.execute(PLANNING)
            yield cls(conn)

    @property
    def connection(self) -> AsyncConnection[Any]:
        """For what is asked between two batches: opening another costs as much as ten questions."""
        return self._conn

    async def open_run(self, run_id: UUID, tenant_id: UUID, integration_id: UUID) -> None:
        """Say whose rows will come; harmless when said before."""
        self._runs.setdefault(run_id, OpenRun(run_id, tenant_id, integration_id))

    async def add(
        self,
        run_id: UUID,
        record: type[AnyRecord],
        rows: Sequence[tuple[Any, ...]],
        children_hashes: Sequence[int] | None = None,
    ) -> None:
        """Stage rows. ``children_hashes``: for a record with children, one signed 64-bit number
        per row that changes when the row's children do.

        A value that cannot be stored is not raised here: its run fails when the batch lands.
        """
        async with self._lock:
            await self._add(run_id, record, rows, children_hashes)

    def has_room(self, record: type[AnyRecord], rows: int) -> bool:
        """Whether ``add`` takes so many without a wait: nothing is copied now, or would be."""
        return not self._lock.locked() and self._buffered[record] + rows < BUFFERED_ROWS

    async def replace(
        self,
        run_id: UUID,
        record: type[AnyRecord],
        rows: Sequence[tuple[Any, ...]],
        children_hashes: Sequence[int] | None = None,
    ) -> int:
        """Stage rows in place of those with the same key; returns how many were taken away.

        The children of a row that is taken away go with it, so stage the new ones after this.
        For children, all of a parent's are replaced.
        """
        async with self._lock:
            ids = list({row[0] for row in rows})
            removed = await self._remove(run_id, record, ids)
            children = shape(record).children
            if children is not None:
                await self._remove(run_id, children, ids)
            await self._add(run_id, record, rows, children_hashes)
            return removed

    async def discard(self, run_id: UUID, record: type[AnyRecord]) -> None:
        """Forget what the run staged of this kind, children included."""
        async with self._lock:
            self._forget(self._runs[run_id], record)

    async def _add(
        self,
        run_id: UUID,
        record: type[AnyRecord],
        rows: Sequence[tuple[Any, ...]],
        children_hashes: Sequence[int] | None,
    ) -> None:
        if not rows:
            return
        run, shaped = self._runs[run_id], shape(record)
        number = self._number(run, record)
        head: tuple[int, ...] = (number,)
        if shaped.children is None:
            made = [head + row for row in rows]
        else:
            if children_hashes is None:
                raise TypeError(f"{record.__name__} has children: children_hashes is needed.")
            pairs = zip(rows, children_hashes, strict=True)
            made = [(number, hashed, *row) for row, hashed in pairs]
        self._buffers[record].append(_Piece(run, number, made))
        run.staged[record] += len(made)
        self._buffered[record] += len(made)
        if self._buffered[record] >= BUFFERED_ROWS:
            await self._flush(record)

    async def _remove(self, run_id: UUID, record: type[AnyRecord], ids: list[str]) -> int:
        """Take away staged rows whose first field, an id or a parent's id, is one of these."""
        run = self._runs[run_id]
        if not run.staged[record]:
            return 0
        await self._flush(record)
        shaped = shape(record)
        gone = await self._conn.execute(
            f"DELETE FROM {shaped.stage} WHERE run_no = %s AND {shaped.columns[0]} = ANY(%s)",
            [self._number(run, record), ids],
        )
        run.staged[record] -= gone.rowcount
        return gone.rowcount

    def _number(self, run: OpenRun, record: type[AnyRecord]) -> int:
        """The number of this run's rows of this kind; children share their parents'."""
        owner = shape(record).parent or record
        if owner not in run.numbers:
            self._last_number += 1
            run.numbers[owner] = self._last_number
        return run.numbers[owner]

    def _forget(self, run: OpenRun, record: type[AnyRecord]) -> None:
        number = run.numbers.pop(record, None)
        for kind in (record, shape(record).children):
            if kind is None:
                continue
            run.staged.pop(kind, None)
            kept = [piece for piece in self._buffers[kind] if piece.number != number]
            self._buffers[kind] = kept
            self._buffered[kind] = sum(len(piece.rows) for piece in kept)

    async def _flush_all(self) -> None:
        for record in list(self._buffers):
            await self._flush(record)

    async def _flush(self, record: type[AnyRecord]) -> None:
        """Copy what is buffered; when that fails, find the run at fault and copy the others'."""
        pieces = [piece for piece in self._buffers.pop(record, []) if piece.run.fault is None]
        self._buffered.pop(record, None)
        if not pieces:
            return
        async with guarded():
            try:
                await self._copy(shape(record), pieces)
            except UNSTORABLE as error:
                if len(pieces) == 1:
                    pieces[0].run.fault = error
                    return
                for piece in pieces:
                    self._buffers[record] = [piece]
                    await self._flush(record)

    async def _copy(self, shaped: Shape, pieces: list[_Piece]) -> None:
        await self._ensure(shaped)
        async with self._conn.cursor() as cursor, cursor.copy(_copy_in(shaped)) as copy:
            copy.set_types(["int4", *_hash_type(shaped), *shaped.staged_types])
            write = copy.write_row
            for piece in pieces:
                for row in piece.rows:
                    await write(row)
        self._written[shaped.record] += sum(len(piece.rows) for piece in pieces)

    async def _ensure(self, shaped: Shape) -> None:
        if shaped.record not in self._made:
            await self._conn.execute(_create(shaped))
            self._made.add(shaped.record)

    async def _tidy(self) -> None:
        """Empty the tables that have grown, where no run has rows waiting."""
        waiting = {kind for run in self._runs.values() for kind, rows in run.staged.items() if rows}
        for record, rows in list(self._written.items()):
            if rows > KEPT_ROWS and record not in waiting:
                await self._conn.execute(f"TRUNCATE {shape(record).stage}")
                self._written.pop(record)


def _hash_type(shaped: Shape) -> tuple[str, ...]:
    return ("int8",) if shaped.children is not None else ()


def _create(shaped: Shape) -> str:
    kinds = zip(shaped.columns, shaped.staged_types, strict=True)
    columns = [f'"{name}" {kind}' for name, kind in kinds]
    hashed = ["children_hash bigint"] if shaped.children is not None else []
    listed = ", ".join(["run_no int", *hashed, *columns])
    return f"CREATE TEMPORARY TABLE IF NOT EXISTS {shaped.stage} ({listed})"


def _copy_in(shaped: Shape) -> str:
    return f"COPY {shaped.stage} FROM STDIN (FORMAT binary)"
