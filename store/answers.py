"""How hours asked for one by one were answered, counted by integration and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from store.connection import Connection

# In one order, so that two who count never wait for each other in a circle.
COUNT = """
INSERT INTO ops.hos_answer_daily AS a (integration_id, day, answer, tenant_id, answers)
SELECT i.id, (now() AT TIME ZONE 'UTC')::date, x.answer, i.tenant_id, x.answers
FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS x(integration_id, answer, answers)
JOIN ops.integration i ON i.id = x.integration_id
ORDER BY i.id, x.answer
ON CONFLICT (integration_id, day, answer) DO UPDATE SET answers = a.answers + excluded.answers
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """An integration's driver was asked for; ``answer``: where the hours came from, or none."""

    integration_id: UUID
    answer: str


async def count(conn: Connection, given: Mapping[Answered, int]) -> None:
    """Add answers to those of today."""
    ids = [each.integration_id for each in given]
    await conn.execute(COUNT, [ids, [each.answer for each in given], list(given.values())])
