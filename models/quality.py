"""What the quality checks hand on: findings, and what is usual for an integration's dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Finding(NamedTuple):
    """A rule that rows, or a fetch as a whole, broke. ``examples``: ids of the vendor."""

    rule: str
    severity: str  # warning or critical
    failed: int
    rows: int
    examples: Sequence[str]
    says: str


class Profile(NamedTuple):
    """The last good fetches of one integration's dataset, the newest last.

    ``nulls``: by field, the share of rows without a value, in per mille; a field that always had
    one is left out.
    """

    rows: tuple[int, ...] = ()
    nulls: Mapping[str, tuple[int, ...]] = {}
