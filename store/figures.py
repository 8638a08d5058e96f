"""Figures over all tenants, for whoever watches the house; no tenant is named in any of them.

Asked as ``sally_pipeline``, which sees all; each is one pass over little.
"""

# ruff: noqa: S608 - what is put into SQL here are constants of this file.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from store.connection import Connection
from store.freshness import HELD


class Sample(NamedTuple):
    """One value and its labels, in the order of the figure's names."""

    labels: tuple[str, ...]
    value: float


# Ids grow with time: the last hour is the end of the primary key.
_LAST_HOUR = "r.id >= ops.first_id(now() - interval '1 hour')"
RUNS = f"""
SELECT r.vendor, r.status, count(*)::float8 FROM ops.sync_run r WHERE {_LAST_HOUR} GROUP BY 1, 2
"""
DURATION = f"""
SELECT r.vendor, q.name, percentile_cont(q.at) WITHIN GROUP (
    ORDER BY extract(epoch FROM r.completed_at - r.started_at))::float8
FROM ops.sync_run r CROSS JOIN (VALUES ('0.5', 0.5), ('0.95', 0.95)) AS q(name, at)
WHERE {_LAST_HOUR} AND r.status IN ('success', 'partial') GROUP BY 1, 2, q.at
"""
BREAKERS = """
SELECT b.vendor, b.scope, b.state, count(*)::float8 FROM ops.breaker b
LEFT JOIN ops.integration i ON i.id = b.integration_id
WHERE i.removed_at IS NULL GROUP BY 1, 2, 3
"""
GATES = """
SELECT split_part(split_part(scope, ':', 1), '@', 1),
    greatest(0, max(extract(epoch FROM not_before - now())))::float8
FROM ops.rate_gate GROUP BY 1
"""
AGES = f"""
SELECT h.vendor, h.dataset,
    max(extract(epoch FROM h.now - coalesce(h.good_at, h.created_at)))::float8
FROM ({HELD.replace("ORDER BY i.id, w.dataset", "")}) h WHERE NOT h.is_disabled GROUP BY 1, 2
"""
QUARANTINE = """
SELECT i.vendor, q.dataset, count(*)::float8 FROM ops.quarantine q
JOIN ops.integration i ON i.id = q.integration_id WHERE q.resolved_at IS NULL GROUP BY 1, 2
"""
OUTBOX = """
SELECT channel, count(*)::float8,
    greatest(0, max(extract(epoch FROM now() - due_at)))::float8
FROM ops.alert_delivery WHERE status = 'pending' GROUP BY 1
"""
INTEGRATIONS = """
SELECT vendor, status, count(*)::float8 FROM ops.integration WHERE removed_at IS NULL GROUP BY 1, 2
"""
INCIDENTS = """
SELECT severity, count(*)::float8 FROM ops.incident WHERE closed_at IS NULL GROUP BY 1
"""


async def of_house(
    conn: Connection, datasets: Sequence[tuple[str, str, timedelta]]
) -> Mapping[str, list[Sample]]:
    """Every figure by name. ``datasets``: vendor, dataset and how often it comes."""
    told = {
        "vendors": [vendor for vendor, _, _ in datasets],
        "datasets": [name for _, name, _ in datasets],
        "seconds": [int(every.total_seconds()) for _, _, every in datasets],
    }
    outbox = await _rows(conn, OUTBOX)
    return {
        "runs": _samples(await _rows(conn, RUNS)),
        "duration": _samples(await _rows(conn, DURATION)),
        "breakers": _samples(await _rows(conn, BREAKERS)),
        "gates": _samples(await _rows(conn, GATES)),
        "ages": _samples(await _rows(conn, AGES, told)),
        "quarantine": _samples(await _rows(conn, QUARANTINE)),
        "integrations": _samples(await _rows(conn, INTEGRATIONS)),
        "incidents": _samples(await _rows(conn, INCIDENTS)),
        "outbox": [Sample((channel,), pending) for channel, pending, _ in outbox],
        "outbox_lag": [Sample((channel,), lag) for channel, _, lag in outbox],
    }


async def _rows(
    conn: Connection, statement: str, told: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    return await (await conn.execute(statement, told)).fetchall()


def _samples(rows: list[tuple[Any, ...]]) -> list[Sample]:
    return [Sample(tuple(row[:-1]), row[-1]) for row in rows if row[-1] is not None]
