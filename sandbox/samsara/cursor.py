"""Opaque page cursors: bound to the endpoint and to every other parameter of the request."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any, NamedTuple
from zlib import crc32

import orjson

from sandbox.exchange import Ask
from sandbox.samsara.errors import bad

AFTER_EMPTY = "e"


class Cursor(NamedTuple):
    """Where a page starts; `flag` tells that an empty page was already sent at this place."""

    offset: int
    flag: str = ""


def _bound(ask: Ask) -> int:
    kept = sorted(
        (name, *values) for name, values in ask.query.items() if name not in ("after", "limit")
    )
    return crc32(f"{ask.path}{kept}".encode())


def write(ask: Ask, cursor: Cursor) -> str:
    """The text for `endCursor`."""
    text = f"{_bound(ask):08x}.{cursor.offset}.{cursor.flag}"
    return urlsafe_b64encode(text.encode()).decode()


def read(ask: Ask) -> Cursor:
    """Where this request's page starts; 400 for a cursor that belongs to another request."""
    after = ask.one("after")
    if not after:
        return Cursor(0)
    try:
        bound, offset, flag = urlsafe_b64decode(after.encode()).decode().split(".")
        cursor = Cursor(int(offset), flag)
    except (Error, ValueError):
        raise bad("Invalid value for after") from None
    if int(bound, 16) != _bound(ask):
        raise bad("Invalid value for after: the other parameters must be repeated")
    return cursor


def limit(ask: Ask, most: int = 512) -> int:
    """The page size; 400 outside 1..most."""
    text = ask.one("limit")
    if text is None:
        return most
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise bad(f"Invalid value for limit. Must be between 1 and {most}")
    return int(text)


def pagination(ask: Ask, end: int, total: int) -> dict[str, Any]:
    """The block under every page: the last one has an empty cursor."""
    more = end < total
    return {"endCursor": write(ask, Cursor(end)) if more else "", "hasNextPage": more}


def envelope(ask: Ask, rows: list[Any], end: int, total: int) -> bytes:
    """A page as bytes."""
    return orjson.dumps({"data": rows, "pagination": pagination(ask, end, total)})
