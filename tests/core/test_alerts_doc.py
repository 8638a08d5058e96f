"""docs/alerts.md states the numbers that hold: they are compared with the constants themselves."""

from __future__ import annotations

import importlib
import re
from datetime import timedelta
from pathlib import Path

import pytest

from core import alerts
from core.alerts import Kind

DOC = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text()
# | words | value | `module.CONSTANT` |
ROWS = re.findall(r"^\|[^|]*\|\s*([^|]+?)\s*\|\s*`((?:\w+\.)+[A-Z_]+)`\s*\|$", DOC, re.MULTILINE)
KINDS = re.findall(r"^\|[^|]*\(`(\w+)`\)\s*\|\s*([^|]+?)\s*\|", DOC, re.MULTILINE)
NOT_TOLD = {"RETRY_JITTER"}  # spreads retries by chance; nothing that a reader waits for


def words(value: object) -> str:
    """A constant as the document writes it."""
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        if seconds % 3600 == 0:
            return f"{seconds // 3600} h"
        return f"{seconds // 60} min" if seconds % 60 == 0 and seconds > 60 else f"{seconds} s"
    return str(value)


@pytest.mark.parametrize(("stated", "name"), ROWS, ids=[name for _, name in ROWS])
def test_each_number_is_the_constant(stated, name):
    module, _, constant = name.rpartition(".")

    assert stated == words(getattr(importlib.import_module(module), constant))


def test_no_threshold_is_left_out():
    numbers = {
        name
        for name, value in vars(alerts).items()
        if name.isupper() and isinstance(value, timedelta | int | float)
    }

    stated = {name.rpartition(".")[2] for _, name in ROWS if name.startswith("core.alerts.")}
    assert stated == numbers - NOT_TOLD
    assert len(stated) >= 10


def test_each_kind_stands_there_with_its_severity():
    stated = {kind: severity.split(",")[0] for kind, severity in KINDS}

    assert stated == {str(kind): str(alerts.SEVERITIES[kind]) for kind in Kind}


@pytest.mark.parametrize(
    ("sentence", "constants"),
    [
        ("cannot fail {} times in {};", (alerts.FAILURES_TO_ALERT, alerts.FAILURE_WINDOW)),
        ("What is still wrong {} after the vendor", (alerts.OUTLIVES_AFTER,)),
        (
            "tried again, {} later, then at doubling intervals up to {}, for {};",
            (alerts.FIRST_RETRY, alerts.LONGEST_RETRY, alerts.GIVE_UP_AFTER),
        ),
        ("than every {}utes", (alerts.FAILURE_WINDOW / alerts.FAILURES_TO_ALERT,)),
        ("with role {} of that tenant", (" or ".join(alerts.ROLES_TOLD),)),
    ],
)
def test_numbers_in_sentences_are_the_constants_too(sentence, constants):
    said = sentence.format(*map(words, constants))

    assert said in " ".join(DOC.split())
