"""What one process of the console works with: database, desk, keys, Prefect. Opened once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from console.api.tokens import Tokens
from console.orchestrator import Orchestrator
from core import logs, traces
from core.secrets import KeyRing
from core.settings import Settings
from store.pool import Connections
from store.walled import Walled
from tasks import config
from tasks.hos import Desk, desk

# Hashing takes 64 MiB and a core: more at once would help only who wants to exhaust us.
HASHES_AT_ONCE = 2


@dataclass(slots=True)
class House:
    """Shared by all requests. Holds no tenant's data and no credential in clear.

    ``everything``: sees all tenants; for figures that name none.
    """

    settings: Settings
    walled: Walled
    desk: Desk
    everything: Connections
    tokens: Tokens
    orchestrator: Callable[[], Orchestrator]
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HASHES_AT_ONCE))

    @property
    def url(self) -> str:
        """The database."""
        return self.walled.url

    @property
    def ring(self) -> KeyRing:
        """The keys that seal credentials."""
        return config.key_ring()

    @property
    def is_tls(self) -> bool:
        """Whether people come by TLS: APP_URL says so."""
        address = self.settings.app_url
        return address is not None and address.scheme == "https"


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    tokens: Tokens | None = None,
    orchestrator: Callable[[], Orchestrator] | None = None,
) -> AsyncIterator[House]:
    """The house for as long as the process serves; a missing setting is one sentence."""
    logs.install()
    traces.start()
    url = config.database_url()
    walled = Walled(url)
    async with desk(url) as at, Connections(url, most=1) as everything:
        house = House(
            settings=settings,
            walled=walled,
            desk=at,
            everything=everything,
            tokens=tokens or Tokens(settings),
            orchestrator=orchestrator or (lambda: Orchestrator(settings, timeout=10)),
        )
        try:
            yield house
        finally:
            await walled.close()


def of_app(request: Request) -> House:
    """The house of the app that answers this request."""
    return cast("House", request.app.state.house)


Housed = Annotated[House, Depends(of_app)]
