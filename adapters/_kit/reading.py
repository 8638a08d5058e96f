"""From bytes to wire rows, in one pass of validation that loses no good row to a bad one.

A row of another shape comes back as ``Unreadable`` with the first thing wrong about it; only an
answer whose envelope cannot be read is ``ContractBroken``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import Annotated, Any, Generic, TypeVar

import orjson
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, to_json

from adapters._kit import quick
from adapters._kit.vendor import Kept, Unreadable
from core.errors import ContractBroken

Broken = Callable[[str], ContractBroken]
Page = TypeVar("Page")
Row = TypeVar("Row")


class _Odd:
    """What stands where a row should be, until it is explained."""

    __slots__ = ("raw",)

    def __init__(self, raw: object) -> None:
        self.raw = raw


# The second choice costs nothing while rows are good: the first one that fits ends the search.
Isolated = Annotated[Row | Annotated[Any, AfterValidator(_Odd)], Field(union_mode="left_to_right")]


class PageReader(Generic[Page]):
    """Reads one kind of page. ``page``: a TypedDict whose ``rows`` are ``list[Isolated[row]]``.

    The validators are built at the first use: building is slow and most processes need few.
    """

    def __init__(
        self,
        page: type[Page],
        row: type,
        kept: type | None = None,
        *,
        has_quick_way: bool = False,
    ) -> None:
        """``kept``: what a row is once it was read, if the client adds to it.

        ``has_quick_way``: a usual page is not read by pydantic (see ``quick``). For a cursor's
        page of many rows whose fields ``quick`` knows.
        """
        self._page, self._row, self._kept = page, row, kept or row
        self._has_quick_way = has_quick_way

    @cached_property
    def _quick(self) -> quick.Decode | None:
        return quick.decoder(self._row) if self._has_quick_way else None

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._page)

    @cached_property
    def _row_adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._row)

    def page(self, raw: bytes, broken: Broken) -> Page:
        """The page; ``broken`` makes the error when its envelope cannot be read."""
        raw = _storable(raw)
        if self._quick is not None:
            try:
                return self._quick(raw)  # type: ignore[return-value]  # made from Page's own rows
            except quick.Refused:
                pass  # pydantic says what is wrong with it, if anything is
        page = _validated(self._adapter, raw, broken)
        page["rows"] = [
            explained(self._row_adapter, row.raw) if type(row) is _Odd else row
            for row in page["rows"]
        ]
        return page  # type: ignore[no-any-return]

    def again(self, kept: Kept) -> Any:
        """A row that was set aside, read as one that comes now."""
        return read_again(self._row, self._kept, kept)


class BodyReader(Generic[Row]):
    """Reads an answer that is one row: the object itself, without an envelope."""

    def __init__(self, row: type[Row]) -> None:
        self._row = row

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(Isolated[self._row])  # type: ignore[misc, name-defined]

    @cached_property
    def _row_adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._row)

    def body(self, raw: bytes, broken: Broken) -> Row | Unreadable:
        """The row; ``broken`` makes the error when the answer is no JSON object."""
        row = _validated(self._adapter, _storable(raw), broken)
        if type(row) is not _Odd:
            return row  # type: ignore[no-any-return]
        if not isinstance(row.raw, dict):
            raise broken("it is not an object")
        return explained(self._row_adapter, row.raw)

    def again(self, kept: Kept) -> Row | Unreadable:
        """A row that was set aside, read as one that comes now."""
        return read_again(self._row, self._row, kept)  # type: ignore[no-any-return]


def read_again(row: type, read: type, kept: Kept) -> Any:
    """The wire row of a kept one, or ``Unreadable`` with what is wrong with it today.

    One that had been read comes back under the names of its fields. A name that today's row does
    not have was given by an earlier version: leaving it out would lose what the vendor said.
    """
    known = read.__annotations__
    if kept.is_read and (strange := sorted(set(kept.row) - set(known))):
        reason = "was read by an earlier version, under a name that is no longer used"
        return Unreadable(kept.row, strange[0], reason, kept.about)
    adapter = _adapter_of(read if kept.is_read else row)
    raw = to_json(kept.row)
    try:
        if kept.is_read:
            return adapter.validate_json(raw, by_alias=False, by_name=True)
        return adapter.validate_json(raw)
    except ValidationError as error:
        first = _first(error)
        return Unreadable(kept.row, _path(first), _reason(first), kept.about)


@cache
def _adapter_of(row: type) -> TypeAdapter[Any]:
    return TypeAdapter(row)


def explained(adapter: TypeAdapter[Any], raw: object) -> Unreadable:
    """Why this is no row: the first error's path, and a reason without the row's values."""
    try:
        adapter.validate_json(to_json(raw, inf_nan_mode="constants"))
    except ValidationError as error:
        first = _first(error)
        path, reason = _path(first), _reason(first)
    else:
        path, reason = "", "is not a row of the vendor's shape"
    # Through JSON once: numbers that no JSON column holds become ones that it does.
    return Unreadable(orjson.loads(to_json(raw, inf_nan_mode="null")), path, reason)


def _storable(raw: bytes) -> bytes:
    """PostgreSQL cannot hold U+0000; the standard replacement character keeps the row."""
    # One character is looked for seven times as fast, and most answers have no escape at all.
    if b"\\" in raw and b"\\u0000" in raw:
        return raw.replace(b"\\u0000", b"\\ufffd")
    return raw


def _validated(adapter: TypeAdapter[Any], raw: bytes, broken: Broken) -> Any:
    failure: ContractBroken
    try:
        return adapter.validate_json(raw)
    except ValidationError as error:
        first = _first(error)
        path = _path(first)
        words = "it is not JSON" if first["type"] == "json_invalid" else _reason(first)
        failure = broken(f"{path} {words}".strip())
    raise failure


def _first(error: ValidationError) -> ErrorDetails:
    return error.errors(include_url=False, include_context=False, include_input=False)[0]


def _path(error: ErrorDetails) -> str:
    return ".".join(str(part) for part in error["loc"])


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "is missing"
    words = error["msg"].replace("Input should", "should")
    return words[:1].lower() + words[1:]
