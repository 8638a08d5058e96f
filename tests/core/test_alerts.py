"""Who is told what of an incident, when, and when not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import alerts
from core.alerts import Channel, Kind, Person, Severity, Standing, Telling, telling

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
OURS, THEIRS = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("standing", "circumstances", "expected"),
    [
        pytest.param(Standing(), {}, Telling("opened", NOW + DAY), id="new"),
        pytest.param(
            Standing(), {"is_explained": True}, Telling(None, NOW + 15 * MINUTE), id="explained"
        ),
        pytest.param(
            Standing(), {"explained_until": NOW - 5 * MINUTE},
            Telling(None, NOW + 10 * MINUTE), id="what explained it has just ended",
        ),
        pytest.param(
            Standing(), {"explained_until": NOW - 15 * MINUTE},
            Telling("opened", NOW + DAY), id="it outlived what explained it",
        ),
        pytest.param(
            Standing(muted_until=NOW + MINUTE), {}, Telling(None, NOW + MINUTE), id="muted"
        ),
        pytest.param(
            Standing(muted_until=NOW), {}, Telling("opened", NOW + DAY), id="muted until now"
        ),
        pytest.param(
            Standing(told_at=NOW - MINUTE, is_escalated=True), {},
            Telling("escalated", NOW + DAY), id="got worse",
        ),
        pytest.param(
            Standing(told_at=NOW - MINUTE, is_escalated=True, is_acknowledged=True), {},
            Telling("escalated", NOW + DAY), id="got worse though somebody took it on",
        ),
        pytest.param(
            Standing(told_at=NOW - DAY), {}, Telling("reminder-1", NOW + DAY), id="a day old"
        ),
        pytest.param(
            Standing(told_at=NOW - DAY, reminders=2), {},
            Telling("reminder-3", NOW + DAY), id="days old",
        ),
        pytest.param(
            Standing(told_at=NOW - DAY + MINUTE), {}, Telling(None, NOW + MINUTE), id="not yet"
        ),
        pytest.param(
            Standing(told_at=NOW - DAY, is_acknowledged=True), {}, Telling(None, None), id="taken"
        ),
    ],
)  # fmt: skip
def test_what_an_incident_tells(standing, circumstances, expected):
    """Each line is a rule of docs/alerts.md."""
    assert telling(standing, NOW, **circumstances) == expected


ADMIN = Person(OURS, "ann@acme.example", "ADMIN", is_active=True)


@pytest.mark.parametrize(
    ("person", "tenant_id", "expected"),
    [
        pytest.param(ADMIN, OURS, True, id="admin"),
        pytest.param(Person(OURS, "a@b.c", "SUPER_ADMIN", True), OURS, True, id="super admin"),
        pytest.param(Person(OURS, "a@b.c", "DISPATCHER", True), OURS, False, id="dispatcher"),
        pytest.param(Person(OURS, "a@b.c", "DRIVER", True), OURS, False, id="driver"),
        pytest.param(Person(OURS, "a@b.c", "ADMIN", False), OURS, False, id="locked out"),
        pytest.param(Person(OURS, "a@b.c", "admin", True), OURS, False, id="another word"),
        pytest.param(Person(OURS, "a@b.c", "ADMIN", True, False), OURS, False, id="not synced"),
        pytest.param(ADMIN, THEIRS, False, id="another tenant's"),
        pytest.param(ADMIN, None, False, id="nobody's"),
    ],
)
def test_only_active_admins_of_the_tenant_may_hear(person, tenant_id, expected):
    assert alerts.may_hear(person, tenant_id, Kind.FAILING) is expected


def test_of_a_load_that_is_late_its_dispatchers_hear_as_well():
    dispatcher = Person(OURS, "a@b.c", "DISPATCHER", True)

    assert alerts.may_hear(dispatcher, OURS, Kind.ROUTE_AT_RISK)
    assert not alerts.may_hear(dispatcher, THEIRS, Kind.ROUTE_AT_RISK)
    assert not alerts.may_hear(Person(OURS, "a@b.c", "DRIVER", True), OURS, Kind.ROUTE_AT_RISK)


def test_a_load_that_is_late_is_told_once_and_never_reminded_of():
    told = telling(Standing(told_at=NOW - timedelta(days=3)), NOW, is_reminded=False)

    assert (told.step, told.look_again_at) == (None, None)


def test_a_rejected_key_is_an_incident_of_its_own_kind():
    assert alerts.kind_of("auth_rejected") is Kind.KEY_REJECTED
    assert alerts.kind_of("contract_broken") is Kind.FAILING
    assert alerts.kind_of(None) is Kind.FAILING


@pytest.mark.parametrize(
    ("one", "other", "error_kind", "expected"),
    [
        (Kind.VENDOR_DOWN, Kind.FAILING, "vendor_unavailable", True),
        (Kind.VENDOR_DOWN, Kind.FAILING, "contract_broken", False),
        (Kind.VENDOR_DOWN, Kind.KEY_REJECTED, "auth_rejected", False),
        (Kind.VENDOR_DOWN, Kind.STALE, None, True),
        (Kind.FAILING, Kind.STALE, None, True),
        (Kind.KEY_REJECTED, Kind.STALE, None, True),
        (Kind.SCHEDULER_SILENT, Kind.STALE, None, True),
        (Kind.STALE, Kind.FAILING, "vendor_unavailable", False),
        (Kind.QUALITY, Kind.FAILING, "quality", True),
        (Kind.QUALITY, Kind.FAILING, "contract_broken", False),
        (Kind.QUALITY, Kind.STALE, None, False),
        (Kind.SCHEDULER_SILENT, Kind.KEY_REJECTED, "auth_rejected", False),
        ("quality", Kind.STALE, None, False),
    ],
)
def test_what_explains_what(one, other, error_kind, expected):
    """What only a person can mend is hidden by nothing."""
    assert alerts.explains(one, other, error_kind) is expected


def test_nothing_explains_itself_in_a_circle():
    """Two incidents that hid each other would never be told."""
    for one in Kind:
        for other in Kind:
            for error_kind in (None, "vendor_unavailable", "auth_rejected"):
                both = alerts.explains(one, other, error_kind) and alerts.explains(
                    other, one, error_kind
                )
                assert not both


def test_slack_hears_of_everything_but_information():
    assert alerts.channels(Severity.INFO) == (Channel.EMAIL,)
    for severity in (Severity.WARNING, Severity.ERROR, Severity.CRITICAL):
        assert alerts.channels(severity) == (Channel.EMAIL, Channel.SLACK)


def test_every_kind_has_a_severity():
    assert set(alerts.SEVERITIES) == set(Kind)
    assert alerts.severity(Kind.STALE, is_critical=True) is Severity.CRITICAL


def test_only_what_may_be_a_blip_is_held():
    held = {kind for kind in Kind if alerts.hold(kind)}

    assert held == {Kind.VENDOR_DOWN, Kind.STALE}
    assert {alerts.hold(kind) for kind in held} == {MINUTE}


def test_retries_double_up_to_a_quarter_of_an_hour():
    waits = [alerts.retry_at(attempts, NOW, NOW, 0.0) - NOW for attempts in range(1, 10)]

    assert [wait.total_seconds() for wait in waits] == [15, 30, 60, 120, 240, 480, 900, 900, 900]


@given(attempts=st.integers(1, 10_000), age_s=st.integers(0, 10**6), jitter=st.floats(0, 1))
def test_a_message_is_tried_for_a_day_and_then_no_more(attempts, age_s, jitter):
    created_at = NOW - timedelta(seconds=age_s)

    again = alerts.retry_at(attempts, created_at, NOW, jitter)

    assert (again is None) == (age_s >= DAY.total_seconds())
    assert again is None or timedelta(seconds=12) <= again - NOW <= timedelta(minutes=15)


def test_a_mail_server_that_is_down_for_five_minutes_is_found_soon_after():
    """Tried at the worst times, a message leaves within four minutes of its return."""
    tries = [NOW]
    while tries[-1] < NOW + timedelta(minutes=20):
        tries.append(alerts.retry_at(len(tries), NOW, tries[-1], 0.0))

    down_until = NOW + timedelta(minutes=5)
    assert next(at for at in tries if at >= down_until) - down_until <= timedelta(minutes=4)
    assert all(earlier < later for earlier, later in pairwise(tries))


def test_a_message_has_one_name_however_often_it_is_sent():
    named = alerts.message_id(OURS, "email", "Ann@Acme.example", "opened")

    assert named == alerts.message_id(OURS, "email", "ann@acme.example", "opened")
    others = {
        alerts.message_id(THEIRS, "email", "ann@acme.example", "opened"),
        alerts.message_id(OURS, "slack", "ann@acme.example", "opened"),
        alerts.message_id(OURS, "email", "bob@acme.example", "opened"),
        alerts.message_id(OURS, "email", "ann@acme.example", "closed"),
    }
    assert len(others | {named}) == 5
    assert "acme" not in named
