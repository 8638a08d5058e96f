from enum import StrEnum

class Basis(StrEnum):
    CONFIRMED = "confirmed"
    EXTERNAL_ID = "external_id"
    LICENCE = "licence"
    NAME = "name"

    def __str__(self) -> str:
        return str(self.value)
