from enum import StrEnum

class Which(StrEnum):
    BREAK = "break"
    CYCLE = "cycle"
    DRIVE = "drive"
    SHIFT = "shift"

    def __str__(self) -> str:
        return str(self.value)
