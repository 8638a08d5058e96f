"""The tables of docs/quality.md, from what is declared and from the examples."""

from __future__ import annotations

from adapters.registry import VENDORS
from quality.declared import ALL
from quality.frames import plans
from quality.rules import Unique
from tests.support.quality_examples import EXAMPLES, shown

START, END = "<!-- generated: rules -->", "<!-- end -->"
HEAD = ("rule", "severity", "what holds", "passes", "breaks it", "where", "Great Expectations")
TITLES = {each.record: each.title for one in VENDORS for each in one.datasets}


def tables():
    """A table for each dataset: every rule, once."""
    lines = []
    for one in ALL:
        expected = {plan.rule: plan.kind for plan in plans(one)}
        lines += ["", f"### {TITLES[one.record]}", ""]
        lines += [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
        for rule in (*one.rows, *one.children, *one.batch, *one.audit):
            example = EXAMPLES[one.record][rule.name]
            cells = (
                f"`{rule.name}`",
                rule.severity.value,
                rule.says,
                words(example.good),
                words(example.bad),
                where(one, rule),
                f"`{expected[rule.name]}`" if rule.name in expected else "",
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def where(one, rule):
    """Who looks at a rule."""
    if rule in one.audit:
        return "audit"
    if rule in one.batch:
        return "gate, whole fetch"
    if rule in one.children:
        return "gate, with its row"
    if isinstance(rule, Unique) and rule.field == "vendor_id":
        return "gate: counted as duplicate; audit"
    return "gate, audit"


def words(example):
    """An example in a cell."""
    return shown(example) if isinstance(example, dict) else str(example)


def current(page):
    """The page with its tables as they should be."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{tables()}\n{END}{after}"
