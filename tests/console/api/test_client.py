"""The typed client is made from the API as it is, and does what a program needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sally_client import AuthenticatedClient, Client
from sally_client.api.auth import login, read_me
from sally_client.api.drivers import end_override, enter_override, list_drivers, read_hours
from sally_client.api.health import list_incidents, read_breakers, read_freshness, take_on
from sally_client.api.history import read_history, read_run, read_stats
from sally_client.api.integrations import (
    list_integrations,
    list_vendors,
    read_integration,
    sync_now,
    test_key,
)
from sally_client.api.quarantine import read_quarantine
from sally_client.models import Login, NewOverride, Problem, Trial, TrialCredentials, TrialVendor
from sally_client.models.run_status import RunStatus

from clients import document
from tests.support.console import PASSWORD, Scheduler, live, opening_with

test_key.__test__ = False


@pytest.fixture
def address(house_settings, fleets) -> Iterator[str]:
    with live(fleets, opening=opening_with(Scheduler())) as found:
        yield found


@pytest.fixture
def client(address) -> Iterator[AuthenticatedClient]:
    token = login.sync(
        client=Client(address), body=Login(email="admin@acme.example", password=PASSWORD)
    )
    with AuthenticatedClient(address, token.access_token) as opened:
        yield opened


def test_the_document_on_disk_is_the_api_s():
    """Run: make client"""
    assert document.DOCUMENT.read_text() == document.document()


def test_the_client_is_made_from_that_document_and_not_changed_by_hand():
    """Run: make client"""
    assert document.SEAL.read_text() == document.seal()


def test_a_program_reads_what_its_role_may(client, filled):
    acme = filled["acme"]
    samsara = acme.integrations["samsara"]

    me = read_me.sync(client=client)
    found = list_integrations.sync(client=client)
    history = read_history.sync(samsara, client=client, status=RunStatus.FAILED)
    stats = read_stats.sync(samsara, client=client)
    run = read_run.sync(acme.runs["samsara"][-2], client=client)

    assert (me.role, me.tenant) == ("ADMIN", "acme")
    assert {each.vendor for each in found.items} == {each.name for each in list_vendors.sync(
        client=client).items}  # fmt: skip
    assert read_integration.sync(samsara, client=client).credential.age_s >= 0
    assert (history.total, history.items[0].error.kind) == (1, "vendor_unavailable")
    assert stats.last_30d.total_syncs == 6
    assert run.quarantined_rows[0].path == "odometer"
    assert read_quarantine.sync(client=client).items
    assert read_breakers.sync(client=client).gates
    assert read_freshness.sync(client=client).items
    assert list_incidents.sync(client=client).items


def test_a_program_acts(client, filled):
    import datetime as dt

    acme = filled["acme"]
    driver = acme.drivers[0]
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    given = NewOverride(reason="Why", expires_at=ends, drive_s=3600)

    started = sync_now.sync(acme.integrations["truckbase"], client=client)
    taken = take_on.sync(acme.incident, client=client)
    trial = Trial(TrialVendor.SAMSARA, TrialCredentials.from_dict({"api_key": "canary-wrong"}))
    tested = test_key.sync(client=client, body=trial)
    entered = enter_override.sync(driver, client=client, body=given)
    read = read_hours.sync(driver, client=client)
    ended = end_override.sync_detailed(driver, client=client)

    assert started.flow_run_id
    assert taken.acknowledged_by == "admin@acme.example"
    assert tested.accepted is False
    assert entered.override.reason == read.override.reason == "Why"
    assert ended.status_code == 204
    assert len(list_drivers.sync(client=client).items) == 3


def test_a_refusal_comes_back_in_three_sentences(client, filled):
    found = read_integration.sync(filled["bluemesa"].integrations["samsara"], client=client)

    assert isinstance(found, Problem)
    assert (found.status, found.happened) == (404, "There is no such integration.")
