from enum import StrEnum

class Role(StrEnum):
    ADMIN = "ADMIN"
    DISPATCHER = "DISPATCHER"
    DRIVER = "DRIVER"
    SUPER_ADMIN = "SUPER_ADMIN"

    def __str__(self) -> str:
        return str(self.value)
