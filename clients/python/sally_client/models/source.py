from enum import StrEnum

class Source(StrEnum):
    CACHE = "cache"
    LIVE = "live"
    OVERRIDE = "override"
    STALE = "stale"

    def __str__(self) -> str:
        return str(self.value)
