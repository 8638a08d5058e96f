"""Whose hours are whose, for the people who look after it: those that need a person first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.errors import NotFoundError
from core.route.links import Logged
from store import links
from store.connection import Connection
from store.links import Known, Link
from store.walled import walled_session
from tasks import hos_answer


@dataclass(frozen=True, slots=True)
class Linked:
    """A driver of the TMS, and whose hours are used for him; None: nobody's."""

    driver_id: str
    driver_name: str | None
    hours_driver_id: str | None = None
    hours_driver_name: str | None = None
    basis: str | None = None
    is_guess: bool = False
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None

    @property
    def name(self) -> str:
        """What people call him."""
        return self.driver_name or self.driver_id


async def lines(conn: Connection, tenant: UUID) -> list[Linked]:
    """Everybody who drives an open load, and every link. Behind the tenant's wall."""
    return of(await links.known(conn, tenant, list(hos_answer.feeds())),
              await links.held(conn, tenant))  # fmt: skip


async def choice(
    conn: Connection, tenant: UUID, driver_id: str
) -> tuple[Linked | None, list[Logged]]:
    """The driver of the TMS, if there is such, and all who have hours, by name."""
    known = await links.known(conn, tenant, list(hos_answer.feeds()))
    every = of(known, await links.held(conn, tenant))
    found = next((one for one in every if one.driver_id == driver_id), None)
    logged = [one for several in known.logged.values() for one in several]
    return found, sorted(logged, key=lambda one: ((one.name or one.id).lower(), one.id))


def of(known: Known, held: Sequence[Link]) -> list[Linked]:
    """Who is linked to nobody first, then guesses, then the rest by name."""
    linked = {(one.load_integration_id, one.driver_id) for one in held}
    found = [
        Linked(hand.id, hand.name)
        for integration, hands in known.hands.items()
        for hand in hands
        if (integration, hand.id) not in linked
    ]
    found += [
        Linked(one.driver_id, one.driver_name, one.hours_driver_id, one.hours_driver_name,
               one.basis, one.is_guess, one.confirmed_by, one.confirmed_at)
        for one in held
    ]  # fmt: skip
    return sorted(
        found, key=lambda one: (one.basis is not None, not one.is_guess, one.name.lower())
    )


def confirm(url: str, tenant: UUID, driver_id: str, hours_driver_id: str, actor: str) -> bool:
    """A person says whose hours he has; False when nobody with hours has that id.

    It waits for the database: not for an event loop.
    """
    try:
        with walled_session(url, tenant) as db:
            links.confirm(db, tenant, driver_id, hours_driver_id, actor=actor)
    except NotFoundError:
        return False
    return True
