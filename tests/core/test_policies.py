"""A policy that is written down is the same policy when it is read back."""

import json
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.breaker import Mode, Policy
from core.errors import ConfigurationError
from core.policies import Policies, from_json, to_json

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SPANS = st.timedeltas(timedelta(microseconds=1), timedelta(days=1))
COUNTS = st.integers(1, 10**6)


@st.composite
def policies(draw):
    rests = sorted([draw(SPANS), draw(SPANS)])
    return Policy(
        failure_threshold=draw(COUNTS),
        success_threshold=draw(COUNTS),
        recovery_timeout=rests[0],
        recovery_cap=rests[1],
        jitter_share=draw(st.floats(0, 1, exclude_max=True, allow_subnormal=False)),
        failure_rate=draw(st.none() | st.floats(1e-9, 1)),
        minimum_calls=draw(COUNTS),
        window=draw(SPANS),
        minimum_tenants=draw(COUNTS),
        probe_lease=draw(SPANS),
        mode=draw(st.sampled_from(Mode)),
        who=draw(st.just("Ann") | st.text(min_size=1).filter(str.strip)),
        why=draw(st.just("tests") | st.text(min_size=1).filter(str.strip)),
        until=draw(
            st.none() | st.datetimes(timezones=ZONES).filter(lambda at: 1 < at.year < 9999)
        ),
    )  # fmt: skip


@given(policies())
def test_json_keeps_a_policy_exactly(policy):
    written = json.dumps(to_json(policy))

    assert from_json(json.loads(written)) == policy


def test_a_field_that_an_older_version_did_not_write_has_its_default():
    assert from_json({"failure_threshold": 9}) == Policy(failure_threshold=9)


@pytest.mark.parametrize("kept", [{"mode": "off"}, {"failure_threshold": 0}, {"window": "?"}, None])
def test_what_is_no_policy_is_one_sentence(kept):
    with pytest.raises(ConfigurationError, match=r"policy cannot be (read|used)") as caught:
        from_json(kept)

    assert "\n" not in str(caught.value)


def test_one_tenant_is_enough_for_its_own_breaker_and_not_for_the_vendors():
    both = Policies.both(Policy(failure_threshold=7, minimum_tenants=4))

    assert (both.integration.minimum_tenants, both.vendor.minimum_tenants) == (1, 4)
    assert both.integration.failure_threshold == both.vendor.failure_threshold == 7
    assert Policies() == Policies.both(Policy(minimum_tenants=3))
