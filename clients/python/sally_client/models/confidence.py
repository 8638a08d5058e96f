from enum import StrEnum

class Confidence(StrEnum):
    ASSUMED = "assumed"
    HIGH = "high"
    LOW = "low"
    MEDIUM = "medium"
    MISSING = "missing"

    def __str__(self) -> str:
        return str(self.value)
