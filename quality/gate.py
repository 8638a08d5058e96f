"""The gate of one fetch: looks at each row before it is staged, and at the whole afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.quality import Finding, Profile
from models.records import ChildRecord, Record
from quality import batch
from quality.compiled import compiled, path_of
from quality.rules import Declared, RowRule, Severity, Unique

MOST_EXAMPLES = 5  # vendor ids that a finding names


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a row is set aside."""

    rule: str
    path: str
    says: str


@dataclass(slots=True)
class _Told:
    rows: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, vendor_id: str) -> None:
        self.rows += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(vendor_id)


class _Made:
    """What all gates of a dataset share: thousands of them are made in a flow run."""

    def __init__(self, declared: Declared) -> None:
        self.rules, self.children = tuple(declared.rows), tuple(declared.children)
        self.watched = declared.watched
        self.named = declared.named()
        self.check = compiled(declared.record, self.rules, self.watched)
        self.check_child = (
            compiled(declared.child_record, self.children)
            if declared.child_record is not None and self.children
            else None
        )
        self.unique = [
            (rule, declared.record._fields.index(rule.field))
            for rule in self.rules
            if isinstance(rule, Unique) and rule.field != "vendor_id"
        ]


_made: dict[type[Record], tuple[Declared, _Made]] = {}


def _made_of(declared: Declared) -> _Made:
    held = _made.get(declared.record)
    if held is None or held[0] is not declared:
        held = _made[declared.record] = (declared, _Made(declared))
    return held[1]


class Gate:
    """What one fetch of one dataset broke, so far. Not declared means nothing to break."""

    def __init__(self, declared: Declared) -> None:
        made = self._made = _made_of(declared)
        self.declared = declared
        self.rows = 0
        self.nulls = [0] * len(made.watched)
        self.unknown_words: set[tuple[str, str]] = set()  # the field and the vendor's word
        self._told: defaultdict[str, _Told] = defaultdict(_Told)
        self._values: defaultdict[str, dict[object, str]] = defaultdict(dict)  # and whose it is
        self._check, self._check_child, self._unique = made.check, made.check_child, made.unique

    def judge(self, record: Record, family: Sequence[ChildRecord]) -> Broken | None:
        """The critical rule that a row breaks, or None; warnings are counted, each once a row."""
        broken = self._check(record, self.nulls)
        if not (broken or family or self._unique):
            return None
        told: list[str] = []
        fault = self._look(record, broken, family, told) if broken or family else None
        if fault is None:
            for rule, place in self._unique:
                self._once(rule, record, place, told)
        for name in told:
            self._told[name].add(record.vendor_id)
        return fault

    def judge_again(self, record: Record, family: Sequence[ChildRecord]) -> Broken | None:
        """The same for a row that came before: it counts only if it is set aside."""
        broken = self._check(record, [0] * len(self.nulls))
        fault = self._look(record, broken, family, []) if broken or family else None
        if fault is not None:
            self._told[fault.rule].add(record.vendor_id)
        return fault

    def findings(self) -> list[Finding]:
        """What was found in the rows, by rule."""
        named = self._made.named
        return [
            Finding(
                name,
                named[name].severity.value,
                told.rows,
                self.rows,
                tuple(told.examples),
                named[name].says,
            )
            for name, told in self._told.items()
        ]

    def judge_whole(self, rows: int, history: Profile) -> list[Finding]:
        """The batch rules that the fetch breaks, compared with the good ones before it."""
        nulls = dict(zip(self._made.watched, self.nulls, strict=True))
        return batch.judge(self.declared.batch, rows, self.rows, nulls, history)

    def profile(self, rows: int, history: Profile) -> Profile:
        """The history with this fetch, a good one, in it."""
        nulls = dict(zip(self._made.watched, self.nulls, strict=True))
        return batch.grown(history, rows, self.rows, nulls)

    def _look(
        self, record: Record, broken: int, family: Sequence[ChildRecord], told: list[str]
    ) -> Broken | None:
        """The first fault of a record and its children; ``told`` takes the rules up to there."""
        if broken:
            fault = self._heed(record, _broken_of(self._made.rules, broken), "", told)
            if fault is not None:
                return fault
        if family and self._check_child is not None:
            for place, child in enumerate(family):
                broken = self._check_child(child, [])
                if broken:
                    rules = _broken_of(self._made.children, broken)
                    fault = self._heed(child, rules, f"{place}.", told)
                    if fault is not None:
                        return fault
        return None

    def _heed(
        self, row: Record | ChildRecord, rules: Iterator[RowRule], where: str, told: list[str]
    ) -> Broken | None:
        fault = None
        for rule in rules:
            if rule.name not in told:
                told.append(rule.name)
            word = getattr(rule, "word", None)
            if word is not None:
                self.unknown_words.add((word, str(getattr(row, word))))
            if rule.severity is Severity.CRITICAL and fault is None:
                fault = Broken(rule.name, f"{where}{path_of(rule)}", rule.says)
        return fault

    def _once(self, rule: Unique, record: Record, place: int, told: list[str]) -> None:
        value = record[place]
        if value is None:
            return
        if self._values[rule.field].setdefault(value, record.vendor_id) != record.vendor_id:
            told.append(rule.name)


def _broken_of(rules: Sequence[RowRule], bits: int) -> Iterator[RowRule]:
    return (rule for place, rule in enumerate(rules) if bits >> place & 1)


def is_critical(findings: Sequence[Finding]) -> bool:
    """Is any of them critical?"""
    return any(found.severity == Severity.CRITICAL for found in findings)
