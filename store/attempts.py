"""Attempts at passwords and at what costs others, counted for all processes together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from store.connection import Connection

WINDOW = timedelta(minutes=15)

# Counted before the password is checked: many at once count as many.
COUNT = """
INSERT INTO ops.sign_in_attempt AS a (key, failures) VALUES (%(key)s, 1)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN a.since < now() - %(window)s THEN 1 ELSE a.failures + 1 END,
    since = CASE WHEN a.since < now() - %(window)s THEN now() ELSE a.since END
RETURNING failures, ceil(extract(epoch FROM since + %(window)s - now()))::int
"""


async def begin(conn: Connection, limits: Mapping[str, int]) -> int | None:
    """Count one attempt under each key; seconds to wait if one of them has too many.

    ``limits``: how many in a quarter of an hour, by what is counted.
    """
    waits = []
    for key, most in limits.items():
        told = {"key": _hash(key), "window": WINDOW}
        row = await (await conn.execute(COUNT, told)).fetchone()
        assert row is not None  # an upsert returns its row
        if row[0] > most:
            waits.append(max(1, row[1]))
    return max(waits, default=None)


async def succeeded(conn: Connection, person: str, network: str) -> None:
    """The password was right: the person starts anew, the network did one less.

    A network does not start anew, or one good account would be enough to try all others from it.
    """
    await conn.execute("DELETE FROM ops.sign_in_attempt WHERE key = %s", [_hash(person)])
    await conn.execute(
        "UPDATE ops.sign_in_attempt SET failures = failures - 1 WHERE key = %s", [_hash(network)]
    )


def _hash(key: str) -> str:
    return hashlib.sha256(key.lower().encode()).hexdigest()
