"""The rate gate's decisions: how fast, and from when, a vendor may be called. No I/O.

A gate is a bucket of tokens, one a call, that paces calls before the vendor has to refuse, and a
pause, which a refusal (429) sets. A caller takes tokens, waits as told and then asks
``pause_left`` once more: a refusal may have come while it waited, and then it takes anew.

Whoever stores the gate applies one decision at a time (a row lock around read, decide and write,
never across the wait or the call). Instants are aware, all from one clock. How fast a vendor may
be called, and how long it is left alone, are arguments.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from core.errors import ConfigurationError

LEAST_PAUSE = timedelta(seconds=0.25)
MOST_PAUSE = timedelta(hours=1)
PATIENCE = timedelta(seconds=10)  # up to this a caller waits; beyond it the run is deferred

HEADROOM = 0.95  # of what the vendor allows

_NONE = timedelta(0)
_MOST_DOUBLINGS = 40  # beyond any cap; keeps the power finite
_LONG_S = 1e6  # beyond any patience; keeps the wait a timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """How fast a scope may be called: ``per_second`` on average, ``burst`` calls at once."""

    per_second: float
    burst: float

    def __post_init__(self) -> None:
        if not (0 < self.per_second < math.inf and 1 <= self.burst < math.inf):
            raise ConfigurationError(
                "A rate limit needs more than 0 calls a second and bursts of 1 call or more."
            )


def paced(most: float, window_s: float, burst: float) -> Limit:
    """The limit of a vendor that takes ``most`` calls in any ``window_s`` seconds.

    A twentieth is left for calls that arrive closer together than they were made.
    """
    return Limit(max(HEADROOM * most - burst, most / 20) / window_s, burst)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a scope is left alone after a refusal.

    ``unsaid``: when the vendor does not say how long. Each further refusal in a row multiplies
    the pause by ``factor``, up to ``cap``; a vendor that asks for more than the cap gets it.
    """

    unsaid: timedelta = timedelta(seconds=5)
    factor: float = 2.0
    cap: timedelta = timedelta(minutes=15)

    def __post_init__(self) -> None:
        if not (1 <= self.factor <= 10 and _NONE < self.unsaid <= self.cap <= MOST_PAUSE):
            raise ConfigurationError(
                "A back-off needs a factor of 1 to 10 and 0 < unsaid <= cap <= 1 hour."
            )


@dataclass(frozen=True, slots=True)
class Gate:
    """What is kept of one scope between calls.

    ``tokens`` as of ``refilled_at``; below 0 when calls that still wait have taken theirs.
    ``not_before``: no call earlier; it only grows. ``strikes``: refusals in a row.
    """

    tokens: float
    refilled_at: datetime
    not_before: datetime | None = None
    strikes: int = 0


class Taken(NamedTuple):
    """The gate from now on, and how long to wait; over the patience nothing was taken."""

    gate: Gate
    wait: timedelta


def fresh(limit: Limit, now: datetime) -> Gate:
    """The gate of a scope that was never called."""
    return Gate(limit.burst, now)


def take(
    gate: Gate, limit: Limit, now: datetime, wanted: int = 1, *, patience: timedelta = PATIENCE
) -> Taken:
    """Take tokens for ``wanted`` calls, those to come included, if they come within patience.

    More calls than the burst go when the bucket is full, and the next ones wait for the debt.
    """
    if wanted < 0:
        raise ValueError("A caller cannot take fewer than no tokens.")
    filled = _refilled(gate, limit, now)
    missing = min(wanted, limit.burst) - filled.tokens if wanted else 0.0
    wait = pause_left(gate, now)
    if missing > 0:
        wait += _rounded_up(min(missing / limit.per_second, _LONG_S))
    if wait > patience:
        return Taken(gate, wait)
    return Taken(replace(filled, tokens=filled.tokens - wanted), wait)


def given_back(gate: Gate, limit: Limit, now: datetime, calls: int) -> Gate:
    """The gate after calls that were taken are not made after all."""
    filled = _refilled(gate, limit, now)
    return replace(filled, tokens=min(filled.tokens + calls, limit.burst))


def is_missed(limit: Limit, calls: int) -> bool:
    """Whether calls that nobody makes come back too slowly by themselves for one to wait for."""
    return calls / limit.per_second > PATIENCE.total_seconds()


def ready(gate: Gate, limit: Limit, now: datetime) -> int:
    """How many calls may go without waiting, apart from a pause."""
    return max(math.floor(_refilled(gate, limit, now).tokens), 0)


def pause_left(gate: Gate, now: datetime) -> timedelta:
    """How long the vendor wants no call; zero when it is not paused."""
    return _NONE if gate.not_before is None else max(gate.not_before - now, _NONE)


def defers(wait: timedelta, patience: timedelta = PATIENCE) -> bool:
    """Is it too long to wait here? Then the run ends as deferred, and the worker is free."""
    return wait > patience


def refused(
    gate: Gate, limit: Limit, backoff: Backoff, now: datetime, retry_after_s: float | None
) -> Gate:
    """The gate after a 429. ``retry_after_s``: what the vendor asked for; None: it did not say.

    Refusals that arrive during the pause answer calls made before it: they are no repeat.
    """
    is_repeat = not pause_left(gate, now)
    strikes = gate.strikes + 1 if is_repeat else max(gate.strikes, 1)
    until = now + pause(backoff, strikes, retry_after_s)
    filled = _refilled(gate, limit, now)
    return Gate(
        # What was saved up is void: the vendor just said that it was too fast.
        tokens=min(filled.tokens, 1.0),
        refilled_at=filled.refilled_at,
        not_before=until if gate.not_before is None else max(gate.not_before, until),
        strikes=strikes,
    )


def answered(gate: Gate, now: datetime) -> Gate:
    """The gate after a call that was not refused: the next refusal is the first again.

    An answer that arrives during the pause is to a call made before it, and says nothing.
    """
    return gate if pause_left(gate, now) or not gate.strikes else replace(gate, strikes=0)


def pause(backoff: Backoff, strikes: int, retry_after_s: float | None) -> timedelta:
    """How long to leave the vendor alone: 0.25 s to 1 h, and never less than it asked for."""
    asked = backoff.unsaid if retry_after_s is None else _asked(retry_after_s, backoff)
    factor = backoff.factor ** min(max(strikes, 1) - 1, _MOST_DOUBLINGS)
    grown = min(asked.total_seconds() * factor, backoff.cap.total_seconds())
    return min(max(asked, timedelta(seconds=grown), LEAST_PAUSE), MOST_PAUSE)


def _asked(seconds: float, backoff: Backoff) -> timedelta:
    if math.isnan(seconds) or seconds <= 0:
        return backoff.unsaid
    return _rounded_up(min(seconds, MOST_PAUSE.total_seconds()))


def _refilled(gate: Gate, limit: Limit, now: datetime) -> Gate:
    """The tokens by now. None come in during a pause, so nobody saves up for its end."""
    since = gate.refilled_at
    if gate.not_before is not None:
        since = max(since, gate.not_before)
    gained = max((now - since).total_seconds(), 0.0) * limit.per_second
    return replace(
        gate,
        tokens=min(gate.tokens + gained, limit.burst),
        refilled_at=max(gate.refilled_at, now),
    )


def _rounded_up(seconds: float) -> timedelta:
    """Whole microseconds, never fewer than asked for."""
    return timedelta(microseconds=math.ceil(seconds * 1_000_000))
