"""What a vendor documents of its rows: the fields there may be, and the words of some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Documented:
    """Dotted paths; ``[]`` stands for the items of a list, and nothing looks below ``free`` ones.

    ``rows``: where the rows stand in an answer; empty: the answer is the row. ``words``: by path,
    in small letters, joined by underscores.
    """

    rows: str
    fields: frozenset[str]
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    free: frozenset[str] = frozenset()


def documented(
    rows: str, fields: str, words: Mapping[str, str] | None = None, free: str = ""
) -> Documented:
    """The same from plain text: paths and words between spaces."""
    listed = {path: frozenset(some.split()) for path, some in (words or {}).items()}
    return Documented(rows, frozenset(fields.split()), listed, frozenset(free.split()))
