"""How much goes into one batch."""

from __future__ import annotations

import math

import pytest

from tasks.claiming import MOST_IN_A_BATCH, MOST_TASK_RUNS, SIDE_BY_SIDE, batch_size


@pytest.mark.parametrize(
    ("count", "size"),
    [
        (1, 1),
        (32, 1),
        (33, 2),
        (300, 10),
        (768, 24),
        (769, 97),
        (1_000, 125),
        (1_001, 125),
        (4_000, 125),
        (10_000, 313),
    ],
)
def test_few_go_one_by_one_and_very_many_together(count, size):
    assert batch_size(count, is_shared=False) == size


def test_a_flow_run_makes_no_more_task_runs_than_it_may_and_enough_to_overlap():
    for count in range(1, 12_000):
        batches = math.ceil(count / batch_size(count, is_shared=False))
        assert min(count, 2 * SIDE_BY_SIDE - 1) <= batches <= MOST_TASK_RUNS


def test_a_run_that_others_can_help_takes_smaller_ones():
    assert batch_size(100_000, is_shared=True) == MOST_IN_A_BATCH
    assert batch_size(1_000, is_shared=True) == 125
