"""What is tried again, and how long nobody asks: pure decisions of asking for one driver."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.registry import vendor
from core.errors import (
    AuthRejected,
    ConfigurationError,
    ContractBroken,
    Deferred,
    Origin,
    RateLimited,
    RecordInvalid,
    VendorUnavailable,
)
from tasks.hos_live import LONG_REST, REST, NotThere, failure, may_pass

SAMSARA = vendor("samsara")

HERE = Origin("samsara")
NOW = datetime(2026, 10, 5, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (VendorUnavailable("x", HERE), True),
        (RateLimited("x", HERE, 0.4), 0.4),
        (RateLimited("x", HERE, 1.5), False),
        (RateLimited("x", HERE), False),
        (AuthRejected("x", HERE), False),
        (ContractBroken("x", HERE), False),
        (Deferred("x", HERE, NOW), False),
        (ConfigurationError("x"), False),
    ],
)
def test_what_is_tried_a_second_time(error, expected):
    """What may pass within the budget; a wrong key never."""
    assert may_pass(error) == expected


@pytest.mark.parametrize(
    ("error", "kind", "rest"),
    [
        (VendorUnavailable("x", HERE), "vendor_unavailable", REST),
        (RateLimited("x", HERE, 30.0), "rate_limited", timedelta(seconds=30)),
        (RateLimited("x", HERE), "rate_limited", SAMSARA.pause),
        (Deferred("x", HERE, NOW + timedelta(hours=1)), "deferred", timedelta(hours=1)),
        (AuthRejected("x", HERE), "auth_rejected", LONG_REST),
        (ContractBroken("x", HERE), "contract_broken", LONG_REST),
        (RecordInvalid("a.b", "is odd"), "record_invalid", LONG_REST),
        (NotThere("x"), "not_there", LONG_REST),
        (ConfigurationError("x"), "configuration", None),
        (ZeroDivisionError(), "internal", REST),
    ],
)
def test_how_long_nobody_asks_again(error, kind, rest):
    """As long as the vendor says, briefly for what may pass, longer for what a person mends."""
    fields, until = failure(error, SAMSARA, NOW)

    assert fields.kind == kind
    assert until == (None if rest is None else NOW + rest)
