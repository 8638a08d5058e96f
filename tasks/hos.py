"""One driver's hours, now: a person's word first, then what is fresh, then the vendor, then less.

Needs PostgreSQL and nothing else: with Prefect and the vendor both down the last reading is given,
aged, with the reason why it is not newer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import UUID

from core import logs
from core.errors import HoursUnknown
from models.hours import DriverHours, Source
from store import hos
from store.answers import Answered
from store.hos import Case
from store.pool import Connections
from tasks import hos_answer as answer
from tasks.config import database_url
from tasks.hos_counting import Tally

if TYPE_CHECKING:
    from tasks.hos_live import Asker, GuardFor

BUDGET_S = 3.0  # what a person waits for the vendor, both attempts together
NONE = "none"  # counted as the answer when there is none
LEASE_S = 5.0  # the budget, and time to land the row: so long others wait for an asker that died


class Desk:
    """Answers for drivers' hours, for as long as it is open: see `desk`."""

    def __init__(
        self,
        connections: Connections,
        open_asker: Callable[[], Asker],
        leaving: AsyncExitStack,
    ) -> None:
        self._connections = connections
        self._tally = Tally(connections.lent)
        leaving.push_async_callback(self._tally.close)
        self._open_asker, self._leaving = open_asker, leaving
        self._asker: Asker | None = None

    async def read(
        self, tenant: str | UUID, driver: str, now: datetime | None = None
    ) -> DriverHours:
        """See `read_driver_hos`."""
        began = time.monotonic()

        def at(case: Case) -> datetime:
            if now is None:
                return case.read_at
            return now + timedelta(seconds=time.monotonic() - began)

        tenant_id, case = await self.look(tenant, driver)
        try:
            found = await self._answer(tenant_id, case, at)
        except HoursUnknown:
            self._tally.add(Answered(case.integration_id, NONE))
            raise
        self._tally.add(Answered(case.integration_id, found.source))
        return found

    async def _answer(
        self, tenant_id: UUID, case: Case, at: Callable[[Case], datetime]
    ) -> DriverHours:
        kept = kept_answer(case, at(case))
        if kept is not None:
            return kept
        if why := answer.why_not_asked(case):
            return answer.stale(case, at(case), why)
        await self._ask(case)
        _, case = await self.look(tenant_id, case.driver_id)
        found = answer.of_override(case, at(case)) or answer.fresh(case, at(case), Source.LIVE)
        return found or answer.stale(case, at(case), answer.why_in_vain(case))

    async def kept(
        self, tenant: UUID, driver: str, now: datetime | None = None
    ) -> tuple[DriverHours, Case]:
        """The same from what is kept, and that itself: no vendor is asked, however old it is."""
        _, case = await self.look(tenant, driver)
        at = now or case.read_at
        found = kept_answer(case, at) or answer.stale(case, at, answer.why_unasked(case))
        return found, case

    async def _ask(self, case: Case) -> None:
        if self._asker is None:
            # Imported when needed, because fresh answers do without its second of imports; and
            # beside the loop, because others are answered meanwhile.
            await asyncio.to_thread(import_module, "tasks.hos_live")
        if self._asker is None:
            self._asker = self._open_asker()
            self._leaving.push_async_exit(self._asker)
        await self._asker.ask(case)

    async def needs_sandbox(self, tenant: str | UUID, driver: str) -> bool:
        """Would an answer now ask a vendor that the sandbox plays?"""
        _, case = await self.look(tenant, driver)
        is_kept = kept_answer(case, case.read_at) is not None
        return case.is_sandbox and not is_kept and answer.why_not_asked(case) is None

    async def look(self, tenant: str | UUID, driver: str) -> tuple[UUID, Case]:
        """What is kept of a driver; NotFoundError for a stranger's."""
        async with self._connections.lent() as conn:
            known = tenant if isinstance(tenant, UUID) else await hos.tenant_id(conn, tenant)
            return known, await hos.look(conn, known, driver.strip(), answer.feeds())


def kept_answer(case: Case, now: datetime) -> DriverHours | None:
    """The answer that needs nobody: what a person entered, or a fresh reading."""
    return answer.of_override(case, now) or answer.fresh(case, now, Source.CACHE)


def board_answer(case: Case, now: datetime) -> DriverHours:
    """What is kept, whatever its age: nobody is asked. HoursUnknown when there is nothing."""
    kept = kept_answer(case, now)
    if kept is not None:
        return kept
    return answer.stale(case, now, answer.why_not_asked(case) or answer.not_asked(case))


@asynccontextmanager
async def desk(
    url: str | None = None,
    *,
    most_connections: int = 4,
    guard_for: GuardFor | None = None,
    budget_s: float = BUDGET_S,
    lease_s: float = LEASE_S,
) -> AsyncIterator[Desk]:
    """A desk for many questions of one event loop; ``url`` defaults to the database of the house.

    ``guard_for``: another guard than the shared breakers and gates.
    """
    logs.install()
    where = url or database_url()
    async with (
        Connections(where, most=most_connections) as connections,
        AsyncExitStack() as leaving,
    ):

        def open_asker() -> Asker:
            from tasks.hos_live import Asker

            return Asker(
                where,
                connections,
                budget_s=budget_s,
                lease_s=lease_s,
                guard_for=guard_for,
            )

        yield Desk(connections, open_asker, leaving)


async def read_driver_hos(
    tenant: str | UUID, driver: str, now: datetime | None = None, *, at: Desk | None = None
) -> DriverHours:
    """One driver's hours: the override in force, else a reading younger than five minutes, else
    the vendor's answer to one live call, else the last reading, aged, with the reason why.

    ``tenant``: short name or id. ``driver``: the vendor's id, or the full name if no other has it.
    ``now``: None for the database's clock. ``at``: the desk that answers; one for this question
    when none is given. NotFoundError for a stranger's driver, HoursUnknown when there is nothing.
    """
    if at is not None:
        return await at.read(tenant, driver, now)
    async with desk() as opened:
        return await opened.read(tenant, driver, now)
