"""Hours that a person enters for a driver: when they are refused, and what is read in their place.

What was entered is a reading like the vendor's: from its creation on it only gets worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.hours import KNOWN_STATUSES, AgedClocks, Clocks, aged
from core.hours_limits import RULES, Maxima, Rule, Ruleset, maxima

LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Override:
    """Remaining hours as a person entered them, in seconds; None: this clock was not entered.

    ``duty_status``: what the driver does, as far as the person knows; None: unknown.
    """

    author: str
    reason: str
    created_at: datetime
    expires_at: datetime | None
    drive_s: int | None = None
    shift_s: int | None = None
    break_s: int | None = None
    cycle_s: int | None = None
    revoked_at: datetime | None = None
    duty_status: str | None = None


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


def in_place_of(
    vendors: AgedClocks | None,
    override: Override,
    now: datetime,
    rulesets: Sequence[Ruleset],
    *,
    is_exempt: bool = False,
    rules: Iterable[Rule] = RULES,
) -> AgedClocks:
    """What is at least left while the override holds: its clocks, and the vendor's others.

    ``vendors``: the aged clocks of the vendor's last reading; None when there is none. What the
    driver does is known only if the person said so. The vendor's violation ends where every clock
    that it can be about was entered.
    """
    lawful = _lawful(override, maxima(rulesets, _utc(now).date(), rules))
    mine = aged(lawful, override.duty_status, override.created_at, now, is_exempt=is_exempt)
    if vendors is None:
        return mine
    is_driving_entered = None not in (lawful.drive_s, lawful.shift_s)
    return replace(
        mine,
        drive_s=vendors.drive_s if lawful.drive_s is None else mine.drive_s,
        shift_s=vendors.shift_s if lawful.shift_s is None else mine.shift_s,
        break_s=vendors.break_s if lawful.break_s is None else mine.break_s,
        cycle_s=vendors.cycle_s if lawful.cycle_s is None else mine.cycle_s,
        shift_driving_violation_s=None if is_driving_entered else vendors.shift_driving_violation_s,
        cycle_violation_s=None if lawful.cycle_s is not None else vendors.cycle_violation_s,
    )


def _lawful(override: Override, limits: Maxima | None) -> Clocks:
    """What was entered, cut to what is legal now: rulesets may have changed since."""
    if limits is None:
        return Clocks()

    def least(entered: int | None, most: int | None) -> int | None:
        return None if entered is None or most is None else min(entered, most)

    return Clocks(
        drive_s=least(override.drive_s, limits.drive_s),
        shift_s=least(override.shift_s, limits.shift_s),
        break_s=least(override.break_s, limits.break_s),
        cycle_s=least(override.cycle_s, limits.cycle_s),
    )


def _unsigned(override: Override) -> Iterable[str]:
    if not override.author.strip():
        yield "An override needs the name of its author."
    if not override.reason.strip():
        yield "An override needs a reason."
    if override.duty_status is not None and override.duty_status not in KNOWN_STATUSES:
        yield f"“{override.duty_status}” is no duty status."
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
