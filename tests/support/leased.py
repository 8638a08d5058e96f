"""A message of the outbox as it is when it is about to leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from store.outbox import Leased

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
INTEGRATION = UUID("01a21372-5d8b-7886-bc3b-4db4f6c08266")
FAILING = Leased(
    id=UUID(int=9),
    message_id="ab" * 16,
    first_id="ab" * 16,
    channel="email",
    recipient="ann@acme.example",
    step="opened",
    attempts=1,
    created_at=NOW,
    now=NOW,
    incident_id=UUID("01a21372-5dc8-7557-b88f-b5cebd09ed49"),
    kind="failing",
    severity="ERROR",
    error_kind="vendor_unavailable",
    happened="Samsara answered 503 to /fleet/hos/clocks.",
    who="Who must act: the vendor.",
    next_step="Nothing to do: the sync tries again by itself.",
    times=3,
    opened_at=NOW - timedelta(minutes=12),
    last_seen_at=NOW,
    closed_at=None,
    closed_because=None,
    run_id=UUID("01a21372-5d8b-7886-bc3b-4db4f6c0826f"),
    vendor="samsara",
    is_sandbox=False,
    integration_id=INTEGRATION,
    last_success_at=NOW - timedelta(minutes=30),
    http_status=503,
    vendor_request_id="req_8c1f",
    tenant_id=UUID(int=1),
    tenant_slug="acme",
    tenant_name="Acme Freight",
    key=f"integration:{INTEGRATION}:vendor_unavailable",
    is_tenant_active=True,
    role="ADMIN",
    is_active=True,
    secret_ciphertext=None,
    secret_key_id=None,
)


def a_message(**changes: object) -> Leased:
    """A failing sync of Acme Freight, with changes."""
    return replace(FAILING, **changes)
