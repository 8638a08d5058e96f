"""What leaves the database by itself: rows past their retention, probes that nobody answers for.

In chunks that each commit, of rows that nobody else has locked: whoever works is never waited for
and never made to wait. How long what is kept stands in ``core.retention``.
"""

# ruff: noqa: S608 - what is put into SQL here are constants of this module.

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from psycopg.errors import LockNotAvailable

from core.retention import KEPT_ASIDE, MONTHS_AHEAD, OPEN_ENTRIES, SEALED_ROWS, TABLES
from store.connection import Connection

CHUNK = 2_000
# A call that outlives its probe's lease may still tell its outcome, as long as nobody else took
# the probe. Admission takes over at once, so this late tidying holds up nobody.
PROBE_GRACE = timedelta(minutes=5)

# Runs leave by the month, as a whole (`drop_months`). What a person or the next sync may ask for
# stays: an integration's newest run, and the run that last tried a dataset. It leaves by this rule,
# when another took its place. Ids of runs grow with time: the primary key finds the oldest ones.
# Rows of schema fleet keep the id of a run that is gone; nothing follows it.
SYNC_RUNS = """
WITH old AS MATERIALIZED (
    SELECT r.id FROM ops.sync_run r JOIN ops.integration i ON i.id = r.integration_id
    WHERE r.id < ops.first_id(now() - %(keep)s) AND r.started_at < now() - %(keep)s
        AND r.status <> 'running' AND r.started_at < i.last_started_at
        AND NOT EXISTS (SELECT FROM ops.dataset_state s
            WHERE s.integration_id = r.integration_id AND s.last_run_id = r.id)
    ORDER BY r.id LIMIT %(limit)s FOR UPDATE OF r SKIP LOCKED
), parts AS (
    DELETE FROM ops.sync_run_dataset d USING old WHERE d.run_id = old.id
)
DELETE FROM ops.sync_run r USING old WHERE r.id = old.id
"""
INCIDENTS = """
WITH old AS MATERIALIZED (
    SELECT id FROM ops.incident WHERE closed_at < now() - %(keep)s
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), messages AS (
    DELETE FROM ops.alert_delivery d USING old WHERE d.incident_id = old.id
)
DELETE FROM ops.incident i USING old WHERE i.id = old.id
"""
# What is left is the entry, with its redacted payload: it can be looked at, not replayed.
SEALED = """
WITH old AS MATERIALIZED (
    SELECT id FROM ops.quarantine WHERE sealed IS NOT NULL AND last_seen_at < now() - %(keep)s
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE ops.quarantine q SET sealed = NULL, sealed_key_id = NULL FROM old WHERE q.id = old.id
"""
# Plans in force stay; with a plan go its stops.
ROUTE_PLANS = """
WITH old AS MATERIALIZED (
    SELECT id FROM fleet.route_plan
    WHERE status IN ('superseded', 'cancelled') AND updated_at < now() - %(keep)s
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), stops AS (
    DELETE FROM fleet.route_plan_stop s USING old WHERE s.route_plan_id = old.id
)
DELETE FROM fleet.route_plan p USING old WHERE p.id = old.id
"""
FREE_PROBES = """
WITH left_over AS MATERIALIZED (
    SELECT id FROM ops.breaker
    WHERE state = 'HALF_OPEN' AND probe_expires_at < now() - %(grace)s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE ops.breaker b SET probe_owner = NULL, probe_expires_at = NULL
FROM left_over WHERE b.id = left_over.id
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """What leaves a table. ``delete`` takes up to ``limit`` rows that are over since ``keep``.

    ``what``: a part of the rows, where it is not the rows themselves; with a ``period`` of its own.
    """

    table: str
    delete: str
    what: str = ""
    period: timedelta | None = None

    @property
    def keep(self) -> timedelta:
        """How long its rows are kept."""
        return self.period or TABLES[self.table]


@dataclass(frozen=True, slots=True)
class Pruned:
    """How far pruning came. ``is_done``: False when time ran out first; the next one goes on."""

    rows: int
    is_done: bool


def _of(table: str, is_over: str, *key: str) -> Rule:
    names = key or ("id",)
    same = " AND ".join(f"t.{name} = old.{name}" for name in names)
    return Rule(
        table,
        f"""
WITH old AS MATERIALIZED (
    SELECT {", ".join(names)} FROM {table} WHERE {is_over}
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
DELETE FROM {table} t USING old WHERE {same}
""",
    )


# With a run go its datasets, with an incident its messages.
RULES = (
    _of("ops.vendor_outcome", "happened_at < now() - %(keep)s"),
    _of("ops.breaker_event", "happened_at < now() - %(keep)s"),
    _of(
        "ops.rate_gate",
        "refilled_at < now() - %(keep)s AND (not_before IS NULL OR not_before < now())",
        "scope",
    ),
    _of("ops.sign_in_attempt", "since < now() - %(keep)s", "key"),
    _of("ops.console_session", "expires_at < now() - %(keep)s", "token_hash"),
    _of(
        "ops.hos_live",
        "greatest(asked_at, ended_at) < now() - %(keep)s"
        " AND (owner IS NULL OR lease_expires_at < now())",
        "integration_id",
        "driver_id",
    ),
    _of("ops.alert_event", "happened_at < now() - %(keep)s"),
    _of("ops.quality_result", "created_at < now() - %(keep)s"),
    _of("ops.schema_drift", "seen_at < now() - %(keep)s"),
    Rule("ops.sync_run", SYNC_RUNS, "the runs that outlived their month", KEPT_ASIDE),
    _of(
        "ops.quarantine",
        "resolved_at < now() - %(keep)s OR (resolved_at IS NULL"
        f" AND last_seen_at < now() - interval '{OPEN_ENTRIES.days} days')",
    ),
    Rule("ops.quarantine", SEALED, "the whole rows in ops.quarantine", SEALED_ROWS),
    _of("ops.held_deletion", "ended_at < now() - %(keep)s"),
    _of("ops.hos_override", "least(expires_at, revoked_at) < now() - %(keep)s"),
    _of(
        "ops.hos_answer_daily",
        "day < ((now() - %(keep)s) AT TIME ZONE 'UTC')::date",
        "integration_id",
        "day",
        "answer",
    ),
    Rule("ops.incident", INCIDENTS),
    *(
        _of(f"fleet.{name}", "valid_to < now() - %(keep)s", "tenant_id", *key, "valid_to")
        for name, key in (
            ("hos_status_period", ("integration_id", "vendor_id")),
            ("fuel_price_period", ("integration_id", "parent_id", "vendor_id")),
            ("load_period", ("integration_id", "vendor_id")),
        )
    ),
    Rule("fleet.route_plan", ROUTE_PLANS),
)


async def prune(conn: Connection, rule: Rule, *, seconds: float, chunk: int = CHUNK) -> Pruned:
    """Remove what is over, chunk by chunk, for about so many seconds at most."""
    end = time.monotonic() + seconds
    rows = 0
    while True:
        gone = await conn.execute(rule.delete, {"keep": rule.keep, "limit": chunk})
        rows += gone.rowcount
        if gone.rowcount < chunk:
            return Pruned(rows, is_done=True)
        if time.monotonic() >= end:
            return Pruned(rows, is_done=False)


async def make_months(conn: Connection) -> list[str] | None:
    """Make the parts that runs of the next months go to; names those that were not there.

    None, after a second, when the tables are in use: whoever syncs is not to wait.
    """
    return await _named(conn, "SELECT ops.make_months(%s)", MONTHS_AHEAD)


async def drop_months(conn: Connection) -> list[str] | None:
    """Drop the months of runs that are over as a whole; names them. None as above."""
    return await _named(conn, "SELECT ops.drop_months(%s)", TABLES["ops.sync_run"])


async def _named(conn: Connection, statement: str, told: int | timedelta) -> list[str] | None:
    try:
        answer = await conn.execute(statement, [told])
    except LockNotAvailable:
        return None
    return [row[0] for row in await answer.fetchall()]


async def free_probes(conn: Connection) -> int:
    """Take half-open probes from owners who never told their outcome; returns how many.

    The decision of ``core.breaker`` for a call that was given up, for each breaker under its row's
    lock: the version stays, so the next admission grants a probe, and the old owner's is void.
    """
    freed = await conn.execute(FREE_PROBES, {"grace": PROBE_GRACE})
    return freed.rowcount
