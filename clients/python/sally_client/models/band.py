from enum import StrEnum

class Band(StrEnum):
    UNDER_2_H = "under 2 h"
    UNDER_30_MIN = "under 30 min"
    VALUE_0 = "2 h or more"
    VIOLATION = "violation"

    def __str__(self) -> str:
        return str(self.value)
