"""The rules that a plan keeps, as data with the dates they hold: limits, break, rest, restart.

The limits of each ruleset stand in ``core/hours_limits.py``; here is what gives them back.
A developer's reading of 49 CFR 395, not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.hours_limits import RULES, Rule, Ruleset, maxima

HOUR, MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long one must pause for what, from one day until before another (None: still)."""

    break_s: int
    rest_s: int
    restart_s: int
    since: date
    until: date | None
    source: str


# Sleeper split, adverse conditions and short haul give more; none of them is planned with.
PAUSES: tuple[Pauses, ...] = (
    Pauses(
        break_s=30 * MINUTE,
        rest_s=10 * HOUR,
        restart_s=34 * HOUR,
        since=date(2020, 9, 29),
        until=None,
        source="49 CFR 395.3(a)(1), (a)(3)(ii), (c)",
    ),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one driver must keep on one day. ``break_after_s``: None where no break is due.

    ``is_listed``: every ruleset of the driver is known to us; otherwise the lowest limits of all
    known ones are kept, and what the driver's own demands beyond is not known.
    """

    drive_s: int
    window_s: int
    break_after_s: int | None
    cycle_s: int
    break_s: int
    rest_s: int
    restart_s: int
    is_listed: bool


def limits_of(
    rulesets: Sequence[Ruleset],
    day: date,
    rules: Iterable[Rule] = RULES,
    pauses: Iterable[Pauses] = PAUSES,
) -> Limits | None:
    """The limits of a driver on that day; None when no rule at all is known for it."""
    known = tuple(rules)
    found = maxima(rulesets, day, known)
    pause = next((p for p in pauses if p.since <= day and (p.until is None or day < p.until)), None)
    if found is None or pause is None:
        return None
    if found.drive_s is None or found.shift_s is None or found.cycle_s is None:
        return None
    listed = {rule.ruleset for rule in known if rule.holds_on(day)}
    return Limits(
        drive_s=found.drive_s,
        window_s=found.shift_s,
        break_after_s=found.break_s,
        cycle_s=found.cycle_s,
        break_s=pause.break_s,
        rest_s=pause.rest_s,
        restart_s=pause.restart_s,
        is_listed=bool(rulesets) and listed.issuperset(rulesets),
    )
