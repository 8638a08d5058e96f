from enum import StrEnum

class SyncType(StrEnum):
    INITIAL = "initial"
    MANUAL = "manual"
    REPLAY = "replay"
    SCHEDULED = "scheduled"

    def __str__(self) -> str:
        return str(self.value)
