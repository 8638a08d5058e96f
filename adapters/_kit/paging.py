"""The ways in which vendors cut a list into pages, and asking one thing for each of several.

Each way ends only when the vendor said so, and says ``ContractBroken`` where a vendor would lead
it in circles. Rows already read are handed out before an error is raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Generic, NotRequired, TypeVar

import orjson
from pydantic import AliasPath, Field
from typing_extensions import TypedDict

from adapters._kit.reading import Broken, Isolated, PageReader
from adapters._kit.vendor import Unreadable

if TYPE_CHECKING:
    from adapters._kit.http import VendorSession

MOST_PAGES = 20_000
Rows = list[Any]
Params = Mapping[str, str]
Row = TypeVar("Row")
Asked = TypeVar("Asked")
Got = TypeVar("Got")


class CursorPage(TypedDict, Generic[Row]):
    """A page that names the next one by a cursor; both keys are required by the contract."""

    rows: Annotated[list[Isolated[Row]], Field(validation_alias="data")]
    has_next: Annotated[
        bool, Field(strict=True, validation_alias=AliasPath("pagination", "hasNextPage"))
    ]
    cursor: NotRequired[
        Annotated[
            str | None, Field(strict=True, validation_alias=AliasPath("pagination", "endCursor"))
        ]
    ]


async def by_cursor(
    session: VendorSession,
    path: str,
    params: Params,
    reader: PageReader[Any],
) -> AsyncGenerator[Rows, None]:
    """Every page by ``after``; the next one is on its way while this one is read.

    Never more than one page ahead. A page may be empty and not be the last.
    """

    async def ask(cursor: str) -> bytes:
        return await session.get(path, {**params, "after": cursor} if cursor else params)

    broken = partial(session.broken, path)
    asked: set[str] = set()
    ahead: asyncio.Task[bytes] | None = None
    try:
        raw = await ask("")
        for _ in range(MOST_PAGES):
            guess = peeked_cursor(raw)
            if guess and guess not in asked:
                ahead = asyncio.create_task(ask(guess))
                await asyncio.sleep(0)  # the request leaves before the page is read
            page = reader.page(raw, broken)
            yield page["rows"]
            if not page["has_next"]:
                return
            cursor = _next_cursor(page.get("cursor"), asked, broken)
            if cursor != guess:
                await _stopped(ahead)
                ahead = None
            raw = await (ahead or ask(cursor))
            ahead = None
        raise broken(f"it has more than {MOST_PAGES} pages")
    finally:
        await _stopped(ahead)


def peeked_cursor(raw: bytes) -> str | None:
    """The cursor of the next page, cut out of the unread one; None when it cannot be told.

    Only a guess: the page, once read, has the last word.
    """
    start = raw.rfind(b'"pagination"')
    if start < 0:
        return None
    opening, end = raw.find(b"{", start), raw.find(b"}", start)
    try:
        found = orjson.loads(raw[opening : end + 1])
    except orjson.JSONDecodeError:
        return None
    cursor = found.get("endCursor")
    return cursor if found.get("hasNextPage") is True and isinstance(cursor, str) else None


def _next_cursor(cursor: str | None, asked: set[str], broken: Broken) -> str:
    if not cursor:
        raise broken("it says that more follows and does not say where")
    if cursor in asked:
        raise broken("it names a next page that was read before")
    asked.add(cursor)
    return cursor


async def _stopped(task: asyncio.Task[Any] | None) -> None:
    """Cancel and wait, so that its connection is given back; its outcome is of no interest."""
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def by_page(
    session: VendorSession, path: str, params: Params, reader: PageReader[Any]
) -> AsyncGenerator[Rows, None]:
    """Every page by its number, as ``next_page`` says; without that there is one page."""
    broken = partial(session.broken, path)
    number = 1
    read: set[int] = set()
    for _ in range(MOST_PAGES):
        page = reader.page(await session.get(path, {**params, "page": str(number)}), broken)
        yield _not_again(page["rows"], read, broken)
        following = page.get("next_page")
        if following is None:
            return
        if following <= number:
            raise broken("it names a next page that was read before")
        number = following
    raise broken(f"it has more than {MOST_PAGES} pages")


async def by_offset(
    session: VendorSession,
    path: str,
    params: Params,
    reader: PageReader[Any],
    *,
    limit: int,
) -> AsyncGenerator[Rows, None]:
    """Every page by offset, until ``total`` is reached; without a total until one is short."""
    broken = partial(session.broken, path)
    offset, empty_before = 0, False
    read: set[int] = set()
    for _ in range(MOST_PAGES):
        asked = {**params, "limit": str(limit), "offset": str(offset)}
        page = reader.page(await session.get(path, asked), broken)
        rows, total = page["rows"], page.get("total")
        yield _not_again(rows, read, broken)
        offset += len(rows)
        if len(rows) < limit if total is None else offset >= total:
            return
        if not rows and empty_before:
            raise broken("it says that more rows follow and gives none")
        empty_before = not rows
    raise broken(f"it has more than {MOST_PAGES} pages")


def _not_again(rows: Rows, read: set[int], broken: Broken) -> Rows:
    """The rows, unless a page before held exactly these."""
    if rows:
        mark = hash(orjson.dumps(rows, default=str))
        if mark in read:
            raise broken("it repeats a page that was read before")
        read.add(mark)
    return rows


async def each(
    things: Sequence[Asked], ask: Callable[[Asked], Awaitable[Got]], *, at_once: int = 4
) -> AsyncGenerator[Got, None]:
    """What ``ask`` gives for each, a few at once and in order.

    When one fails, the others of its round are handed out first, then its error is raised.
    """
    for start in range(0, len(things), at_once):
        round_ = [asyncio.ensure_future(ask(thing)) for thing in things[start : start + at_once]]
        try:
            outcomes = await asyncio.gather(*round_, return_exceptions=True)
        finally:
            for task in round_:
                task.cancel()
        for outcome in outcomes:
            if not isinstance(outcome, BaseException):
                yield outcome
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome


async def one_after_another(*lists: AsyncGenerator[Rows, None]) -> AsyncGenerator[Rows, None]:
    """The pages of several lists; each is closed when the caller stops."""
    for pages in lists:
        async with aclosing(pages) as open_pages:
            async for rows in open_pages:
                yield rows


async def only_row(
    session: VendorSession,
    path: str,
    params: Params,
    reader: PageReader[Any],
    is_it: Callable[[Any], bool],
) -> Any:
    """The one row of a list that was asked for one thing; None when it is empty.

    A second row, or one that ``is_it`` denies, means that the vendor did not keep to the question:
    ``ContractBroken``, because another's row must never pass for the one asked for.
    """
    found: Any = None
    async with aclosing(by_cursor(session, path, params, reader)) as pages:
        async for rows in pages:
            for row in rows:
                if found is not None or not (isinstance(row, Unreadable) or is_it(row)):
                    raise session.broken(path, "it holds rows that were not asked for")
                found = row
    return found


async def any_object(session: VendorSession, path: str) -> None:
    """Ask for one object and look that it is one: a sign-in page answers 200 as well."""
    if not isinstance(_read(await session.get(path)), dict):
        raise session.broken(path, "it is not an object")


def _read(raw: bytes) -> object:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


async def first_page(
    session: VendorSession, path: str, params: Params, reader: PageReader[Any]
) -> None:
    """Ask for one page and read it: what a connection test does."""
    reader.page(await session.get(path, params), partial(session.broken, path))
