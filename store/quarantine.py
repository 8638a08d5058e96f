"""Rows that could not be used: kept once per fault, counted, let go when they land after all."""

# ruff: noqa: S608 - what is put into SQL here are constants and names from the models.

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import orjson
from psycopg import AsyncConnection

from store.results import QuarantineRow, Replayed
from store.shapes import shape
from store.work import Work, named, uuids

OPEN = """
SELECT DISTINCT integration_id, dataset FROM ops.quarantine
WHERE integration_id = ANY(%s::uuid[]) AND resolved_at IS NULL
"""
NOT_SENT = """
UPDATE ops.quarantine q SET resolved_at = now(), resolution = 'no longer sent',
    sealed = NULL, sealed_key_id = NULL
FROM unnest(%(integrations)s::uuid[], %(datasets)s::text[], %(runs)s::uuid[])
    AS b(integration_id, dataset, run_id)
WHERE q.integration_id = b.integration_id AND q.dataset = b.dataset AND q.resolved_at IS NULL
    AND q.last_run_id <> b.run_id
"""
KEEP = """
INSERT INTO ops.quarantine AS q (tenant_id, integration_id, dataset, vendor_id, rule, path,
    reason, payload, fingerprint, times, first_run_id, last_run_id, sealed, sealed_key_id)
SELECT x.tenant_id, x.integration_id, x.dataset, x.vendor_id, x.rule, x.path, x.reason, x.payload,
    x.fingerprint, x.times, x.run_id, x.run_id, decode(x.sealed, 'base64'), x.sealed_key_id
FROM jsonb_to_recordset(%s::jsonb) AS x(tenant_id uuid, integration_id uuid, dataset text,
    vendor_id text, rule text, path text, reason text, payload jsonb, fingerprint text, times int,
    run_id uuid, sealed text, sealed_key_id text)
ON CONFLICT (integration_id, dataset, fingerprint) WHERE resolved_at IS NULL DO UPDATE SET
    times = q.times + excluded.times, last_seen_at = now(), last_run_id = excluded.last_run_id,
    rule = excluded.rule, path = excluded.path, reason = excluded.reason,
    payload = excluded.payload, sealed = excluded.sealed, sealed_key_id = excluded.sealed_key_id
"""
REPLAYED = """
UPDATE ops.quarantine q SET resolved_at = now(), resolution = b.resolution, sealed = NULL,
    sealed_key_id = NULL
FROM unnest(%s::uuid[], %s::text[]) AS b(id, resolution)
WHERE q.id = b.id AND q.resolved_at IS NULL
"""


async def settle(conn: AsyncConnection[Any], works: Sequence[Work]) -> None:
    """Resolve what landed, keep what was set aside, resolve what is no longer sent.

    A replay resolves its own entries and keeps none: the vendor has not sent them again.
    """
    for work in works:
        if work.told.replayed is not None:
            await _settle_replay(conn, work.told.replayed)
    works = [work for work in works if work.told.replayed is None]
    if not works:
        return
    found = await conn.execute(OPEN, [uuids(work.run.integration_id for work in works)])
    waiting = {tuple(row) for row in await found.fetchall()}
    known = [w for w in works if (w.run.integration_id, w.told.dataset) in waiting]
    for record in {work.told.record for work in known if work.staged}:
        mine = [work for work in known if work.told.record is record and work.staged]
        await conn.execute(_landed_sql(shape(record).stage), _told(mine))
    rows = [row for work in works for row in _entries(work)]
    if rows:
        await conn.execute(KEEP, [orjson.dumps(rows).decode()])
    whole = [work for work in known if work.told.is_complete and work.told.is_snapshot]
    if whole:
        await conn.execute(NOT_SENT, _told(whole))


async def _settle_replay(conn: AsyncConnection[Any], replayed: Replayed) -> None:
    told = list(replayed.resolutions.items())
    if told:
        ids, words = [each for each, _ in told], [word for _, word in told]
        await conn.execute(REPLAYED, [ids, words])


def _told(works: Sequence[Work]) -> dict[str, Any]:
    return named(works) | {"datasets": [work.told.dataset for work in works]}


def _landed_sql(stage: str) -> str:
    return f"""
UPDATE ops.quarantine q SET resolved_at = now(), resolution = 'landed', sealed = NULL,
    sealed_key_id = NULL
FROM unnest(%(numbers)s::int[], %(integrations)s::uuid[], %(datasets)s::text[])
    AS b(run_no, integration_id, dataset)
JOIN {stage} s ON s.run_no = b.run_no
WHERE q.integration_id = b.integration_id AND q.dataset = b.dataset
    AND q.vendor_id = s.vendor_id AND q.resolved_at IS NULL
"""


def _entries(work: Work) -> list[dict[str, Any]]:
    """One entry per distinct fault, with how often this fetch showed it."""
    entries: dict[str, dict[str, Any]] = {}
    for row in work.told.quarantined:
        seen = entries[row.identity]["times"] if row.identity in entries else 0
        entries[row.identity] = _entry(work, row) | {"times": seen + 1}
    return list(entries.values())


def _entry(work: Work, row: QuarantineRow) -> dict[str, Any]:
    return {
        "tenant_id": work.run.tenant_id,
        "integration_id": work.run.integration_id,
        "run_id": work.run.run_id,
        "dataset": work.told.dataset,
        "vendor_id": row.vendor_id,
        "rule": row.rule,
        "path": row.path,
        "reason": row.reason,
        "payload": orjson.Fragment(row.payload_json),
        "fingerprint": row.identity,
        "sealed": b64encode(row.sealed.ciphertext).decode() if row.sealed else None,
        "sealed_key_id": row.sealed.key_id if row.sealed else None,
    }
