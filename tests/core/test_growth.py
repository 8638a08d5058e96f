"""How many flow runs share what is due: a table of decisions."""

import pytest

from core.growth import Pace, runs_to_start


@pytest.mark.parametrize(
    ("left", "takes", "sharing", "most", "expected"),
    [
        pytest.param(0, 100, 1, 4, 0, id="nothing is left"),
        pytest.param(0, 100, 0, 4, 0, id="nothing is left, and nobody goes on"),
        pytest.param(100, 100, 1, 4, 0, id="this one comes to all of it"),
        pytest.param(101, 100, 1, 4, 1, id="one more than it comes to"),
        pytest.param(300, 100, 1, 4, 2, id="three times as much"),
        pytest.param(300, 100, 3, 4, 0, id="enough are there"),
        pytest.param(300, 100, 2, 4, 1, id="one is missing"),
        pytest.param(100_000, 100, 1, 4, 3, id="never more than the bound"),
        pytest.param(100_000, 100, 4, 4, 0, id="the bound is reached"),
        pytest.param(100_000, 100, 9, 4, 0, id="more are there than the bound allows"),
        pytest.param(100_000, 100, 1, 1, 0, id="a bound of one: no helpers"),
        pytest.param(5, 100, 0, 4, 1, id="this one ends, and nobody else is there"),
        pytest.param(5, 100, 1, 4, 0, id="this one ends, and another goes on"),
        pytest.param(300, 100, 0, 4, 3, id="this one ends with much left"),
        pytest.param(10, 0, 1, 4, 3, id="a run that gets nothing done counts as one at a time"),
    ],
)
def test_so_many_runs_are_started(left, takes, sharing, most, expected):
    assert runs_to_start(left, takes, sharing, most) == expected


@pytest.mark.parametrize("left", [0, 1, 99, 10_000, 10**9])
@pytest.mark.parametrize("sharing", range(6))
@pytest.mark.parametrize("most", range(1, 6))
def test_the_bound_holds_whatever_the_rest_says(left, sharing, most):
    """No storm: those there and those started are never more than the bound together."""
    started = runs_to_start(left, 1, sharing, most)

    assert started >= 0
    assert started == 0 or sharing + started <= most


@pytest.mark.parametrize(
    ("pace", "expected"),
    [
        pytest.param(Pace(claimed=40, done=20, seconds=10), 240, id="as fast as so far"),
        pytest.param(Pace(claimed=40, done=20, seconds=119), 40, id="what it has claimed"),
        pytest.param(Pace(claimed=40, done=0, seconds=30), 40, id="nothing is done yet"),
        pytest.param(Pace(claimed=0, done=0, seconds=0), 1, id="nothing is known"),
    ],
)
def test_a_run_takes_what_its_pace_says_and_no_less_than_it_has_claimed(pace, expected):
    assert pace.takes(120) == expected
