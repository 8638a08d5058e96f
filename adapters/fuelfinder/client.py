"""Fuel Finder's endpoints. They fetch; they do not interpret."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import orjson

from adapters._kit.paging import Rows, by_offset, each, first_page
from adapters._kit.vendor import Unreadable
from adapters.fuelfinder import wire
from models.asking import Ask, Place

if TYPE_CHECKING:
    from adapters._kit.http import VendorSession

MOST_ROWS = 100
LEAST_RADIUS, USUAL_RADIUS, MOST_RADIUS = 1, 25, 100
_MIDDLE_OF_THE_COUNTRY = Place(39.10, -94.58)


async def stations(session: VendorSession, ask: Ask) -> AsyncGenerator[Rows, None]:
    """The truck stops around each place; one that several places bring comes once."""
    radius = _radius(ask.options.get("radius_miles", USUAL_RADIUS))

    async def around(place: Place) -> Rows:
        found: Rows = []
        asked = {**_where(place), "radius": radius}
        pages = by_offset(session, "/stations", asked, wire.STATIONS, limit=MOST_ROWS)
        async with aclosing(pages):
            async for rows in pages:
                found += rows
        return found

    seen: set[str | bytes] = set()
    async with aclosing(each(ask.places, around)) as lists:
        async for rows in lists:
            fresh = [row for row in rows if _mark(row) not in seen]
            seen.update(map(_mark, rows))
            yield fresh


def _where(place: Place) -> dict[str, str]:
    return {
        "lat": f"{place.latitude:.4f}",
        "lon": f"{place.longitude:.4f}",
        "fuel_type": "diesel",
    }


def _radius(wanted: object) -> str:
    """Whole miles within what the vendor takes; anything else is the usual radius."""
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return str(USUAL_RADIUS)
    return str(round(min(max(wanted, LEAST_RADIUS), MOST_RADIUS)))


def _mark(row: Any) -> str | bytes:
    """What tells two stations apart; the distance is of the place, not of the station."""
    if not isinstance(row, Unreadable):
        return str(row["id"])
    raw = row.raw
    if isinstance(raw, dict):
        raw = {key: value for key, value in raw.items() if not key.startswith("distance")}
    return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)


async def probe_stations(session: VendorSession) -> None:
    """May this key read stations?"""
    asked = {**_where(_MIDDLE_OF_THE_COUNTRY), "radius": "25", "limit": "1"}
    await first_page(session, "/stations", asked, wire.STATIONS)
