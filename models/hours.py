"""A driver's hours as an answer: the figures, where they come from, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import Sentences
from core.hours import AgedClocks, Binding, Clocks
from core.hours_override import Override


class Source(StrEnum):
    """Where an answer comes from."""

    OVERRIDE = "override"  # a person entered it
    CACHE = "cache"  # the vendor's, as last read, and fresh
    LIVE = "live"  # the vendor was asked because of this question
    STALE = "stale"  # the vendor's, as last read, because nothing fresher could be had


@dataclass(frozen=True, slots=True)
class BreakerView:
    """Where the circuit breaker stands that calls for this driver pass: the less willing of two."""

    scope: str
    state: str
    retry_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the vendor last said of a driver. ``as_of``: when it was true; None: not known.

    ``is_confirmed``: the last complete fetch named this driver too.
    """

    status: str
    vehicle_name: str | None
    clocks: Clocks
    as_of: datetime | None
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why an answer is not as fresh as it should be."""

    kind: str
    sentences: Sentences


@dataclass(frozen=True, slots=True)
class DriverHours:
    """One driver's hours, now.

    ``as_of`` and ``age_s``: of the reading, or of the override. ``status``: the duty status then;
    "unknown" is never available. ``reading``: the vendor's own figures; ``clocks``: what is at
    least left now, and the only ones to plan with. ``binding``: the clock that ends first if the
    driver drives from now on. ``gained_s`` of cycle come back at ``next_day_at``, as the vendor
    reckons it. ``degraded``: not as fresh as it should be; ``why`` says so.
    """

    tenant: str
    vendor: str
    vendor_title: str
    driver_id: str
    driver_name: str | None
    is_active: bool | None
    exempt_reason: str | None
    home_timezone: str | None
    source: Source
    now: datetime
    as_of: datetime
    status: str
    reading: Reading | None
    clocks: AgedClocks
    binding: Binding | None
    gained_s: int | None
    next_day_at: datetime | None
    override: Override | None = None
    why: Why | None = None
    breaker: BreakerView | None = None
    retry_at: datetime | None = None

    @property
    def age_s(self) -> int:
        """How old it is, in started seconds."""
        return self.clocks.age_s

    @property
    def degraded(self) -> bool:
        """Is it less fresh than it should be?"""
        return self.why is not None

    @property
    def is_available(self) -> bool:
        """Is there surely time to drive, by an active driver?"""
        return self.clocks.is_available and self.is_active is not False
