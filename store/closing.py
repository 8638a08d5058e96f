"""Write down how runs ended: their datasets, their totals, their integration's next sync.

Everything here runs inside the caller's transaction and takes whole batches: the rows travel as
one JSON text and come apart in the database.
"""

# ruff: noqa: S608 - what is put into SQL here are constants and names from the models.

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import orjson
from psycopg import AsyncConnection

from store.results import Counts, DatasetResult, ErrorFields, RunClose, RunResult

ATTENTION_PROBE_S = 3600
JITTER_S = 10  # spreads those that wait for one vendor
NO_ERROR = dict.fromkeys(
    ("error_kind", "error_happened", "error_who", "error_next_step", "http_status",
     "vendor_request_id")
)  # fmt: skip

KEPT = (
    "position", "status", "fetched", "inserted", "updated", "unchanged", "quarantined",
    "duplicate", "pages", "requests", "attempts", "seconds", "is_complete", "cursor_before",
    "cursor_after", *NO_ERROR,
)  # fmt: skip

# What is there is updated and the rest inserted: ON CONFLICT would write each row's lock, or its
# confirmation, to the log as well. Nobody else writes these rows: the caller holds the lease.
DATASETS = f"""
WITH told AS (
    SELECT x.*, s.cursor AS cursor_before FROM jsonb_to_recordset(%(rows)s::jsonb) AS x(
        run_id uuid, integration_id uuid, tenant_id uuid, dataset text, position int, status text,
        fetched int, inserted int, updated int, unchanged int, quarantined int, duplicate int,
        pages int, requests int, attempts int, seconds numeric, is_complete boolean,
        cursor_after text, started_at timestamptz, advances boolean, is_replay boolean,
        error_kind text, error_happened text, error_who text, error_next_step text,
        http_status int, vendor_request_id text)
    LEFT JOIN ops.dataset_state s
        ON s.integration_id = x.integration_id AND s.dataset = x.dataset
), known AS (
    UPDATE ops.dataset_state s SET
        cursor = CASE WHEN t.advances THEN coalesce(t.cursor_after, s.cursor) ELSE s.cursor END,
        last_attempt_at = coalesce(t.started_at, now()),
        last_success_at = CASE WHEN t.advances THEN now() ELSE s.last_success_at END,
        confirmed_at = CASE WHEN t.advances THEN coalesce(t.started_at, now())
            ELSE s.confirmed_at END,
        last_run_id = t.run_id
    FROM told t WHERE s.integration_id = t.integration_id AND s.dataset = t.dataset
        AND NOT t.is_replay
    RETURNING s.integration_id, s.dataset
), new AS (
    INSERT INTO ops.dataset_state (integration_id, dataset, tenant_id, cursor,
        last_attempt_at, last_success_at, confirmed_at, last_run_id)
    SELECT t.integration_id, t.dataset, t.tenant_id, CASE WHEN t.advances THEN t.cursor_after END,
        coalesce(t.started_at, now()), CASE WHEN t.advances THEN now() END,
        CASE WHEN t.advances THEN coalesce(t.started_at, now()) END, t.run_id
    FROM told t WHERE NOT t.is_replay
        AND (t.integration_id, t.dataset) NOT IN (SELECT * FROM known)
), again AS (
    UPDATE ops.sync_run_dataset d SET {", ".join(f"{name} = t.{name}" for name in KEPT)}
    FROM told t WHERE d.run_id = t.run_id AND d.dataset = t.dataset
    RETURNING d.run_id, d.dataset
)
INSERT INTO ops.sync_run_dataset (run_id, dataset, tenant_id, {", ".join(KEPT)})
SELECT t.run_id, t.dataset, t.tenant_id, {", ".join(f"t.{name}" for name in KEPT)}
FROM told t WHERE (t.run_id, t.dataset) NOT IN (SELECT * FROM again)
"""

TOLD_RUNS = """
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS x(
        run_id uuid, status text, attempts int, not_before timestamptz, next_sync_in_s float8,
        integration_status text, poll_seconds int,
        error_kind text, error_happened text, error_who text, error_next_step text,
        http_status int, vendor_request_id text)
"""

# A dataset that was never reached is told apart from one that failed. Totals come from the
# datasets, so a run adds up when they do, whoever closes it.
RUNS = f"""
WITH told AS ({TOLD_RUNS}), never AS (
    INSERT INTO ops.sync_run_dataset (run_id, dataset, tenant_id, position, status,
        error_kind, error_happened, error_who, error_next_step)
    SELECT t.run_id, d.name, r.tenant_id, d.place - 1,
        CASE WHEN t.status IN ('failed', 'crashed') THEN 'failed' ELSE 'deferred' END,
        t.error_kind, t.error_happened, t.error_who, t.error_next_step
    FROM told t JOIN ops.sync_run r ON r.id = t.run_id AND r.status = 'running'
    CROSS JOIN unnest(r.datasets) WITH ORDINALITY AS d(name, place)
    WHERE NOT EXISTS (SELECT FROM ops.sync_run_dataset k
        WHERE k.run_id = t.run_id AND k.dataset = d.name)
), total AS (
    SELECT d.run_id, sum(d.fetched) AS fetched, sum(d.inserted) AS inserted,
        sum(d.updated) AS updated, sum(d.unchanged) AS unchanged,
        sum(d.quarantined) AS quarantined, sum(d.duplicate) AS duplicate
    FROM ops.sync_run_dataset d WHERE d.run_id IN (SELECT run_id FROM told) GROUP BY d.run_id
)
UPDATE ops.sync_run r
SET status = t.status, completed_at = now(), lease_expires_at = NULL,
    not_before = CASE WHEN t.status = 'deferred' THEN coalesce(t.not_before, now()) END,
    attempts = greatest(r.attempts, t.attempts),
    fetched = coalesce(n.fetched, 0), inserted = coalesce(n.inserted, 0),
    updated = coalesce(n.updated, 0), unchanged = coalesce(n.unchanged, 0),
    quarantined = coalesce(n.quarantined, 0), duplicate = coalesce(n.duplicate, 0),
    error_kind = t.error_kind, error_happened = t.error_happened, error_who = t.error_who,
    error_next_step = t.error_next_step, http_status = t.http_status,
    vendor_request_id = t.vendor_request_id
FROM told t LEFT JOIN total n ON n.run_id = t.run_id
WHERE r.id = t.run_id AND r.status = 'running'
"""

# A credential that was replaced while the run worked with the old one: what the run says about
# it is out of date, and the sync that the replacement asked for stays due.
INTEGRATIONS = f"""
WITH told AS ({TOLD_RUNS})
UPDATE ops.integration i
SET lease_run_id = NULL, lease_expires_at = NULL, last_run_status = t.status,
    status = CASE
        WHEN i.status = 'disabled' OR i.credentials_changed_at > i.last_started_at THEN i.status
        WHEN t.integration_status IS NOT NULL THEN t.integration_status
        WHEN i.status = 'needs_attention' AND t.status IN ('success', 'partial') THEN 'active'
        ELSE i.status END,
    next_sync_at = CASE
        WHEN i.credentials_changed_at > i.last_started_at THEN i.next_sync_at
        WHEN t.not_before IS NOT NULL
            THEN t.not_before + make_interval(secs => random() * {JITTER_S})
        WHEN t.next_sync_in_s IS NOT NULL THEN now() + make_interval(secs => t.next_sync_in_s)
        WHEN t.integration_status = 'needs_attention'
            OR (i.status = 'needs_attention' AND t.integration_status IS NULL
                AND t.status NOT IN ('success', 'partial'))
            THEN now() + make_interval(secs => {ATTENTION_PROBE_S})
        WHEN i.next_sync_at > now() OR p.every IS NULL THEN i.next_sync_at
        ELSE to_timestamp(i.phase_s + p.every
            * (floor((extract(epoch FROM now()) - i.phase_s) / p.every) + 1)) END,
    consecutive_failures = CASE
        WHEN t.status IN ('success', 'partial') THEN 0
        WHEN t.status IN ('failed', 'crashed') THEN i.consecutive_failures + 1
        ELSE i.consecutive_failures END,
    last_success_at = CASE
        WHEN t.status IN ('success', 'partial') THEN now() ELSE i.last_success_at END,
    last_error_kind = CASE WHEN t.status = 'deferred' THEN i.last_error_kind
        ELSE t.error_kind END,
    last_error_happened = CASE WHEN t.status = 'deferred' THEN i.last_error_happened
        ELSE t.error_happened END,
    last_error_who = CASE WHEN t.status = 'deferred' THEN i.last_error_who
        ELSE t.error_who END,
    last_error_next_step = CASE WHEN t.status = 'deferred' THEN i.last_error_next_step
        ELSE t.error_next_step END
FROM told t
JOIN ops.sync_run r ON r.id = t.run_id
JOIN ops.integration j ON j.id = r.integration_id
CROSS JOIN LATERAL (SELECT coalesce(j.poll_seconds, t.poll_seconds) AS every) p
WHERE i.id = j.id AND i.lease_run_id = t.run_id
RETURNING t.run_id, j.last_run_status
"""

# A replay says nothing about the vendor: schedule, status and failures stay as they were.
FREE = """
UPDATE ops.integration i SET lease_run_id = NULL, lease_expires_at = NULL
FROM unnest(%s::uuid[]) AS b(run_id) WHERE i.lease_run_id = b.run_id
RETURNING b.run_id, i.last_run_status
"""


async def datasets(
    conn: AsyncConnection[Any],
    results: Iterable[tuple[RunResult, UUID, int, DatasetResult, Counts]],
) -> None:
    """Write datasets of runs, each with its tenant, its place in the run and its counts."""
    rows = [_dataset_row(*each) for each in results]
    if rows:
        await conn.execute(DATASETS, {"rows": orjson.dumps(rows).decode()})


async def integrations(
    conn: AsyncConnection[Any], closes: Sequence[tuple[UUID, RunClose]]
) -> dict[UUID, str | None]:
    """Free the integrations of these runs; returns the runs whose lease was still theirs.

    This is the fence as well: the others lost theirs, and must not write. With each comes the
    status with which the integration's run before it ended; None where it was the first.
    """
    held: dict[UUID, str | None] = {}
    if syncs := [each for each in closes if not each[1].is_replay]:
        found = await conn.execute(INTEGRATIONS, _told(syncs))
        held |= dict(await found.fetchall())
    if replays := [run_id for run_id, close in closes if close.is_replay]:
        found = await conn.execute(FREE, [replays])
        held |= dict(await found.fetchall())
    return held


async def runs(conn: AsyncConnection[Any], closes: Sequence[tuple[UUID, RunClose]]) -> None:
    """Close runs, after their datasets were written."""
    if closes:
        await conn.execute(RUNS, _told(closes))


def _told(closes: Sequence[tuple[UUID, RunClose]]) -> dict[str, str]:
    rows = [
        {"run_id": run_id, **_plain(close), **error_columns(close.error)}
        for run_id, close in closes
    ]
    return {"rows": orjson.dumps(rows).decode()}


def error_columns(error: ErrorFields | None) -> dict[str, Any]:
    """An error under the names of its columns."""
    if error is None:
        return NO_ERROR
    return {
        "error_kind": error.kind,
        "error_happened": error.happened,
        "error_who": error.who,
        "error_next_step": error.next_step,
        "http_status": error.http_status,
        "vendor_request_id": error.vendor_request_id,
    }


def _plain(close: RunClose) -> dict[str, Any]:
    return {
        "status": close.status,
        "attempts": close.attempts,
        "not_before": close.not_before,
        "next_sync_in_s": close.next_sync_in_s,
        "integration_status": close.integration_status,
        "poll_seconds": close.poll_seconds,
    }


def _dataset_row(
    result: RunResult, tenant_id: UUID, position: int, told: DatasetResult, counts: Counts
) -> dict[str, Any]:
    return {
        "run_id": result.run_id,
        "integration_id": result.integration_id,
        "tenant_id": tenant_id,
        "dataset": told.dataset,
        "position": position,
        "status": told.status,
        **asdict(counts),
        "pages": told.pages,
        "requests": told.requests,
        "attempts": told.attempts,
        "seconds": round(told.seconds, 6),
        "is_complete": told.is_complete,
        "cursor_after": told.cursor_after,
        "started_at": told.started_at,
        "is_replay": told.replayed is not None,
        "advances": told.is_complete and told.status in ("success", "partial"),
        **error_columns(told.error),
    }
