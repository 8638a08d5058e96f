"""How a driver's hours are said to a person: words and shapes, never colour alone."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from core.errors import ConfigurationError
from core.hours import Band, home_time, next_at
from core.hours_override import Override
from models.hours import DriverHours, Source
from models.records import DutyStatus

UNKNOWN = DutyStatus.UNKNOWN.value
SHAPES = {Band.GOOD: "●", Band.LOW: "◐", Band.SHORT: "▲", Band.VIOLATION: "✗"}
_ENTERED = re.compile(r"(\d{1,3}):([0-5]\d)")
_WALL = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_WHY = {
    "auth_rejected": "{vendor} rejects the key",
    "permission_missing": "{vendor} refuses to show hours",
    "vendor_unavailable": "{vendor} does not answer",
    "contract_broken": "{vendor}'s answer cannot be read",
    "record_invalid": "{vendor}'s answer cannot be read",
    "not_there": "{vendor} does not name this driver",
    "paused": "calls to {vendor} are paused{until}",
    "deferred": "{vendor} limits us{until}",
    "rate_limited": "{vendor} limits us{until}",
    "switched_off": "{vendor} is switched off",
}


def length(seconds: int) -> str:
    """Whole minutes that are surely there: “4 h 09 min”, “25 min”."""
    minutes = seconds // 60
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def age(seconds: int) -> str:
    """How old something is: “42 min”, “3 h 10 min”, “4 d”."""
    if seconds < 90:
        return f"{seconds} s"
    return length(seconds) if seconds < 48 * 3600 else f"{seconds // 86_400} d"


def clock_time(at: datetime, now: datetime, timezone: str | None) -> str:
    """A time by the wall clock of the home terminal: “14:05 CDT”, “Thu 06:10 CDT”."""
    local = home_time(at, timezone)
    is_today = local.date() == home_time(now, timezone).date()
    return local.strftime("%H:%M %Z" if is_today else "%a %H:%M %Z")


def band(of: Band | None) -> str:
    """A band as its shape and its words."""
    return "? unknown" if of is None else f"{SHAPES[of]} {of}"


def status(hours: DriverHours) -> str:
    """What the driver does."""
    return "status unknown" if hours.status == UNKNOWN else hours.status.replace("_", " ")


def override(of: Override, now: datetime, timezone: str | None) -> str:
    """What was entered, by whom, and until when: “drive 2:30, until 18:00 EST, by Ann: why”."""
    entered = {"drive": of.drive_s, "shift": of.shift_s, "break": of.break_s, "cycle": of.cycle_s}
    said = [
        f"{name} {seconds // 3600}:{seconds // 60 % 60:02}"
        for name, seconds in entered.items()
        if seconds is not None
    ]
    if of.expires_at is not None:
        said.append(f"until {clock_time(of.expires_at, now, timezone)}")
    return f"{', '.join(said)}, by {of.author}: {of.reason}"


def where_from(hours: DriverHours) -> str:
    """Where the figures come from, in one line."""
    if hours.override is not None and hours.override.expires_at is not None:
        until = clock_time(hours.override.expires_at, hours.now, hours.home_timezone)
        return f"override by {hours.override.author} until {until}: {hours.override.reason}"
    if hours.source is not Source.STALE:
        return f"from the ELD {age(hours.age_s)} ago"
    return f"cached {age(hours.age_s)}, {_why(hours)}"


def _why(hours: DriverHours) -> str:
    kind = hours.why.kind if hours.why is not None else ""
    until = ""
    if hours.retry_at is not None:
        until = f" until {clock_time(hours.retry_at, hours.now, hours.home_timezone)}"
    words = _WHY.get(kind, "{vendor} gave nothing newer")
    return words.format(vendor=hours.vendor_title, until=until)


def asked_again(hours: DriverHours) -> str | None:
    """From when on the vendor is asked again, where the line above does not say so."""
    if hours.retry_at is None or "until" in where_from(hours):
        return None
    at = clock_time(hours.retry_at, hours.now, hours.home_timezone)
    return f"{hours.vendor_title} is asked again from {at} on."


def availability(hours: DriverHours) -> str:
    """Whether the driver may be planned with, and why not."""
    clocks = hours.clocks
    if clocks.is_exempt:
        reason = f" ({hours.exempt_reason})" if hours.exempt_reason else ""
        return f"Exempt from hours of service{reason}: there are no hours to tell."
    if hours.is_active is False:
        return "Not available: the fleet deactivated this driver."
    if clocks.is_in_violation:
        return "Not available: in violation."
    if not clocks.is_status_known:
        return "Not available: nobody knows what the driver is doing, so every clock runs."
    if clocks.break_s == 0:
        return "Not available: a break is due."
    if hours.is_available:
        return "Available."
    known = {"drive": clocks.drive_s, "shift": clocks.shift_s, "cycle": clocks.cycle_s}
    over = [name for name, left in known.items() if left == 0]
    if over:
        return f"Not available: nothing is left of the {' and the '.join(over)}."
    unknown = [name for name, left in known.items() if left is None]
    return f"Not available: nobody knows the {' and the '.join(unknown)}."


def binds(hours: DriverHours) -> str | None:
    """Which clock ends first, and when in the driver's home terminal."""
    bound = hours.binding
    if bound is None:
        return None
    name = str(bound.which).capitalize()
    if bound.seconds == 0:
        return f"{name} binds first: it is over."
    at = clock_time(bound.at, hours.now, hours.home_timezone)
    where = "" if bound.is_home_time else " (the home terminal's time zone is unknown)"
    return f"{name} binds first: at {at}, in {length(bound.seconds)} of driving{where}."


def comes_back(hours: DriverHours) -> str | None:
    """What the next home-terminal day gives back; None if nothing, or nobody knows."""
    if not hours.gained_s or hours.gained_s < 0 or hours.next_day_at is None:
        return None
    at = clock_time(hours.next_day_at, hours.now, hours.home_timezone)
    return f"{length(hours.gained_s)} of cycle come back at {at}."


def entered_s(words: str | None, option: str) -> int | None:
    """Seconds from “H:MM”; ConfigurationError names the option."""
    if words is None:
        return None
    found = _ENTERED.fullmatch(words.strip())
    if found is None:
        raise ConfigurationError(f"{option} takes hours and minutes, such as 2:30.")
    return int(found[1]) * 3600 + int(found[2]) * 60


def until(words: str, now: datetime, timezone: str | None) -> datetime:
    """An instant from “18:00” (the next one in the home terminal) or from a full time stamp."""
    wall = _WALL.fullmatch(words.strip())
    if wall is not None:
        found = next_at(now, timezone, time(int(wall[1]), int(wall[2])))
        if found is not None:
            return found
        raise ConfigurationError(
            "This driver's home terminal has no known time zone. Give --hours, or --until with a "
            "full time such as 2026-10-05T18:00-05:00."
        )
    try:
        read = datetime.fromisoformat(words.strip())
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise ConfigurationError(
            "--until takes a time of the driver's home terminal such as 18:00, or a full time "
            "such as 2026-10-05T18:00-05:00."
        )
    return read


def in_hours(number: float, now: datetime) -> datetime:
    """So many hours from now."""
    if not 0 < number <= 24:
        raise ConfigurationError("--hours takes more than 0 and at most 24.")
    return now + timedelta(hours=number)
