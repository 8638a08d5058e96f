"""What is kept of a payload that changed: enough to see it, nothing of a person, never too much."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import orjson
import pytest

from adapters.samsara import VENDOR
from quality.drift import Difference, Kind
from tasks import drifting
from tasks.samples import Whose

MINE = Whose(None, None, None, True)


def kept(one):
    return drifting._drift("samsara", "drivers", one, MINE)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Jane Doe, 555 0100", "a text of 18 characters"),
        (5550100, "a number"),
        (True, True),
        (None, None),
        ([1, 2], "a list of 2"),
        ({"name": "Jane"}, "an object of 1 fields"),
    ],
)
def test_a_field_that_nobody_knows_is_shown_by_its_shape(value, shown):
    """Its name tells nobody that it is personal."""
    found = kept(Difference(Kind.NEW_FIELD, "emergencyContact", example=value))

    assert orjson.loads(found.example) == shown


def test_a_new_word_of_a_known_field_is_shown():
    found = kept(Difference(Kind.NEW_VALUE, "status", "teleporting", "teleporting"))

    assert (found.value, orjson.loads(found.example)) == ("teleporting", "teleporting")


def test_what_the_database_cannot_hold_is_taken_out():
    found = kept(Difference(Kind.NEW_FIELD, "a\x00b" * 200, example="x"))

    assert "\x00" not in found.field
    assert len(found.field) == drifting.LONGEST_PATH


async def test_an_object_whose_keys_are_ids_brings_a_few_differences(monkeypatch, caplog):
    """How many more there were is said."""
    new, saved = {f"x{number}": 1 for number in range(500)}, []

    async def always(*_, **__):
        return {}

    async def learn(*_, **__):
        """Nothing to remember."""

    async def keep(_, found):
        saved.extend(found)
        return []

    answers = drifting.Answers()
    body = orjson.dumps({"data": [{"id": "1", "name": "n", **new}]})
    answers.held["drivers"] = [(body, MINE)]
    monkeypatch.setattr(drifting, "kept", SimpleNamespace(always=always, learn=learn, keep=keep))
    monkeypatch.setattr(drifting, "get_run_logger", lambda: logging.getLogger("sally.sync"))

    with caplog.at_level(logging.WARNING):
        await drifting.look(None, VENDOR, answers)

    assert len(saved) == drifting.MOST_DIFFERENCES
    assert "480 more differences are left out" in caplog.text
