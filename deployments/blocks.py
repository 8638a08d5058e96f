"""Our blocks, made known to the server: a circuit breaker's document a vendor, and the alerts'.

What an operator changed is never touched. A document of an older form is shown in the newest one
from then on; a field that it lacks has its usual value there, and for us.
"""

from __future__ import annotations

from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import BlockDocumentCreate, BlockDocumentUpdate
from prefect.client.schemas.objects import BlockDocument
from prefect.exceptions import ObjectAlreadyExists

from adapters import registry
from deployments import logos
from tasks.breaker_form import SLUG, BreakerForm
from tasks.circuit_breaker import CircuitBreaker
from tasks.tenant_alert import NAME as ALERT_NAME
from tasks.tenant_alert import SLUG as ALERT_SLUG
from tasks.tenant_alert import TenantAlert


def register(api_url: str) -> None:
    """Make the forms and the documents exist on PREFECT_API_URL's server; safe to repeat."""
    logos.use_own_if_served(api_url)
    CircuitBreaker.register_type_and_schema()
    with get_client(sync_client=True) as client:
        seed(client)
    TenantAlert.register_type_and_schema()
    alert_document()


def alert_document() -> UUID:
    """The one document of the block that the automations notify; made if it is missing."""
    with get_client(sync_client=True) as client:
        found = {one.name: one for one in client.read_block_documents_by_type(ALERT_SLUG)}
        if ALERT_NAME in found:
            return found[ALERT_NAME].id
        TenantAlert.register_type_and_schema()
        schema, kind = TenantAlert._block_schema_id, TenantAlert._block_type_id
        assert schema is not None  # registering sets both
        assert kind is not None
        document = BlockDocumentCreate(
            name=ALERT_NAME, data={}, block_schema_id=schema, block_type_id=kind
        )
        return client.create_block_document(document).id


def seed(client: SyncPrefectClient) -> None:
    """One document for each vendor, for a form that is registered."""
    found = {document.name: document for document in client.read_block_documents_by_type(SLUG)}
    for vendor in registry.VENDORS:
        document = found.get(vendor.name)
        if document is None:
            _create(client, vendor.name)
        else:
            _renew(client, document)


def _create(client: SyncPrefectClient, vendor: str) -> None:
    schema, kind = CircuitBreaker._block_schema_id, CircuitBreaker._block_type_id
    assert schema is not None  # registering sets both
    assert kind is not None
    usual = BreakerForm().model_dump(mode="json")
    document = BlockDocumentCreate(
        name=vendor, data=usual, block_schema_id=schema, block_type_id=kind
    )
    try:
        client.create_block_document(document)
    except ObjectAlreadyExists:
        return  # another machine was quicker


def _renew(client: SyncPrefectClient, document: BlockDocument) -> None:
    schema = CircuitBreaker._block_schema_id
    if document.block_schema_id != schema:
        # Merged by the server: nothing that is saved in the UI at this moment is lost.
        change = BlockDocumentUpdate(block_schema_id=schema, data={}, merge_existing_data=True)
        client.update_block_document(document.id, change)
