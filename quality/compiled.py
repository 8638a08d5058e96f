"""Row rules made into one native function per kind of record, as `namedtuple` makes its classes.

A rule is a condition in Python that is true when it is broken. All conditions of a dataset stand in
one function, because it runs for every row of every sync: a call a rule would cost four times as
much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from quality.rules import (
    AnyRecord,
    Between,
    NotMore,
    OneOf,
    Ordered,
    Required,
    RowRule,
    SumAtMost,
    Together,
    Unique,
)

# Gives the broken rules as bits, the first rule being the lowest, and counts nulls into the list.
Check = Callable[[AnyRecord, list[int]], int]


def compiled(
    record: type[AnyRecord], rules: tuple[RowRule, ...], watched: tuple[str, ...] = ()
) -> Check:
    """The check of a kind of record. ``watched``: fields whose nulls are counted, in order."""
    given: dict[str, Any] = {}
    tests = [(place, _broken(rule, place, given)) for place, rule in enumerate(rules)]
    needed = sorted({*(name for rule in rules for name in fields_of(rule)), *watched})
    source = "\n".join(
        [
            "def check(row, nulls):",
            *(f"    {name} = row[{record._fields.index(name)}]" for name in needed),
            "    broken = 0",
            *(f"    if {name} is None: nulls[{place}] += 1" for place, name in enumerate(watched)),
            *(f"    if {test}: broken |= {1 << place}" for place, test in tests if test),
            "    return broken",
        ]
    )
    made: dict[str, Any] = {}
    exec(source, given, made)  # noqa: S102 - of this room's own declarations, never of a value
    check: Check = made["check"]
    return check


def fields_of(rule: RowRule) -> tuple[str, ...]:
    """The fields that a rule looks at."""
    match rule:
        case Ordered():
            return rule.earlier, rule.later
        case SumAtMost():
            ends = (rule.since, rule.until)
            return (*rule.fields, *(name for name in ends if name is not None))
        case NotMore():
            return rule.field, rule.than
        case Together():
            return rule.field, rule.other
        case OneOf() if rule.word is not None:
            return rule.field, rule.word
        case _:
            return (rule.field,)


def path_of(rule: RowRule) -> str:
    """The field that a person is pointed to."""
    return rule.later if isinstance(rule, Ordered) else fields_of(rule)[0]


def _broken(rule: RowRule, place: int, given: dict[str, Any]) -> str:
    """When the rule is broken, in Python; what it compares with goes into ``given``."""
    match rule:
        case Required():
            return f"{rule.field} is None"
        case Between():
            given |= {f"least{place}": rule.least, f"most{place}": rule.most}
            low = f"least{place} <= " if rule.least is not None else ""
            high = f" <= most{place}" if rule.most is not None else ""
            return f"{rule.field} is not None and not {low}{rule.field}{high}"
        case OneOf():
            given[f"words{place}"] = rule.words
            said = f"{rule.field} is not None" if rule.word is None else rule.word
            return f"{rule.field} not in words{place} and {said}"
        case Ordered():
            known = _known((rule.earlier, rule.later))
            return f"{known} and {rule.later} < {rule.earlier}"
        case SumAtMost():
            return _sum(rule, place, given)
        case NotMore():
            given[f"slack{place}"] = rule.slack
            known = _known((rule.field, rule.than))
            return f"{known} and {rule.field} > {rule.than} + slack{place}"
        case Together():
            return f"({rule.field} is None) != ({rule.other} is None)"
        case Unique():
            return ""  # of no single row: the gate keeps the values


def _sum(rule: SumAtMost, place: int, given: dict[str, Any]) -> str:
    total = " + ".join(f"({name} or 0)" for name in rule.fields)
    given |= {f"most{place}": rule.most, f"slack{place}": rule.slack}
    if rule.since is None or rule.until is None:
        return f"{total} > most{place} + slack{place}"
    span = f"({rule.until} - {rule.since}).total_seconds()"
    return f"{_known((rule.since, rule.until))} and {total} > {span} + slack{place}"


def _known(names: Sequence[str]) -> str:
    return " and ".join(f"{name} is not None" for name in names)
