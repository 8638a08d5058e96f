"""What the runs did: lists, one run in detail, a flow run's runs, and figures over time."""

# ruff: noqa: S608 - what is put into SQL here are constants and names from the models.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Run:
    """One sync of one integration. ``seconds``: its length; null while it runs."""

    id: UUID
    tenant_id: UUID
    tenant_slug: str
    integration_id: UUID
    vendor: str
    flow_run_id: str | None
    batch: str | None
    sync_type: str
    status: str
    started_at: datetime
    completed_at: datetime | None
    seconds: float | None
    not_before: datetime | None
    fetched: int
    inserted: int
    updated: int
    unchanged: int
    quarantined: int
    duplicate: int
    attempts: int
    error_kind: str | None
    error_happened: str | None
    error_who: str | None
    error_next_step: str | None
    http_status: int | None
    vendor_request_id: str | None


@dataclass(frozen=True, slots=True)
class RunDataset:
    """One dataset of one run."""

    run_id: UUID
    dataset: str
    position: int
    status: str
    fetched: int
    inserted: int
    updated: int
    unchanged: int
    quarantined: int
    duplicate: int
    pages: int
    requests: int
    attempts: int
    seconds: float
    is_complete: bool
    cursor_before: str | None
    cursor_after: str | None
    error_kind: str | None
    error_happened: str | None
    error_who: str | None
    error_next_step: str | None
    http_status: int | None
    vendor_request_id: str | None


@dataclass(frozen=True, slots=True)
class RunWithDatasets(Run):
    """A run and its datasets, in their order."""

    datasets: tuple[RunDataset, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of one tenant's runs with one vendor."""

    tenant_slug: str
    vendor: str
    runs: int
    succeeded: int
    partial: int
    failed: int
    deferred: int
    crashed: int
    fetched: int
    changed: int
    last_success_at: datetime | None
    median_seconds: float | None


_RUN = f"""
SELECT {
    ", ".join(
        f"r.{each.name}" for each in fields(Run) if each.name not in ("tenant_slug", "seconds")
    )
},
    t.slug AS tenant_slug, extract(epoch FROM r.completed_at - r.started_at)::float8 AS seconds
FROM ops.sync_run r JOIN ops.tenant t ON t.id = r.tenant_id
"""
LIST = f"""{_RUN}
WHERE (%(tenant)s::text IS NULL OR t.slug = %(tenant)s)
    AND (%(vendor)s::text IS NULL OR r.vendor = %(vendor)s)
    AND (%(status)s::text IS NULL OR r.status = %(status)s)
ORDER BY r.id DESC LIMIT %(limit)s OFFSET %(offset)s
"""
ONE = f"{_RUN} WHERE r.id = %(id)s"
OF_FLOWS = f"{_RUN} WHERE r.flow_run_id = ANY(%(ids)s) ORDER BY t.slug, r.vendor, r.started_at"
DATASETS = f"""
SELECT {
    ", ".join(
        "d.seconds::float8 AS seconds" if each.name == "seconds" else f"d.{each.name}"
        for each in fields(RunDataset)
    )
}
FROM ops.sync_run_dataset d WHERE d.run_id = ANY(%(ids)s::uuid[]) ORDER BY d.run_id, d.position
"""
STATS = """
SELECT t.slug AS tenant_slug, r.vendor, count(*) AS runs,
    count(*) FILTER (WHERE r.status = 'success') AS succeeded,
    count(*) FILTER (WHERE r.status = 'partial') AS partial,
    count(*) FILTER (WHERE r.status = 'failed') AS failed,
    count(*) FILTER (WHERE r.status = 'deferred') AS deferred,
    count(*) FILTER (WHERE r.status = 'crashed') AS crashed,
    sum(r.fetched) AS fetched, sum(r.inserted + r.updated) AS changed,
    max(r.completed_at) FILTER (WHERE r.status IN ('success', 'partial')) AS last_success_at,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM r.completed_at - r.started_at))::float8 AS median_seconds
FROM ops.sync_run r JOIN ops.tenant t ON t.id = r.tenant_id
WHERE (%(tenant)s::text IS NULL OR t.slug = %(tenant)s)
    AND (%(vendor)s::text IS NULL OR r.vendor = %(vendor)s)
    AND (%(since)s::timestamptz IS NULL OR r.started_at >= %(since)s)
GROUP BY t.slug, r.vendor ORDER BY t.slug, r.vendor
"""


async def runs(
    conn: AsyncConnection[Any],
    *,
    tenant_slug: str | None = None,
    vendor: str | None = None,
    status: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Run]:
    """Runs, the newest first."""
    told = {"tenant": tenant_slug, "vendor": vendor, "status": status, "limit": limit,
            "offset": offset}  # fmt: skip
    return [Run(**row) for row in await _rows(conn, LIST, told)]


async def run(conn: AsyncConnection[Any], run_id: UUID) -> RunWithDatasets:
    """One run; NotFoundError when there is none, or none that this role may see."""
    found = await _with_datasets(conn, await _rows(conn, ONE, {"id": run_id}))
    if not found:
        raise NotFoundError(f"There is no run {run_id}.")
    return found[0]


async def runs_of_flows(
    conn: AsyncConnection[Any], flow_run_ids: Sequence[str]
) -> list[RunWithDatasets]:
    """Every run of these Prefect flow runs, by tenant and vendor."""
    return await _with_datasets(conn, await _rows(conn, OF_FLOWS, {"ids": list(flow_run_ids)}))


async def stats(
    conn: AsyncConnection[Any],
    *,
    tenant_slug: str | None = None,
    vendor: str | None = None,
    since: datetime | None = None,
) -> list[Stats]:
    """Figures by tenant and vendor over the runs that started at or after `since`."""
    told = {"tenant": tenant_slug, "vendor": vendor, "since": since}
    return [Stats(**row) for row in await _rows(conn, STATS, told)]


async def _with_datasets(
    conn: AsyncConnection[Any], found: Sequence[dict[str, Any]]
) -> list[RunWithDatasets]:
    by_run: dict[UUID, list[RunDataset]] = {row["id"]: [] for row in found}
    for row in await _rows(conn, DATASETS, {"ids": list(by_run)}):
        by_run[row["run_id"]].append(RunDataset(**row))
    return [RunWithDatasets(**row, datasets=tuple(by_run[row["id"]])) for row in found]


async def _rows(
    conn: AsyncConnection[Any], statement: str, told: dict[str, Any]
) -> list[dict[str, Any]]:
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, told)
        return await cursor.fetchall()
