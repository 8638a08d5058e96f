"""What a plan was made from: each input with its source, its age, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Confidence(StrEnum):
    """How far an input is to be trusted."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    ASSUMED = "assumed"  # nobody said it: a setting or a rule of thumb stands in
    MISSING = "missing"


class Topic(StrEnum):
    """What an input is about."""

    LOAD = "load"
    DRIVER = "driver"
    HOURS = "hours"
    POSITION = "position"
    ROAD = "road"
    FUEL = "fuel"
    TANK = "tank"
    WEATHER = "weather"


@dataclass(frozen=True, slots=True)
class Fact:
    """One input. ``degraded``: what is wrong with it and what the plan does instead; None: fine."""

    topic: Topic
    source: str
    as_of: datetime | None
    age_s: int | None
    confidence: Confidence
    degraded: str | None = None


# By topic: up to this age an input is fresh, up to that age it is still usable.
FRESH: dict[Topic, tuple[timedelta, timedelta]] = {
    Topic.LOAD: (timedelta(minutes=30), timedelta(hours=6)),
    Topic.HOURS: (timedelta(minutes=10), timedelta(minutes=60)),
    Topic.POSITION: (timedelta(minutes=15), timedelta(hours=2)),
    Topic.FUEL: (timedelta(hours=24), timedelta(hours=72)),
    Topic.WEATHER: (timedelta(hours=1), timedelta(hours=3)),
}


def age_s(as_of: datetime | None, now: datetime) -> int | None:
    """Whole seconds since then, never less than none; None when the instant is not known."""
    return None if as_of is None else max(0, int((now - as_of).total_seconds()))


def confidence(topic: Topic, age: int | None) -> Confidence:
    """By age alone: fresh is high, usable is medium, older is low; of unknown age is low too."""
    fresh, usable = FRESH[topic]
    if age is None or age > usable.total_seconds():
        return Confidence.LOW
    return Confidence.HIGH if age <= fresh.total_seconds() else Confidence.MEDIUM


def measured(
    topic: Topic, source: str, as_of: datetime | None, now: datetime, degraded: str | None = None
) -> Fact:
    """An input that somebody told, judged by its age."""
    age = age_s(as_of, now)
    return Fact(topic, source, as_of, age, confidence(topic, age), degraded)


def assumed(topic: Topic, source: str, degraded: str | None = None) -> Fact:
    """An input that nobody told."""
    return Fact(topic, source, None, None, Confidence.ASSUMED, degraded)


def missing(topic: Topic, source: str, degraded: str) -> Fact:
    """An input that is not there."""
    return Fact(topic, source, None, None, Confidence.MISSING, degraded)


def of_topics(facts: Iterable[Fact], *topics: Topic) -> tuple[Fact, ...]:
    """The inputs about these topics."""
    return tuple(fact for fact in facts if fact.topic in topics)


def degraded(facts: Iterable[Fact]) -> tuple[str, ...]:
    """What is wrong with the inputs, each said once."""
    return tuple(dict.fromkeys(fact.degraded for fact in facts if fact.degraded))
