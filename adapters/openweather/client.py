"""OpenWeather's endpoint. It fetches; it does not interpret."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from adapters._kit.paging import Rows, each
from adapters._kit.vendor import Kept, Unreadable
from adapters.openweather import wire
from models.asking import Ask, Place

if TYPE_CHECKING:
    from adapters._kit.http import VendorSession

_PATH = "/weather"
_MIDDLE_OF_THE_COUNTRY = Place(39.10, -94.58)


async def weather(session: VendorSession, ask: Ask) -> AsyncGenerator[Rows, None]:
    """The weather at each place, one call a place, a few at once."""

    async def at_place(place: Place) -> wire.Seen | Unreadable:
        row = await _weather(session, place)
        if isinstance(row, Unreadable):
            return replace(row, about=asdict(place))
        return wire.Seen(place, row)

    places = list({place_key(place): place for place in reversed(ask.places)}.values())[::-1]
    async with aclosing(each(places, at_place)) as rows:
        async for row in rows:
            yield [row]


async def _weather(session: VendorSession, place: Place) -> wire.Weather | Unreadable:
    asked = {
        "lat": f"{place.latitude:.4f}",
        "lon": f"{place.longitude:.4f}",
        "units": "imperial",
    }
    return wire.WEATHER.body(await session.get(_PATH, asked), partial(session.broken, _PATH))


def place_key(place: Place) -> str:
    """The place to two decimals (a kilometre): what a row is known by."""
    # Adding 0.0 makes a negative zero a plain one.
    return f"{round(place.latitude, 2) + 0.0:.2f},{round(place.longitude, 2) + 0.0:.2f}"


def again(kept: Kept) -> wire.Seen | Unreadable:
    """The weather of a place that was set aside, read as one that comes now."""
    where, sent = kept.row if kept.is_read else (kept.about, kept.row)
    row = wire.WEATHER.again(Kept(sent, kept.is_read))
    if isinstance(row, Unreadable):
        return replace(row, about=where)
    return wire.Seen(Place(**where), row)


def name_of(row: Any) -> str:
    """The place that was asked for: the answer does not name it."""
    return place_key(Place(**row.about) if isinstance(row, Unreadable) else row.place)


def error_in_200(body: bytes) -> int | None:
    """The error that a 200 may hold in `cod`, which is a number or a text."""
    try:
        read: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    code = str(read.get("cod", "")) if isinstance(read, dict) else ""
    return int(code) if code.isdecimal() and code.isascii() and code != "200" else None


async def probe_weather(session: VendorSession) -> None:
    """May this key read the weather?"""
    await _weather(session, _MIDDLE_OF_THE_COUNTRY)
