"""Rows in quarantine, made as a sync makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from adapters import registry
from adapters._kit.vendor import Kept, Unreadable
from core.errors import RecordInvalid
from core.secrets import EntryOwner, KeyRing
from store import claims
from store.connection import Connection, connect
from store.loading import DatasetResult, RunClose, RunResult, Staging
from tasks import collecting, keeping

KEY = "ab" * 32
TENANT = """
INSERT INTO ops.tenant (slug, name) VALUES (%s, %s) ON CONFLICT (slug) DO NOTHING
"""
INTEGRATION = """
INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext, credentials_key_id,
    credentials_fingerprint, poll_seconds)
SELECT id, %s, 'sealed', 'key', 'print', 300 FROM ops.tenant WHERE slug = %s
ON CONFLICT DO NOTHING
"""


ENTRY = """
INSERT INTO ops.quarantine (tenant_id, integration_id, dataset, vendor_id, path, reason, payload,
    fingerprint, first_run_id, last_run_id, sealed, sealed_key_id, last_seen_at)
SELECT tenant_id, id, 'positions', %(row)s, 'gps', 'was misread', '{}', %(print)s, %(run)s,
    %(run)s, %(sealed)s, %(key)s, now() - interval '1 minute'
FROM ops.integration WHERE id = %(integration)s RETURNING id
"""


def put(url: str, integration: UUID, run: UUID, number: int, latitude: Any = 31.5) -> UUID:
    """An open entry with its whole row, which today's mapping reads unless it is nonsense."""
    dataset, fingerprint = registry.vendor("samsara").dataset("positions"), f"print-{number}"
    whole = keeping.dumped(dataset.again(Kept(position(number, latitude), False)))
    with psycopg.connect(url) as conn:
        ((tenant,),) = conn.execute(
            "SELECT tenant_id FROM ops.integration WHERE id = %s", [integration]
        ).fetchall()
        owner = EntryOwner(tenant, integration, "positions", fingerprint)
        sealed = KeyRing.parse(KEY).seal_bytes(whole, owner)
        told = {"row": f"v{number}", "print": fingerprint, "run": run, "key": sealed.key_id,
                "sealed": sealed.ciphertext, "integration": integration}  # fmt: skip
        ((made,),) = conn.execute(ENTRY, told).fetchall()
    return made


async def connected(conn: Connection, slug: str, vendor: str = "samsara") -> None:
    """A tenant with an integration."""
    await conn.execute(TENANT, [slug, slug.title()])
    await conn.execute(INTEGRATION, [vendor, slug])


async def synced(
    url: str,
    rows: Sequence[dict[str, Any]],
    *,
    slug: str = "acme",
    vendor: str = "samsara",
    dataset: str = "positions",
    **told: Any,
) -> None:
    """A sync to which the vendor sends these rows: good ones land, bad ones are set aside."""
    one = registry.vendor(vendor).dataset(dataset)
    good, bad = [], []
    for raw in rows:
        row = one.again(Kept(raw, False))
        try:
            if type(row) is Unreadable:
                raise RecordInvalid(row.path, row.reason)
            good.append(one.read(row))
        except RecordInvalid as error:
            bad.append(collecting.set_aside(row, error.path, error.reason, dataset=one))
    async with connect(url) as conn, Staging.connected(url) as staging:
        await connected(conn, slug, vendor)
        (claim,) = await claims.claim(
            conn, vendor=vendor, flow_run_id=None, batch=None, limit=1, poll_seconds=300,
            tenant_slugs=[slug], datasets=[dataset], force=True,
        )  # fmt: skip
        await staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
        await staging.add(claim.run_id, one.record, good)
        sealed = keeping.sealed(bad, KeyRing.parse(KEY), claim, dataset)
        status = "partial" if bad else "success"
        (now,) = await (await conn.execute("SELECT now()")).fetchone()
        result = DatasetResult(
            dataset, one.record, status,
            **{"fetched": len(rows), "quarantined": sealed, "is_complete": True,
               "is_snapshot": one.is_snapshot, "started_at": now} | told,
        )  # fmt: skip
        close = RunClose(status)
        await staging.land([RunResult(claim.run_id, claim.integration_id, close, [result])])


def position(number: int, latitude: Any = 31.5, minute: int = 0) -> dict[str, Any]:
    """A vehicle's position as Samsara sends it; ``latitude`` may be nonsense."""
    time = f"2026-10-05T15:{minute:02}:00Z"
    gps = {"latitude": latitude, "longitude": -97.1, "time": time}
    return {"id": f"v{number}", "name": f"Truck {number}", "gps": gps}
