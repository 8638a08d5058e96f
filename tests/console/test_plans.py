"""What a dispatcher reads of a plan: its verdict, the reasons, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from uuid import uuid4

import pytest
from rich.console import Console

from console import plans as words
from console.cli.plans import show, show_list
from core.route.facts import Topic, assumed, measured, missing
from core.route.plan import Plan, Verdict
from core.route.planner import plan
from core.route.trip import Kind
from store.plan_rows import Kept, Subject
from store.plans import Listed
from tests.support.routes import START, at, request, station, stop, visit


def printed(plan: Plan) -> str:
    subject = Subject(uuid4(), uuid4(), "l1", "BM-1", "d1", "e1", "v1")
    out = StringIO()
    kept = Kept(uuid4(), subject, 2, "draft", START, START, "a test", plan)
    show(Console(file=out, width=140), kept)
    return out.getvalue()


def test_a_plan_is_told_as_a_timeline_with_reasons():
    said = printed(plan(request(visit(mile=500, closes=at("17:00")))))

    assert "Load BM-1 (l1), plan 2  ● on time" in said
    assert "500 miles, 10 h of driving, no fuel needed." in said
    assert "Mon 14:00–14:30 UTC" in said
    assert "‖ break" in said
    assert "8 h of driving without a break" in said


def test_a_late_plan_says_what_would_help():
    said = printed(plan(request(visit(mile=300, closes=at("11:20")))))

    assert "✗ late" in said
    assert "What would help" in said
    assert "Started 40 min earlier" in said


def test_what_is_missing_is_named():
    facts = (missing(Topic.WEATHER, "OpenWeather", "OpenWeather has told nothing yet."),)

    said = printed(plan(request(visit(mile=100), facts=facts)))

    assert "Missing or old" in said
    assert "OpenWeather has told nothing yet." in said


def test_an_impossible_plan_is_a_sentence():
    said = printed(plan(request()))

    assert "✗ no plan" in said
    assert "Cannot plan because" in said


def test_a_name_from_a_vendor_is_no_markup():
    """A customer may be called anything."""
    odd = replace(visit(mile=100), name="[bold]Acme[/bold]")

    assert "[bold]Acme[/bold]" in printed(plan(request(odd)))


def test_every_kind_has_a_sign_and_every_verdict_a_shape():
    assert set(words.SIGNS) == set(Kind)
    assert set(words.SHAPES) == set(Verdict)


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        (measured(Topic.HOURS, "Samsara", at("05:57"), START),
         "hours: Samsara, 3 min old, high confidence"),
        (assumed(Topic.TANK, "settings"), "tank: settings, assumed"),
        (missing(Topic.FUEL, "truck stops", "None."), "fuel: truck stops, missing"),
    ],
)  # fmt: skip
def test_an_input_is_one_line(fact, line):
    assert words.fact(fact) == line


def test_a_fuel_stop_that_is_the_break_says_both():
    from core.route.fuel import Tank
    from core.route.request import Truck

    truck = Truck(Tank(90, 200, 10, 5))
    found = plan(request(visit(mile=500), truck=truck, stations=[station("s", 350, "3.000")]))

    assert words.what(stop(found, "fuel")) == "◆ fuel, break"
    assert "of fuel" in words.figures(found)


def test_a_list_has_a_line_for_each_load():
    out = StringIO()
    listed = Listed(uuid4(), "l1", "BM-1", "d1", 3, "late", "It is late.", at("06:00"),
                    at("12:00"), START, START, "draft")  # fmt: skip

    show_list(Console(file=out, width=120), [listed])

    assert "BM-1  3     ✗ late   Mon 12:00 UTC  It is late." in out.getvalue()
