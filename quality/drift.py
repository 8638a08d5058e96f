"""How rows as sent differ from what their vendor documents. Pure functions over a sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.documented import Documented

# A field that all of so many rows had, and none of the next has, is gone.
ROWS_TO_TRUST = 50
ROWS_TO_MISS = 5


class Kind(StrEnum):
    """What differs."""

    NEW_FIELD = "new_field"
    NEW_VALUE = "new_value"
    VANISHED = "vanished_field"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``word``: one that is not documented. ``example``: as sent, unredacted."""

    kind: Kind
    path: str
    word: str = ""
    example: Any = None


@dataclass(slots=True)
class Seen:
    """What a sample held. ``everywhere``: the fields that each of its rows had."""

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    differences: dict[tuple[str, str], Difference] = field(default_factory=dict)

    @property
    def everywhere(self) -> frozenset[str]:
        """Fields that no row lacked; items of lists do not count, a list may be empty."""
        return frozenset(
            path for path, count in self.counts.items() if count == self.rows and "[]" not in path
        )

    def add(self, row: Any, documented: Documented) -> None:
        """Look at one row."""
        if not isinstance(row, dict):
            return
        self.rows += 1
        paths: set[str] = set()
        for path, value in _walk(row, documented, ""):
            paths.add(path)
            if path not in documented.fields:
                found = Difference(Kind.NEW_FIELD, path, example=value)
                self.differences.setdefault((path, ""), found)
            elif path in documented.words and isinstance(value, str) and value.strip():
                self._word(path, value, documented)
        self.counts.update(paths)

    def _word(self, path: str, value: str, documented: Documented) -> None:
        word = value.strip().lower().replace(" ", "_").replace("-", "_")
        if word not in documented.words[path]:
            found = Difference(Kind.NEW_VALUE, path, value, value)
            self.differences.setdefault((path, word), found)


def _walk(value: Any, documented: Documented, prefix: str) -> Iterator[tuple[str, Any]]:
    """Every field below, by path; below one that is unknown or free nothing is looked at."""
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, documented, f"{prefix}[]")
    elif isinstance(value, dict):
        for key, held in value.items():
            path = f"{prefix}.{key}" if prefix else key
            yield path, held
            if path in documented.fields and path not in documented.free:
                yield from _walk(held, documented, path)


def vanished(always: frozenset[str], rows: int, seen: Seen) -> list[Difference]:
    """Documented fields that every row had until now and none has in this sample.

    ``rows``: how many rows ``always`` was learnt from. Of an object that is gone only the object
    is named.
    """
    if rows < ROWS_TO_TRUST or seen.rows < ROWS_TO_MISS:
        return []
    gone = {path for path in always if not seen.counts[path]}
    return [
        Difference(Kind.VANISHED, path)
        for path in sorted(gone)
        if not any(path.startswith(f"{other}.") for other in gone)
    ]


def learnt(always: frozenset[str], rows: int, seen: Seen) -> tuple[frozenset[str], int]:
    """The fields that every row has had, this sample with them; counted until it is trusted."""
    if not seen.rows:
        return always, rows
    kept = seen.everywhere if not rows else always & seen.everywhere
    return kept, min(rows + seen.rows, ROWS_TO_TRUST)


def rows_in(answer: Any, documented: Documented) -> Sequence[Any]:
    """The rows of an answer as sent."""
    if not documented.rows:
        return [answer]
    found = answer.get(documented.rows) if isinstance(answer, dict) else None
    return found if isinstance(found, list) else []
