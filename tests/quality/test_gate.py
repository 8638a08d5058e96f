"""Each rule lets pass what is right and stops what is wrong, and what vendors send is right."""

from __future__ import annotations

import pytest

from models.quality import Profile
from models.records import Vehicle
from quality.declared import ALL
from quality.gate import Gate
from quality.rules import Severity, Unique
from tests.support.quality_examples import EXAMPLES, GOOD

ROWS = [
    pytest.param(one, rule, id=f"{one.record.__name__} {rule.name}")
    for one in ALL
    for rule in (*one.rows, *one.children)
]
WHOLE = [
    pytest.param(one, rule, id=f"{one.record.__name__} {rule.name}")
    for one in ALL
    for rule in one.batch
]
USUAL = Profile((100,) * 20)


def judged(one, rule, differs):
    """What a gate says of the good records with this difference: broken, and the rules told."""
    gate = Gate(one)
    record, family = GOOD[one.record], []
    if rule in one.children:
        family = [GOOD[one.child_record]._replace(**differs)]
    elif isinstance(rule, Unique):
        gate.judge(record._replace(**{"vendor_id": "another", rule.field: "the same"}), [])
        record = record._replace(**differs)
    else:
        record = record._replace(**differs)
    broken = gate.judge(record, family)
    return broken, {each.rule for each in gate.findings()}


def test_every_rule_has_its_examples_and_no_example_lacks_its_rule():
    assert {one.record: set(one.named()) for one in ALL} == {
        record: set(examples) for record, examples in EXAMPLES.items()
    }


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.record.__name__)
def test_a_good_record_breaks_nothing(one):
    gate = Gate(one)
    family = [GOOD[one.child_record]] if one.child_record else []

    assert gate.judge(GOOD[one.record], family) is None
    assert gate.findings() == []


@pytest.mark.parametrize(("one", "rule"), ROWS)
def test_a_row_rule_lets_its_good_example_pass(one, rule):
    broken, told = judged(one, rule, EXAMPLES[one.record][rule.name].good)

    assert rule.name not in told
    assert broken is None


# That an id comes once is kept by collecting, which counts the others: tests/tasks.
@pytest.mark.parametrize(
    ("one", "rule"),
    [each for each in ROWS if getattr(each.values[1], "field", None) != "vendor_id"],
)
def test_a_row_rule_stops_its_bad_example_if_it_is_critical_and_counts_it(one, rule):
    broken, told = judged(one, rule, EXAMPLES[one.record][rule.name].bad)

    assert rule.name in told
    assert (broken is not None) == (rule.severity is Severity.CRITICAL)


def test_a_row_that_comes_twice_is_no_second_one_with_its_vin():
    """A vendor may repeat a row on the next page; it is counted as a duplicate."""
    one = next(one for one in ALL if one.record is Vehicle)
    gate = Gate(one)

    for _ in range(2):
        gate.judge(GOOD[Vehicle]._replace(vin="1FUJ"), [])

    assert gate.findings() == []


def test_a_row_with_several_bad_children_is_one_row():
    one = next(one for one in ALL if one.children)
    rule = next(rule for rule in one.children if rule.severity is Severity.WARNING)
    bad = GOOD[one.child_record]._replace(**EXAMPLES[one.record][rule.name].bad)
    gate = Gate(one)

    gate.judge(GOOD[one.record], [bad, bad, bad])

    (found,) = [each for each in gate.findings() if each.rule == rule.name]
    assert (found.failed, found.examples) == (1, (GOOD[one.record].vendor_id,))


@pytest.mark.parametrize(("one", "rule"), WHOLE)
def test_a_batch_rule_compares_with_the_good_fetches_before(one, rule):
    example = EXAMPLES[one.record][rule.name]

    assert rule.name not in whole(one, example.good, USUAL)
    assert rule.name in whole(one, example.bad, USUAL)
    assert whole(one, example.bad, Profile()) == set()  # a first run has nothing to compare with


def whole(one, fetch, history):
    gate = Gate(one)
    emptied = GOOD[one.record]._replace(**dict.fromkeys(one.watched))
    for place in range(fetch.rows):
        gate.judge(emptied if place < fetch.empty else GOOD[one.record], [])
    gate.rows = fetch.rows
    return {each.rule for each in gate.judge_whole(fetch.rows, history)}


def test_a_history_keeps_twenty_and_ignores_small_moves():
    gate = Gate(next(one for one in ALL if one.watched))
    gate.rows, gate.nulls = 100, [1] * len(gate.nulls)

    grown = gate.profile(100, USUAL)

    assert grown == USUAL


def test_a_column_that_got_emptier_is_remembered():
    one = next(one for one in ALL if one.watched)
    gate = Gate(one)
    gate.rows, gate.nulls = 100, [50] + [0] * (len(gate.nulls) - 1)

    grown = gate.profile(90, USUAL)

    assert grown.rows == (100,) * 19 + (90,)
    assert grown.nulls == {one.watched[0]: (0,) * 19 + (500,)}
