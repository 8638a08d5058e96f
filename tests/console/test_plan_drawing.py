"""The drawings of a plan: whole, to scale, and safe to put on a page."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from console.plan_drawing import MARGIN, WIDTH, map_of, timeline_of
from core.route.planner import plan
from tests.support.routes import at, request, visit

SVG = "{http://www.w3.org/2000/svg}"
LONG = plan(request(visit(mile=650, closes=at("06:00", 1))))


@pytest.mark.parametrize("draw", [map_of, timeline_of])
def test_every_stop_is_drawn_with_its_reason(draw):
    drawn = ET.fromstring(draw(LONG))

    titles = " ".join(title.text for title in drawn.iter(f"{SVG}title"))
    for stop in LONG.stops:
        assert stop.why in titles


def test_the_timeline_is_to_scale():
    """24 h 30 min in all; the rest of 10 h takes its share of the width."""
    drawn = ET.fromstring(timeline_of(LONG))
    (rest,) = [
        group.find(f"{SVG}rect")
        for group in drawn.iter(f"{SVG}g")
        if group.find(f"{SVG}title").text.startswith("☾ rest")
    ]

    whole = (LONG.stops[-1].departs_at - LONG.stops[0].arrives_at).total_seconds()
    share = float(rest.get("width")) / (WIDTH - 90 - MARGIN)
    assert share == pytest.approx(36_000 / whole, rel=0.01)
    assert sum(g.find(f"{SVG}title").text == "midnight" for g in drawn.iter(f"{SVG}g")) == 1


@pytest.mark.parametrize("draw", [map_of, timeline_of])
def test_names_are_escaped(draw):
    odd = replace(visit(mile=100), name='<script>alert("x")</script> & Söhne')

    drawn = draw(plan(request(odd)))

    assert "<script" not in drawn
    assert "Söhne" in ET.tostring(ET.fromstring(drawn), encoding="unicode")


def test_a_plan_without_a_road_has_no_drawing():
    none = plan(request())

    assert (map_of(none), timeline_of(none)) == (None, None)


def test_the_map_stays_on_its_sheet():
    drawn = ET.fromstring(map_of(LONG))

    for circle in drawn.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx")) <= WIDTH
