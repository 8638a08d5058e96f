"""`sally credentials rotate`: encrypt every stored credential with the current key."""

from __future__ import annotations

import asyncio

from console.cli.ground import database
from core.errors import ConfigurationError
from core.secrets import KeyRing
from store import channels, entries, integrations
from store.connection import connect, session
from tasks.config import key_ring


def rotate() -> None:
    """Encrypt what is stored with the first key of CREDENTIALS_ENCRYPTION_KEY; may be repeated."""
    with database() as url:
        ring = key_ring()
        done = integrations.rotate(url, ring)
        with session(url) as db:
            webhooks, locked = channels.rotate(db, ring)
        rows, shut = asyncio.run(_rows(url, ring))
        print(
            f"{done.rotated} credentials re-encrypted with key {ring.current}; "
            f"{done.current} already were."
        )
        if webhooks:
            print(f"So were {webhooks} Slack webhooks of tenants.")
        if rows:
            print(f"So were {rows:,} rows kept in quarantine.")
        unopened = [*done.unopened, *locked, *shut]
        if unopened:
            raise ConfigurationError(
                f"{len(unopened)} did not open ({', '.join(unopened[:5])}): their key "
                "is not in CREDENTIALS_ENCRYPTION_KEY. Add it after the current one, then run this "
                "again."
            )


async def _rows(url: str, ring: KeyRing) -> tuple[int, list[str]]:
    async with connect(url) as conn:
        return await entries.rotate(conn, ring)
