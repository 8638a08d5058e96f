"""When a flow run's process is gone: every sign of life has to be old."""

from datetime import UTC, datetime, timedelta

import pytest
from prefect.client.schemas.objects import StateType

from deployments import bootstrap
from tasks import flow_runs
from tasks.flow_runs import MISSED_BEATS, NEVER_HEARD, SILENCE, Signs, is_gone, patience

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ago(minutes):
    return None if minutes is None else NOW - minutes * MINUTE


@pytest.mark.parametrize(
    ("kind", "state", "beat", "work", "gone"),
    [
        pytest.param("RUNNING", 60, 16, None, True, id="heartbeats stopped"),
        pytest.param("RUNNING", 60, 16, 16, True, id="heartbeats and leases stopped"),
        pytest.param("RUNNING", 60, 3, None, False, id="a heartbeat a moment ago"),
        pytest.param("RUNNING", 60, 16, -1, False, id="a lease that holds"),
        pytest.param("RUNNING", 60, 16, 2, False, id="a sync that ended a moment ago"),
        pytest.param("RUNNING", 1, None, None, False, id="just started"),
        pytest.param("RUNNING", 16, None, None, False, id="never heard"),
        pytest.param("RUNNING", 60 * 23, None, 60 * 22, False, id="never heard for hours"),
        pytest.param("RUNNING", 60 * 24 + 1, None, None, True, id="never heard for a day"),
        pytest.param("PENDING", 16, None, None, True, id="never came to life"),
        pytest.param("PENDING", 14, None, None, False, id="about to come to life"),
        pytest.param("CANCELLING", 16, 20, None, True, id="nobody is left to cancel it"),
        pytest.param("CANCELLING", 14, 20, None, False, id="about to be cancelled"),
    ],
)
def test_a_run_is_gone_when_every_sign_of_life_is_old(kind, state, beat, work, gone):
    """One young sign is enough: a healthy run is never ended."""
    signs = Signs(ago(state), ago(beat), ago(work))

    assert is_gone(signs, StateType(kind), NOW, SILENCE) is gone


def test_rarer_heartbeats_need_more_patience():
    """Whoever sets an hour between heartbeats loses no run to it."""
    hour = timedelta(hours=1)

    assert patience(None) == patience(timedelta(seconds=180)) == SILENCE
    assert patience(hour) == MISSED_BEATS * hour
    assert not is_gone(Signs(ago(30 * 60)), StateType.RUNNING, NOW, 2 * NEVER_HEARD)


def test_the_pool_is_the_one_that_the_deployments_use():
    """Runs of other pools are other people's."""
    assert flow_runs.POOL == bootstrap.POOL
