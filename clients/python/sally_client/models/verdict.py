from enum import StrEnum

class Verdict(StrEnum):
    IMPOSSIBLE = "impossible"
    LATE = "late"
    ON_TIME = "on_time"
    UNVERIFIED = "unverified"

    def __str__(self) -> str:
        return str(self.value)
