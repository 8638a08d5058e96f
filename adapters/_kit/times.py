"""Durations and instants of the vendors in the house's units: whole seconds, aware UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


def remaining_s(ms: float | None) -> int | None:
    """Whole seconds that are surely left."""
    return None if ms is None else int(ms // 1000)


def violation_s(ms: float | None) -> int | None:
    """Whole seconds of a violation: a started second counts."""
    return None if ms is None else int(-(-ms // 1000))


def elapsed_s(ms: float | None) -> int | None:
    """Whole seconds, rounded to the nearest."""
    return None if ms is None else int((ms + 500) // 1000)


def utc(instant: datetime | None) -> datetime | None:
    """The same instant in UTC."""
    if instant is None or instant.tzinfo is UTC:
        return instant
    return instant.astimezone(UTC)


def rfc3339(instant: datetime) -> str:
    """The instant as text, in UTC: ``2026-10-04T05:00:00Z``."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def date_in(zone: str | None, instant: datetime) -> date | None:
    """The calendar day of the instant in that zone; None when the zone is unknown."""
    found = _zone(zone) if zone else None
    try:
        return None if found is None else instant.astimezone(found).date()
    except OverflowError:  # the first or last day of all has no such day there
        return None


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of names
        return None
