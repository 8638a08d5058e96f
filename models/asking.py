"""What a sync asks a vendor for: places, cursors and what is already known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point that matters to a tenant, in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Ask:
    """The occasion of one dataset's fetch.

    ``now``: the database's clock, aware UTC. ``cursor``: what the last good sync left (an
    RFC 3339 instant), or None. ``open_ids``: records that we hold as open and that a list of open
    ones should name. ``places``: where stations and weather are wanted, deduplicated and capped.
    ``options``: the integration's own settings.
    """

    now: datetime
    cursor: str | None = None
    open_ids: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    options: dict[str, object] = field(default_factory=dict)
