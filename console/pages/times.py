"""Times and lengths as people read them, in the viewer's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

MINUTE, HOUR, DAY = 60, 3600, 86_400
SOON_S = 10


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The zone that a browser names; UTC for what is none."""
    return ZoneInfo(name if name in available_timezones() else "UTC")


def relative(at: datetime, now: datetime) -> str:
    """How far from now: “just now”, “3 min ago”, “in 2 h”."""
    seconds = (now - at).total_seconds()
    far = abs(seconds)
    if far < SOON_S:
        return "just now" if seconds >= 0 else "now"
    words = span(far)
    return f"{words} ago" if seconds > 0 else f"in {words}"


def span(seconds: float) -> str:
    """One unit of it, rounded down: “42 s”, “3 min”, “5 h”, “12 d”."""
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        # From two days on, days; below that hours say more.
        if seconds >= unit * (2 if unit == DAY else 1):
            return f"{int(seconds // unit)} {name}"
    return f"{int(seconds)} s"


def exact(at: datetime, viewer: ZoneInfo) -> str:
    """The very second: “25 Nov 2026, 14:05:09 CST”."""
    local = at.astimezone(UTC).astimezone(viewer)
    return local.strftime("%-d %b %Y, %H:%M:%S %Z")


def clock(at: datetime, now: datetime, viewer: ZoneInfo) -> str:
    """A time of day, with its day when that is not today."""
    local, today = at.astimezone(viewer), now.astimezone(viewer).date()
    return local.strftime("%H:%M" if local.date() == today else "%a %-d %b, %H:%M")


def took(ms: float | None) -> str:
    """How long something took: “840 ms”, “3.2 s”, “4 min 10 s”."""
    if ms is None:
        return "–"
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 60_000:
        return f"{ms / 1000:.1f} s"
    minutes, seconds = divmod(int(ms // 1000), 60)
    return f"{minutes} min {seconds:02} s"


def every(seconds: int) -> str:
    """How often: “5 min”, “1 h”, “1 h 30 min”."""
    hours, minutes = divmod(max(1, seconds // 60), 60)
    return " ".join(
        part
        for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")
        if part
    )
