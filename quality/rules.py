"""The words in which quality rules are declared. Plain data; `compiled` and `suites` act on it.

A row rule speaks of one record and never of a value that is absent, unless that is its point. A
row that breaks a critical one is set aside; one that breaks a warning lands and is counted. A batch
rule speaks of a whole fetch, compared with the good ones before it. A rule of the audit speaks of
all that a flow run brought, of every tenant together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.records import ChildRecord, Record

HISTORY = 20  # good fetches that a batch rule compares with
Number = int | float
AnyRecord = Record | ChildRecord


class Severity(StrEnum):
    """What a broken rule means."""

    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``name`` is unique in its dataset; ``says`` is what holds, in one sentence."""

    name: str
    severity: Severity
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Required(Rule):
    """The field has a value."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(Rule):
    """The number lies in a closed range; a bound that is None is open."""

    field: str
    least: Number | None = None
    most: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf(Rule):
    """The word is one of these. ``word``: the field that holds the vendor's own word for it."""

    field: str
    words: frozenset[str]
    word: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered(Rule):
    """Two times come in this order; they may be the same."""

    earlier: str
    later: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SumAtMost(Rule):
    """The sum of the fields, where they are known, is no more than what is allowed.

    That is ``most``, or the seconds from ``since`` to ``until``; ``slack`` is added to it.
    """

    fields: tuple[str, ...]
    most: Number | None = None
    since: str | None = None
    until: str | None = None
    slack: Number = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMore(Rule):
    """One number is no larger than another of the same row; ``slack`` is forgiven."""

    field: str
    than: str
    slack: Number = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Together(Rule):
    """Both fields have a value, or neither."""

    field: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(Rule):
    """No two rows of one integration share the value.

    A record's id is unique because the newest word on it is kept; the others are duplicates.
    """

    field: str


RowRule = Required | Between | OneOf | Ordered | SumAtMost | NotMore | Together | Unique


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Rule):
    """A complete fetch brings at least this share of the usual number of rows.

    The usual number is the median of the last good fetches; below ``from_rows`` nothing is said.
    """

    least_share: float
    from_rows: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NullRate(Rule):
    """The share of rows without a value in a field grew by less than this over its usual one.

    Below ``from_rows`` rows nothing is said.
    """

    fields: tuple[str, ...]
    most_growth: float
    from_rows: int = 10


BatchRule = Volume | NullRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Mostly(Rule):
    """In all that a flow run brought, at least this share of the known values fits the rule."""

    rule: Between | OneOf | Required
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied(Rule):
    """In all that a flow run brought, the values of the field differ: at least so many of them."""

    field: str
    least: int
    from_rows: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanBetween(Rule):
    """The mean of the field over all that a flow run brought lies in a range."""

    field: str
    least: Number
    most: Number


AuditRule = Mostly | Varied | MeanBetween


@dataclass(frozen=True, slots=True)
class Declared:
    """All that is declared of one kind of record."""

    record: type[Record]
    rows: Sequence[RowRule] = ()
    children: Sequence[RowRule] = ()
    batch: Sequence[BatchRule] = ()
    audit: Sequence[AuditRule] = ()
    child_record: type[ChildRecord] | None = None

    @property
    def watched(self) -> tuple[str, ...]:
        """The fields whose nulls are counted."""
        return tuple(
            dict.fromkeys(
                name for rule in self.batch if isinstance(rule, NullRate) for name in rule.fields
            )
        )

    def named(self) -> Mapping[str, Rule]:
        """Every rule by its name."""
        return {rule.name: rule for rule in (*self.rows, *self.children, *self.batch, *self.audit)}
