from enum import StrEnum

class FreshnessLevel(StrEnum):
    CRITICAL = "critical"
    FRESH = "fresh"
    WARNING = "warning"

    def __str__(self) -> str:
        return str(self.value)
