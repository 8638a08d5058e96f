"""The legal maxima of hours of service, as data: by ruleset, with the dates they hold.

A ruleset is named by the vendor's own words for its shift and its cycle. What is not listed is
unknown to us: other countries, states and exceptions (adverse conditions, short haul, the 16-hour
day) differ, and nothing here guesses them. A developer's reading, not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import NamedTuple

_HOUR = 3600
_SINCE = date(2020, 9, 29)  # the final rule under which any time not driving interrupts the 8 h


class Ruleset(NamedTuple):
    """A ruleset in the vendor's words, as it stands in a driver's record; None: not said."""

    shift: str | None
    cycle: str | None


@dataclass(frozen=True, slots=True)
class Maxima:
    """The most that can be left on each clock, in whole seconds; None: there is no such clock."""

    drive_s: int | None
    shift_s: int | None
    break_s: int | None
    cycle_s: int | None


@dataclass(frozen=True, slots=True)
class Rule:
    """The maxima of one ruleset, from one day until before another (None: still)."""

    ruleset: Ruleset
    maxima: Maxima
    since: date
    until: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        """Is it in force on that day?"""
        return self.since <= day and (self.until is None or day < self.until)


def _rule(shift: str, cycle: str, hours: tuple[int, int, int | None, int], source: str) -> Rule:
    drive, window, pause, whole = hours
    maxima = Maxima(
        drive_s=drive * _HOUR,
        shift_s=window * _HOUR,
        break_s=None if pause is None else pause * _HOUR,
        cycle_s=whole * _HOUR,
    )
    return Rule(Ruleset(shift, cycle), maxima, _SINCE, None, source)


# Hours of driving, shift, driving before the break (none for passengers) and cycle.
RULES: tuple[Rule, ...] = (
    _rule("US Interstate Property", "USA 70 hour / 8 day", (11, 14, 8, 70), "49 CFR 395.3"),
    _rule("US Interstate Property", "USA 60 hour / 7 day", (11, 14, 8, 60), "49 CFR 395.3"),
    _rule("US Interstate Passenger", "USA 70 hour / 8 day", (10, 15, None, 70), "49 CFR 395.5"),
    _rule("US Interstate Passenger", "USA 60 hour / 7 day", (10, 15, None, 60), "49 CFR 395.5"),
)


def maxima(rulesets: Sequence[Ruleset], day: date, rules: Iterable[Rule] = RULES) -> Maxima | None:
    """The maxima of a driver on that day; None when no rule at all is in force.

    A driver under several rulesets has the lowest of each clock. So has one under a ruleset that
    is not listed, or under none: the lowest of every rule in force, which no listed ruleset
    forbids. The looser maxima of another country are not assumed from its name.
    """
    in_force = [rule for rule in rules if rule.holds_on(day)]
    known = {rule.ruleset for rule in in_force}
    if rulesets and known.issuperset(rulesets):
        return _lowest([rule.maxima for rule in in_force if rule.ruleset in rulesets])
    return _lowest([rule.maxima for rule in in_force])


def _lowest(of: Sequence[Maxima]) -> Maxima | None:
    if not of:
        return None
    lowest: dict[str, int | None] = {}
    for field in fields(Maxima):
        known = [limit for one in of if (limit := getattr(one, field.name)) is not None]
        lowest[field.name] = min(known, default=None)
    return Maxima(**lowest)
