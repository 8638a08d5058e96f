from enum import StrEnum

class Fate(StrEnum):
    BUSY = "busy"
    FAILED = "failed"
    LANDED = "landed"
    NOT_KEPT = "not kept"
    STILL_BAD = "still bad"
    SUPERSEDED = "superseded"

    def __str__(self) -> str:
        return str(self.value)
