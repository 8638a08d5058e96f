"""What operators want of a vendor's breakers, as each batch has to know it.

The truth is the block document in Prefect. It is mirrored in PostgreSQL, for readers without
Prefect (`mirrored`) and for when Prefect does not answer. Nothing here stops a sync: what cannot be
had or used is one line in the log, and the last good policies stay in force.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from core.errors import ConfigurationError, SallyError
from core.policies import Policies
from store import breaker_policies
from store.connection import Connection, connect
from tasks.breaker_form import SLUG, BreakerForm
from tasks.config import database_url

log = logging.getLogger("sally.breaker")

# So old is an answer at most: the next batch obeys, and Prefect is asked once a second.
FRESH_S = 1.0
PREFECT_S = 1.0
DATABASE_S = 1.0
# A Prefect that did not answer is left alone for a while, because each try may take PREFECT_S.
PAUSE_S = 5.0
MISSING = "Prefect has no circuit breaker document of this name; the usual policy holds."

Data = Mapping[str, Any]


async def mirrored(conn: Connection, vendor: str) -> Policies:
    """What Prefect was last seen to hold, by PostgreSQL alone; the usual policies at first."""
    try:
        return Policies.both(await breaker_policies.read(conn, vendor))
    except ConfigurationError as error:
        log.warning("%s The usual one holds for %s.", error, vendor)
        return Policies()


async def latest(vendor: str) -> Policies:
    """What Prefect holds now, at most a second old; never raises."""
    return await BOOK.latest(vendor)


async def from_prefect(vendor: str) -> Data | None:
    """The vendor's document; None when Prefect has none."""
    # Imported when needed: who only reads the mirror does without Prefect's seconds of imports.
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    async with get_client() as client:
        try:
            document = await client.read_block_document_by_name(vendor, SLUG)
        except ObjectNotFound:
            return None
    return document.data


@dataclass(slots=True)
class _Known:
    policies: Policies
    good_until: float


@dataclass(slots=True)
class Book:
    """What this process knows of the vendors' policies, and until when it need not ask again."""

    read: Callable[[str], Awaitable[Data | None]] = from_prefect
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, _Known] = field(default_factory=dict)
    _mirrored: dict[str, tuple[Policies, float]] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)
    _asking: dict[str, asyncio.Task[Policies]] = field(default_factory=dict)

    async def latest(self, vendor: str) -> Policies:
        """The present policies; callers that come together share one question."""
        known = self._known.get(vendor)
        if known is not None and self.clock() < known.good_until:
            return known.policies
        asking = self._asking.get(vendor)
        if asking is None or asking.done() or asking.get_loop() is not asyncio.get_running_loop():
            asking = self._asking[vendor] = asyncio.create_task(self._ask(vendor))
        # One caller that gives up does not take the answer away from the others.
        return await asyncio.shield(asking)

    async def _ask(self, vendor: str) -> Policies:
        try:
            async with asyncio.timeout(PREFECT_S):
                document = await self.read(vendor)
        except Exception as error:  # whatever it is, the sync goes on
            why = f"Prefect did not say what the circuit breaker policy is ({_name(error)})."
            return self._keep(vendor, await self._last_good(vendor, why), PAUSE_S)
        try:
            policies = BreakerForm(**(document or {})).policies()
        except ConfigurationError as error:
            policies = await self._last_good(vendor, str(error), is_refused=True)
        else:
            missing = MISSING if document is None else ""
            self._say(vendor, await self._mirror(vendor, policies) or missing)
        return self._keep(vendor, policies, FRESH_S)

    def _keep(self, vendor: str, policies: Policies, seconds: float) -> Policies:
        self._known[vendor] = _Known(policies, self.clock() + seconds)
        return policies

    async def _mirror(self, vendor: str, policies: Policies) -> str:
        """Keep them in PostgreSQL if they may differ; what went wrong, or nothing."""
        now = self.clock()
        before, at = self._mirrored.get(vendor, (None, now))
        if before == policies and now - at < breaker_policies.SEEN_EVERY.total_seconds():
            return ""
        try:
            async with _database() as conn:
                await breaker_policies.save(conn, vendor, policies.vendor)
        except (SallyError, TimeoutError) as error:
            return f"The circuit breaker policy could not be mirrored ({_name(error)})."
        self._mirrored[vendor] = policies, now
        return ""

    async def _last_good(self, vendor: str, why: str, *, is_refused: bool = False) -> Policies:
        """The mirror's; else what this process knew; else the usual ones. It is said why."""
        self._say(vendor, f"{why} The last good one stays in force.")
        self._mirrored.pop(vendor, None)
        try:
            async with _database() as conn:
                if is_refused:
                    await breaker_policies.refuse(conn, vendor, why)
                return await mirrored(conn, vendor)
        except (SallyError, TimeoutError):
            known = self._known.get(vendor)
            return Policies() if known is None else known.policies

    def _say(self, vendor: str, what: str) -> None:
        """One line when it changes, not one a second."""
        if what and self._said.get(vendor) != what:
            log.warning("%s: %s", vendor, what)
        self._said[vendor] = what


BOOK = Book()


@asynccontextmanager
async def _database() -> AsyncIterator[Connection]:
    async with asyncio.timeout(DATABASE_S), connect(database_url()) as conn:
        yield conn


def _name(error: BaseException) -> str:
    return type(error).__name__
