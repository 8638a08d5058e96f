"""The breakers' policies as last read from Prefect: for whoever must know them without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from core.breaker import Policy
from core.policies import Policies, from_json, to_json
from store.connection import UNREACHABLE, DatabaseLost

# A policy that did not change is written again only for `seen_at`, and as seldom as this.
SEEN_EVERY = timedelta(minutes=5)

SAVE = """
INSERT INTO ops.breaker_policy AS kept (vendor, policy) VALUES (%(vendor)s, %(policy)s)
ON CONFLICT (vendor) DO UPDATE SET policy = excluded.policy, problem = NULL, seen_at = now(),
    changed_at = CASE WHEN kept.policy = excluded.policy THEN kept.changed_at ELSE now() END
WHERE kept.policy <> excluded.policy OR kept.problem IS NOT NULL
    OR kept.seen_at < now() - %(seen_every)s
RETURNING 1
"""
REFUSE = """
INSERT INTO ops.breaker_policy AS kept (vendor, policy, problem)
VALUES (%(vendor)s, %(policy)s, %(problem)s)
ON CONFLICT (vendor) DO UPDATE SET problem = excluded.problem
WHERE kept.problem IS DISTINCT FROM excluded.problem
"""
READ = """
SELECT vendor, policy, problem, seen_at, changed_at FROM ops.breaker_policy
WHERE %(vendor)s::text IS NULL OR vendor = %(vendor)s
"""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A vendor's policy as last read. ``problem``: why what Prefect holds now cannot be used."""

    policy: Policy
    problem: str | None
    seen_at: datetime
    changed_at: datetime


async def save(conn: AsyncConnection[Any], vendor: str, policy: Policy) -> bool:
    """Keep what Prefect holds; True if a row was written, which is seldom."""
    told = {"vendor": vendor, "policy": Jsonb(to_json(policy)), "seen_every": SEEN_EVERY}
    return bool(await _ask(conn, SAVE, told))


async def refuse(conn: AsyncConnection[Any], vendor: str, problem: str) -> None:
    """Note why what Prefect holds cannot be used; the last good policy stays."""
    usual = Jsonb(to_json(Policies().vendor))
    await _ask(conn, REFUSE, {"vendor": vendor, "policy": usual, "problem": problem})


async def read(conn: AsyncConnection[Any], vendor: str) -> Policy:
    """The vendor's last good policy; the usual one when none was ever seen."""
    found = await _ask(conn, READ, {"vendor": vendor})
    return from_json(found[0][1]) if found else Policies().vendor


async def all_of(conn: AsyncConnection[Any]) -> dict[str, Mirrored]:
    """What was last seen, by vendor."""
    found = await _ask(conn, READ, {"vendor": None})
    return {name: Mirrored(from_json(policy), *rest) for name, policy, *rest in found}


async def _ask(
    conn: AsyncConnection[Any], statement: str, told: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """The rows; DatabaseLost when there is no answer."""
    try:
        cursor = await conn.execute(statement, told)
        return await cursor.fetchall() if cursor.description else []
    except UNREACHABLE as error:
        raise DatabaseLost(
            f"The breakers' policies could not be read or kept in the database "
            f"({type(error).__name__}). They are tried again with the next batch."
        ) from None
