"""Asking a vendor for one driver now: within a short budget, and once for all who want it.

Any number of processes may want the same driver at once: one asks, the others wait for its end
and then read what it brought, or why it brought nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Self
from uuid import UUID

import stamina

from adapters import registry
from adapters._kit.guard import Guard
from adapters._kit.http import VendorClient, VendorSession
from adapters._kit.vendor import Dataset, Unreadable, Vendor
from core.errors import (
    Actor,
    Cause,
    ConfigurationError,
    Deferred,
    Origin,
    RateLimited,
    RecordInvalid,
    SallyError,
    VendorError,
    VendorUnavailable,
)
from core.policies import Policies
from core.secrets import Owner
from models.records import HosClock
from quality.declared import declared
from quality.gate import Gate
from store import live
from store.hos import Case
from store.live import Flight
from store.pool import Connections
from store.results import ErrorFields
from tasks import outcome
from tasks.config import base_url, key_ring
from tasks.guard import IntegrationGuard, watching
from tasks.guard_watch import Watch, Whose
from tasks.policies import mirrored

AGAIN_WITHIN_S = 1.0  # a second attempt is worth while only if the first one failed this soon
LOOK_EVERY_S = 0.1
# How long nobody asks again: for what may pass, and for what a person has to mend.
REST, LONG_REST = timedelta(seconds=15), timedelta(minutes=5)
GuardFor = Callable[[Flight], AbstractAsyncContextManager[Guard]]
log = logging.getLogger("sally.hos")
# It warns of each second attempt; what came of both is told by the answer.
logging.getLogger("stamina").setLevel(logging.ERROR)


class NotThere(SallyError):
    """The vendor has no hours of this driver."""


@dataclass(frozen=True, slots=True)
class Line:
    """A process's way to one vendor: the connections, and the watch over its calls."""

    client: VendorClient
    watch: Watch


class Asker:
    """Asks vendors for single drivers. Belongs to one event loop; ``async with`` it.

    ``budget_s``: for the vendor; ``lease_s``: and for landing what it said. ``guard_for``:
    another guard than the shared breakers and gates.
    """

    def __init__(
        self,
        url: str,
        connections: Connections,
        *,
        budget_s: float,
        lease_s: float,
        guard_for: GuardFor | None = None,
    ) -> None:
        self._url, self._connections = url, connections
        self._guard_for = guard_for or self._guarded
        self._budget_s, self._lease_s = budget_s, lease_s
        self._flights: dict[tuple[UUID, str], asyncio.Task[None]] = {}
        self._lines: dict[str, Line] = {}
        self._opening = asyncio.Lock()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await asyncio.gather(*self._flights.values(), return_exceptions=True)
        await self._open.aclose()

    async def ask(self, case: Case) -> None:
        """Have the driver asked for, by whomever, since this look; then look again.

        Callers of this process share one wait. One who stops waiting stops nobody else.
        """
        key = (case.integration_id, case.driver_id)
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._once(case))
            self._flights[key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        await asyncio.shield(flight)

    async def _once(self, case: Case) -> None:
        """Ask, or wait until another process has; take over when its lease runs out."""
        ends = time.monotonic() + self._lease_s + self._budget_s
        seen, is_watched, may_begin = case.asking.version, False, True
        while time.monotonic() < ends:
            async with self._connections.lent() as conn:
                flight = None
                if may_begin:
                    flight = await live.begin(
                        conn, case.integration_id, case.driver_id, seen=seen, lease_s=self._lease_s
                    )
                stands = await live.state(conn, case.integration_id, case.driver_id)
            if flight is not None:
                await self._fly(flight)
                return
            if stands.version != seen and (is_watched or not stands.is_owned):
                return  # an asking has ended since: its outcome is there to read
            seen, is_watched, may_begin = stands.version, True, not stands.is_flying
            if stands.is_flying:
                await asyncio.sleep(LOOK_EVERY_S)

    async def _fly(self, flight: Flight) -> None:
        """Ask the vendor and keep what it says; what went wrong is kept for all to read."""
        vendor, began = registry.vendor(flight.vendor), time.monotonic()
        dataset = clocks_of(vendor)
        try:
            record = await self._fetch(flight, vendor, dataset)
            await live.keep(self._url, flight, dataset.name, record)
        except SallyError as error:
            failed: Exception = error
        except Exception as error:
            log.exception("asking %s for driver %s met a fault", vendor.name, flight.driver_id)
            failed = error
        else:
            return
        now = flight.asked_at + timedelta(seconds=time.monotonic() - began)
        fields, not_before = failure(failed, vendor, now)
        async with self._connections.lent() as conn:
            await live.fail(conn, flight, fields, not_before)

    async def _fetch(self, flight: Flight, vendor: Vendor, dataset: Dataset) -> HosClock:
        """The driver's clocks, as the sync would read them."""
        session: VendorSession | None = None
        try:
            async with self._guard_for(flight) as guard, asyncio.timeout(self._budget_s):
                session = (await self._session(flight, vendor, guard)).for_dataset(dataset)
                row = await _asked(session, dataset, flight.driver_id)
        except TimeoutError:
            raise self._too_late(flight, vendor, session) from None
        if row is None:
            raise NotThere(f"{vendor.title} has no hours of this driver.")
        if isinstance(row, Unreadable):
            raise RecordInvalid(row.path, row.reason)
        record = dataset.read(row)
        broken = Gate(declared(dataset.record)).judge(record, ())
        if broken is not None:
            raise RecordInvalid(broken.path, broken.says)
        assert isinstance(record, HosClock)  # `clocks_of` chose the dataset by this
        return record

    def _too_late(
        self, flight: Flight, vendor: Vendor, session: VendorSession | None
    ) -> VendorError:
        """The budget is used up: by a silent vendor, or waiting for a turn to ask it."""
        origin = Origin(vendor.name, clocks_of(vendor).name)
        if session is not None and session.requests:
            words = f"{vendor.title} gave no answer within {self._budget_s:g} seconds."
            return VendorUnavailable(words, origin)
        words = f"{vendor.title} takes no more calls for now; this one had no turn in time."
        until = flight.asked_at + timedelta(seconds=self._budget_s) + REST
        return Deferred(words, origin, until)

    async def _session(self, flight: Flight, vendor: Vendor, guard: Guard) -> VendorSession:
        address = base_url(vendor, is_sandbox=flight.is_sandbox)
        owner = Owner(flight.tenant_id, flight.vendor, flight.integration_id)
        credentials = key_ring().open(flight.sealed, owner)
        return (await self._line(vendor)).client.session(address, credentials, guard)

    @asynccontextmanager
    async def _guarded(self, flight: Flight) -> AsyncIterator[Guard]:
        """The breakers and gates that every call to this integration's vendor passes."""
        watch = (await self._line(registry.vendor(flight.vendor))).watch
        whose = Whose(
            integration_id=flight.integration_id,
            tenant_id=flight.tenant_id,
            fingerprint=flight.credentials_fingerprint,
            is_sandbox=flight.is_sandbox,
        )
        await watch.prepare([whose])
        try:
            yield IntegrationGuard(watch, whose)
        finally:
            await watch.flush()
            # Prefect hears of transitions from a sync: they are kept as not yet told.
            watch.told.clear()

    async def _line(self, vendor: Vendor) -> Line:
        async with self._opening:
            if vendor.name not in self._lines:
                # It gives up before the budget does, so that its guard hears of the silence.
                client = VendorClient(vendor, total_s=self._budget_s * 0.9)
                watch = watching(vendor, self._url, partial(self._policies, vendor.name))
                self._lines[vendor.name] = Line(
                    await self._open.enter_async_context(client),
                    await self._open.enter_async_context(watch),
                )
            return self._lines[vendor.name]

    async def _policies(self, vendor: str) -> Policies:
        """What operators set, by PostgreSQL alone: Prefect may be down."""
        async with self._connections.lent() as conn:
            return await mirrored(conn, vendor)


def clocks_of(vendor: Vendor) -> Dataset:
    """The vendor's dataset of clocks."""
    return next(dataset for dataset in vendor.datasets if dataset.record is HosClock)


async def _asked(session: VendorSession, dataset: Dataset, driver_id: str) -> object:
    """The wire row; a fault that may pass at once is tried once more."""
    assert dataset.one is not None  # who asks has looked
    async for attempt in stamina.retry_context(
        on=may_pass, attempts=2, timeout=AGAIN_WITHIN_S, wait_initial=0.2, wait_jitter=0.2
    ):
        with attempt:
            return await dataset.one(session, driver_id)
    raise AssertionError("The last attempt raises.")


def may_pass(error: Exception) -> bool | float:
    """Whether to try once more; seconds to wait first, where the vendor said so few."""
    if isinstance(error, RateLimited):
        return error.retry_after if error.retry_after and error.retry_after <= 1 else False
    return isinstance(error, VendorUnavailable)


def failure(error: Exception, vendor: Vendor, now: datetime) -> tuple[ErrorFields, datetime | None]:
    """What is kept of an asking that failed, and before when nobody asks again (None: at once)."""
    if isinstance(error, RecordInvalid):
        happened = f"{vendor.title} sent hours of this driver that cannot be read: {error}."
        step = "Tell support; the last good reading stays in place."
        return _fields("record_invalid", happened, Actor.US, step), now + LONG_REST
    if isinstance(error, NotThere):
        step = f"Look for the driver in {vendor.title}; the next sync says whether he is gone."
        return _fields("not_there", str(error), Actor.TENANT_ADMIN, step), now + LONG_REST
    fields = outcome.error_fields(error)
    if isinstance(error, ConfigurationError):
        return fields, None  # another process may be set up better
    if isinstance(error, Deferred) and error.cause is not Cause.GATE:
        fields = replace(fields, kind="paused")  # not the vendor's word, but our breaker's
    until = outcome.wait_of(error, now, vendor.pause)
    if until is not None:
        return fields, until
    is_lasting = isinstance(error, VendorError) and not error.is_transient
    return fields, now + (LONG_REST if is_lasting else REST)


def _fields(kind: str, happened: str, who: Actor, next_step: str) -> ErrorFields:
    return ErrorFields(kind, happened, f"Who must act: {who}.", next_step)
