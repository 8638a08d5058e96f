"""Whether a row that was set aside may land now: older words never replace newer ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HeldRow:
    """What we hold of the same row.

    ``changed_at``: when it was last written here, by its deletion too. ``confirmed_at``: the start
    of the newest fetch that certainly brought it as it is; None when that cannot be told.
    """

    source_updated_at: datetime | None
    changed_at: datetime
    deleted_at: datetime | None = None
    confirmed_at: datetime | None = None

    @property
    def seen_at(self) -> datetime:
        """When it was last known to be so."""
        return max(self.changed_at, self.confirmed_at or self.changed_at)


def may_land(
    source_updated_at: datetime | None, last_seen_at: datetime, held: HeldRow | None
) -> bool:
    """Whether a kept row, last sent at ``last_seen_at``, is newer than what we hold.

    The vendor's own time of change decides where both have one; else when each was last seen.
    A row that went after this one was sent stays gone.
    """
    if held is None:
        return True
    if held.deleted_at is not None and held.changed_at > last_seen_at:
        return False
    ours = held.source_updated_at
    if source_updated_at is not None and ours is not None and source_updated_at != ours:
        return source_updated_at > ours
    return held.seen_at <= last_seen_at
