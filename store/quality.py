"""What quality checks need and leave: what is usual for a dataset, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg.rows import class_row

from core.errors import NotFoundError
from models.ops import new_id
from models.quality import Finding, Profile
from store.results import DatasetResult, RunResult
from store.work import uuids

SUITE = "suite"  # the rule of a result that speaks of an audit as a whole
GATE, AUDIT = "gate", "audit"
_NAMES = (
    "id", "tenant_id", "integration_id", "run_id", "flow_run_id", "vendor", "dataset", "source",
    "rule", "severity", "status", "rows", "failed", "examples", "said", "seconds",
)  # fmt: skip
_ROW = """id uuid, tenant_id uuid, integration_id uuid, run_id uuid, flow_run_id text, vendor text,
    dataset text, source text, rule text, severity text, status text, rows int, failed int,
    examples text[], said text, seconds numeric"""

PROFILES = """
SELECT integration_id, dataset, rows, nulls FROM ops.quality_profile
WHERE integration_id = ANY(%s::uuid[]) AND dataset = ANY(%s::text[])
"""
KEEP_PROFILES = """
INSERT INTO ops.quality_profile AS p (integration_id, dataset, tenant_id, rows, nulls)
SELECT x.integration_id, x.dataset, x.tenant_id, x.rows, x.nulls
FROM jsonb_to_recordset(%s::jsonb) AS x(integration_id uuid, dataset text, tenant_id uuid,
    rows int[], nulls jsonb)
ON CONFLICT (integration_id, dataset) DO UPDATE SET
    rows = excluded.rows, nulls = excluded.nulls, changed_at = now()
"""
# The run says whose it is: a finding is written where it landed, in the same transaction.
KEEP_FINDINGS = """
INSERT INTO ops.quality_result (id, tenant_id, integration_id, run_id, flow_run_id, vendor,
    dataset, source, rule, severity, status, rows, failed, examples, said)
SELECT x.id, r.tenant_id, r.integration_id, r.id, r.flow_run_id, r.vendor, x.dataset, 'gate',
    x.rule, x.severity, 'failed', x.rows, x.failed, x.examples, x.said
FROM jsonb_to_recordset(%s::jsonb) AS x(id uuid, run_id uuid, dataset text, rule text,
    severity text, rows int, failed int, examples text[], said text)
JOIN ops.sync_run r ON r.id = x.run_id
"""
SAVE = f"""
INSERT INTO ops.quality_result ({", ".join(_NAMES)})
SELECT {", ".join(_NAMES)} FROM jsonb_to_recordset(%s::jsonb) AS x({_ROW})
"""  # noqa: S608 - constants of this file
LIST = """
SELECT q.created_at, t.slug AS tenant_slug, q.run_id, q.flow_run_id, q.vendor, q.dataset, q.source,
    q.rule, q.severity, q.status, q.rows, q.failed, q.examples, q.said, q.seconds::float8 AS seconds
FROM ops.quality_result q LEFT JOIN ops.tenant t ON t.id = q.tenant_id
WHERE (%(tenant)s::text IS NULL OR t.slug = %(tenant)s)
    AND (%(vendor)s::text IS NULL OR q.vendor = %(vendor)s)
    AND (%(dataset)s::text IS NULL OR q.dataset = %(dataset)s)
    AND (%(runs)s::uuid[] IS NULL OR q.run_id = ANY(%(runs)s))
ORDER BY q.created_at DESC, q.rule LIMIT %(limit)s
"""
FOUND = """
SELECT EXISTS (SELECT FROM ops.quality_result q JOIN ops.tenant t ON t.id = q.tenant_id
    WHERE q.vendor = %s AND q.dataset = %s AND t.is_sandbox = %s AND q.source = 'audit'
        AND q.severity = 'critical' AND q.status = 'failed' AND q.created_at > now() - %s)
"""
ACCEPT = """
DELETE FROM ops.quality_profile p USING ops.integration i, ops.tenant t
WHERE p.integration_id = i.id AND t.id = i.tenant_id AND t.slug = %(tenant)s
    AND i.vendor = %(vendor)s AND p.dataset = %(dataset)s
RETURNING i.id, t.id
"""
ACCEPTED = """
INSERT INTO ops.audit_log (actor, action, subject, subject_id, tenant_id, details)
VALUES (%s, 'quality.accept', 'quality', %s, %s, %s)
"""
Told = tuple[RunResult, UUID, int, DatasetResult, Any]


@dataclass(frozen=True, slots=True)
class QualityRow:
    """A result that is to be kept."""

    flow_run_id: str | None
    vendor: str
    dataset: str
    rule: str
    severity: str
    status: str
    rows: int
    failed: int
    said: str
    examples: Sequence[str] = ()
    tenant_id: UUID | None = None
    integration_id: UUID | None = None
    run_id: UUID | None = None
    seconds: float = 0.0
    source: str = AUDIT


@dataclass(frozen=True, slots=True)
class Result:
    """A result as it is shown."""

    created_at: datetime
    tenant_slug: str | None
    run_id: UUID | None
    flow_run_id: str | None
    vendor: str
    dataset: str
    source: str
    rule: str
    severity: str
    status: str
    rows: int
    failed: int
    examples: list[str]
    said: str
    seconds: float


async def profiles(
    conn: AsyncConnection[Any], integrations: Sequence[UUID], datasets: Sequence[str]
) -> dict[tuple[UUID, str], Profile]:
    """What is usual for these datasets of these integrations; nothing for a first fetch."""
    found = await conn.execute(PROFILES, [uuids(integrations), list(datasets)])
    return {
        (integration_id, dataset): Profile(
            tuple(rows), {name: tuple(shares) for name, shares in nulls.items()}
        )
        for integration_id, dataset, rows, nulls in await found.fetchall()
    }


async def keep(conn: AsyncConnection[Any], told: Iterable[Told]) -> None:
    """Keep what landing datasets found and what is usual from now on; often that is nothing."""
    usual, found = [], []
    for run, tenant_id, _, result, _ in told:
        if result.profile is not None:
            usual.append(_usual(run.integration_id, tenant_id, result.dataset, result.profile))
        found += [_found(run.run_id, result.dataset, each) for each in result.findings]
    if usual:
        await conn.execute(KEEP_PROFILES, [orjson.dumps(usual).decode()])
    if found:
        await conn.execute(KEEP_FINDINGS, [orjson.dumps(found).decode()])


async def save(conn: AsyncConnection[Any], rows: Sequence[QualityRow]) -> None:
    """Keep these results."""
    if rows:
        told = [
            {name: getattr(row, name) for name in _NAMES if name != "id"} | {"id": new_id()}
            for row in rows
        ]
        await conn.execute(SAVE, [orjson.dumps(told).decode()])


async def results(
    conn: AsyncConnection[Any],
    *,
    tenant: str | None = None,
    vendor: str | None = None,
    dataset: str | None = None,
    runs: Sequence[UUID] | None = None,
    limit: int = 20,
) -> list[Result]:
    """What was found, the newest first."""
    async with conn.cursor(row_factory=class_row(Result)) as cursor:
        told = {
            "tenant": tenant, "vendor": vendor, "dataset": dataset,
            "runs": None if runs is None else list(runs), "limit": limit,
        }  # fmt: skip
        await cursor.execute(LIST, told)
        return await cursor.fetchall()


async def accept(
    conn: AsyncConnection[Any], actor: str, tenant: str, vendor: str, dataset: str
) -> None:
    """Forget what was usual, so that the next fetch is taken as it comes."""
    async with conn.transaction():
        told = {"tenant": tenant, "vendor": vendor, "dataset": dataset}
        row = await (await conn.execute(ACCEPT, told)).fetchone()
        if row is None:
            raise NotFoundError(
                f"Nothing is known to be usual for {dataset} of {vendor} at “{tenant}”."
            )
        details = orjson.dumps({"vendor": vendor, "dataset": dataset}).decode()
        await conn.execute(ACCEPTED, [actor, str(row[0]), row[1], details])


def _usual(integration_id: UUID, tenant_id: UUID, dataset: str, profile: Profile) -> dict[str, Any]:
    return {
        "integration_id": integration_id,
        "dataset": dataset,
        "tenant_id": tenant_id,
        "rows": profile.rows,
        "nulls": profile.nulls,
    }


def _found(run_id: UUID, dataset: str, finding: Finding) -> dict[str, Any]:
    return {
        "id": new_id(),
        "run_id": run_id,
        "dataset": dataset,
        "rule": finding.rule,
        "severity": finding.severity,
        "rows": finding.rows,
        "failed": finding.failed,
        "examples": list(finding.examples),
        "said": finding.says,
    }


async def is_found(
    conn: AsyncConnection[Any], vendor: str, dataset: str, span: timedelta, *, is_sandbox: bool
) -> bool:
    """Whether an audit of the last ``span`` found that rows of it break a critical rule."""
    found = await conn.execute(FOUND, [vendor, dataset, is_sandbox, span])
    row = await found.fetchone()
    return row is not None and bool(row[0])
