"""Hours that a person enters for a driver, and when they are refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.hours_limits import RULES, Maxima, Rule, Ruleset, maxima

LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Override:
    """Remaining hours as a person entered them, in seconds; None: this clock was not entered."""

    author: str
    reason: str
    created_at: datetime
    expires_at: datetime | None
    drive_s: int | None = None
    shift_s: int | None = None
    break_s: int | None = None
    cycle_s: int | None = None
    revoked_at: datetime | None = None


def holds(override: Override, now: datetime) -> bool:
    """Is it in force? From its creation until before its expiry, unless it was ended."""
    ends = override.expires_at
    if ends is None or not _utc(override.created_at) <= _utc(now) < _utc(ends):
        return False
    return override.revoked_at is None or _utc(now) < _utc(override.revoked_at)


def refusals(
    override: Override,
    rulesets: Sequence[Ruleset],
    *,
    is_exempt: bool = False,
    rules: Iterable[Rule] = RULES,
) -> tuple[str, ...]:
    """Why it cannot be entered, a sentence each; empty when it can.

    ``rulesets``: the driver's. Under an unknown one the lowest maxima in force apply, because
    more could be illegal and cannot be checked. Extensions (adverse conditions) are not granted.
    """
    found = list(_unsigned(override))
    if is_exempt:
        found.append("This driver is exempt: hours of service mean nothing for them.")
    day = _utc(override.created_at).date()
    limits = maxima(rulesets, day, rules)
    if limits is None:
        found.append("No legal limits are known for this day, so no hours can be checked.")
    else:
        found.extend(_beyond(override, limits))
    return tuple(found)


def _unsigned(override: Override) -> Iterable[str]:
    if not override.author.strip():
        yield "An override needs the name of its author."
    if not override.reason.strip():
        yield "An override needs a reason."
    if override.expires_at is None:
        yield "An override needs a time at which it ends."
        return
    lasts = _utc(override.expires_at) - _utc(override.created_at)
    if lasts <= timedelta(0):
        yield "An override ends after it begins."
    if lasts > LONGEST:
        yield "An override lasts 24 hours at most."


def _beyond(override: Override, limits: Maxima) -> Iterable[str]:
    entered = (
        ("drive", override.drive_s, limits.drive_s),
        ("shift", override.shift_s, limits.shift_s),
        ("break", override.break_s, limits.break_s),
        ("cycle", override.cycle_s, limits.cycle_s),
    )
    if all(seconds is None for _, seconds, _ in entered):
        yield "An override enters at least one clock."
    for name, seconds, most in entered:
        if seconds is None:
            continue
        if seconds < 0:
            yield f"The {name} clock cannot have less than nothing left."
        if most is None:
            yield f"This driver's ruleset has no {name} clock."
        elif seconds > most:
            yield f"The {name} clock has at most {most / 3600:g} h under this driver's ruleset."


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return instant.astimezone(UTC)
