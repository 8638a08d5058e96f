"""Declared rules as what the audit compares: columns of plain values, and an expectation of each.

A rule over several fields becomes one column of its own (the seconds between two times, what a sum
has too much), because that is what Great Expectations can look at and point to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from models.records import Record
from quality.rules import (
    AuditRule,
    Between,
    Declared,
    MeanBetween,
    Mostly,
    NotMore,
    OneOf,
    Ordered,
    Required,
    RowRule,
    Rule,
    SumAtMost,
    Together,
    Unique,
    Varied,
)

GROUP = "group"  # the integration, as a number
LEAST_FOR_MEAN = 5
Columns = dict[str, list[Any]]


class Plan(NamedTuple):
    """One expectation: what it is called in Great Expectations, of which column, with what.

    ``from_rows``: known values below which it says nothing.
    """

    rule: str
    severity: str
    says: str
    kind: str
    column: str
    arguments: dict[str, Any]
    from_rows: int = 0
    points: bool = True  # at rows


def plans(declared: Declared) -> list[Plan]:
    """What the audit of a dataset expects. Children and whole fetches are the gate's alone."""
    return [_of_row(rule) for rule in declared.rows] + [_of_all(rule) for rule in declared.audit]


def columns(declared: Declared, records: Sequence[Record], groups: Sequence[int]) -> Columns:
    """What these records hold, as far as the audit looks at it."""
    made: Columns = {GROUP: list(groups)}
    index = {name: place for place, name in enumerate(declared.record._fields)}
    for rule in (*declared.rows, *(_inner(one) for one in declared.audit)):
        name = _column(rule)
        if name not in made:
            give = _value(rule, index)
            made[name] = [give(record) for record in records]
    return made


def _inner(rule: AuditRule) -> Rule:
    return rule.rule if isinstance(rule, Mostly) else rule


def _column(rule: Rule) -> str:
    """The column that a rule looks at: a field, or one made for it."""
    if isinstance(rule, OneOf) and rule.word is not None:
        return f"{rule.field}, if said"
    if isinstance(rule, Between | OneOf | Required | Unique | Varied | MeanBetween):
        return rule.field
    return rule.name


def _of_row(rule: RowRule) -> Plan:
    kind, arguments = _expected(rule)
    return _plan(rule, kind, _column(rule), arguments)


def _of_all(rule: AuditRule) -> Plan:
    if isinstance(rule, Mostly):
        kind, arguments = _expected(rule.rule)
        return _plan(rule, kind, _column(rule.rule), {**arguments, "mostly": rule.share})
    if isinstance(rule, Varied):
        kind, arguments = "ExpectColumnUniqueValueCountToBeBetween", {"min_value": rule.least}
        return _plan(rule, kind, rule.field, arguments, rule.from_rows, points=False)
    arguments = {"min_value": rule.least, "max_value": rule.most}
    kind = "ExpectColumnMeanToBeBetween"
    return _plan(rule, kind, rule.field, arguments, LEAST_FOR_MEAN, points=False)


def _plan(
    rule: Rule,
    kind: str,
    column: str,
    arguments: dict[str, Any],
    from_rows: int = 0,
    *,
    points: bool = True,
) -> Plan:
    severity = rule.severity.value
    return Plan(rule.name, severity, rule.says, kind, column, arguments, from_rows, points)


def _expected(rule: RowRule) -> tuple[str, dict[str, Any]]:
    between = "ExpectColumnValuesToBeBetween"
    match rule:
        case Required():
            return "ExpectColumnValuesToNotBeNull", {}
        case Between():
            return between, {"min_value": rule.least, "max_value": rule.most}
        case OneOf():
            return "ExpectColumnValuesToBeInSet", {"value_set": sorted(rule.words)}
        case Ordered():
            return between, {"min_value": 0}
        case SumAtMost() | NotMore():
            return between, {"max_value": rule.slack}
        case Together():
            return "ExpectColumnValuesToBeInSet", {"value_set": [True]}
        case Unique():
            return "ExpectCompoundColumnsToBeUnique", {"ignore_row_if": "any_value_is_missing"}


def _value(rule: Rule, index: dict[str, int]) -> Callable[[Record], Any]:
    """What a record holds for a rule; None where the rule says nothing of it."""
    match rule:
        case OneOf() if rule.word is not None:
            return _said(index[rule.field], index[rule.word])
        case Ordered():
            return _difference(index[rule.later], index[rule.earlier])
        case NotMore():
            return _difference(index[rule.field], index[rule.than])
        case Together():
            one, other = index[rule.field], index[rule.other]
            return lambda record: (record[one] is None) == (record[other] is None)
        case SumAtMost():
            return _excess(rule, index)
        case Between() | OneOf() | Required() | Unique() | Varied() | MeanBetween():
            place = index[rule.field]
            return lambda record: _plain(record[place])
    raise TypeError(f"{type(rule).__name__} has no column")


def _plain(value: Any) -> Any:
    """A value that JSON and pandas know: exact numbers become close ones, times seconds."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.timestamp()
    return value.isoformat() if isinstance(value, date) else value


def _said(field: int, word: int) -> Callable[[Record], Any]:
    def give(record: Record) -> Any:
        is_silent = record[field] == "unknown" and not record[word]
        return None if is_silent else record[field]

    return give


def _difference(more: int, less: int) -> Callable[[Record], float | None]:
    def give(record: Record) -> float | None:
        high, low = _plain(record[more]), _plain(record[less])
        return None if high is None or low is None else high - low

    return give


def _excess(rule: SumAtMost, index: dict[str, int]) -> Callable[[Record], float | None]:
    """What the sum has more than is allowed."""
    places = [index[name] for name in rule.fields]
    if rule.since is not None and rule.until is not None:
        span = _difference(index[rule.until], index[rule.since])
    else:
        most = float(rule.most or 0)

        def span(record: Record) -> float | None:
            return most

    def give(record: Record) -> float | None:
        allowed = span(record)
        total = sum(_plain(record[place]) or 0 for place in places)
        return None if allowed is None else total - allowed

    return give
