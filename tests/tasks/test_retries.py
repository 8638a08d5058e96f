"""Three attempts, only for what may get better, never sooner than agreed."""

import pytest
from prefect.states import Failed

from core import errors
from core.errors import Origin
from tasks import retries

ORIGIN = Origin("acme")


def test_delays_double_up_to_the_cap():
    assert retries.delays(7) == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (retries.TryAgain("1 to try again."), True),
        (errors.VendorUnavailable("down", ORIGIN), True),
        (errors.RateLimited("slow", ORIGIN, 1.0), True),
        (errors.AuthRejected("no", ORIGIN), False),
        (errors.PermissionMissing("no", ORIGIN), False),
        (errors.ContractBroken("what", ORIGIN), False),
        (ValueError("ours"), False),
        (KeyboardInterrupt(), False),
    ],
)
def test_only_what_may_get_better_is_tried_again(error, again):
    state = Failed(data=error)

    assert retries.may_get_better(None, None, state) is again
