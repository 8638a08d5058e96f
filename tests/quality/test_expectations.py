"""The audit expects what is declared: it holds for each good example and for no bad one."""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys

import orjson
import pytest

from quality import expectations
from quality.declared import ALL
from quality.frames import columns, plans
from quality.rules import Unique
from tests.support.quality_examples import EXAMPLES, GOOD, Many

MOST_S = 60
ROWS = [
    pytest.param(one, rule, id=f"{one.record.__name__} {rule.name}")
    for one in ALL
    for rule in (*one.rows, *one.audit)
]


def held(one, rule, example):
    """The records of an example, as the audit sees them."""
    good = GOOD[one.record]
    if isinstance(example, Many):
        records = [
            good._replace(
                vendor_id=str(place),
                **{
                    name: value + example.step * place if example.step else value
                    for name, value in example.differs.items()
                },
            )
            for place in range(example.count)
        ]
        records += [good._replace(vendor_id=f"good {place}") for place in range(example.others)]
    elif isinstance(rule, Unique):
        records = [good._replace(**{rule.field: "the same"}), good._replace(**example)]
    else:
        records = [good, good._replace(**example)]
    return columns(one, records, [0] * len(records))


@pytest.mark.parametrize(("one", "rule"), ROWS)
def test_an_expectation_holds_for_its_good_example_and_not_for_its_bad_one(one, rule):
    plan = [each for each in plans(one) if each.rule == rule.name]
    example = EXAMPLES[one.record][rule.name]

    good = expectations.validate("examples", plan, held(one, rule, example.good))
    bad = expectations.validate("examples", plan, held(one, rule, example.bad))

    assert [outcome.holds for outcome in good.outcomes] in ([True], [])
    assert [(outcome.holds, outcome.error) for outcome in bad.outcomes] == [(False, None)]
    assert bad.outcomes[0].places or not plan[0].points


async def test_an_audit_in_a_process_of_its_own_names_the_rows():
    one = next(each for each in ALL if each.record.__name__ == "HosClock")
    good = GOOD[one.record]
    bad = good._replace(vendor_id="d2", drive_remaining_s=-1)
    asked = {
        "dataset": "hos_clocks",
        "record": "HosClock",
        "columns": columns(one, [good, bad], [0, 1]),
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "quality.auditor", str(os.getpid()),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip

    out, _ = await child.communicate(orjson.dumps([asked]))

    told = orjson.loads(out)["datasets"][0]
    broken = {each["rule"]: each["places"] for each in told["outcomes"] if not each["holds"]}
    assert broken == {"drive_possible": [1]}


PARENT = """
import os, subprocess, sys
asked = [sys.executable, "-m", "quality.auditor", str(os.getpid())]
print(subprocess.Popen(asked, stdin=int(sys.argv[1])).pid, flush=True)
sys.stdin.read()
"""


def test_an_auditor_ends_when_the_one_that_asked_is_killed():
    """Its question never comes, and never ends: left alone, it would wait for it for ever."""
    question, held_open = os.pipe()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(question)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[question],
    )  # fmt: skip
    auditor = int(parent.stdout.readline())

    parent.kill()

    # Who listens to this pipe: its end is told once the last of both is gone.
    assert select.select([parent.stdout], [], [], MOST_S)[0], f"{auditor} lives on"
    assert parent.stdout.read() == b""
    parent.wait()
    os.close(question)
    os.close(held_open)
