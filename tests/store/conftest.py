"""Fleets to sync: tenants and integrations made directly, without a CLI or a key ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from models import records
from store import claims
from store.loading import DatasetResult, RunClose, RunResult, Staging

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
VENDOR = "acme"
DATASETS = ("drivers", "loads")


@dataclass(frozen=True)
class Fleet:
    """A tenant with one integration."""

    tenant_id: UUID
    integration_id: UUID
    slug: str


class House:
    """Shorthand for what the tests do over and over."""

    def __init__(self, conn: psycopg.AsyncConnection, staging: Staging) -> None:
        self.conn = conn
        self.staging = staging

    async def fleets(self, count: int, vendor: str = VENDOR, prefix: str = "fleet") -> list[Fleet]:
        found = await self.conn.execute(
            "WITH t AS (INSERT INTO ops.tenant (slug, name) SELECT %(p)s || n, 'Fleet ' || n"
            "  FROM generate_series(1, %(n)s) n"
            "  ON CONFLICT (slug) DO UPDATE SET name = excluded.name RETURNING id, slug)"
            " INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext,"
            "  credentials_key_id, credentials_fingerprint, poll_seconds)"
            " SELECT id, %(v)s, 'sealed', 'key', 'print', 300 FROM t"
            " RETURNING tenant_id, id, (SELECT slug FROM t WHERE t.id = tenant_id)",
            {"n": count, "v": vendor, "p": prefix},
        )
        return [Fleet(*row) for row in await found.fetchall()]

    async def claim(self, limit: int = 1, **more: object) -> list[claims.Claim]:
        told = {"vendor": VENDOR, "flow_run_id": "flow", "batch": "1", "poll_seconds": 300,
                "datasets": DATASETS, "force": True, **more}  # fmt: skip
        return await claims.claim(self.conn, limit=limit, **told)

    async def start(self, **more: object) -> claims.Claim:
        """Claim one integration and open its run."""
        (claim,) = await self.claim(**more)
        await self.staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
        return claim

    async def sync(self, rows: Sequence[tuple], *, status: str = "success", **told: object):
        """One whole run of the drivers' dataset; returns what landed."""
        claim = await self.start()
        await self.staging.add(claim.run_id, records.Driver, rows)
        quarantined = told.get("quarantined", ())
        told = {"fetched": len(rows) + len(quarantined), "is_complete": True, "is_snapshot": True,
                "started_at": NOW} | told  # fmt: skip
        dataset = DatasetResult("drivers", records.Driver, status, **told)
        result = RunResult(claim.run_id, claim.integration_id, RunClose(status), [dataset])
        return (await self.staging.land([result]))[claim.run_id]

    async def rows(self, statement: str, *arguments: object) -> list[tuple]:
        return await (await self.conn.execute(statement, arguments)).fetchall()

    async def row(self, statement: str, *arguments: object) -> tuple:
        (found,) = await self.rows(statement, *arguments)
        return found


@pytest.fixture
async def house(conn, database):
    async with Staging.connected(database) as staging:
        yield House(conn, staging)


def driver(number: int | str, name: str = "Ann", **more: object) -> records.Driver:
    absent = dict.fromkeys(records.Driver._fields)
    lists = {"rulesets_json": "[]", "external_ids_json": '{"b": 1, "a": 2}', "tags_json": "[]"}
    return records.Driver(**{**absent, **lists, "vendor_id": f"d{number}", "name": name, **more})


def load(number: int, status: str = "assigned", **more: object) -> records.Load:
    absent = dict.fromkeys(records.Load._fields)
    told = {"vendor_id": f"l{number}", "status": status, "is_open": True, "references_json": "[]"}
    return records.Load(**{**absent, **told, **more})


def stop(number: int, sequence: int, **more: object) -> records.LoadStop:
    absent = dict.fromkeys(records.LoadStop._fields)
    told = {"parent_id": f"l{number}", "vendor_id": f"l{number}#{sequence}", "sequence": sequence,
            "stop_type": "pickup", "status": "pending", "references_json": "[]"}  # fmt: skip
    return records.LoadStop(**{**absent, **told, **more})
