"""A quick way to read a usual page, beside pydantic, which stays the judge of all others.

The decoder is made from the same declaration as pydantic's (a ``TypedDict`` of ``fields``), so the
two cannot drift apart. It takes a page only if every row of it is good beyond doubt, and is
narrower than pydantic on purpose: whatever it does not know refuses the whole page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Required, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta
from pydantic import AliasPath
from pydantic.fields import FieldInfo

from adapters._kit import fields

# One page of rows by cursor: {"rows": [...], "has_next": bool, "cursor": str | None}.
Decode = Callable[[bytes], dict[str, Any]]
Path = tuple[str, ...]

_LONGEST = fields.LONGEST_ID
_MS = Annotated[float, Meta(ge=0, le=fields.MOST_MS)]
# What each type of a field is to msgspec, and what is done to what it read.
_KINDS: tuple[tuple[Any, Any, str | None], ...] = (
    (fields.Id, Annotated[str, Meta(min_length=1, max_length=_LONGEST)], None),
    (fields.MaybeId, Annotated[str, Meta(max_length=_LONGEST)] | None, None),
    (fields.Text, str | None, None),
    (fields.AnyText, str | int | None, "text"),
    (fields.Flag, bool | None, None),
    (fields.Millis, _MS | None, None),
    (fields.HourOfDay, Annotated[int, Meta(ge=0, le=23)] | None, None),
    (fields.When, str | None, "instant"),
    (fields.Words, dict[str, str | None] | None, None),
    (fields.ManyWords, list[dict[str, str | None]] | None, None),
)
# What stands at every third place from the fifth on, in "2026-10-04T05:00:00Z" and with ".000Z".
_WHOLE, _MILLIS = (20, "--T::Z"), (24, "--T::.")


class Refused(Exception):
    """The page is for pydantic: it holds something wrong, or only something unusual."""


@dataclass(slots=True)
class _Leaf:
    """A field of the flat row: its name there, what it is to msgspec, and what is done to it."""

    name: str
    kind: Any
    then: str | None
    must: bool


@dataclass(slots=True)
class _Object:
    """An object in the vendor's row: its members by the vendor's name."""

    members: dict[str, _Object | _Leaf] = field(default_factory=dict)

    def at(self, path: Path) -> _Object:
        """The object at the end of this path, made if it is not there."""
        inner = self
        for part in path:
            found = inner.members.setdefault(part, _Object())
            if isinstance(found, _Leaf):
                raise TypeError(f"{'.'.join(path)} is a field and an object as well.")
            inner = found
        return inner

    @property
    def must(self) -> bool:
        """Must it be there, because something in it must?"""
        return any(member.must for member in self.members.values())


class _Pagination(msgspec.Struct):
    hasNextPage: bool
    endCursor: str | None = None


def decoder(row: type) -> Decode:
    """The decoder of a page of these rows; TypeError for a row with a field it does not know.

    A field that the vendor left out is None in a row. What it refuses raises ``Refused``.
    """
    tree = _tree(row)
    rows: Any = list.__class_getitem__(_struct(tree))
    page = msgspec.defstruct("Page", [("data", rows), ("pagination", _Pagination)])
    decode, flat = msgspec.json.Decoder(page).decode, _flattener(tree)

    def read(raw: bytes) -> dict[str, Any]:
        try:
            if not raw.isascii():
                raw.decode()  # msgspec does not look at the text that it skips
            found: Any = decode(raw)
            rows = flat(found.data)
        except (ValueError, RecursionError):  # msgspec's own errors are ValueErrors
            raise Refused from None
        onward = found.pagination
        return {"rows": rows, "has_next": onward.hasNextPage, "cursor": onward.endCursor}

    return read


def _tree(row: type) -> _Object:
    """The row as the vendor nests it, from its fields and where each stands."""
    whole = _Object()
    for name, hint in get_type_hints(row, include_extras=True).items():
        must = get_origin(hint) is Required
        kind, path = _placed(get_args(hint)[0] if must else hint)
        path = path or (name,)
        if kind == fields.Shape:
            whole.at(path)
            continue
        known = next(((ours, then) for theirs, ours, then in _KINDS if theirs == kind), None)
        if known is None:
            raise TypeError(f"{row.__name__}.{name} is of a type that has no quick way.")
        leaf = _Leaf(name, *known, must)
        if whole.at(path[:-1]).members.setdefault(path[-1], leaf) is not leaf:
            raise TypeError(f"{row.__name__}.{name} stands where another field does.")
    return whole


def _placed(hint: Any) -> tuple[Any, Path]:
    """The type without ``at(...)``, and the path in there."""
    if get_origin(hint) is not Annotated:
        return hint, ()
    kind, *told = get_args(hint)
    path: Path = ()
    for one in told:
        alias = one.validation_alias if isinstance(one, FieldInfo) else None
        if isinstance(alias, AliasPath):
            path = tuple(str(part) for part in alias.path)
        else:
            kind = Annotated[kind, one]
    return kind, path


def _struct(node: _Object) -> Any:
    """What msgspec reads an object into; one that may be absent is then there, and empty."""
    listed: list[Any] = []
    for place, member in enumerate(node.members.values()):
        attribute = f"m{place}"
        if isinstance(member, _Leaf):
            listed.append((attribute, member.kind, *(() if member.must else (None,))))
        else:
            inner = _struct(member)
            listed.append((attribute, inner, *(() if member.must else (inner(),))))
    names = {f"m{place}": name for place, name in enumerate(node.members)}
    # No object of a row refers to another row: there are no cycles to look for.
    return msgspec.defstruct("Object", listed, rename=names, frozen=True, gc=False)


def _flattener(tree: _Object) -> Callable[[list[Any]], list[dict[str, Any]]]:
    """One native function that makes flat rows: it runs for every row of every sync."""
    lines: list[str] = []
    items = ", ".join(_items(tree, "o", lines))
    source = "\n".join(
        [
            "def flat(objects):",
            "    rows = []",
            "    for o in objects:",
            *(f"        {line}" for line in lines),
            f"        rows.append({{{items}}})",
            "    return rows",
        ]
    )
    made: dict[str, Any] = {}
    exec(source, {"instant": _instant, "text": _text}, made)  # noqa: S102 - of our own declarations, never of a value
    flat: Callable[[list[Any]], list[dict[str, Any]]] = made["flat"]
    return flat


def _items(node: _Object, holder: str, lines: list[str]) -> Iterator[str]:
    """The items of the flat row below this object; ``lines`` takes what must be done before."""
    for place, member in enumerate(node.members.values()):
        held = f"{holder}.m{place}"
        if isinstance(member, _Leaf):
            yield f"{member.name!r}: " + (f"{member.then}({held})" if member.then else held)
        elif member.members:
            inner = f"{holder}_{place}"
            lines.append(f"{inner} = {held}")
            yield from _items(member, inner, lines)


def _text(sent: str | int | None) -> str | None:
    return str(sent) if isinstance(sent, int) else sent


def _instant(text: str | None) -> datetime | None:
    """The instant; ValueError for any other form than the usual two.

    msgspec would round what is finer than a microsecond, and pydantic cuts it off.
    """
    if text is None:
        return None
    form = len(text), text[4:20:3]
    if form == _WHOLE or (form == _MILLIS and text[-1] == "Z"):
        return datetime.fromisoformat(text)
    raise ValueError("not a usual instant")
