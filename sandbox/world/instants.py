"""Instants inside the world are whole seconds since 1970 (UTC); here they become text and days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = 60
HOUR = 3600
DAY = 86_400


@lru_cache(maxsize=20_000)
def _date(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def iso(at: int) -> str:
    """`2026-10-05T15:29:58Z`."""
    day, second = divmod(at, DAY)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{_date(day)}T{hour:02d}:{minute:02d}:{second:02d}Z"


def iso_or_none(at: int | None) -> str | None:
    """As `iso`; nothing stays nothing."""
    return None if at is None else iso(at)


def iso_local(at: int, zone: str) -> str:
    """The same instant written with the zone's offset: `2026-10-05T10:29:58-05:00`."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).isoformat()


def parse(text: str) -> int:
    """Whole seconds of an RFC 3339 text; ValueError if it is none or has no offset."""
    found = datetime.fromisoformat(text.replace(" ", "+"))
    if found.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return int(found.timestamp())


@lru_cache(maxsize=100_000)
def day_start(zone: str, day: date, hour: int) -> int:
    """When the log day `day` begins at a home terminal: 23 or 25 hours apart twice a year."""
    local = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    return int(local.timestamp())


def log_day(zone: str, at: int, hour: int) -> date:
    """The log day that holds this instant."""
    day = datetime.fromtimestamp(at, ZoneInfo(zone)).date()
    return day if day_start(zone, day, hour) <= at else day - timedelta(days=1)


def offset_seconds(zone: str, at: int) -> int:
    """Shift from UTC at this instant."""
    shift = datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset()
    return int(shift.total_seconds()) if shift else 0
