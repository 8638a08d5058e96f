"""Samsara's endpoints, one function each. They fetch; they do not interpret."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adapters._kit.paging import (
    Rows,
    any_object,
    by_cursor,
    first_page,
    one_after_another,
    only_row,
)
from adapters._kit.vendor import Unreadable
from adapters.samsara import wire
from models.asking import Ask

if TYPE_CHECKING:
    from adapters._kit.http import VendorSession

ACTIVATIONS = ("active", "deactivated")  # the default list hides deactivated drivers
MOST_ROWS = {"limit": "512"}
DAILY_LOG_DAYS = 8


def drivers(session: VendorSession, ask: Ask) -> AsyncGenerator[Rows, None]:
    """Every driver, the active ones first."""
    return one_after_another(
        *(
            by_cursor(
                session,
                "/fleet/drivers",
                {**MOST_ROWS, "driverActivationStatus": activation},
                wire.DRIVERS,
            )
            for activation in ACTIVATIONS
        )
    )


def vehicles(session: VendorSession, ask: Ask) -> AsyncGenerator[Rows, None]:
    """Every vehicle that the fleet registered."""
    return by_cursor(session, "/fleet/vehicles", MOST_ROWS, wire.VEHICLES)


def positions(session: VendorSession, ask: Ask) -> AsyncGenerator[Rows, None]:
    """The last position of every vehicle; the vendor chooses the size of a page."""
    return by_cursor(session, "/fleet/vehicles/stats", {"types": "gps"}, wire.POSITIONS)


def hos_clocks(session: VendorSession, ask: Ask) -> AsyncGenerator[Rows, None]:
    """The clocks of all drivers right now, deactivated ones included."""
    return by_cursor(session, "/fleet/hos/clocks", MOST_ROWS, wire.CLOCKS)


async def hos_clock(session: VendorSession, driver_id: str) -> wire.HosClock | Unreadable | None:
    """One driver's clocks right now; None when the account has no such driver."""
    asked = {"driverIds": driver_id, "limit": "1"}

    def is_his(row: wire.HosClock) -> bool:
        return row["driver_id"] == driver_id

    found: wire.HosClock | Unreadable | None = await only_row(
        session, "/fleet/hos/clocks", asked, wire.CLOCKS, is_his
    )
    return found


def hos_daily_logs(session: VendorSession, ask: Ask) -> AsyncGenerator[Rows, None]:
    """Eight days and today, of active and deactivated drivers.

    Days are asked for by UTC date and belong to home time zones west of it: one day more makes
    sure of eight whole ones. A driver who left still has his last day completed.
    """
    today = ask.now.astimezone(UTC).date()
    days = {
        "startDate": (today - timedelta(days=DAILY_LOG_DAYS)).isoformat(),
        "endDate": today.isoformat(),
    }
    return one_after_another(
        *(
            by_cursor(
                session,
                "/fleet/hos/daily-logs",
                {**days, "driverActivationStatus": activation},
                wire.DAILY_LOGS,
            )
            for activation in ACTIVATIONS
        )
    )


async def probe_account(session: VendorSession) -> None:
    """Whose key this is."""
    await any_object(session, "/me")


async def probe_drivers(session: VendorSession) -> None:
    """May this key read drivers?"""
    await first_page(session, "/fleet/drivers", {"limit": "1"}, wire.DRIVERS)


async def probe_vehicles(session: VendorSession) -> None:
    """May this key read vehicles?"""
    await first_page(session, "/fleet/vehicles", {"limit": "1"}, wire.VEHICLES)


async def probe_positions(session: VendorSession) -> None:
    """May this key read positions? This endpoint has no limit."""
    await first_page(session, "/fleet/vehicles/stats", {"types": "gps"}, wire.POSITIONS)


async def probe_hos_clocks(session: VendorSession) -> None:
    """May this key read clocks?"""
    await first_page(session, "/fleet/hos/clocks", {"limit": "1"}, wire.CLOCKS)


async def probe_hos_daily_logs(session: VendorSession) -> None:
    """May this key read daily logs? This endpoint has no limit: one day is the least."""
    day = (session.last_date or datetime.now(UTC)).date().isoformat()
    asked = {"startDate": day, "endDate": day}
    await first_page(session, "/fleet/hos/daily-logs", asked, wire.DAILY_LOGS)
