"""Whose hours are whose: ids before licences before names, and never two."""

import pytest

from core.route.links import Basis, Hand, Logged, match, match_all

ANN = Hand("drv_1", "Ann  Lee", "d 123", "tx")


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        pytest.param([Logged("e1", "B", frozenset({"drv_1"}))], Basis.EXTERNAL_ID, id="id"),
        pytest.param([Logged("e1", "B", frozenset(), "D123", "TX")], Basis.LICENCE, id="licence"),
        pytest.param([Logged("e1", "ann lee")], Basis.NAME, id="name"),
        pytest.param([Logged("e1", "B", frozenset(), "D123", "OK")], None, id="other state"),
        pytest.param([Logged("e1", "Ann Leed")], None, id="almost the name"),
        pytest.param([Logged("e1", "Ann Lee"), Logged("e2", "Ann Lee")], None, id="two of a name"),
        pytest.param(
            [Logged("e1", "X", frozenset({"drv_1"})), Logged("e2", "Ann Lee")],
            Basis.EXTERNAL_ID,
            id="the id before the name",
        ),
        pytest.param(
            [Logged("e1", "", frozenset({"drv_1"})), Logged("e2", "Ann Lee", frozenset({"drv_1"}))],
            None,
            id="two with the id are none, whatever the name",
        ),
    ],
)
def test_the_surest_basis_counts(logged, expected):
    found = match(ANN, logged)

    assert (found.basis if found else None) == expected


def test_only_a_name_is_a_guess():
    assert [basis for basis in Basis if basis.is_guess] == [Basis.NAME]


def test_a_name_that_two_drivers_share_links_neither():
    """One of them would be planned with the other's hours."""
    hands = [Hand("drv_1", "Ann Lee"), Hand("drv_2", "Ann Lee")]

    assert match_all(hands, [Logged("e1", "Ann Lee")]) == ()


def test_nobody_without_a_name_is_linked_by_it():
    assert match(Hand("drv_1", None), [Logged("e1", None)]) is None
