"""Truckbase's endpoints. They fetch; they do not interpret."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Hashable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from adapters._kit.paging import Rows, any_object, by_page, each, first_page
from adapters._kit.vendor import Kept, Unreadable, Vanished
from adapters.truckbase import wire
from core.errors import RequestRejected
from models.asking import Ask

if TYPE_CHECKING:
    from adapters._kit.http import VendorSession

LOOK_BACK = timedelta(days=7)  # a cursor never asks for loads that ended before this
_MOST_ROWS = {"per_page": "100"}


async def loads(session: VendorSession, ask: Ask) -> AsyncGenerator[Rows, None]:
    """The active loads, those that changed since the cursor, and the open ones neither named.

    A load leaves the active list without a trace, so one that we hold as open is read once more
    by its id; ``Vanished`` stands for one that is gone altogether.
    """
    once: Counter[Hashable] = Counter()
    active: set[str] = set()
    named: set[str] = set()
    async with aclosing(_listed(session, {"status": "active"})) as pages:
        async for rows in pages:
            once.update(map(_mark, rows))
            active.update(_ids(rows))
            yield [_active(row, active) for row in rows]
    oldest = ask.now - LOOK_BACK
    is_recent = ask.cursor is not None and datetime.fromisoformat(ask.cursor) > oldest
    since = ask.cursor if ask.cursor and is_recent else oldest.isoformat()
    async with aclosing(_listed(session, {"updated_since": since})) as pages:
        async for rows in pages:
            named.update(_ids(rows))
            yield [_active(row, active) for row in rows if not _overlaps(row, once)]
    unseen = sorted(ask.open_ids - active - named)
    async with aclosing(each(unseen, partial(_load, session))) as found:
        async for row in found:
            yield [row]


def _listed(session: VendorSession, which: dict[str, str]) -> AsyncGenerator[Rows, None]:
    return by_page(session, "/loads", {**_MOST_ROWS, **which}, wire.LOADS)


async def _load(session: VendorSession, load_id: str) -> Any:
    path = f"/loads/{quote(load_id, safe='')}"
    try:
        raw = await session.get(path)
    except RequestRejected as error:
        if error.origin.status != 404:
            raise
        return Vanished(load_id)
    row = wire.LOAD.body(raw, partial(session.broken, path))
    if not isinstance(row, Unreadable) and row["id"] != load_id:
        raise session.broken(path, "it is another load than the one asked for")
    return row


def _ids(rows: Rows) -> set[str]:
    return {named for row in rows if (named := _id(row)) is not None}


def _id(row: Any) -> str | None:
    """The id, of a row that cannot be read as well: its load is there, not gone."""
    held = row.raw if isinstance(row, Unreadable) else row
    found = held.get("id") if isinstance(held, dict) else None
    return str(found) if isinstance(found, str | int) else None


def _mark(row: Any) -> Hashable:
    if isinstance(row, Unreadable):
        return orjson.dumps(row.raw, option=orjson.OPT_SORT_KEYS)
    return row["id"], row.get("updated_at")


def _overlaps(row: Any, once: Counter[Hashable]) -> bool:
    """Did the first list bring it too? Each of its rows excuses one: what is more is repeated."""
    mark = _mark(row)
    if once[mark] <= 0:
        return False
    once[mark] -= 1
    return True


def _active(row: Any, active: set[str]) -> Any:
    if isinstance(row, Unreadable):
        return replace(row, about=_id(row) in active)
    row["is_listed_active"] = row["id"] in active
    return row


def again(kept: Kept) -> wire.ListedLoad | Unreadable:
    """A load that was set aside, read as one that comes now."""
    row: wire.ListedLoad | Unreadable = wire.LOADS.again(kept)
    if not isinstance(row, Unreadable) and not kept.is_read:
        row["is_listed_active"] = kept.about is True
    return row


async def probe_account(session: VendorSession) -> None:
    """Whose key this is."""
    await any_object(session, "/company")


async def probe_loads(session: VendorSession) -> None:
    """May this key read loads?"""
    await first_page(session, "/loads", {"status": "active", "per_page": "1"}, wire.LOADS)
