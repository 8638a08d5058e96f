from enum import StrEnum

class HoursBasis(StrEnum):
    EXEMPT = "exempt"
    KNOWN = "known"
    STALE = "stale"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
