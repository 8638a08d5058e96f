"""How old data may get: a pure judgement of what is held, by how often it should come.

The sync cannot judge itself: what never started, was switched off or waits says nothing. So age is
all that counts here; that somebody asked for the delay excuses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WARNING_AFTER = 2  # intervals without a good sync
CRITICAL_AFTER = 4
# How long no flow run may have gone over any vendor before the operator hears of it.
SILENCE = timedelta(minutes=15)
# Flow runs start once a minute: nothing can be expected more often than it can be done in time.
SHORTEST = timedelta(minutes=2)
# Somebody who switches a connection off has a reason, most of the time.
DISABLED_AFTER = timedelta(days=1)


class Level(StrEnum):
    """How old data is, by what it should be."""

    FRESH = "fresh"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of one dataset of one integration. ``good_at``: its last good fetch, if any.

    ``since``: when the integration was added, which is when an age without a good fetch begins.
    """

    dataset: str
    every: timedelta
    good_at: datetime | None
    since: datetime
    is_disabled: bool = False

    def age(self, now: datetime) -> timedelta:
        """How long ago the last good fetch was, or should have been asked for."""
        return max(now - (self.good_at or self.since), timedelta(0))


@dataclass(frozen=True, slots=True)
class Judgement:
    """An integration's freshness: its worst dataset's, and the levels of those that are stale."""

    level: Level
    stale: Mapping[str, Level]
    said: str | None


def level(held: Held, now: datetime) -> Level:
    """How old one dataset is; one that is switched off gets no worse than a warning."""
    every, age = max(held.every, SHORTEST), held.age(now)
    if held.is_disabled:
        late = age >= max(CRITICAL_AFTER * every, DISABLED_AFTER)
        return Level.WARNING if late else Level.FRESH
    if age >= CRITICAL_AFTER * every:
        return Level.CRITICAL
    return Level.WARNING if age >= WARNING_AFTER * every else Level.FRESH


def judge(held: Sequence[Held], now: datetime) -> Judgement:
    """What is stale of an integration, and one sentence about the worst of it."""
    levels = {one.dataset: level(one, now) for one in held}
    stale = {name: found for name, found in levels.items() if found is not Level.FRESH}
    if not stale:
        return Judgement(Level.FRESH, {}, None)
    worst = Level.CRITICAL if Level.CRITICAL in stale.values() else Level.WARNING
    oldest = max(
        (one for one in held if levels[one.dataset] is worst),
        key=lambda one: (one.age(now) / max(one.every, SHORTEST), one.dataset),
    )
    return Judgement(worst, stale, _sentence(oldest, len(stale), now))


def _sentence(held: Held, stale: int, now: datetime) -> str:
    what = held.dataset.replace("_", " ")
    others = f" and {stale - 1} more" if stale > 1 else ""
    age, every = spoken(held.age(now)), spoken(held.every)
    if held.good_at is None:
        said = f"No good sync of {what}{others} in the {age} since it was connected"
    else:
        said = f"The last good sync of {what}{others} was {age} ago"
    if held.is_disabled:
        return f"{said}: the connection is switched off."
    return f"{said}; one is expected every {every}."


def spoken(span: timedelta) -> str:
    """A span in its largest fitting unit: 90 minutes, 36 hours, 3 days."""
    for unit, seconds, least in (("day", 86_400, 2), ("hour", 3600, 2), ("minute", 60, 1)):
        count = int(span.total_seconds() // seconds)
        if count >= least:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{int(span.total_seconds())} seconds"
