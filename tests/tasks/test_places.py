"""Where to ask: stable, deduplicated, capped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from models.asking import Place
from tasks import places

WACO, LORENA, DENVER = Place(31.5493, -97.1467), Place(31.52, -97.10), Place(39.7392, -104.9903)
places_on_earth = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))


def test_neighbours_are_asked_for_once():
    chosen = places.choose([WACO, LORENA, DENVER], {}, cell_degrees=0.25, cap=10)

    assert chosen == (Place(31.5, -97.25), Place(31.5, -97.0), Place(39.75, -105.0))


def test_a_truck_that_moves_within_its_cell_asks_the_same():
    before = places.choose([WACO], {}, cell_degrees=0.5, cap=10)
    after = places.choose([Place(31.56, -97.16)], {}, cell_degrees=0.5, cap=10)

    assert before == after


def test_configured_places_come_first_and_survive_the_cap():
    options = {"places": [[39.7392, -104.9903]]}

    assert places.choose([WACO], options, cell_degrees=0.5, cap=1) == (Place(39.5, -105.0),)


@pytest.mark.parametrize("held", ["Waco", [1, 2], [["a", "b"]], [[91, 0]], [[0, 181]], 7])
def test_places_that_are_none_are_one_sentence(held):
    with pytest.raises(ConfigurationError, match="places"):
        places.configured({"places": held})


@given(st.lists(places_on_earth, max_size=40), st.integers(1, 20))
def test_never_more_than_the_cap_and_never_twice(candidates, cap):
    chosen = places.choose(candidates, {}, cell_degrees=0.5, cap=cap)

    assert len(chosen) == len(set(chosen)) <= cap


@given(places_on_earth)
def test_a_grid_point_is_its_own_nearest(place):
    snapped = places.snap(place, 0.25)

    assert places.snap(snapped, 0.25) == snapped
    assert abs(snapped.latitude - place.latitude) <= 0.1251
