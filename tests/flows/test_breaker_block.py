"""The block on a real Prefect server: known by itself, seeded once, obeyed, never overwritten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import BlockDocumentUpdate, BlockSchemaCreate
from prefect.settings import PREFECT_API_URL, temporary_settings

from adapters import registry
from core import settings
from core.breaker import Mode
from core.errors import ConfigurationError
from core.policies import Policies
from deployments import blocks
from store.breaker_policies import all_of
from tasks import policies
from tasks.breaker_form import SLUG
from tasks.circuit_breaker import CircuitBreaker
from tasks.policies import FRESH_S, Book

VENDOR = registry.VENDORS[0].name


def api_url() -> str:
    return str(PREFECT_API_URL.value())


def documents():
    with get_client(sync_client=True) as client:
        return {document.name: document for document in client.read_block_documents_by_type(SLUG)}


def edit(name, **data):
    """As Prefect's UI saves: what differs from the form's defaults, and nothing else."""
    with get_client(sync_client=True) as client:
        change = BlockDocumentUpdate(data=data, merge_existing_data=False)
        client.update_block_document(documents()[name].id, change)


def delete(name):
    with get_client(sync_client=True) as client:
        client.delete_block_document(documents()[name].id)


@pytest.fixture
def seeded(prefect_server, monkeypatch):
    """The documents as a fresh server has them; none are left for the tests after this one."""
    monkeypatch.setattr(CircuitBreaker, "_logo_url", CircuitBreaker._logo_url)
    for name in documents():
        delete(name)
    blocks.register(api_url())
    yield
    for name in documents():
        delete(name)


def test_prefect_finds_the_block_by_itself(prefect_server):
    """Registered by the server when it started: it loads what the installation names."""
    (entry,) = (one for one in entry_points(group="prefect.collections") if one.name == "sally")

    found = httpx.get(f"{api_url()}/block_types/slug/{SLUG}")

    assert entry.load().CircuitBreaker is CircuitBreaker
    assert found.json()["name"] == "Circuit Breaker"
    assert found.json()["description"] == CircuitBreaker.get_description()


def test_the_picture_comes_from_the_local_server(seeded):
    """Without the internet too: every other logo of Prefect's pages is a broken picture then."""
    logo = httpx.get(f"{api_url()}/block_types/slug/{SLUG}").json()["logo_url"]

    picture = httpx.get(logo)

    assert logo.startswith(api_url().removesuffix("/api"))
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.text.startswith("<svg")


def test_each_vendor_has_a_document_with_the_usual_policy(seeded):
    found = documents()

    assert set(found) == {vendor.name for vendor in registry.VENDORS}
    for name in found:
        assert CircuitBreaker.load(name).policies() == Policies()


def test_registering_again_changes_nothing(seeded):
    before = {name: (one.id, one.updated, one.data) for name, one in documents().items()}

    blocks.register(api_url())

    assert {name: (one.id, one.updated, one.data) for name, one in documents().items()} == before


def test_what_an_operator_saved_stays_and_what_is_missing_is_made(seeded):
    edit(VENDOR, failure_threshold=9)
    delete(registry.VENDORS[1].name)

    blocks.register(api_url())

    assert documents()[VENDOR].data == {"failure_threshold": 9}
    assert set(documents()) == {vendor.name for vendor in registry.VENDORS}


def test_a_field_that_is_added_later_has_its_usual_value_and_is_in_the_form(seeded):
    """The document of an older form is shown in the newest one; what was set in it stays."""
    saved = {"mode": "disabled", "who": "Ann", "why": "tests"}
    kind = documents()[VENDOR].block_type_id
    fields = CircuitBreaker.model_json_schema()
    older = {**fields, "properties": {name: fields["properties"][name] for name in saved}}
    with get_client(sync_client=True) as client:
        schema = client.create_block_schema(BlockSchemaCreate(fields=older, block_type_id=kind))
        change = BlockDocumentUpdate(
            block_schema_id=schema.id, data=saved, merge_existing_data=False
        )
        client.update_block_document(documents()[VENDOR].id, change)
    assert set(documents()[VENDOR].block_schema.fields["properties"]) == set(saved)

    blocks.register(api_url())

    found = documents()[VENDOR]
    assert found.data == saved
    assert "failure_threshold" in found.block_schema.fields["properties"]
    policy = CircuitBreaker.load(VENDOR).policies().vendor
    assert (policy.mode, policy.failure_threshold) == (Mode.DISABLED, 5)


def test_a_document_that_cannot_be_used_is_one_sentence(seeded):
    edit(VENDOR, failure_threshold=0)

    with pytest.raises(ConfigurationError, match="Failures that open it"):
        CircuitBreaker.load(VENDOR)


@pytest.fixture
def _mirror(database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database)
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


@pytest.mark.usefixtures("_mirror")
async def test_a_batch_obeys_the_ui_within_a_second_and_outlives_the_server(seeded, conn):
    """Saved in the UI, obeyed, mirrored; and with the server gone the mirror holds."""
    now = [0.0]
    known = Book(clock=lambda: now[0])
    assert await known.latest(VENDOR) == Policies()

    edit(VENDOR, mode="forced_open", who="Ann", why="maintenance")
    now[0] += FRESH_S

    forced = await known.latest(VENDOR)
    assert forced.vendor.mode is Mode.FORCED_OPEN
    assert (await all_of(conn))[VENDOR].policy == forced.vendor

    gone = "http://127.0.0.1:9/api"
    with temporary_settings({PREFECT_API_URL: gone}):
        assert await Book().latest(VENDOR) == forced


@pytest.mark.usefixtures("_mirror")
async def test_without_a_document_the_usual_policy_holds(seeded):
    delete(VENDOR)

    assert await Book().latest(VENDOR) == Policies()


async def test_the_next_batch_obeys_what_is_saved(seeded, fleet, monkeypatch):
    """Forced open: no call reaches the vendor and the run is deferred, which is no failure."""
    now = [0.0]
    monkeypatch.setattr(policies, "BOOK", Book(clock=lambda: now[0]))
    fleet.add("acme", VENDOR)
    until = datetime.now(UTC) + timedelta(hours=1)
    edit(VENDOR, mode="forced_open", who="Ann", why="maintenance", until=until.isoformat())

    (deferred,) = (await fleet.sync(VENDOR)).runs

    assert deferred.status == "deferred"
    assert abs((deferred.not_before - until).total_seconds()) < 600
    assert fleet.box.stats()["total"] == 0

    edit(VENDOR)
    now[0] += FRESH_S
    (synced,) = (await fleet.sync(VENDOR)).runs

    assert synced.status == "success"
    assert fleet.box.stats()["total"] > 0
